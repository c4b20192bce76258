"""What bounds resellers' orders, in the operator's hands: per minute, per day, per order, and a low balance."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from bot.conversations.arguments import OFF, NotNamed, bounds_text
from bot.conversations.desk import Desk
from bot.conversations.desk_problems import wrong_bound, wrong_bounds, wrong_count
from bot.conversations.desk_questions import Change
from bot.conversations.talk import Talk
from bot.presentation import changes
from bot.presentation.desk import how_card
from bot.presentation.desk_buttons import OpenBounds, Wanted
from bot.presentation.terms import bounds_card
from bot.resellers.accounts import Accounts, Bounds
from bot.resellers.amounts import WrongAmount, parse_amount
from bot.resellers.numbers import Reading, read_number
from bot.resellers.outcomes import Changed, ChangeOutcome, NoSuchReseller
from storage.records.resellers import Reseller

MOST_A_MINUTE: Final = 1000
WORDS: Final = {
    "minute": Wanted.PER_MINUTE,
    "day": Wanted.PER_DAY,
    "order": Wanted.PER_ORDER,
    "low": Wanted.LOW,
}

FIELDS: Final = {
    Wanted.PER_MINUTE: "orders_per_minute",
    Wanted.PER_DAY: "spend_per_day",
    Wanted.PER_ORDER: "largest_order",
}

Bound = Decimal | None


class BoundsDesk:
    """Sets bounds one by one or several at once; ``off`` returns one to the shop's."""

    def __init__(self, desk: Desk, accounts: Accounts) -> None:
        self._desk = desk
        self._accounts = accounts

    async def limits(self, talk: Talk) -> None:
        """``/limits NAME [minute N] [day AMOUNT] [order AMOUNT] [low AMOUNT]``; the name alone shows them."""
        found = await self._desk.named(talk.words, tuple(WORDS))
        if not talk.words:
            await talk.show(how_card(Wanted.PER_MINUTE, talk.speech))
        elif isinstance(found, NotNamed):
            await self._desk.not_named(talk, found)
        elif not found.rest:
            await self.open(talk, OpenBounds(found.reseller_id))
        else:
            await self._set_written(talk, found.reseller_id, found.rest)

    async def open(self, talk: Talk, button: OpenBounds) -> None:
        """An account's bounds."""
        await self._show(talk, button.reseller)

    def change(self, wanted: Wanted) -> Change:
        """The change that a question for one bound asks for."""

        async def changed(talk: Talk, reseller: Reseller, text: str) -> Markup | None:
            bound = self._read(talk, wanted, text)
            if isinstance(bound, Markup):
                return bound
            await self._set(talk, reseller, {wanted: bound})
            return None

        return changed

    async def _set_written(self, talk: Talk, reseller_id: int, text: str) -> None:
        reseller, written = await self._desk.reseller(reseller_id), bounds_text(text)
        if reseller is None:
            await self._desk.gone(talk)
            return
        if written is None:
            await self._show(talk, reseller_id, wrong_bounds(talk.speech))
            return
        wanted: dict[Wanted, Bound] = {}
        for word, amount in written.items():
            bound = self._read(talk, WORDS[word], amount)
            if isinstance(bound, Markup):
                # All of them or none: half of a command would be a guess.
                await self._show(talk, reseller_id, Markup("⚠️ <code>{}</code>: {}").format(word, bound))
                return
            wanted[WORDS[word]] = bound
        await self._set(talk, reseller, wanted)

    async def _set(self, talk: Talk, reseller: Reseller, wanted: Mapping[Wanted, Bound]) -> None:
        outcomes = [
            *([await self._set_bounds(talk, reseller, wanted)] if wanted.keys() - {Wanted.LOW} else []),
            *([await self._set_low(talk, reseller, wanted[Wanted.LOW])] if Wanted.LOW in wanted else []),
        ]
        await self._show(talk, reseller.id, _said(outcomes, wanted, talk))

    async def _set_bounds(self, talk: Talk, reseller: Reseller, wanted: Mapping[Wanted, Bound]) -> ChangeOutcome:
        often = wanted.get(Wanted.PER_MINUTE)
        bounds = Bounds(None if often is None else int(often), wanted.get(Wanted.PER_DAY), wanted.get(Wanted.PER_ORDER))
        only = {FIELDS[one] for one in wanted if one in FIELDS}
        actor, update_id = talk.person.id, talk.incoming.update_id
        return await self._accounts.set_bounds(reseller.id, bounds, actor, update_id, only=only)

    async def _set_low(self, talk: Talk, reseller: Reseller, amount: Bound) -> ChangeOutcome:
        return await self._accounts.set_low_balance(reseller.id, amount, talk.person.id, talk.incoming.update_id)

    def _read(self, talk: Talk, wanted: Wanted, text: str) -> Bound | Markup:
        """The bound that is written, None for the shop's; or what is wrong with it."""
        if text.strip().lower() == OFF:
            return None
        if wanted is Wanted.PER_MINUTE:
            reading = read_number(text, 4)
            whole = isinstance(reading, Reading) and reading.thousands is None and not reading.value % 1
            if isinstance(reading, Reading) and whole and 1 <= reading.value <= MOST_A_MINUTE:
                return reading.value
            return wrong_count(MOST_A_MINUTE, talk.speech)
        amount = parse_amount(text, self._desk.currency, zero=wanted is Wanted.LOW)
        return wrong_bound(amount, talk.speech) if isinstance(amount, WrongAmount) else amount

    async def _show(self, talk: Talk, reseller_id: int, said: Markup | None = None) -> None:
        reseller = await self._desk.reseller(reseller_id)
        if reseller is None:
            await self._desk.gone(talk)
        else:
            await talk.show(bounds_card(reseller, self._desk.limits, self._desk.currency, talk.speech, said=said))


def _said(outcomes: list[ChangeOutcome], wanted: Mapping[Wanted, Bound], talk: Talk) -> Markup | None:
    befores = [outcome.before for outcome in outcomes if isinstance(outcome, Changed)]
    if befores:
        back = " ".join(f"{word} {_plain(befores[0], bound)}" for word, bound in WORDS.items() if bound in wanted)
        return changes.bounds_said(changes.command_line("limits", befores[0].name, back), talk.speech)
    gone = any(isinstance(outcome, NoSuchReseller) for outcome in outcomes)
    return None if gone else changes.unchanged_said(talk.speech)


def _plain(reseller: Reseller, wanted: Wanted) -> str:
    """A bound as the command takes it."""
    bounds: dict[Wanted, Decimal | int | None] = {
        Wanted.PER_MINUTE: reseller.orders_per_minute,
        Wanted.PER_DAY: reseller.spend_per_day,
        Wanted.PER_ORDER: reseller.largest_order,
        Wanted.LOW: reseller.low_balance,
    }
    bound = bounds[wanted]
    return OFF if bound is None else changes.plain_number(Decimal(bound))
