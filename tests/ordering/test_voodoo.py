"""Ordering over the real Voodoo client and a real local Voodoo Center, by HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from bot.ordering.journal import Journal
from bot.ordering.resolving import RefusedBecause, Resolved, ResolveRefused
from bot.suppliers.budget import Budget
from bot.suppliers.voodoo.client import VoodooClient
from bot.suppliers.voodoo.config import VoodooConfig
from storage.records.catalog import Item, ItemKey
from storage.records.orders import Attention, Order, OrderState, RejectReason
from storage.store import Store
from tests.factories import make_item, make_service
from tests.ordering.shop import Shop
from tests.sandbox.voodoo.lab import SECRET, Lab, running_lab

KEY = make_item(key=ItemKey("voodoo", "4090"), price=Decimal("9.00"))
SERVICE = make_service(key=ItemKey("voodoo", "5000"), price=Decimal("15.00"), fields=())


@dataclass(frozen=True, slots=True)
class Trade:
    """A shop and its supplier."""

    shop: Shop
    lab: Lab

    async def ordered(self, item: Item = KEY) -> Order:
        """An order of two, confirmed and due."""
        self.shop.shelf.items[item.key] = item
        return await self.shop.confirmed(item=item)

    async def webhook(self, **condition: str) -> str:
        """Wait for the supplier's next webhook and read it."""
        await self.lab.wait(webhooks=1, **condition)
        return await self.shop.push_bytes(self.lab.receiver.got.pop(0)[1])


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """A supplier that settles at once."""
    async with running_lab() as running:
        yield running


@pytest.fixture
async def trade(store: Store, lab: Lab) -> AsyncIterator[Trade]:
    """A shop whose client talks to the local supplier."""
    shop = Shop(store)
    config = VoodooConfig(api_key="ak_demo", api_url=str(lab.api.base_url).rstrip("/"), webhook_secrets=(SECRET,))
    budget = Budget(1000, 1000, 4, now=lambda: shop.clock().timestamp())
    client = VoodooClient(config, Journal(store, shop.clock).record, shop.clock, budget=budget)
    shop.restart(voodoo=client)
    yield Trade(shop, lab)
    await client.close()


async def books(lab: Lab) -> list[dict[str, object]]:
    """The supplier's own list of orders."""
    return (await lab.ask("orders"))["orders"]


async def test_an_order_is_bought_and_its_codes_arrive_by_webhook(trade: Trade) -> None:
    order = await trade.ordered()
    await trade.shop.work()
    assert await trade.webhook(reference=order.id) == "applied"
    ended = await trade.shop.order(order)
    [sold] = await books(trade.lab)
    assert (ended.state, ended.charged, ended.delivered) == (OrderState.COMPLETED, Decimal(18), 2)
    assert list(await trade.shop.codes(order)) == sold["codes"]
    assert await trade.lab.balance() == 5000 - 18


async def test_an_order_whose_webhook_is_lost_ends_by_asking(trade: Trade) -> None:
    order = await trade.ordered()
    await trade.shop.work()
    await trade.lab.wait(webhooks=1, reference=order.id)
    trade.shop.clock.pass_(seconds=15)
    assert await trade.shop.work() == 1
    assert (await trade.shop.order(order)).state is OrderState.COMPLETED
    assert await trade.shop.journal_left() == 0


async def test_a_lost_create_reply_is_never_called_uncharged_and_the_webhook_settles_it(trade: Trade) -> None:
    await trade.lab.tell("faults", endpoint="create", fate="drop", moment="after")
    order = await trade.ordered()
    await trade.shop.work()
    assert (await trade.shop.order(order)).state is OrderState.UNCONFIRMED
    trade.shop.clock.pass_(seconds=20)
    await trade.shop.work()
    refused = await trade.shop.order(order)
    assert (refused.state, refused.attention) == (OrderState.UNCONFIRMED, Attention.OUTCOME_UNKNOWN)
    assert await trade.webhook(reference=order.id) == "applied"
    ended = await trade.shop.order(order)
    assert (ended.state, ended.attention) == (OrderState.COMPLETED, None)
    assert len(await books(trade.lab)) == 1


