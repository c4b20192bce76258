"""Past orders: who sees which, and their codes again."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from storage.records.orders import Attention, Code, Order, OrderState, Place
from storage.store import Store, Tables
from tests.conversations.accounts import found_account
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, STRANGER, Shop, open_shop
from tests.factories import NOW, keys, make_item, make_order, make_value

REFERENCE = "7KQ2M9XF"


async def stored(shop: Shop, *codes: str, **changes: Any) -> Order:
    """A delivered order with these codes."""
    ended = {"state": OrderState.COMPLETED, "settled_at": NOW, "next_check_at": None, "reference": REFERENCE}
    order = make_order(**(ended | changes))

    async def unit(tables: Tables) -> Order:
        added = await tables.orders.add(order)
        await tables.orders.add_codes(added.id, keys(*codes))
        return added

    return await shop.store.write(unit)


async def test_a_list_leads_to_an_order_and_its_codes(shop: Shop) -> None:
    await stored(shop, "AAAA-BBBB")
    await shop.says("/orders")
    assert f"/order_{REFERENCE}" in shop.text()
    await shop.says(f"/order_{REFERENCE}")
    assert "Steam Wallet 10 USD" in shop.text()
    assert "AAAA-BBBB" not in shop.text()
    await shop.taps("Show the code")
    assert "AAAA-BBBB" in shop.text()


async def test_many_codes_come_again_as_a_document(shop: Shop) -> None:
    codes = [f"CODE-{number}" for number in range(30)]
    await stored(shop, *codes)
    await shop.says(f"/order_{REFERENCE}")
    await shop.taps("Show 30 codes")
    document = shop.last().document
    assert document is not None
    assert document.content.decode().splitlines() == codes


async def vouchers(shop: Shop, order: Order, *codes: Code) -> None:
    """Give an order codes with parts."""
    await shop.store.write(lambda tables: tables.orders.add_codes(order.id, codes))


async def test_a_voucher_is_shown_again_with_its_parts(shop: Shop) -> None:
    link = "https://claim.example.com/7"
    await vouchers(shop, await stored(shop), Code("4111", "0042", link, datetime(2027, 5, 1, tzinfo=UTC)))
    await shop.says(f"/order_{REFERENCE}")
    await shop.taps("Show the code")
    assert "4111\nPIN: 0042\nValid until: May 1, 2027" in shop.text()
    assert shop.labels() == ["Copy the code", "Copy the PIN", "Open the link", "Copy the link"]


async def test_many_vouchers_come_again_as_a_table(shop: Shop) -> None:
    await vouchers(shop, await stored(shop), *(Code(f"4111-{number}", pin="0042") for number in range(30)))
    await shop.says(f"/order_{REFERENCE}")
    await shop.taps("Show 30 codes")
    document = shop.last().document
    assert document is not None
    assert document.name == f"{REFERENCE}.csv"
    assert document.content.decode().splitlines()[1] == '"1","4111-0","0042","","",""'


async def test_a_link_in_a_group_is_hidden_and_has_no_button(shop: Shop) -> None:
    order = await stored(shop, place=Place(GROUP, ADMIN))
    await vouchers(shop, order, Code(link="https://claim.example.com/7"))
    await shop.says(f"/order_{REFERENCE}@orderline_demo_bot", chat=GROUP)
    await shop.taps("Show the code", chat=GROUP)
    assert "https://claim.example.com/7" in shop.text(GROUP)
    assert "spoiler" in {entity["type"] for entity in shop.last(GROUP).body.entities()}
    assert shop.labels(shop.last(GROUP)) == ["Copy the link"]


async def test_a_typed_reference_opens_the_order(shop: Shop) -> None:
    await stored(shop)
    await shop.says("7kq2-m9xf")
    assert "7KQ2-M9XF" in shop.text()


async def test_an_order_again_opens_the_item_below_and_leaves_the_order_alone(shop: Shop) -> None:
    await stored(shop, "AAAA")
    await shop.says(f"/order_{REFERENCE}")
    card = shop.last()
    await shop.taps("Order again")
    assert "Buy" in shop.labels()
    assert "7KQ2-M9XF" in card.body.text


async def test_lists_are_paged_and_filtered(shop: Shop) -> None:
    for number in range(10):
        await stored(shop, reference=f"ABCDEFG{number}")
    await stored(shop, reference="FA2LEDXX", state=OrderState.FAILED)
    await shop.says("/orders")
    assert "ABCDEFG9" in shop.text()
    assert "ABCDEFG2" not in shop.text()
    await shop.taps("Older")
    assert "ABCDEFG2" in shop.text()
    await shop.taps("Newest")
    await shop.taps("Failed")
    assert "FA2LEDXX" in shop.text()
    assert "ABCDEFG" not in shop.text()


async def test_a_filter_can_be_typed(shop: Shop) -> None:
    await stored(shop, attention=Attention.ID_MISMATCH)
    await stored(shop, reference="ABCDEFG2")
    await shop.says("/orders attention")
    assert REFERENCE in shop.text()
    assert "ABCDEFG2" not in shop.text()


async def test_admins_see_everybodys_orders_in_private(shop: Shop) -> None:
    await stored(shop, place=Place(COLLEAGUE, COLLEAGUE))
    await shop.says("/orders")
    assert REFERENCE in shop.text()


async def test_a_group_sees_its_own_orders_alone(shop: Shop) -> None:
    await stored(shop, "SECRET", place=Place(ADMIN, ADMIN))
    await stored(shop, reference="ABCDEFG2", place=Place(GROUP, ADMIN))
    await shop.says("/orders", chat=GROUP)
    assert "ABCDEFG2" in shop.text(GROUP)
    assert REFERENCE not in shop.text(GROUP)
    await shop.says(f"/order_{REFERENCE}", chat=GROUP)
    assert "no such order" in shop.text(GROUP)


async def test_operators_open_in_their_own_chat_what_its_notices_name_but_its_codes(
    store: Store, tmp_path: Path
) -> None:
    async with open_shop(store, tmp_path, [make_item()], desk=[GROUP]) as shop:
        nova = await found_account(shop)
        sold = {"reseller_id": nova.id, "price": Decimal(5), "attention": Attention.COST_DIFFERS}
        typed = (make_value(label="Password", value="hunter2", shown="hunter2"),)
        await stored(shop, "AAAA", place=Place(STRANGER, STRANGER), values=typed, **sold)
        await shop.says(f"/order_{REFERENCE}", chat=GROUP)
        assert "hunter2" not in shop.text(GROUP)
        assert "Sold to Nova Games" in shop.text(GROUP)
        await shop.taps("Show the code", chat=GROUP)
        assert "in our private chat" in shop.popups()[-1]
        for command in ("/orders attention", "/orders Nova Games"):
            await shop.says(command, chat=GROUP)
            assert f"Nova Games · {STRANGER} · /order_{REFERENCE}" in shop.text(GROUP), command
        await shop.says(f"/order_{REFERENCE}")
        assert "Password: hunter2" in shop.text()
        assert all("AAAA" not in message.body.text for message in shop.messages(GROUP))


async def test_codes_shown_again_in_a_group_are_hidden_behind_spoilers(shop: Shop) -> None:
    await stored(shop, "AAAA", place=Place(GROUP, ADMIN))
    await shop.says(f"/order_{REFERENCE}@orderline_demo_bot", chat=GROUP)
    await shop.taps("Show the code", chat=GROUP)
    assert {entity["type"] for entity in shop.last(GROUP).body.entities()} >= {"spoiler"}


async def test_a_reference_that_does_not_exist_says_so(shop: Shop) -> None:
    await shop.says("/order_ZZZZZZZZ")
    assert "no such order" in shop.text()


async def test_markup_in_a_name_is_shown_as_it_is(shop: Shop) -> None:
    await stored(shop, item=make_item(name="<b>Rock & Roll</b> _x_"))
    await shop.says(f"/order_{REFERENCE}")
    assert "<b>Rock & Roll</b> _x_" in shop.text()
