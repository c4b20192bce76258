"""The handler of typed buttons: it unpacks a tap's data, and sees that every tap is answered."""

from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar, cast

from telegram import Update
from telegram.ext import Application, ApplicationHandlerStop, BaseHandler

from bot.conversations.talk import Talk
from bot.presentation.buttons import Button, ButtonError

Talking = Application[Any, Talk, Any, Any, Any, Any]
B = TypeVar("B", bound=Button)
Tapped = Callable[[Talk, B], Coroutine[Any, Any, Any]]


class Tap(BaseHandler[Update, Talk, Any], Generic[B]):
    """Calls back with the button of class ``kind`` that was tapped; data that does not unpack is left to others."""

    __slots__ = ("_kind", "_tapped")

    def __init__(self, kind: type[B], tapped: Tapped[B]) -> None:
        super().__init__(self._refuse)
        self._kind = kind
        self._tapped = tapped

    def check_update(self, update: object) -> B | None:
        """The button, if the update is a tap on one of this class."""
        query = update.callback_query if isinstance(update, Update) else None
        if query is None or query.data is None or not self._kind.owns(query.data):
            return None
        try:
            return self._kind.unpack(query.data)
        except ButtonError:
            return None

    async def handle_update(
        self,
        update: Update,
        application: Application[Any, Talk, Any, Any, Any, Any],
        check_result: object,
        context: Talk,
    ) -> Any:
        """Call back, and answer the tap if the callback did not; one that failed is answered by the error handler."""
        try:
            result = await self._tapped(context, cast("B", check_result))
        except ApplicationHandlerStop:
            await context.answer()
            raise
        await context.answer()
        return result

    @staticmethod
    async def _refuse(_update: Update, _talk: Talk) -> None:
        raise NotImplementedError("a tap calls back with its button")
