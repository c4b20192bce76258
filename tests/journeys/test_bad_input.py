"""What people type and tap that is not as expected: a clear answer each time, and nothing ordered by accident."""

import pytest

from tests.journeys import goods
from tests.journeys.goods import Good
from tests.journeys.people import Message, Person, reference_in
from tests.journeys.world import World

NO_ACCESS = "You do not have access to this bot."
MARKED_UP = "<b>&amp;_*[x](y)`~|</code> 🦊👩‍🚀 \\n %s {name}"


@pytest.mark.parametrize(
    ("good", "typed", "said"),
    [
        (goods.KEY, "0", "too little"),
        (goods.KEY, "-2", "too little"),
        (goods.KEY, "1.5", "whole number"),
        (goods.LIMITED, "6", "too much"),
        (goods.KEY, "99999999999", "too much"),
        (goods.KEY, "1e9", "not a number"),
        (goods.KEY, "NaN", "not a number"),
        (goods.KEY, "a couple, please", "not a number"),
        (goods.KEY, "🎁", "not a number"),
        (goods.TOPUP, "0,5", "too little"),
        (goods.TOPUP, "1,000", "two ways"),
        (goods.DECIMAL_TOPUP, "100", "too much"),
        (goods.DECIMAL_TOPUP, "1.23456", "too many decimals"),
    ],
)
def test_a_wrong_quantity_is_answered_and_asked_again(ada: Person, good: Good, typed: str, said: str) -> None:
    goods.buys(ada, good)
    ada.says(typed)
    again = ada.sees(said, button="Cancel")
    assert "How many?" in again["text"] or "What amount?" in again["text"]


@pytest.mark.parametrize(
    ("typed", "understood"), [("٣", "3"), (" +2 ", "2"), ("４", "4"), ("3.0", "3"), ("1 000", "1,000")]
)
def test_a_number_of_keys_is_taken_however_it_is_written(ada: Person, typed: str, understood: str) -> None:
    goods.buys(ada, goods.KEY)
    ada.says(typed)
    assert f"Quantity: {understood}\n" in ada.sees("Please check your order")["text"]


@pytest.mark.parametrize(("typed", "understood"), [("2,25", "2.25"), ("٧٫٥", "7.5"), ("1000", "1,000")])
def test_an_amount_is_taken_however_it_is_written(ada: Person, typed: str, understood: str) -> None:
    goods.buys(ada, goods.TOPUP)
    ada.says(typed)
    ada.sees("Player ID", button="Cancel")
    ada.says("77")
    ada.sees("Choose", button="Asia")
    ada.taps("Asia")
    assert f"Quantity: {understood}\n" in ada.sees("Please check your order")["text"]


def test_a_wrong_answer_does_not_lose_the_ones_before(ada: Person, world: World) -> None:
    goods.buys(ada, goods.TOPUP)
    ada.says("12.5")
    ada.sees("Player ID", button="Cancel")
    for part in ("x" * 4096, "x" * 904):
        ada.says(part)
        ada.sees("too long; 500 characters", button="Cancel")
    ada.says("\u200b\u2060")
    ada.sees("The answer is empty", button="Cancel")
    ada.says("first line\nsecond line")
    ada.sees("single line", button="Cancel")
    ada.sends_photo("my player id")
    ada.sees("Please answer with text", button="Cancel")
    ada.says("77")
    ada.sees("Choose", button="Europe (EU-East)")
    ada.says("the moon")
    ada.sees("not one of the choices", button="Europe (EU-East)")
    ada.says("europe (eu-east)")
    reference = goods.confirms(ada)
    ada.sees(f"Delivered.*{reference[4:]}")
    order = world.voodoo.order_like(goods.TOPUP.id)
    assert (order["quantity"], order["fields"]["player_id"]) == (12.5, "77")


def test_emoji_and_markup_characters_arrive_as_typed(ada: Person, world: World) -> None:
    goods.buys(ada, goods.SERVICE)
    ada.says(MARKED_UP)
    assert f"Account e-mail: {MARKED_UP}\n" in ada.sees("Please check your order")["text"]
    reference = goods.confirms(ada)
    ada.sees(f"Delivered.*{reference[4:]}")
    assert world.voodoo.order_like(goods.SERVICE.id)["fields"] == {"account_email": MARKED_UP}
    ada.says(f"/order_{reference}")
    assert f"Account e-mail: {MARKED_UP}\n" in ada.sees("Placed: ")["text"]


def test_an_item_whose_name_is_full_of_markup_is_bought_like_any_other(ada: Person) -> None:
    card = goods.opens(ada, goods.MARKUP)
    assert goods.MARKUP.name in card["text"]
    ada.taps("Buy")
    ada.sees("How many", button="2")
    ada.taps("2")
    assert goods.MARKUP.name in ada.sees("Please check your order")["text"]
    goods.confirms(ada)
    assert goods.MARKUP.name in ada.sees("Delivered", button="Copy 1")["text"]


