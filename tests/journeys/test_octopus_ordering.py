"""Ordering gift cards with face values, each kind from the first tap to the voucher."""

import csv
import re
from io import StringIO
from typing import Any

import httpx
import pytest

from tests.journeys import goods
from tests.journeys.cards import AMAZON, APPLE, GOOGLE, NETFLIX, NINTENDO, STEAM, XBOX, asks_for, parts
from tests.journeys.goods import Good
from tests.journeys.orders import sees_order
from tests.journeys.people import Message, Person
from tests.journeys.supplier import Order
from tests.journeys.world import World


def buttons(message: Message) -> list[dict[str, Any]]:
    return [button for row in message["buttons"] or () for button in row]


def copied(message: Message) -> list[str]:
    """What the message's copy buttons put on the clipboard."""
    return [button["copy_text"]["text"] for button in buttons(message) if "copy_text" in button]


def delivered(person: Person, world: World, good: Good) -> tuple[Message, Order]:
    """The result of the order just confirmed, and the order in the supplier's books."""
    reference = goods.confirms(person)
    sees_order(person, reference, "Delivered")
    order = world.octopus.order_like(good.id)
    result = person.sees("Delivered", button=copy_label(order))
    return result, order


def copy_label(order: Order) -> str:
    one = order["quantity"] == 1
    if order["vouchers"][0]["card_number"]:
        return "Copy the code" if one else "Copy 1"
    return "Copy the link" if one else "Copy link 1"


def table(world: World, message: Message) -> list[list[str]]:
    """The rows of the document that came."""
    got = httpx.get(f"{world.telegram.url}{message['document']['url']}", timeout=20)
    assert got.is_success
    return list(csv.reader(StringIO(got.content.decode(), newline="")))


def test_a_listed_value_is_tapped_and_number_pin_and_expiry_come(ada: Person, world: World) -> None:
    question = asks_for(ada, STEAM)
    assert [button["text"] for button in buttons(question)][:5] == ["5 USD", "10 USD", "20 USD", "50 USD", "100 USD"]
    ada.taps("20 USD")
    ada.sees("How many")
    ada.taps("2")
    card = ada.sees("Please check your order")["text"]
    assert "Value: 20 USD" in card
    assert "Face value: $40.00" in card
    assert "Discount: $1.40 (3.5%)" in card
    assert "Leaves the wallet: $38.60" in card
    result, order = delivered(ada, world, STEAM)
    assert copied(result) == parts(order)
    assert all(part in result["text"] for part in parts(order))
    assert result["text"].count("Valid until: ") == 2
    assert order["vouchers"][0]["expires_at"][:4] in result["text"]
    assert (str(order["charged"]), order["quantity"], order["create_calls"]) == ("38.6", 2, 1)


def test_a_single_value_is_not_asked_for_and_its_code_has_no_pin(ada: Person, world: World) -> None:
    assert "How many" in asks_for(ada, XBOX)["text"]
    ada.says("1")
    assert "Value: 14.99 USD" in ada.sees("Please check your order")["text"]
    result, order = delivered(ada, world, XBOX)
    assert copied(result) == [order["vouchers"][0]["card_number"]]
    assert "PIN" not in result["text"]
    assert str(order["denomination"]) == "14.99"


@pytest.mark.parametrize(
    ("good", "typed", "answer"),
    [
        (AMAZON, "4.99", "less than the smallest value"),
        (AMAZON, "500.01", "more than the largest value"),
        (AMAZON, "7.555", "too many decimals for USD"),
        (AMAZON, "a few", "not a number"),
        (AMAZON, "-10", "less than the smallest value"),
        (STEAM, "25", "no such value"),
        (NINTENDO, "1000.5", "too many decimals for JPY"),
        (NETFLIX, "2.5005", "too many decimals for KWD"),
    ],
    ids=lambda value: value.name if isinstance(value, Good) else None,
)
def test_a_value_that_is_not_offered_is_refused_and_asked_again(
    ada: Person, good: Good, typed: str, answer: str
) -> None:
    asks_for(ada, good)
    ada.says(typed)
    again = ada.sees(answer)
    assert "Which value?" in again["text"]


@pytest.mark.parametrize(
    ("good", "typed", "sent", "charged"),
    [
        (AMAZON, "$7,5", "7.5", "7.35"),
        (STEAM, "50 usd", "50", "48.25"),
        (NINTENDO, "1 234", "1234", "1209"),
        (NETFLIX, "2.505", "2.505", "2.467"),
    ],
    ids=lambda value: value.name if isinstance(value, Good) else None,
)
def test_a_typed_value_goes_to_the_supplier_exactly(
    ada: Person, world: World, good: Good, typed: str, sent: str, charged: str
) -> None:
    asks_for(ada, good)
    ada.says(typed)
    ada.sees("How many")
    ada.says("1")
    ada.sees("Please check your order")
    _, order = delivered(ada, world, good)
    assert (f"{order['denomination']:g}", f"{order['charged']:g}") == (sent, charged)


