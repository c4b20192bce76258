"""First words, help, language, and what to say to messages that mean nothing to us."""

import structlog
from telegram.error import TelegramError

from bot.conversations.browsing import Browsing
from bot.conversations.history import History
from bot.conversations.menus import set_admin_menu
from bot.conversations.order import OrderConversation
from bot.conversations.talk import Talk
from bot.ordering.references import normalise_reference
from bot.presentation import greetings
from bot.presentation.buttons import PickLanguage
from bot.presentation.speech import languages, speech_in
from storage.store import Store

log = structlog.get_logger()


class Greeting:
    """Everything that is not about one order."""

    def __init__(self, store: Store, browsing: Browsing, history: History, order: OrderConversation) -> None:
        self._store = store
        self._browsing = browsing
        self._history = history
        self._order = order

    async def start(self, talk: Talk) -> None:
        """``/start``."""
        await talk.show(greetings.welcome_card(talk.person.first_name, talk.speech, private=talk.private))
        if talk.private and talk.role.operates:
            # Beside the person's next updates: menus are convenience, and must keep nobody waiting.
            talk.later(_show_admin_menu(talk), "operator menu")

    async def help(self, talk: Talk) -> None:
        """``/help``."""
        await talk.show(greetings.help_card(talk.speech, admin=talk.role.operates))

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


async def _show_admin_menu(talk: Talk) -> None:
    # Only since Start does Telegram know this chat, so only now does it take a menu for it.
    try:
        await set_admin_menu(talk.bot, talk.chat.id)
    except TelegramError as error:
        log.warning("operator menu not set, it follows with the next /start", reason=error.message)