def test_the_buttons_of_an_earlier_question_show_the_present_one(ada: Person, world: World) -> None:
    amount = goods.buys(ada, goods.TOPUP)
    # On a slow line the person taps once more before the next question is there.
    world.telegram.post("faults/slow", method="sendMessage", delay=30)
    ada.says("3")
    ada.taps_without_waiting("5", amount)
    world.telegram.post("faults/clear")
    ada.sees("Player ID", min_id=amount["id"], button="Cancel")
    ada.says("77")
    ada.sees("Choose", button="Europe (EU-East)")
    ada.taps("Europe (EU-East)")
    assert "Quantity: 3\n" in ada.sees("Please check your order")["text"]


def test_buttons_of_an_order_already_made_order_nothing(ada: Person, world: World) -> None:
    confirm = _confirm_card(ada)
    before = len(world.voodoo.orders())
    world.telegram.post("faults/slow", method="editMessageText", delay=30)
    ada.taps("Confirm", confirm)
    assert "Already ordered" in ada.taps("Cancel", confirm)
    assert "Already ordered" in ada.taps("‹ Back", confirm)
    world.telegram.post("faults/clear")
    ada.sees("Delivered", button="Copy the code")
    assert len(world.voodoo.orders()) == before + 1


def test_confirm_tapped_three_times_at_once_buys_once(ada: Person, world: World) -> None:
    confirm = _confirm_card(ada)
    before = len(world.voodoo.orders())
    world.telegram.post("faults/slow", method="editMessageText", delay=30)
    ada.taps_without_waiting("Confirm", confirm, times=3)
    world.telegram.post("faults/clear")
    result = ada.sees("Delivered", button="Copy the code")
    orders = world.voodoo.orders()[before:]
    assert [(order["item"], order["create_calls"]) for order in orders] == [(goods.KEY.id, 1)]
    _no_more_than(ada, result)


def test_a_text_at_the_confirm_card_orders_nothing(ada: Person, world: World) -> None:
    _confirm_card(ada)
    before = len(world.voodoo.orders())
    ada.says("yes")
    ada.sees("Nothing was ordered yet. Please use the buttons", button="Cancel")
    assert len(world.voodoo.orders()) == before


def test_an_unknown_command_is_answered_also_in_the_middle_of_a_question(ada: Person) -> None:
    ada.says("/fnord 12")
    ada.sees("I do not know this command. /help")
    goods.buys(ada, goods.KEY)
    ada.says("/fnord")
    ada.sees("I do not know this command. /help")
    ada.says("2")
    assert "Quantity: 2\n" in ada.sees("Please check your order")["text"]


def test_a_photo_outside_an_order_is_answered(ada: Person) -> None:
    ada.sends_photo()
    ada.sees("I only understand text")


def test_an_edited_message_changes_nothing(ada: Person) -> None:
    goods.buys(ada, goods.KEY)
    typed = ada.says("2")
    confirm = ada.sees("Please check your order")
    ada.edits(typed, "20")
    ada.says("/help")
    answer = ada.sees("What you can do")
    assert [message["text"] for message in ada.heard(confirm["version"]) if message["id"] > confirm["id"]] == [
        answer["text"]
    ]
    ada.taps("Confirm", confirm)
    ada.sees("Delivered", button="Copy all")


@pytest.mark.parametrize("words", ["x" * 4000, "gift " * 800, "🦊" * 2000, "<b>&" * 900], ids=len)
def test_a_very_long_search_is_answered(ada: Person, words: str) -> None:
    ada.says(f"/find {words}")
    shown = ada.sees("This is what the catalog has|Nothing in the catalog matches", button="‹ Categories")
    assert len(shown["text"]) < 400


def test_a_search_for_nothing_says_how_to_search(ada: Person) -> None:
    ada.says("/find")
    ada.sees("Write it after the command")


def test_a_stranger_is_told_that_there_is_no_access_and_how_to_ask_and_nothing_else(world: World) -> None:
    zoe = world.stranger()
    commands = ["order", "find gift", "orders", "cancel", "language", "help", "balance", "status", "catalog", "team"]
    for words in (
        *(f"/{command}" for command in commands),
        "/resolve 7KQ2-M9XF x",
        "/order_7KQ2M9XF",
        "/fnord",
        "gift",
    ):
        zoe.says(words)
    zoe.sends_photo()
    # Taps wait in the same lane, so by the answer to this one everything before it was handled, in few words.
    first = next(message for message in zoe.all_messages() if message["from"]["is_bot"])
    zoe.taps("Ask for access", first)
    zoe.sees("You asked for access")
    texts = zoe.bot_texts()
    assert set(texts[1:]) == {NO_ACCESS}
    assert len(texts) < len(commands)
    labels = {button["text"] for message in zoe.all_messages() for row in message["buttons"] for button in row}
    assert labels == {"🙋 Ask for access"}


def _confirm_card(person: Person) -> Message:
    goods.buys(person, goods.KEY)
    person.taps("1")
    return person.sees("Please check your order")


def _no_more_than(person: Person, result: Message) -> None:
    """Nothing follows a result but what the person asks for next."""
    reference = reference_in(result)
    person.says("/help")
    person.sees("What you can do")
    results = [text for text in person.bot_texts() if "Delivered" in text and reference[4:] in text]
    assert len(results) == 2, "its living message and its result"
