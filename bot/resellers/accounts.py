"""What operators do to resellers' accounts: money, names, prices, limits. Each is one unit, audited with its update."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from bot.resellers.deeds import BOUNDS, MAX_BALANCE, Bounds, Deed, Deeds, check_bounds, check_percent, shown_percent
from bot.resellers.naming import WrongName, clean_name, folded
from bot.resellers.outcomes import (
    AlreadyDone,
    Changed,
    ChangeOutcome,
    Created,
    CreateOutcome,
    LimitOutcome,
    NameTaken,
    NoSuchReseller,
    OwesMore,
    Posted,
    PostOutcome,
    RenameOutcome,
    RuleChanged,
    RuleOutcome,
    TooMuch,
    Unchanged,
    WouldPassLimit,
)
from storage.clock import Clock
from storage.records.resellers import Entry, EntryKind, MarkupRule, MarkupScope, NewEntry, Reseller
from storage.store import Store, Tables


class News(Protocol):
    """Whoever tells people what became of an account, inside the unit that changed it."""

    async def posted(self, tables: Tables, account: Reseller, entry: Entry) -> None:
        """Tell of a credit or a debit."""
        ...

    async def spent(self, tables: Tables, before: Reseller, after: Reseller, cause: str, now: datetime) -> None:
        """Tell if less is available than the account's owners want to have; ``cause`` is what made it less."""
        ...

    async def switched(self, tables: Tables, account: Reseller, now: datetime) -> None:
        """Tell the owners that their account was suspended, or may order again."""
        ...


