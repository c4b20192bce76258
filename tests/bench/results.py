"""Row: from a webhook's arrival to its result at Telegram, in the whole bot, at a steady rate of orders."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.ordering.references import ALPHABET
from storage.clock import utc_now
from storage.crypto import Vault
from storage.records.orders import Order, OrderState, Place
from storage.store import Store, Tables
from tests.bench.events import completed, signed
from tests.bench.houses import TOKEN, settings_for, stub_telegram, whole_bot
from tests.bench.load import Line, lines
from tests.bench.report import Finding, milliseconds, quantile
from tests.factories import make_item, make_order

RATE = 50
TITLE = f"From a webhook to its result at Telegram, {RATE} orders/s"
SECONDS = 20
WARM_UP_SECONDS = 3
CONNECTIONS = 8
FIRST_CUSTOMER = 2_000_001
GIVE_UP_AFTER = 30.0


@dataclass(frozen=True, slots=True)
class Due:
    """An order that waits for its webhook, in a chat of its own."""

    order: Order
    request: bytes


async def measure(folder: Path) -> list[Finding]:
    """Send the webhooks of accepted orders at a steady rate and note when each chat is written its codes."""
    async with stub_telegram() as telegram:
        settings = settings_for(folder, str(telegram.base_url).rstrip("/"), 1)
        due = [_due(number) for number in range(RATE * (WARM_UP_SECONDS + SECONDS))]
        await _accepted(settings, [one.order for one in due])
        async with whole_bot(settings, folder / "bot.log") as house, lines(house.port, CONNECTIONS) as opened:
            before = await house.bot.usage()
            sent = await _send_steadily(opened, due)
            arrived = await _arrivals(telegram, len(due))
            after = await house.bot.usage()
    measured = [one.order for one in due[RATE * WARM_UP_SECONDS :]]
    took = [arrived[chat] - sent[order.id] for order in measured if (chat := order.place.chat_id) in arrived]
    return _findings(took, len(measured), (after.cpu - before.cpu) / len(due))


def _due(number: int) -> Due:
    customer = FIRST_CUSTOMER + number
    order = replace(
        make_order(),
        id=f"0b7c1f52-0000-4000-8000-{number:012x}",
        reference=_reference(number),
        place=Place(customer, customer),
        item=make_item(),
        state=OrderState.ACCEPTED,
        message_id=1,
        supplier_order_id=f"7e0c5d6a-0000-4000-8000-{number:012x}",
        created_at=utc_now(),
        accepted_at=utc_now(),
        next_check_at=utc_now() + timedelta(hours=1),
    )
    assert order.supplier_order_id is not None
    codes = tuple(f"SAMPLE-{number:08}-{part}" for part in "AB")
    return Due(order, signed(completed(order.id, order.supplier_order_id, codes)))


def _reference(number: int) -> str:
    letters: list[str] = []
    for _ in range(8):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


async def _accepted(settings: dict[str, Any], orders: Sequence[Order]) -> None:
    """Write the orders as an earlier run of the bot left them."""
    store = await Store.open(f"sqlite:///{settings['data_dir']}/orderline.db", Vault([settings["secret_keys"]]))

    async def work(tables: Tables) -> None:
        for order in orders:
            await tables.orders.add(order)

    await store.write(work)
    await store.close()


async def _send_steadily(opened: Sequence[Line], due: Sequence[Due]) -> dict[str, float]:
    """Send each webhook at its own moment, however long others take; returns when each was sent."""
    idle: asyncio.Queue[Line] = asyncio.Queue()
    for line in opened:
        idle.put_nowait(line)
    sent: dict[str, float] = {}
    began = time.monotonic()

    async def send(number: int, one: Due) -> None:
        await asyncio.sleep(began + number / RATE - time.monotonic())
        sent[one.order.id] = time.monotonic()
        line = await idle.get()
        answer = await line.ask(one.request)
        idle.put_nowait(line)
        assert answer.status == 200, f"a webhook was answered {answer.status}"

    await asyncio.gather(*(send(number, one) for number, one in enumerate(due)))
    return sent


async def _arrivals(telegram: Any, orders: int) -> dict[int, float]:
    """When each customer's chat got its result; waits a while for stragglers."""
    arrived: dict[int, float] = {}
    deadline = time.monotonic() + GIVE_UP_AFTER
    while len(arrived) < orders and time.monotonic() < deadline:
        said = (await telegram.get(f"/bench/{TOKEN}/arrivals")).json()
        arrived.update({chat: at for chat, at in said if chat >= FIRST_CUSTOMER})
        await asyncio.sleep(0.1)
    return arrived


def _findings(took: list[float], orders: int, cpu: float) -> list[Finding]:
    middle, worst = quantile(took, 0.5), quantile(took, 0.99)
    return [
        Finding.held("results that arrived", f"{len(took)} of {orders}", "all", met=len(took) == orders),
        Finding.held("median", milliseconds(middle), "under 20 ms", met=middle < 0.02),
        Finding.held("99th percentile", milliseconds(worst), "under 100 ms", met=worst < 0.1),
        Finding("longest", milliseconds(max(took))),
        Finding("processor time of an order, from webhook to result", milliseconds(cpu)),
    ]
