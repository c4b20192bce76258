"""What came of a change of a reseller's account; of what was refused nothing was written, no audit entry either."""

from dataclasses import dataclass
from decimal import Decimal

from bot.resellers.naming import WrongName
from storage.records.resellers import Entry, MarkupRule, Reseller


@dataclass(frozen=True, slots=True)
class Created:
    """There is a new account, with no money and no people."""

    reseller: Reseller


@dataclass(frozen=True, slots=True)
class Changed:
    """The account is ``reseller`` now and was ``before``."""

    reseller: Reseller
    before: Reseller


@dataclass(frozen=True, slots=True)
class Posted:
    """The ledger has a new line, and the account what it left."""

    reseller: Reseller
    entry: Entry


@dataclass(frozen=True, slots=True)
class RuleChanged:
    """A category or an item has the markup ``rule`` now, or none of its own; ``before`` is what it had."""

    reseller: Reseller
    rule: MarkupRule | None
    before: Decimal | None


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """This very update has done it before; the account is as it is now."""

    reseller: Reseller


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The account was like that already."""

    reseller: Reseller


@dataclass(frozen=True, slots=True)
class NameTaken:
    """This reseller is called so, or so much alike that people would take one for the other."""

    reseller: Reseller


@dataclass(frozen=True, slots=True)
class WouldPassLimit:
    """A debit of more than is available: ``missing`` more, with what is held for orders under way."""

    reseller: Reseller
    missing: Decimal


@dataclass(frozen=True, slots=True)
class OwesMore:
    """A credit limit below what is owed and held already; ``least`` is the lowest that can be set now."""

    reseller: Reseller
    least: Decimal


@dataclass(frozen=True, slots=True)
class TooMuch:
    """An amount that no account can have; ``most`` is the largest balance there can be."""

    reseller: Reseller
    most: Decimal


@dataclass(frozen=True, slots=True)
class NoSuchReseller:
    """There is no such account (any more)."""


CreateOutcome = Created | AlreadyDone | NameTaken | WrongName | NoSuchReseller
RenameOutcome = Changed | AlreadyDone | Unchanged | NameTaken | WrongName | NoSuchReseller
PostOutcome = Posted | AlreadyDone | WouldPassLimit | TooMuch | NoSuchReseller
ChangeOutcome = Changed | AlreadyDone | Unchanged | NoSuchReseller
LimitOutcome = Changed | AlreadyDone | Unchanged | OwesMore | NoSuchReseller
RuleOutcome = RuleChanged | AlreadyDone | Unchanged | NoSuchReseller
