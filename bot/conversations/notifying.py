"""``/notify``: what this chat hears, and when."""

from decimal import Decimal
from typing import Final

from markupsafe import Markup

from bot.conversations.talk import Talk
from bot.presentation import notifying as pages
from bot.presentation.notify_buttons import (
    NotifyPage,
    OpenNotify,
    PickLow,
    PickQuiet,
    PickZone,
    ShopsLow,
    Switch,
    SwitchFeed,
    SwitchTeam,
)
from bot.presentation.notifying import Heard, LowBalance
from bot.presentation.speech import Speech
from bot.resellers.amounts import WrongAmount, parse_amount
from bot.resellers.choices import closest_zones, find_zone, read_span, zone_names
from bot.resellers.hearing import Hearing, Hearings, NotYours

BELOW: Final = "below"
END: Final = "off"
ZONES_OFFERED: Final = 3

CARDS: Final = {
    NotifyPage.HOME: pages.notify_card,
    NotifyPage.QUIET: pages.quiet_card,
    NotifyPage.ZONE: pages.zone_card,
    NotifyPage.LOW: pages.low_card,
}


class Notifying:
    """Shows what a chat hears, and changes it for whoever may."""

    def __init__(self, hearings: Hearings, currency: str) -> None:
        self._hearings = hearings
        self._currency = currency

    async def command(self, talk: Talk) -> None:
        """``/notify``, ``/notify 22:30-7``, ``/notify off``, ``/notify Europe/Kyiv``, ``/notify below 75``."""
        words = " ".join(talk.words.split())
        if not words:
            await self.open(talk)
        elif words.casefold() == END:
            await self._chosen(talk, await self._hearings.quiet(talk.place, 0, 0), NotifyPage.HOME)
        elif words.casefold().startswith(f"{BELOW} "):
            await self._below(talk, words[len(BELOW) :])
        elif (span := read_span(words)) is not None:
            await self._chosen(talk, await self._hearings.quiet(talk.place, *span), NotifyPage.HOME)
        else:
            await self._zone(talk, words)

    async def open(self, talk: Talk) -> None:
        """The chat's choices, as a new message or in place of the one that was tapped."""
        await self._show(talk, await self._hearings.view(talk.place), NotifyPage.HOME)

    async def page(self, talk: Talk, button: OpenNotify) -> None:
        """One of its pages, for whoever may choose."""
        hearing = await self._hearings.view(talk.place)
        if hearing.may_change:
            await self._show(talk, hearing, button.page)
        else:
            await self._refuse(talk, hearing)

    async def switch_team(self, talk: Talk, button: SwitchTeam) -> None:
        """Failures elsewhere in the team."""
        outcome = await self._hearings.team_failures(talk.place, on=button.to is Switch.ON)
        await self._chosen(talk, outcome, NotifyPage.HOME)

    async def switch_feed(self, talk: Talk, button: SwitchFeed) -> None:
        """One kind of the operator's feed."""
        outcome = await self._hearings.feed(talk.place, button.event, on=button.to is Switch.ON)
        await self._chosen(talk, outcome, NotifyPage.HOME)

    async def pick_quiet(self, talk: Talk, button: PickQuiet) -> None:
        """Quiet hours."""
        outcome = await self._hearings.quiet(talk.place, button.begin, button.until)
        await self._chosen(talk, outcome, NotifyPage.QUIET)

    async def pick_zone(self, talk: Talk, button: PickZone) -> None:
        """A time zone. Its name was ours when the button was made; it is looked up again all the same."""
        await self._zone(talk, button.zone)

    async def pick_low(self, talk: Talk, button: PickLow) -> None:
        """The limit below which a low balance is told."""
        await self._low(talk, button.limit)

    async def shops_low(self, talk: Talk, _button: ShopsLow) -> None:
        """The shop's limit again."""
        await self._chosen(talk, await self._hearings.low_balance(talk.place, None), NotifyPage.LOW)

    async def _below(self, talk: Talk, words: str) -> None:
        amount = parse_amount(words, self._currency, zero=True)
        if isinstance(amount, WrongAmount):
            await self._not_understood(talk, talk.words, [])
        else:
            await self._low(talk, amount)

    async def _low(self, talk: Talk, limit: Decimal) -> None:
        # A button's data is anybody's to make up: what no amount may be is no limit either.
        checked = parse_amount(f"{limit:f}", self._currency, zero=True)
        if isinstance(checked, WrongAmount):
            await self.open(talk)
            return
        await self._chosen(talk, await self._hearings.low_balance(talk.place, checked), NotifyPage.LOW)

    async def _zone(self, talk: Talk, words: str) -> None:
        name = find_zone(words)
        if name is None:
            await self._not_understood(talk, words, _zones_meant(words, talk.speech))
            return
        await self._chosen(talk, await self._hearings.time_zone(talk.place, name), NotifyPage.ZONE)

    async def _not_understood(self, talk: Talk, words: str, zones: list[str]) -> None:
        heard = self._heard(await self._hearings.view(talk.place))
        await talk.show(pages.not_understood_card(words, zones, heard, talk.speech))

    async def _chosen(self, talk: Talk, outcome: Hearing | NotYours, page: NotifyPage) -> None:
        if isinstance(outcome, NotYours):
            await self._refuse(talk, outcome.hearing)
        else:
            await talk.answer(talk.speech.plain("Noted."))
            await self._show(talk, outcome, page if talk.tapped else NotifyPage.HOME)

    async def _refuse(self, talk: Talk, hearing: Hearing) -> None:
        heard = self._heard(hearing)
        if talk.tapped is not None and not talk.private:
            # The card in the group is right for whoever may choose: it stays as it is.
            await talk.answer(pages.not_yours_words(heard, talk.speech), alert=True)
            return
        await talk.show(pages.notify_card(self._heard(hearing, said=pages.not_changed(talk.speech)), talk.speech))

    async def _show(self, talk: Talk, hearing: Hearing, page: NotifyPage) -> None:
        await talk.show(CARDS[page](self._heard(hearing), talk.speech))

    def _heard(self, hearing: Hearing, said: Markup | None = None) -> Heard:
        account, limit = hearing.account, hearing.low_balance
        low = None
        if account is not None and limit is not None:
            low = LowBalance(limit, account.low_balance is not None, self._currency)
        return Heard(
            hearing.choices,
            hearing.there,
            hearing.may_change,
            team=hearing.team,
            feed=hearing.feed,
            low=low,
            owners_of=account.name if account else "",
            said=said,
        )


def _zones_meant(words: str, speech: Speech) -> list[str]:
    """Time zones whose place is called so in the reader's language, or else those with the nearest names."""
    called = [zone for zone in sorted(zone_names()) if speech.city(zone).casefold() == words.casefold()]
    return called[:ZONES_OFFERED] or closest_zones(words, ZONES_OFFERED)
