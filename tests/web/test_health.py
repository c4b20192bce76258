"""Liveness, readiness and figures."""

import asyncio
from datetime import timedelta

from bot.web.app import build_web
from bot.web.health import Readiness, Verdict
from bot.web.metrics import CatalogFigures, Metrics
from storage.records.orders import OrderState
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_delivery, make_order, make_update
from tests.web.serving import serving


async def fine() -> Verdict:
    return Verdict(ok=True, detail="open")


async def missing() -> Verdict:
    return Verdict(ok=False, detail="no catalog yet")


async def broken() -> Verdict:
    raise RuntimeError("a bug")


async def test_a_living_process_says_so(store: Store):
    async with serving(build_web(store, Metrics())) as client:
        assert (await client.get("/healthz")).status_code == 200


async def test_ready_when_every_part_is(store: Store):
    async with serving(build_web(store, Metrics(), checks={"store": fine})) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": {"store": {"ok": True, "detail": "open"}}}


async def test_not_ready_names_the_part_that_is_not(store: Store):
    checks = {"store": fine, "catalog": missing, "intake": broken}
    async with serving(build_web(store, Metrics(), checks=checks)) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert {name: part["ok"] for name, part in parts.items()} == {"store": True, "catalog": False, "intake": False}
    assert parts["catalog"]["detail"] == "no catalog yet"


async def test_a_check_that_hangs_is_not_ready(store: Store):
    async def hang() -> Verdict:
        await asyncio.Event().wait()
        return Verdict(ok=True)

    app = build_web(store, Metrics())
    app.add_route("/patient", Readiness({"store": hang}, seconds=0.01).answer)
    async with serving(app) as client:
        answer = await client.get("/patient")
    assert answer.json()["parts"]["store"] == {"ok": False, "detail": "no answer in time"}


async def test_figures_show_orders_queues_and_the_catalog(store: Store):
    async def work(tables: Tables) -> None:
        await tables.orders.add(make_order(state=OrderState.ACCEPTED, next_check_at=None))
        await tables.outbox.add(make_delivery(), NOW)
        await tables.updates.add(make_update(), NOW)
        await tables.events.add("voodoo", b"{}", NOW)

    await store.write(work)
    metrics = Metrics(clock=lambda: NOW + timedelta(seconds=90))
    metrics.delivery("result", "sent")
    metrics.update("handled", 3)
    metrics.supplier_call("voodoo", "place", "accepted", 0.2)
    catalog = CatalogFigures(4000, NOW)
    async with serving(build_web(store, metrics, catalog=lambda: catalog)) as client:
        text = (await client.get("/metrics")).text
    for line in (
        'orderline_orders_open{state="accepted"} 1.0',
        'orderline_orders_open{state="placing"} 0.0',
        'orderline_queue_length{queue="outbox"} 1.0',
        'orderline_queue_age_seconds{queue="events"} 90.0',
        'orderline_queue_length{queue="updates"} 1.0',
        "orderline_catalog_items 4000.0",
        "orderline_catalog_age_seconds 90.0",
        'orderline_deliveries_total{kind="result",outcome="sent"} 1.0',
        'orderline_updates_total{result="handled"} 3.0',
        'orderline_supplier_call_seconds_count{call="place",outcome="accepted",supplier="voodoo"} 1.0',
    ):
        assert line in text.splitlines()


async def test_figures_show_for_how_long_somebody_has_been_away(store: Store):
    metrics = Metrics(clock=lambda: NOW + timedelta(seconds=90))
    metrics.watch("telegram", lambda: NOW)
    metrics.watch("voodoo", lambda: None)
    async with serving(build_web(store, metrics)) as client:
        text = (await client.get("/metrics")).text
    assert 'orderline_away_seconds{peer="telegram"} 90.0' in text.splitlines()
    assert 'orderline_away_seconds{peer="voodoo"} 0.0' in text.splitlines()


async def test_two_processes_worth_of_figures_do_not_meet(store: Store):
    one, other = Metrics(), Metrics()
    one.update("handled", 1)
    assert other.registry.get_sample_value("orderline_updates_total", {"result": "handled"}) is None
