"""The token's life, with the time passed in."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.suppliers.errors import SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.tokens import NEXT_TRY, Access, Tokens

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)
LIFETIME = timedelta(hours=2)
MARGIN = timedelta(minutes=10)


class Exchange:
    """Hands out numbered tokens, or fails as it is told; ``now`` is the time, ``refusals`` what it was told."""

    def __init__(self) -> None:
        self.now = NOON
        self.refusals: list[bool] = []
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def count(self) -> int:
        return len(self.refusals)

    async def __call__(self, refused: bool) -> Access:
        self.refusals.append(refused)
        number = self.count
        await self.gate.wait()
        if self.error:
            raise self.error
        return Access.lasting(f"token {number}", self.now, LIFETIME, MARGIN)


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def tokens(exchange: Exchange) -> Tokens:
    return Tokens(exchange, lambda: exchange.now, "shop")


async def test_a_token_serves_until_shortly_before_its_end(tokens: Tokens, exchange: Exchange) -> None:
    assert await tokens.get() == "token 1"
    exchange.now = NOON + LIFETIME - MARGIN - timedelta(seconds=1)
    assert await tokens.get() == "token 1"
    exchange.now += timedelta(seconds=1)
    assert await tokens.get() == "token 2"
    assert exchange.refusals == [False, False]


async def test_a_refused_token_is_exchanged_once_however_many_had_it_refused(
    tokens: Tokens, exchange: Exchange
) -> None:
    token = await tokens.get()
    fresh = await asyncio.gather(*(tokens.get(refused=token) for _ in range(5)))
    assert fresh == ["token 2"] * 5
    assert await tokens.get(refused=token) == "token 2"
    assert exchange.refusals == [False, True]


async def test_a_refused_token_is_given_to_nobody_while_its_successor_is_fetched(
    tokens: Tokens, exchange: Exchange
) -> None:
    token = await tokens.get()
    exchange.gate.clear()
    first, second = asyncio.create_task(tokens.get(refused=token)), asyncio.create_task(tokens.get())
    await asyncio.sleep(0)
    exchange.gate.set()
    assert await asyncio.gather(first, second) == ["token 2", "token 2"]


async def test_a_failed_exchange_fails_all_who_waited_and_is_tried_again_later(
    tokens: Tokens, exchange: Exchange
) -> None:
    exchange.error = SupplierUnavailable("no")
    results = await asyncio.gather(*(tokens.get() for _ in range(3)), return_exceptions=True)
    assert all(isinstance(result, SupplierUnavailable) for result in results)
    assert exchange.count == 1
    exchange.error = None
    assert await tokens.get() == "token 2"


async def test_a_renewal_that_fails_early_leaves_the_old_token_in_use_until_its_end(
    tokens: Tokens, exchange: Exchange
) -> None:
    await tokens.get()
    exchange.error = SupplierUnavailable("no")
    exchange.now = NOON + LIFETIME - MARGIN
    assert await tokens.get() == "token 1"
    assert await tokens.get() == "token 1"
    assert exchange.count == 2, "a supplier in trouble is not asked again at once"
    exchange.now += NEXT_TRY
    assert await tokens.get() == "token 1"
    assert exchange.count == 3
    exchange.now = NOON + LIFETIME
    with pytest.raises(SupplierUnavailable):
        await tokens.get()


async def test_a_refused_token_is_not_used_again_even_when_no_other_can_be_had(
    tokens: Tokens, exchange: Exchange
) -> None:
    token = await tokens.get()
    exchange.error = SupplierUnavailable("no")
    for refused in (token, None):
        with pytest.raises(SupplierUnavailable):
            await tokens.get(refused=refused)
    assert exchange.refusals == [False, True, True]


async def test_a_refused_account_is_not_served_with_its_old_token(tokens: Tokens, exchange: Exchange) -> None:
    await tokens.get()
    exchange.error = SupplierMisconfigured("the key was revoked")
    exchange.now = NOON + LIFETIME - MARGIN
    with pytest.raises(SupplierMisconfigured):
        await tokens.get()


async def test_a_caller_who_gives_up_does_not_take_the_exchange_from_the_others(
    tokens: Tokens, exchange: Exchange
) -> None:
    exchange.gate.clear()
    impatient, patient = (asyncio.create_task(tokens.get()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    exchange.gate.set()
    assert await patient == "token 1"


async def test_closing_without_an_exchange_does_nothing(tokens: Tokens) -> None:
    await tokens.close()
    assert await tokens.get() == "token 1"


def test_a_short_token_is_renewed_after_three_quarters_of_its_life() -> None:
    access = Access.lasting("t", NOON, timedelta(minutes=4), MARGIN)
    assert (access.renew_at, access.ends_at) == (NOON + timedelta(minutes=3), NOON + timedelta(minutes=4))


def test_a_token_is_never_shown() -> None:
    assert "secret" not in repr(Access.lasting("secret", NOON, LIFETIME, MARGIN))
