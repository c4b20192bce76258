"""What happens when a handler fails: the operator reads why in the log, the person reads one sentence."""

import structlog
from telegram import Update
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.conversations.gate import chat_of
from bot.conversations.joining import is_insider
from bot.conversations.recent import Recent
from bot.conversations.talk import Talk, place_of
from bot.presentation.greetings import lost_answer_card, trouble_card
from bot.presentation.speech import speech_for, speech_in
from bot.resellers.buyers import Buyer, Buyers

log = structlog.get_logger()


class Troubles:
    """The application's error handler."""

    def __init__(self, buyers: Buyers, familiar: Recent[str], default_language: str) -> None:
        self._buyers = buyers
        self._familiar = familiar
        self._default_language = default_language

    async def meet(self, update: object, talk: Talk) -> None:
        """Log the failure, tell whoever caused it, and raise ``ApplicationHandlerStop``.

        Without that PTB would offer the update to the next group: past a gate that failed to close.
        """
        try:
            await self._report(update, talk)
        except Exception:  # an error in the error handler must not open the gate either
            log.exception("an update's failure could not be told")
        raise ApplicationHandlerStop

    async def _report(self, update: object, talk: Talk) -> None:
        subject = update if isinstance(update, Update) else None
        facts = {
            "update_id": subject.update_id if subject else None,
            "chat": subject.effective_chat.id if subject and subject.effective_chat else None,
        }
        if _unreached(talk.error):
            # Nobody has to look into this, and while Telegram is away there may be many.
            log.warning("an answer did not reach telegram", **facts, reason=type(talk.error).__name__)
        else:
            log.error("update failed", **facts, exc_info=talk.error)
        if subject is not None and subject.effective_message is not None:
            await self._tell(subject, talk)

    async def _tell(self, update: Update, talk: Talk) -> None:
        if not (is_insider(talk) if talk.admitted else self._let_in(update, talk)):
            await talk.answer()
            return
        # Whoever is told to try again may credit an account twice.
        card = lost_answer_card(talk.speech) if _unreached(talk.error) else trouble_card(talk.speech)
        try:
            # A tap that was answered before it failed has no second answer.
            if update.callback_query is None or not await talk.answer(card.text, alert=True):
                await talk.send(card)
        except TelegramError as error:
            log.warning("the person could not be told", reason=error.message)

    def _let_in(self, update: Update, talk: Talk) -> bool:
        """Without the gate, and perhaps without a store, only admins and those it let in lately are known."""
        person, seen = update.effective_user, chat_of(update)
        if person is None or seen is None:
            return False
        admin = self._buyers.admin(person.id)
        if not admin and person.id not in self._familiar:
            return False
        spoken = self._familiar.get(person.id)
        speech = speech_in(spoken) if spoken else speech_for(seen, self._default_language)
        talk.enter(seen, Buyer(place_of(update, seen.id, person.id), admin), speech)
        return True


def _unreached(error: Exception | None) -> bool:
    """Whether Telegram gave no answer; what it refuses is a network error to python-telegram-bot, too."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)