def test_the_quantity_is_bound_by_what_the_supplier_takes_at_once(ada: Person, world: World) -> None:
    asks_for(ada, APPLE)
    ada.says("25")
    assert "from 1 to 20" in ada.sees("How many")["text"]
    for typed, answer in (("21", "too much"), ("0", "too little"), ("1.5", "whole number")):
        ada.says(typed)
        assert "How many?" in ada.sees(answer)["text"]
    ada.says("1")
    result, order = delivered(ada, world, APPLE)
    assert copied(result) == parts(order)


def test_a_claim_link_comes_as_a_button(ada: Person, world: World) -> None:
    asks_for(ada, GOOGLE)
    ada.taps("10 GBP")
    ada.sees("How many")
    ada.says("1")
    result, order = delivered(ada, world, GOOGLE)
    (voucher,) = order["vouchers"]
    assert [button["url"] for button in buttons(result) if "url" in button] == [voucher["claim_url"]]
    assert voucher["claim_url"] not in result["text"]
    assert voucher["pin_code"] is None


def test_a_larger_order_is_told_of_by_webhook_and_fetched_once(ada: Person, world: World) -> None:
    asks_for(ada, XBOX)
    ada.says("6")
    result, order = delivered(ada, world, XBOX)
    assert copied(result)[:6] == parts(order)
    told = world.octopus.waits(order_id=order["id"], webhooks=1)
    assert told["reads"] == 1, "one reader, one clear view"


def test_many_vouchers_come_as_a_table_with_every_part_as_the_supplier_gave_it(ada: Person, world: World) -> None:
    asks_for(ada, STEAM)
    ada.says("5")
    ada.sees("How many")
    ada.says("30")
    ada.sees("Please check your order")
    reference = goods.confirms(ada)
    result = ada.sees("Delivered", document=True)
    assert "30 codes in the file" in result["text"]
    assert result["document"]["name"] == f"{reference}.csv"
    header, *rows = table(world, result)
    assert header == ["number", "code", "pin", "link", "valid_until", "serial"]
    order = world.octopus.order_like(STEAM.id)
    assert [row[:4] + row[5:] for row in rows] == [
        [
            str(number),
            voucher["card_number"],
            voucher["pin_code"],
            voucher["claim_url"] or "",
            voucher["voucher_reference_number"] or "",
        ]
        for number, voucher in enumerate(order["vouchers"], start=1)
    ]
    assert all(row[4][:10] == voucher["expires_at"][:10] for row, voucher in zip(rows, order["vouchers"], strict=True))


def test_in_a_group_every_part_lies_under_a_spoiler(ada: Person, world: World) -> None:
    here = world.in_group(ada, world.group(ada))
    asks_for(here, STEAM)
    here.answers("10")
    here.sees("How many")
    here.taps("1")
    reference = goods.confirms(here)
    here.sees(f"Delivered.*{reference[4:]}")
    order = world.octopus.order_like(STEAM.id)
    result = here.sees(parts(order)[0])
    text = result["text"].encode("utf-16-le")
    spans = [entity for entity in result["entities"] if entity["type"] == "spoiler"]
    under = [text[2 * s["offset"] : 2 * (s["offset"] + s["length"])].decode("utf-16-le") for s in spans]
    assert set(parts(order)) <= set(under)
    bare = result["text"]
    for hidden in under:
        bare = bare.replace(hidden, "", 1)
    assert not any(part in bare for part in parts(order))


def test_back_leads_through_value_and_quantity_to_the_item(ada: Person) -> None:
    asks_for(ada, AMAZON)
    ada.says("12.34")
    assert "Value: 12.34 USD" in ada.sees("How many", button="‹ Back")["text"]
    ada.says("3")
    ada.sees("Please check your order")
    ada.taps("‹ Back")
    ada.sees("How many", button="‹ Back")
    ada.taps("‹ Back")
    ada.sees("Which value", button="‹ Back")
    ada.says("20")
    assert "Value: 20 USD" in ada.sees("How many", button="‹ Back")["text"]
    ada.taps("‹ Back")
    ada.sees("Which value", button="‹ Back")
    ada.taps("‹ Back")
    ada.sees("Price: ", button="Buy")


def test_a_whole_gift_card_order_in_russian(world: World) -> None:
    ada = world.admin("ru")
    ada.says(f"/find {STEAM.name}")
    ada.sees("Вот что есть в каталоге")
    ada.taps(STEAM.name)
    ada.sees("Цена: ", button="Купить")
    ada.taps("Купить")
    ada.sees("Какой номинал", button="Отменить")
    ada.says("7")
    ada.sees("Такого номинала нет", button="Отменить")
    ada.taps("10 USD")
    ada.sees("Сколько штук", button="Отменить")
    ada.taps("1")
    ada.sees("Проверьте заказ")
    ada.taps("Подтвердить")
    result = ada.sees("Выполнен", button="Копировать код")
    assert all(part in result["text"] for part in parts(world.octopus.order_like(STEAM.id)))
    said = "\n".join(ada.bot_texts()).replace(STEAM.name, "")
    assert not re.search(r"\b(the|order|your|price|with|value|discount)\b", said, re.IGNORECASE)
