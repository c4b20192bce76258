"""Ordering in a group: only who began answers, and prompts ask for replies."""

from telegram import Update

from storage.records.orders import Step
from tests.conversations.buying import draft
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, STRANGER, Shop

STICKER = {
    "file_id": "s",
    "file_unique_id": "s",
    "type": "regular",
    "width": 9,
    "height": 9,
    "is_animated": False,
    "is_video": False,
}


async def to_player_id(shop: Shop) -> None:
    """Up to the first text question of a top-up."""
    await shop.says("/find mobile legends", chat=GROUP)
    await shop.taps("$", chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    await shop.taps("5", chat=GROUP)


async def test_a_text_question_asks_its_person_alone_to_reply(shop: Shop) -> None:
    await to_player_id(shop)
    page = shop.last(GROUP).to_page()
    assert page["force_reply"] == {"selective": True, "placeholder": "Player ID"}
    assert any(entity["type"] == "text_mention" for entity in page["entities"])
    assert "/back · /cancel" in page["text"]


async def test_a_reply_to_the_question_answers_it(shop: Shop) -> None:
    await to_player_id(shop)
    await shop.says("player one", chat=GROUP, reply_to=shop.last(GROUP).id)
    assert "Server" in shop.text(GROUP)
    await shop.taps("Europe", chat=GROUP)
    assert "Player ID: player one" in shop.text(GROUP)


async def test_a_quantity_may_be_a_reply_too(shop: Shop) -> None:
    await shop.says("/find steam", chat=GROUP)
    await shop.taps("$", chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    await shop.says("7", chat=GROUP, reply_to=shop.last(GROUP).id)
    assert "Quantity: 7" in shop.text(GROUP)


async def test_a_reply_to_another_message_is_not_taken_for_the_answer(shop: Shop) -> None:
    await shop.says("/help", chat=GROUP)
    help_id = shop.last(GROUP).id
    await to_player_id(shop)
    await shop.says("thanks", chat=GROUP, reply_to=help_id)
    assert (await draft(shop, chat=GROUP)).values == ()
    assert "Player ID" in shop.text(GROUP)


async def test_somebody_elses_reply_is_not_an_answer(shop: Shop) -> None:
    await to_player_id(shop)
    await shop.says("mine!", who=COLLEAGUE, chat=GROUP, reply_to=shop.last(GROUP).id)
    assert (await draft(shop, chat=GROUP)).values == ()


async def test_somebody_elses_tap_is_told_whose_order_it_is(shop: Shop) -> None:
    await shop.says("/find steam", chat=GROUP)
    await shop.taps("$", chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    await shop.taps("2", who=COLLEAGUE, chat=GROUP)
    assert shop.popups()[-1] == "This is the order of Ada. Send /order to begin your own."
    assert (await draft(shop, chat=GROUP)).step is Step.QUANTITY


async def test_somebody_elses_confirm_orders_nothing(shop: Shop) -> None:
    await shop.says("/find steam", chat=GROUP)
    await shop.taps("$", chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    await shop.taps("2", chat=GROUP)
    await shop.taps("Confirm", who=COLLEAGUE, chat=GROUP)
    assert "order of Ada" in shop.popups()[-1]
    assert (await draft(shop, chat=GROUP)).step is Step.CONFIRM


async def test_back_and_cancel_are_commands_where_a_question_has_no_buttons(shop: Shop) -> None:
    await to_player_id(shop)
    await shop.says("/back", chat=GROUP)
    assert "What amount?" in shop.text(GROUP)
    await shop.says("/cancel@orderline_demo_bot", chat=GROUP)
    assert "Cancelled" in shop.text(GROUP)


async def test_the_order_is_bound_to_the_groups_topic(shop: Shop) -> None:
    world = shop.telegram.world
    topic = next(iter(world.chat(GROUP).topics))
    await shop.says("/find steam", chat=GROUP, topic=topic)
    await shop.taps("$", chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    assert shop.last(GROUP).topic == topic
    assert (await draft(shop, chat=GROUP)).place.thread_id == topic


async def test_chatter_in_a_group_is_not_searched(shop: Shop) -> None:
    await shop.says("/help", chat=GROUP)
    before = len(shop.messages(GROUP))
    await shop.says("steam is down again", chat=GROUP, reply_to=shop.last(GROUP).id)
    assert len(shop.messages(GROUP)) == before


async def test_what_somebody_who_orders_writes_to_others_is_left_alone(shop: Shop) -> None:
    """An admin of the group, such as the bot may be, hears everything; in a topic every message is a reply."""
    await to_player_id(shop)
    before = len(shop.messages(GROUP))
    chat = {"id": GROUP, "type": "supergroup", "title": "Resellers"}
    ada, other = ({"id": number, "is_bot": False, "first_name": "A"} for number in (ADMIN, COLLEAGUE))
    said = {"message_id": 899, "date": 1, "chat": chat, "from": other, "text": "Shall we go on?"}
    for number, content in enumerate(({"text": "yes"}, {"sticker": STICKER})):
        message = {"message_id": 900 + number, "date": 1, "chat": chat, "from": ada, "reply_to_message": said}
        raw = {"update_id": 5_000_000 + number, "message": message | content}
        await shop.handle(Update.de_json(raw, shop.application.bot))
    assert len(shop.messages(GROUP)) == before
    assert (await draft(shop, chat=GROUP)).step is Step.FIELD


async def test_a_stranger_in_a_group_is_answered_only_when_they_command(shop: Shop) -> None:
    await shop.says("/help", chat=GROUP)
    help_id, before = shop.last(GROUP).id, len(shop.messages(GROUP))
    await shop.says("hello", who=STRANGER, chat=GROUP, reply_to=help_id)
    await shop.says("/weather", who=STRANGER, chat=GROUP)
    assert len(shop.messages(GROUP)) == before
    await shop.says("/order", who=STRANGER, chat=GROUP)
    assert shop.text(GROUP).split("\n") == [
        "You do not have access to this bot.",
        "You can ask for it in our private chat.",
    ]


async def test_a_strangers_tap_is_refused_with_an_alert(shop: Shop) -> None:
    await shop.says("/order", chat=GROUP)
    await shop.taps("Steam", who=STRANGER, chat=GROUP)
    assert "do not have access" in shop.popups()[-1]
    assert "Catalog" in shop.text(GROUP)
