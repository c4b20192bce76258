"""First words, help, language, and what to say to messages that mean nothing to us."""

from bot.conversations.browsing import Browsing
from bot.conversations.history import History
from bot.conversations.joining import Joining, start_token
from bot.conversations.menus import Menus, own_commands
from bot.conversations.order import OrderConversation
from bot.conversations.talk import Talk
from bot.ordering.references import normalise_reference
from bot.presentation import greetings
from bot.presentation.buttons import PickLanguage
from bot.presentation.speech import languages, speech_in
from storage.store import Store


class Greeting:
    """Everything that is not about one order."""

    def __init__(
        self,
        store: Store,
        browsing: Browsing,
        history: History,
        order: OrderConversation,
        joining: Joining,
        menus: Menus,
    ) -> None:
        self._store = store
        self._joining = joining
        self._menus = menus
        self._browsing = browsing
        self._history = history
        self._order = order

    async def start(self, talk: Talk) -> None:
        """``/start``, and ``/start TOKEN`` of a link."""
        if token := start_token(talk):
            await self._joining.open(talk, token)
            return
        await talk.show(greetings.welcome_card(talk.person.first_name, talk.speech, private=talk.private))
        if talk.private:
            # Only since Start does Telegram know this chat, so only now does it take a menu for it.
            self._menus.renew(talk, talk.person.id)

    async def help(self, talk: Talk) -> None:
        """``/help``."""
        operators = greetings.ADMINS if talk.role.operates else ()
        own = own_commands(talk.buyer) if talk.private else greetings.IN_GROUPS
        # Of two commands of one name an operator has the operator's.
        own = [entry for entry in own if entry.name not in {other.name for other in operators}]
        await talk.show(greetings.help_card(talk.speech, own, operators))

    async def language(self, talk: Talk) -> None:
        """``/language``."""
        await talk.show(greetings.language_card(talk.speech))

    async def pick_language(self, talk: Talk, button: PickLanguage) -> None:
        """Speak the chosen language in this chat from now on."""
        if button.language not in languages():
            await talk.show(greetings.language_card(talk.speech))
            return
        await self._store.write(lambda tables: tables.chats.set_language(talk.chat.id, button.language))
        await talk.show(greetings.language_chosen_card(speech_in(button.language)))
        if talk.private:
            self._menus.renew(talk, talk.person.id)

    async def unknown_command(self, talk: Talk) -> None:
        """A command nobody knows. In groups it may be for another bot, so it is ignored there."""
        if talk.private:
            await talk.show(greetings.unknown_command_card(talk.speech))

    async def text(self, talk: Talk) -> None:
        """A text outside a conversation: an order's reference or a search, in private only."""
        if await self._order.expects(talk):
            await self._order.typed(talk)
            return
        if not talk.private:
            return
        text = talk.message.text or ""
        if normalise_reference(text) and await self._history.show(talk, text):
            return
        await self._browsing.search(talk, text)

    async def not_text(self, talk: Talk) -> None:
        """A photo and the like outside a conversation."""
        if talk.private:
            await talk.show(greetings.words_please_card(talk.speech))

    async def unreadable_button(self, talk: Talk) -> None:
        """A button of an older version of the bot."""
        await talk.answer(talk.speech.plain("This button is too old. Send /order to start afresh."), alert=True)
