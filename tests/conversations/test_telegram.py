"""What Telegram refuses, and what the bot does about it."""

import pytest
from telegram import BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest

from bot.conversations.menus import set_menus
from bot.conversations.screen import Screen
from bot.intake.dispatch import Dispatcher
from bot.intake.updates import read_update
from bot.presentation.buttons import OpenCategories
from bot.presentation.cards import Card
from bot.sandbox.telegram import people
from bot.sandbox.telegram.model import Message
from tests.conversations.buying import draft
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, Shop


def delete(shop: Shop, message: Message) -> None:
    """A person deletes a message."""
    shop.telegram.world.delete_message(shop.telegram.world.chat(ADMIN), message)


async def test_a_question_whose_message_was_deleted_is_asked_in_a_new_one(shop: Shop) -> None:
    await shop.says("/find steam")
    await shop.taps("$")
    shop.press("Buy")
    delete(shop, shop.last())
    await shop.settle()
    assert "How many?" in shop.text()
    assert (await draft(shop)).message_id == shop.last().id


async def test_tapping_the_page_that_is_shown_is_no_failure(shop: Shop) -> None:
    await shop.says("/order")
    await shop.taps("Steam")
    before = shop.text()
    shop.press("Steam Wallet")
    [tap] = await shop.fetch()
    await shop.handle(tap)
    await shop.handle(tap)
    await shop.taps("Back")
    assert shop.text() == before


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_button_whose_message_telegram_cannot_get_at_any_more_still_leads_on(shop: Shop, deleted: bool) -> None:
    await shop.says("/order")
    shown = shop.last()
    if deleted:
        delete(shop, shown)
    world = shop.telegram.world
    query = world.ask(world.user(ADMIN))
    # Of such a message Telegram tells the chat, the id, and a date that is always 0.
    message = {"message_id": shown.id, "date": 0, "chat": {"id": ADMIN, "type": "private", "first_name": "Ada"}}
    person = {"id": ADMIN, "is_bot": False, "first_name": "Ada"}
    tap = {"id": query.id, "from": person, "message": message, "chat_instance": "1", "data": OpenCategories(0).pack()}
    dispatcher = Dispatcher(shop.application, shop.keeper)
    await dispatcher.handle(read_update({"update_id": 5_000_000, "callback_query": tap}))
    assert (shop.last().id == shown.id) is not deleted
    assert "Choose a category" in shop.text()
    assert len(shop.popups()) == 1


async def test_two_taps_on_the_same_button_are_both_answered(shop: Shop) -> None:
    await shop.says("/order")
    shop.press("Steam")
    shop.press("Steam")
    await shop.settle()
    assert len(shop.popups()) == 2
    assert "Something went wrong" not in shop.text()


async def test_every_menu_is_set_per_scope_and_language(shop: Shop) -> None:
    await shop.says("/start")
    await shop.says("/start", who=COLLEAGUE)
    await set_menus(shop.application.bot, frozenset({ADMIN, 424242}))
    bot = shop.application.bot
    everybody, admins = BotCommandScopeDefault(), BotCommandScopeChat(ADMIN)
    commands = {
        (scope, language): [one.command for one in await bot.get_my_commands(scope, language)]
        for scope in (everybody, admins)
        for language in ("", "ru")
    }
    assert commands[everybody, ""] == commands[everybody, "ru"] == ["start"]
    assert commands[admins, ""] == commands[admins, "ru"]
    assert {"order", "find", "orders", "cancel", "language", "help", "balance", "status"} <= {*commands[admins, ""]}
    description = await shop.application.bot.get_my_description("ru")
    assert "Подарочные карты" in description.description


async def test_a_text_with_broken_markup_still_arrives_without_it(shop: Shop) -> None:
    await shop.says("/start")
    screen = Screen(shop.application.bot, ADMIN, None)
    message_id = await screen.send(Card("<b>broken & <code>x</code>"))
    assert shop.text() == "broken & x"
    assert await screen.edit(message_id, Card("<i>again")) == message_id
    assert shop.text() == "again"


async def test_a_message_to_a_deleted_topic_goes_to_the_chat(shop: Shop) -> None:
    await Screen(shop.application.bot, GROUP, 4242).send(Card("hello"))
    assert shop.last(GROUP).topic is None


async def test_what_cannot_be_mended_is_raised(shop: Shop) -> None:
    screen = Screen(shop.application.bot, COLLEAGUE, None)
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await screen.send(Card("hello"))
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await screen.edit(1, Card("hello"))


async def test_a_person_who_blocked_the_bot_costs_nothing_but_a_line_in_the_log(shop: Shop) -> None:
    await shop.says("/start")
    shown = len(shop.messages())
    world = shop.telegram.world
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), people.Draft("/order"))
    people.block(shop.telegram, world.user(ADMIN))
    await shop.settle()
    assert len(shop.messages()) == shown


async def test_a_tap_that_waited_too_long_is_handled_all_the_same(shop: Shop) -> None:
    await shop.says("/order")
    shop.press("Steam")
    shop.telegram.world.queries.popitem()
    await shop.settle()
    assert "Prices and stock" in shop.text()
    assert "Something went wrong" not in shop.text()