class Accounts:
    """Changes accounts. Every method names who acts and the update that asked: a replay changes nothing."""

    def __init__(self, store: Store, clock: Clock, currency: str, news: News) -> None:
        self._store = store
        self._clock = clock
        self._news = news
        self._deeds = Deeds(currency, clock)

    async def create(
        self, name: str, actor_id: int, update_id: int | None, *, markup: Decimal = Decimal(0)
    ) -> CreateOutcome:
        """Make an account; ``markup`` is in percent."""
        check_percent(markup)
        cleaned = clean_name(name)
        if isinstance(cleaned, WrongName):
            return cleaned

        async def unit(tables: Tables) -> CreateOutcome:
            holder = await tables.resellers.by_name(folded(cleaned))
            deed = Deed("create", actor_id, update_id)
            if await self._deeds.done(tables, deed):
                return NoSuchReseller() if holder is None else AlreadyDone(holder)
            made = await tables.resellers.add(cleaned, folded(cleaned), markup, self._clock())
            if made is None:
                return NoSuchReseller() if holder is None else NameTaken(holder)
            await self._deeds.note(tables, deed, made, shown_percent(markup))
            return Created(made)

        return await self._store.write(unit)

    async def rename(self, reseller_id: int, name: str, actor_id: int, update_id: int | None) -> RenameOutcome:
        """Call an account something else."""
        cleaned = clean_name(name)
        if isinstance(cleaned, WrongName):
            return cleaned

        async def unit(tables: Tables) -> RenameOutcome:
            deed = Deed("rename", actor_id, update_id)
            account = await self._deeds.on(tables, deed, reseller_id)
            if not isinstance(account, Reseller):
                return account
            if account.name == cleaned:
                return Unchanged(account)
            holder = await tables.resellers.by_name(folded(cleaned))
            if holder is not None and holder.id != account.id:
                return NameTaken(holder)
            renamed = replace(account, name=cleaned)
            await tables.resellers.save(renamed, folded(cleaned))
            await self._deeds.note(tables, deed, account, f"now {cleaned}")
            return Changed(renamed, account)

        return await self._store.write(unit)

    async def credit(
        self, reseller_id: int, amount: Decimal, note: str, actor_id: int, update_id: int | None
    ) -> PostOutcome:
        """Add money that the reseller paid."""
        return await self._post(Deed("credit", actor_id, update_id), EntryKind.CREDIT, reseller_id, amount, note)

    async def debit(
        self, reseller_id: int, amount: Decimal, note: str, actor_id: int, update_id: int | None
    ) -> PostOutcome:
        """Take money away, never more than is available."""
        return await self._post(Deed("debit", actor_id, update_id), EntryKind.DEBIT, reseller_id, -amount, note)

    async def set_markup(
        self, reseller_id: int, percent: Decimal, actor_id: int, update_id: int | None
    ) -> ChangeOutcome:
        """Set the markup on everything that has none of its own."""
        check_percent(percent)
        return await self._change(
            Deed("markup", actor_id, update_id),
            reseller_id,
            lambda account: replace(account, markup=percent),
            lambda before: f"{shown_percent(percent)}, was {shown_percent(before.markup)}",
        )

    async def set_rule(
        self, reseller_id: int, scope: MarkupScope, target: str, percent: Decimal, actor_id: int, update_id: int | None
    ) -> RuleOutcome:
        """Give a category (by name) or an item (``supplier:id``) a markup of its own."""
        check_percent(percent)
        rule = MarkupRule(reseller_id, scope, target, percent)
        return await self._rule(Deed("markup", actor_id, update_id), reseller_id, scope, target, rule)

    async def drop_rule(
        self, reseller_id: int, scope: MarkupScope, target: str, actor_id: int, update_id: int | None
    ) -> RuleOutcome:
        """Take such a markup away again."""
        return await self._rule(Deed("markup", actor_id, update_id), reseller_id, scope, target, None)

    async def set_limit(self, reseller_id: int, limit: Decimal, actor_id: int, update_id: int | None) -> LimitOutcome:
        """Set how far the balance may go below zero; never less than is owed and held by then."""
        if not 0 <= limit < MAX_BALANCE:
            raise ValueError(f"{limit} is no credit limit")

        async def unit(tables: Tables) -> LimitOutcome:
            deed = Deed("limit", actor_id, update_id)
            account = await self._deeds.on(tables, deed, reseller_id)
            if not isinstance(account, Reseller):
                return account
            if account.credit_limit == limit:
                return Unchanged(account)
            limited = replace(account, credit_limit=limit)
            if limited.available < 0:
                return OwesMore(account, account.held - account.balance)
            await tables.resellers.save(limited)
            was = self._deeds.money(account.credit_limit)
            await self._deeds.note(tables, deed, account, f"{self._deeds.money(limit)}, was {was}")
            now = self._clock()
            await self._news.spent(tables, account, limited, f"limit:{now.isoformat()}", now)
            return Changed(limited, account)

        return await self._store.write(unit)

    async def set_bounds(
        self,
        reseller_id: int,
        bounds: Bounds,
        actor_id: int,
        update_id: int | None,
        *,
        only: Collection[str] = BOUNDS,
    ) -> ChangeOutcome:
        """Set the limits of its orders that ``only`` names, and leave the others; None returns one to the shop's."""
        check_bounds(bounds)
        wanted: dict[str, Any] = {name: getattr(bounds, name) for name in only}
        return await self._change(
            Deed("limits", actor_id, update_id),
            reseller_id,
            lambda account: replace(account, **wanted),
            lambda before: (
                f"{self._deeds.bounds(replace(Bounds.of(before), **wanted))}; "
                f"was {self._deeds.bounds(Bounds.of(before))}"
            ),
        )

    async def set_low_balance(
        self, reseller_id: int, amount: Decimal | None, actor_id: int, update_id: int | None
    ) -> ChangeOutcome:
        """Set what must be left available, or its owners are told; None is the shop's, 0 tells nobody."""
        if amount is not None and not 0 <= amount < MAX_BALANCE:
            raise ValueError(f"{amount} is no low balance")
        return await self._change(
            Deed("low balance", actor_id, update_id),
            reseller_id,
            lambda account: replace(account, low_balance=amount),
            lambda before: f"{self._deeds.money(amount)}, was {self._deeds.money(before.low_balance)}",
        )

    async def suspend(self, reseller_id: int, actor_id: int, update_id: int | None) -> ChangeOutcome:
        """Let a reseller look but not order; its orders under way go on."""
        now = self._clock()
        return await self._change(
            Deed("suspend", actor_id, update_id),
            reseller_id,
            lambda account: account if account.suspended else replace(account, suspended_at=now),
            lambda _before: "",
        )

    async def resume(self, reseller_id: int, actor_id: int, update_id: int | None) -> ChangeOutcome:
        """Let a suspended reseller order again."""
        return await self._change(
            Deed("resume", actor_id, update_id),
            reseller_id,
            lambda account: replace(account, suspended_at=None),
            lambda _before: "",
        )

    async def _post(self, deed: Deed, kind: EntryKind, reseller_id: int, amount: Decimal, note: str) -> PostOutcome:
        """Add a line of a signed amount to the ledger."""
        if not amount or (amount > 0) != (kind is EntryKind.CREDIT):
            raise ValueError(f"{amount} is no {kind}")

        async def unit(tables: Tables) -> PostOutcome:
            account = await self._deeds.on(tables, deed, reseller_id)
            if not isinstance(account, Reseller):
                return account
            if amount < 0 and account.available < -amount:
                return WouldPassLimit(account, -amount - account.available)
            if abs(account.balance + amount) >= MAX_BALANCE:
                return TooMuch(account, MAX_BALANCE)
            now = self._clock()
            new = NewEntry(reseller_id, kind, amount, now, note, deed.actor_id, update_id=deed.update_id)
            entry = await tables.ledger.post(new)
            if entry is None:
                return AlreadyDone(account)
            told = f"{self._deeds.money(abs(amount))}: {note}" if note else self._deeds.money(abs(amount))
            await self._deeds.note(tables, deed, account, told)
            moved = replace(account, balance=entry.balance)
            await self._news.posted(tables, moved, entry)
            await self._news.spent(tables, account, moved, f"entry:{entry.id}", now)
            return Posted(moved, entry)

        return await self._store.write(unit)

    async def _change(
        self,
        deed: Deed,
        reseller_id: int,
        change: Callable[[Reseller], Reseller],
        told: Callable[[Reseller], str],
    ) -> ChangeOutcome:
        async def unit(tables: Tables) -> ChangeOutcome:
            account = await self._deeds.on(tables, deed, reseller_id)
            if not isinstance(account, Reseller):
                return account
            changed = change(account)
            if changed == account:
                return Unchanged(account)
            await tables.resellers.save(changed)
            await self._deeds.note(tables, deed, account, told(account))
            if changed.suspended is not account.suspended:
                await self._news.switched(tables, changed, self._clock())
            return Changed(changed, account)

        return await self._store.write(unit)

    async def _rule(
        self, deed: Deed, reseller_id: int, scope: MarkupScope, target: str, rule: MarkupRule | None
    ) -> RuleOutcome:
        async def unit(tables: Tables) -> RuleOutcome:
            account = await self._deeds.on(tables, deed, reseller_id)
            if not isinstance(account, Reseller):
                return account
            known = {(one.scope, one.target): one.percent for one in await tables.resellers.rules(reseller_id)}
            before = known.get((scope, target))
            if before == (rule and rule.percent):
                return Unchanged(account)
            if rule is None:
                await tables.resellers.drop_rule(reseller_id, scope, target)
            else:
                await tables.resellers.set_rule(rule)
            now = shown_percent(None if rule is None else rule.percent)
            await self._deeds.note(tables, deed, account, f"{scope} {target}: {now}, was {shown_percent(before)}")
            return RuleChanged(account, rule, before)

        return await self._store.write(unit)