async def test_a_create_that_was_cut_before_it_took_effect_is_sent_again(trade: Trade) -> None:
    await trade.lab.tell("faults", endpoint="create", fate="drop", moment="before")
    order = await trade.ordered()
    await trade.shop.work()
    trade.shop.clock.pass_(seconds=20)
    await trade.shop.work()
    assert (await trade.shop.order(order)).state in {OrderState.ACCEPTED, OrderState.COMPLETED}
    assert len(await books(trade.lab)) == 1


async def test_a_human_resolves_with_the_suppliers_own_id_and_no_other(trade: Trade) -> None:
    await trade.lab.tell("faults", endpoint="create", fate="drop", moment="after")
    order = await trade.ordered()
    await trade.shop.work()
    other = await trade.lab.created(quantity=2, merchant_order_id="dashboard-1")
    [mine] = [sold for sold in await books(trade.lab) if sold["id"] != other["id"]]
    resolve = trade.shop.ordering.resolve
    assert await resolve(order.reference, other["id"], 1, 10) == ResolveRefused(RefusedBecause.OTHER_REFERENCE)
    assert await resolve(order.reference, "0190f8a1-0000-7000-8000-000000000000", 1, 11) == ResolveRefused(
        RefusedBecause.SUPPLIER_KNOWS_NONE
    )
    outcome = await resolve(order.reference, str(mine["id"]), 1, 12)
    assert isinstance(outcome, Resolved)
    assert outcome.order.state is OrderState.COMPLETED


async def test_an_order_the_supplier_refuses_is_rejected_uncharged(trade: Trade) -> None:
    await trade.lab.switch("stock", "sold out at create")
    order = await trade.ordered()
    await trade.shop.work()
    ended = await trade.shop.order(order)
    assert (ended.state, ended.reject_reason) == (OrderState.REJECTED, RejectReason.REFUSED)
    assert await trade.lab.balance() == 5000


async def test_a_low_balance_rejects_the_order(trade: Trade) -> None:
    await trade.lab.tell("balance", value="1.00")
    order = await trade.ordered()
    await trade.shop.work()
    assert (await trade.shop.order(order)).reject_reason is RejectReason.INSUFFICIENT_FUNDS


async def test_a_conflict_on_a_first_attempt_is_shown_to_a_human(trade: Trade) -> None:
    await trade.lab.switch("duplicate_status", "409")
    order = await trade.ordered()
    await trade.lab.created(quantity=1, merchant_order_id=order.id)
    await trade.shop.work()
    assert (await trade.shop.order(order)).attention is Attention.REFERENCE_TAKEN


@pytest.mark.parametrize(("outcome", "state"), [("partial", OrderState.PARTIAL), ("failed", OrderState.FAILED)])
async def test_a_bad_ending_keeps_what_was_refunded(trade: Trade, outcome: str, state: OrderState) -> None:
    await trade.lab.switch("outcome", outcome)
    order = await trade.ordered()
    await trade.shop.work()
    await trade.webhook(reference=order.id)
    ended = await trade.shop.order(order)
    assert ended.state is state
    assert await trade.lab.balance() == 5000 - 18 + ended.refunded
    assert len(await trade.shop.codes(order)) == ended.delivered


async def test_codes_that_are_missing_hold_the_order_until_they_come(trade: Trade) -> None:
    await trade.lab.switch("codes_missing", 1)
    order = await trade.ordered()
    await trade.shop.work()
    await trade.webhook(reference=order.id)
    held = await trade.shop.order(order)
    assert (held.state, held.attention) == (OrderState.ACCEPTED, Attention.CODES_MISSING)
    assert len(await trade.shop.codes(order)) == 1


async def test_a_busy_supplier_gets_the_order_when_it_said(trade: Trade) -> None:
    await trade.lab.tell("faults", endpoint="create", fate="reply", status=429, retry_after="30")
    order = await trade.ordered()
    await trade.shop.work()
    put_off = await trade.shop.order(order)
    assert (put_off.state, put_off.in_doubt) == (OrderState.PLACING, False)
    trade.shop.clock.pass_(seconds=30)
    await trade.shop.work()
    assert (await trade.shop.order(order)).supplier_order_id is not None


async def test_balances_come_from_the_account(trade: Trade) -> None:
    [balance] = await trade.shop.ordering.balances()
    assert (balance.supplier, balance.amount, balance.live) == ("Voodoo Center", Decimal(5000), True)
