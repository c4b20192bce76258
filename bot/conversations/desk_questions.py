"""Changes of an account that need a word: written behind a command, or as the reply to a question."""

from collections.abc import Awaitable, Callable, Mapping

from markupsafe import Markup

from bot.conversations.answers import asking_in
from bot.conversations.arguments import NotNamed
from bot.conversations.desk import Desk
from bot.conversations.problems import not_text
from bot.conversations.talk import Talk
from bot.presentation.desk import how_card
from bot.presentation.desk_buttons import AskFor, Wanted
from bot.presentation.prompts import Prompt, not_yours_card, prompt_card
from storage.records.resellers import Reseller

Said = Callable[[Talk], Awaitable[None]]
Change = Callable[[Talk, Reseller, str], Awaitable[Markup | None]]
"""Makes a change and shows what came of it; or says what is wrong with the words, and changes nothing."""

Founding = Callable[[Talk, str], Awaitable[Markup | None]]
STOPS = ("off",)


class DeskQuestions:
    """Asks what a change needs, and passes the answer on. Only the question itself remembers that it was asked."""

    def __init__(self, desk: Desk, changes: Mapping[Wanted, Change], found: Founding) -> None:
        self._desk = desk
        self._changes = changes
        self._found = found

    def command(self, wanted: Wanted) -> Said:
        """The command of a change: ``/credit NAME AMOUNT [note]``; without its words they are asked for."""

        async def commanded(talk: Talk) -> None:
            found = await self._desk.named(talk.words, STOPS)
            if not talk.words:
                await talk.show(how_card(wanted, talk.speech))
            elif isinstance(found, NotNamed):
                await self._desk.not_named(talk, found)
            elif (reseller := await self._desk.reseller(found.reseller_id)) is None:
                await self._desk.gone(talk)
            else:
                await self._change(talk, wanted, reseller, found.rest)

        return commanded

    async def ask(self, talk: Talk, button: AskFor) -> None:
        """A button that needs a word."""
        if not button.reseller:
            await self._ask(talk, button.wanted, None, None)
            return
        reseller = await self._desk.reseller(button.reseller)
        if reseller is None:
            await self._desk.gone(talk)
        else:
            await self._ask(talk, button.wanted, reseller, None)

    async def answered(self, talk: Talk, prompt: Prompt) -> None:
        """A reply to a question; only the one who was asked can answer it."""
        if prompt.person != talk.person.id:
            await talk.show(not_yours_card(talk.speech))
            return
        reseller = await self._desk.reseller(prompt.reseller) if prompt.reseller else None
        text = talk.message.text
        if prompt.reseller and reseller is None:
            await self._desk.gone(talk)
        elif text is None:
            await self._ask(talk, prompt.wanted, reseller, not_text(talk.speech))
        elif reseller is not None:
            await self._change(talk, prompt.wanted, reseller, text)
        elif problem := await self._found(talk, text):
            await self._ask(talk, Wanted.NEW, None, problem)

    async def _change(self, talk: Talk, wanted: Wanted, reseller: Reseller, text: str) -> None:
        problem = await self._changes[wanted](talk, reseller, text) if text else None
        if problem is not None or not text:
            await self._ask(talk, wanted, reseller, problem)

    async def _ask(self, talk: Talk, wanted: Wanted, reseller: Reseller | None, problem: Markup | None) -> None:
        prompt = Prompt(wanted, reseller.id if reseller else 0, talk.person.id)
        await talk.show(prompt_card(prompt, reseller, asking_in(talk, self._desk.currency), problem=problem))
