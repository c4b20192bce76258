"""Wallets and their currencies (octopus.md, section 8)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.suppliers.errors import MalformedReport, SupplierUnavailable
from bot.suppliers.outcomes import Balance
from tests.factories import NOW
from tests.suppliers.octopus import ok, running_desk
from tests.suppliers.wire import Answer, running_wire

CURRENCIES = ok([{"id": 1, "name": "US Dollar", "currency": "USD", "precision": 2}, {"id": 2, "currency": "EUR"}])


def wallet(id_: object = 1, currency_id: object = 1, amount: object = 10, **more: Any) -> dict[str, Any]:
    return {"id": id_, "currency_id": currency_id, "amount": amount, "type": "PREPAID", **more}


async def balances(*answers: Answer) -> tuple[Balance, ...]:
    async with running_wire(*answers) as wire, running_desk(wire.url) as desk:
        return await desk.client.balances()


async def test_every_wallet_is_a_balance_in_its_own_currency() -> None:
    listed = ok([wallet(1, 1, Decimal("1250.75")), wallet(2, 2, Decimal("-3.10"), type="POSTPAID")])
    assert await balances(listed, CURRENCIES) == (
        Balance("1", Decimal("1250.75"), "USD", "prepaid"),
        Balance("2", Decimal("-3.1"), "EUR", "postpaid"),
    )


async def test_wrapped_wallets_are_unwrapped_and_no_wallets_are_no_balances() -> None:
    assert await balances(ok({"success": True, "data": [wallet()]}), CURRENCIES) != ()
    assert await balances(ok([]), CURRENCIES) == ()


@pytest.mark.parametrize("currency_id", [9, None, "x"])
async def test_a_wallet_in_a_currency_that_is_not_listed_is_still_shown(currency_id: object) -> None:
    (balance,) = await balances(ok([wallet(currency_id=currency_id)]), CURRENCIES)
    assert (balance.amount, balance.currency) == (10, "XXX")


async def test_currencies_are_asked_for_once_a_day() -> None:
    now = [NOW]
    answers = [ok([wallet()]), CURRENCIES, ok([wallet()]), ok([wallet()]), CURRENCIES]
    async with running_wire(*answers) as wire, running_desk(wire.url, clock=lambda: now[0]) as desk:
        for hours in (0, 23, 1):
            now[0] += timedelta(hours=hours)
            await desk.client.balances()
    assert [call for call, _ in desk.calls if call == "currencies"] == ["currencies"] * 2


async def test_a_new_currency_is_asked_for_at_once() -> None:
    grown = ok([{"id": 1, "currency": "USD"}, {"id": 7, "currency": "gbp"}])
    answers = [ok([wallet()]), CURRENCIES, ok([wallet(2, 7)]), grown]
    async with running_wire(*answers) as wire, running_desk(wire.url) as desk:
        await desk.client.balances()
        (balance,) = await desk.client.balances()
    assert balance.currency == "GBP"


async def test_currencies_that_cannot_be_had_again_stay_as_they_were() -> None:
    now = [NOW]
    answers = [ok([wallet()]), CURRENCIES, ok([wallet()]), Answer(500)]
    async with running_wire(*answers) as wire, running_desk(wire.url, clock=lambda: now[0]) as desk:
        await desk.client.balances()
        now[0] += timedelta(days=2)
        (balance,) = await desk.client.balances()
    assert balance.currency == "USD"


@pytest.mark.parametrize("answers", [(Answer(500),), (ok([wallet()]), Answer(500)), (Answer(reset=True),)])
async def test_balances_that_cannot_be_read_are_unavailable(answers: tuple[Answer, ...]) -> None:
    with pytest.raises(SupplierUnavailable):
        await balances(*answers)


@pytest.mark.parametrize("body", [{}, [wallet(amount="x")], [wallet(id_=None)], "x"])
async def test_wallets_that_make_no_sense_are_malformed(body: object) -> None:
    with pytest.raises(MalformedReport):
        await balances(ok(body))
