"""The token's life, with the time passed in."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.suppliers.protocol import SupplierUnavailable
from bot.suppliers.voodoo.tokens import LIFETIME, MARGIN, Tokens

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)


class Exchange:
    """Hands out numbered tokens, or fails as it is told; ``now`` is the time."""

    def __init__(self) -> None:
        self.now = NOON
        self.count = 0
        self.fails = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> str:
        self.count += 1
        number = self.count
        await self.gate.wait()
        if self.fails:
            raise SupplierUnavailable("no")
        return f"token {number}"


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def tokens(exchange: Exchange) -> Tokens:
    return Tokens(exchange, lambda: exchange.now)


async def test_a_token_serves_until_shortly_before_its_end(tokens: Tokens, exchange: Exchange) -> None:
    assert await tokens.get() == "token 1"
    exchange.now = NOON + LIFETIME - MARGIN - timedelta(seconds=1)
    assert await tokens.get() == "token 1"
    exchange.now += timedelta(seconds=1)
    assert await tokens.get() == "token 2"


async def test_a_refused_token_is_exchanged_once_however_many_had_it_refused(
    tokens: Tokens, exchange: Exchange
) -> None:
    token = await tokens.get()
    fresh = await asyncio.gather(*(tokens.get(refused=token) for _ in range(5)))
    assert fresh == ["token 2"] * 5
    assert await tokens.get(refused=token) == "token 2"
    assert exchange.count == 2


async def test_a_failed_exchange_fails_all_who_waited_and_is_tried_again_later(
    tokens: Tokens, exchange: Exchange
) -> None:
    exchange.fails = True
    results = await asyncio.gather(*(tokens.get() for _ in range(3)), return_exceptions=True)
    assert all(isinstance(result, SupplierUnavailable) for result in results)
    assert exchange.count == 1
    exchange.fails = False
    assert await tokens.get() == "token 2"


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
