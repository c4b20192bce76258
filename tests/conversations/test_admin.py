"""The operator's commands."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from storage.records.orders import Attention, OrderState
from storage.records.queues import KnownBalance
from tests.conversations.shop import GROUP, Shop
from tests.factories import NOW, make_order


async def test_status_names_the_catalog_open_orders_attention_and_queues(shop: Shop) -> None:
    order = make_order(reference="7KQ2M9XF", state=OrderState.UNCONFIRMED, attention=Attention.OUTCOME_UNKNOWN)
    await shop.store.write(lambda tables: tables.orders.add(order))
    await shop.says("/status")
    text = shop.text()
    assert "Catalog: 3 items" in text
    assert "waiting for the supplier's word: 1" in text
    assert "1 order needs attention:" in text
    assert "/order_7KQ2M9XF" in text
    assert "Last webhook of Voodoo Center: none yet" in text
    assert "Waiting: incoming 0, supplier events 0, outgoing 0" in text
    await shop.taps("Orders that need attention")
    assert "7KQ2M9XF" in shop.text()


async def test_status_says_when_the_last_webhook_came(shop: Shop) -> None:
    await shop.store.write(lambda tables: tables.events.add("voodoo", b"{}", datetime.now(UTC)))
    await shop.says("/status")
    assert "Last webhook of Voodoo Center: none yet" not in shop.text()
    assert "Last webhook of Voodoo Center:" in shop.text()
    assert "supplier events 1" in shop.text()


async def test_balance_without_suppliers_says_so_after_showing_that_it_works(shop: Shop) -> None:
    await shop.says("/balance")
    assert "No supplier is configured." in shop.text()
    assert shop.calls("sendChatAction") == 1


async def test_the_catalog_page_names_its_source(shop: Shop) -> None:
    await shop.says("/catalog")
    assert "3 items" in shop.text()
    assert "Voodoo Center: 3 items" in shop.text()


async def test_a_refresh_runs_beside_the_next_messages_and_reports_in_its_message(shop: Shop) -> None:
    await shop.says("/catalog refresh")
    await shop.application.stop()  # it waits for what was begun
    assert "The catalog is new: 0 items." in shop.text()
    assert len(shop.messages()) == 1


async def test_resolve_without_its_two_words_says_how(shop: Shop) -> None:
    await shop.says("/resolve 7KQ2-M9XF")
    assert "/resolve 7KQ2-M9XF 0190f8a1" in shop.text()


async def test_resolve_of_an_order_that_does_not_exist_is_refused_in_words(shop: Shop) -> None:
    await shop.says("/resolve 7KQ2-M9XF 0190f8a1")
    assert "There is no order with this reference." in shop.text()


async def test_an_order_the_supplier_does_not_have_is_written_off(shop: Shop) -> None:
    order = make_order(reference="7KQ2M9XF", state=OrderState.UNCONFIRMED, attention=Attention.OUTCOME_UNKNOWN)
    await shop.store.write(lambda tables: tables.orders.add(order))
    await shop.says("/resolve 7KQ2-M9XF none")
    assert "Order 7KQ2-M9XF is settled: ❌ not placed." in shop.text()


async def test_operators_commands_are_refused_where_customers_read_along(shop: Shop) -> None:
    for command in ("/balance", "/status", "/catalog", "/resolve"):
        await shop.says(command, chat=GROUP)
        assert "Others read along here" in shop.text(GROUP)


async def test_a_failure_is_told_in_one_sentence(shop: Shop, monkeypatch: Any) -> None:
    async def broken() -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(shop.parts.ordering, "balances", broken)
    await shop.says("/balance")
    assert shop.text().startswith("Something went wrong on our side.")


async def test_the_catalog_is_refreshed_by_a_button_too(shop: Shop) -> None:
    await shop.says("/catalog")
    await shop.taps("Refresh now")
    await shop.application.stop()
    assert "The catalog is new: 0 items." in shop.text()


async def test_the_confirm_card_tells_the_operator_alone_what_the_account_will_hold(shop: Shop) -> None:
    balance = KnownBalance("voodoo", "main", Decimal(100), "USD", NOW)
    await shop.store.write(lambda tables: tables.balances.put(balance))
    await shop.says("steam")
    await shop.taps("Steam Wallet")
    await shop.taps("Buy")
    await shop.taps("1")
    assert "Account balance after it: $9" in shop.text()
    await shop.says("/find steam", chat=GROUP)
    await shop.taps("Steam Wallet", chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    await shop.taps("1", chat=GROUP)
    assert "Please check your order" in shop.text(GROUP)
    assert "Account balance" not in shop.text(GROUP)
