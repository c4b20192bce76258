"""Codes are shown once: what later reads show of them, in every mode and style."""

import pytest

from tests.sandbox.octopus.lab import Json, Lab

MODES = [("first-clear", True, False), ("always-masked", False, False), ("always-clear", True, True)]


def numbers_of(order: Json) -> list[str]:
    """The card numbers that a reply shows."""
    return [voucher["card_number"] for voucher in order["vouchers"]]


async def true_numbers(lab: Lab, order: Json) -> list[str]:
    """The card numbers in the supplier's own books."""
    return numbers_of(await lab.ask(f"orders/{order['id']}"))


async def large_order(lab: Lab) -> Json:
    """An order of six that has been delivered."""
    order = await lab.created(quantity=6, client_reference="B-1")
    await lab.wait(reference="B-1", statuses=["DELIVERED"])
    return order


@pytest.mark.parametrize(("mode", "first", "second"), MODES)
async def test_a_large_order_is_clear_in_its_first_read_alone(lab: Lab, mode: str, first: bool, second: bool) -> None:
    await lab.switch(views=mode)
    order = await large_order(lab)
    clear = await true_numbers(lab, order)
    reads = [numbers_of(await lab.read(f"orders/{order['id']}")) for _ in range(3)]
    assert [read == clear for read in reads] == [first, second, second]


@pytest.mark.parametrize(("mode", "_", "later"), MODES)
async def test_a_small_order_is_clear_in_its_create_reply_alone(lab: Lab, mode: str, _: bool, later: bool) -> None:
    await lab.switch(views=mode)
    order = await lab.created(quantity=2)
    clear = await true_numbers(lab, order)
    assert numbers_of(order) == clear
    assert (numbers_of(await lab.read(f"orders/{order['id']}")) == clear) is later


@pytest.mark.parametrize(("style", "sign"), [("stars", "*"), ("bullets", "•"), ("crosses", "X")])
async def test_a_mask_leaves_the_last_four_characters(lab: Lab, style: str, sign: str) -> None:
    await lab.switch(mask=style)
    order = await lab.created(quantity=1)
    (clear,), (shown,) = order["vouchers"], (await lab.read(f"orders/{order['id']}"))["vouchers"]
    number = clear["card_number"]
    assert shown["card_number"] == sign * (len(number) - 4) + number[-4:]
    assert shown["pin_code"] == sign * 4
    assert shown["voucher_reference_number"] == clear["voucher_reference_number"]


async def test_codes_in_clear_may_be_full_of_x_as_in_the_documentation(lab: Lab) -> None:
    await lab.switch(sample_codes=True)
    order = await lab.created(quantity=2)
    assert all(number.startswith("STEAM-XXXX-XXXX-") for number in numbers_of(order))
    assert len(set(numbers_of(order))) == 2


async def test_a_masked_claim_url_is_gone(lab: Lab) -> None:
    order = await lab.created(456, 10, wallet_id=1)
    assert order["vouchers"][0]["claim_url"].startswith("https://")
    (shown,) = (await lab.read(f"orders/{order['id']}"))["vouchers"]
    assert (shown["card_number"], shown["pin_code"], shown["claim_url"]) == (None, None, None)


async def test_a_read_while_pending_uses_up_nothing(holding: Lab) -> None:
    order = await holding.created(quantity=6)
    assert (await holding.read(f"orders/{order['id']}"))["vouchers"] == []
    await holding.settle(order, "delivered")
    assert numbers_of(await holding.read(f"orders/{order['id']}")) == await true_numbers(holding, order)


async def test_a_grown_part_shows_only_what_is_new_in_clear(holding: Lab) -> None:
    order = await holding.created(quantity=6)
    await holding.settle(order, "partial", delivered=2)
    first = numbers_of(await holding.read(f"orders/{order['id']}"))
    await holding.settle(order, "delivered")
    second = numbers_of(await holding.read(f"orders/{order['id']}"))
    clear = await true_numbers(holding, order)
    assert first == clear[:2]
    assert second[2:] == clear[2:]
    assert all("*" in number for number in second[:2])


async def test_a_small_order_that_had_to_wait_is_clear_in_its_first_read(lab: Lab) -> None:
    await lab.switch(small_pending=True)
    order = await lab.created(client_reference="B-1")
    assert (order["status"], order["vouchers"]) == ("PENDING", [])
    await lab.wait(reference="B-1", statuses=["DELIVERED"])
    assert numbers_of(await lab.read(f"orders/{order['id']}")) == await true_numbers(lab, order)


async def test_a_list_with_vouchers_is_the_one_clear_view(lab: Lab) -> None:
    await lab.switch(list_vouchers=True)
    order = await large_order(lab)
    clear = await true_numbers(lab, order)
    (listed,) = await lab.read("orders?client_reference=B-1")
    assert numbers_of(listed) == clear
    assert numbers_of(await lab.read(f"orders/{order['id']}")) != clear


async def test_a_list_without_vouchers_uses_up_nothing(lab: Lab) -> None:
    order = await large_order(lab)
    await lab.read("orders?client_reference=B-1")
    assert numbers_of(await lab.read(f"orders/{order['id']}")) == await true_numbers(lab, order)


async def test_reads_are_counted(lab: Lab) -> None:
    order = await large_order(lab)
    await lab.read(f"orders/{order['id']}")
    await lab.read("orders?client_reference=B-1")
    seen = await lab.wait(order_id=order["id"], reference="B-1", reads=1, lookups=1)
    assert (seen["reads"], seen["lookups"], seen["shown"]) == (1, 1, 6)
