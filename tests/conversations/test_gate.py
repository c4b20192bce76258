"""A failure closes the way: what broke before or in the gate reaches no handler behind it."""

from structlog.testing import capture_logs
from telegram import Update
from telegram.error import BadRequest, TimedOut
from telegram.ext import TypeHandler

from bot.conversations.talk import Talk
from storage.records.resellers import MemberRole
from tests.conversations.shop import ADMIN, STRANGER, Shop
from tests.resellers.people import add_reseller


async def test_an_update_whose_check_failed_is_offered_to_no_handler(shop: Shop) -> None:
    reached: list[int] = []

    async def broken_check(_update: Update, _talk: Talk) -> None:
        raise OSError("the disk is gone")

    async def witness(update: Update, _talk: Talk) -> None:
        reached.append(update.update_id)

    shop.application.add_handler(TypeHandler(Update, broken_check), group=-2)
    shop.application.add_handler(TypeHandler(Update, witness), group=1)
    await shop.says("/order", who=STRANGER)
    await shop.says("/order", who=ADMIN)
    assert reached == []
    assert [message.body.text for message in shop.messages(STRANGER)] == []
    assert "Choose a category" not in shop.text(ADMIN)


async def logged_when(shop: Shop, error: Exception) -> list[str]:
    """What the log says of an update whose handler fails."""

    async def failing(_update: Update, _talk: Talk) -> None:
        raise error

    shop.application.add_handler(TypeHandler(Update, failing), group=-2)
    with capture_logs() as lines:
        await shop.says("/order", who=ADMIN)
    return [f"{line['event']}: {line.get('reason', '')}" for line in lines]


async def test_an_answer_that_telegram_did_not_take_is_one_line_in_the_log(shop: Shop) -> None:
    assert await logged_when(shop, TimedOut()) == ["an answer did not reach telegram: TimedOut"]


async def test_an_answer_that_telegram_refuses_is_somebodys_mistake(shop: Shop) -> None:
    assert await logged_when(shop, BadRequest("chat not found")) == ["update failed: "]


async def test_a_member_whom_the_gate_let_in_lately_is_told_that_something_failed(shop: Shop) -> None:
    await add_reseller(shop.store, people={STRANGER: MemberRole.BUYER}, groups=())
    await shop.says("/help", who=STRANGER)

    async def broken_check(_update: Update, _talk: Talk) -> None:
        raise OSError("the disk is gone")

    shop.application.add_handler(TypeHandler(Update, broken_check), group=-2)
    await shop.says("/order", who=STRANGER)
    assert shop.text(STRANGER).startswith("На нашей стороне произошла ошибка")
