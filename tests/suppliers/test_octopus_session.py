"""Signing in at Octopus: login, rotating refresh, and what a refusal asks of the operator (octopus.md, section 2)."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from bot.suppliers.errors import SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.octopus.session import LIFETIME, lifetime_of
from tests.suppliers.octopus import ok, running_desk, said
from tests.suppliers.wire import Answer, Wire, running_wire

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)
CURRENCIES = ok([{"id": 1, "currency": "USD"}])


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def pair(number: int, **more: Any) -> Answer:
    data = {"access_token": f"a-{number}", "refresh_token": f"r-{number}", "client_id": 42, **more}
    return ok({"success": True, "data": data})


def sign_ins(wire: Wire) -> list[tuple[str, dict[str, str]]]:
    return [(request.path, msgspec.json.decode(request.body)) for request in wire.signed_in]


LOGIN = ("/auth/login", {"username": "oc_demo", "password": "oc_demo_secret"})


async def test_one_login_serves_all_who_ask_at_once() -> None:
    async with running_wire(*[ok([])] * 8, *[CURRENCIES] * 8) as wire, running_desk(wire.url) as desk:
        await asyncio.gather(*(desk.client.fetch("x", "y") for _ in range(3)))
        assert wire.signed_in == []
        await asyncio.gather(*(desk.client.find(str(number)) for number in range(8)))
    assert sign_ins(wire) == [LOGIN]
    assert {request.headers["authorization"] for request in wire.requests} == {"Bearer t-1"}


async def test_a_token_is_refreshed_five_minutes_early_and_each_refresh_uses_the_last_pair() -> None:
    time = Time()
    async with running_wire(*[ok([])] * 4) as wire, running_desk(wire.url, clock=time) as desk:
        for minutes in (0, 54, 1, 55):
            time.now += timedelta(minutes=minutes)
            await desk.client.find("a")
    assert sign_ins(wire) == [
        LOGIN,
        ("/auth/refresh", {"refresh_token": "r-1"}),
        ("/auth/refresh", {"refresh_token": "r-2"}),
    ]
    tokens = [request.headers["authorization"] for request in wire.requests]
    assert tokens == ["Bearer t-1", "Bearer t-1", "Bearer t-2", "Bearer t-3"]


async def test_a_refused_refresh_falls_back_to_one_login() -> None:
    time = Time()
    async with running_wire(ok([]), ok([])) as wire, running_desk(wire.url, clock=time) as desk:
        await desk.client.find("a")
        time.now += timedelta(hours=1)
        wire.exchange.append(said(401, "UNAUTHORIZED", "Invalid token"))
        await desk.client.find("a")
    assert [path for path, _ in sign_ins(wire)] == ["/auth/login", "/auth/refresh", "/auth/login"]


async def test_a_refresh_in_trouble_leaves_the_present_token_in_use() -> None:
    time = Time()
    async with running_wire(ok([]), ok([])) as wire, running_desk(wire.url, clock=time) as desk:
        await desk.client.find("a")
        time.now += timedelta(minutes=56)
        wire.exchange.append(Answer(503))
        await desk.client.find("a")
    assert [path for path, _ in sign_ins(wire)] == ["/auth/login", "/auth/refresh"]
    assert wire.requests[-1].headers["authorization"] == "Bearer t-1"


async def test_a_refused_token_leads_to_one_login_and_the_call_again() -> None:
    refused = said(401, "UNAUTHORIZED", "Invalid token")
    async with running_wire(refused, ok([])) as wire, running_desk(wire.url) as desk:
        await desk.client.find("a")
    assert sign_ins(wire) == [LOGIN, LOGIN]
    assert desk.calls == [("login", "200"), ("find", "401"), ("login", "200"), ("find", "200")]


async def test_nobody_ever_logs_out() -> None:
    async with running_wire(ok([])) as wire, running_desk(wire.url) as desk:
        await desk.client.find("a")
    assert all("logout" not in request.path for request in wire.signed_in + wire.requests)


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (said(401, "UNAUTHORIZED", "Invalid credentials"), ("OCTOPUS_API_KEY", "OCTOPUS_API_SECRET")),
        (said(400, "VALIDATION_FAILURE", "Username and password are required"), ("OCTOPUS_API_KEY",)),
        (said(403, "FORBIDDEN", "IP address not authorized"), ("IP allowlist", "this server's address")),
        (said(403, "FORBIDDEN", "Client is disabled"), ("Client is disabled",)),
        (Answer(404, b"<html>"), ("OCTOPUS_API_URL",)),
        (Answer(301), ("OCTOPUS_API_URL",)),
    ],
)
async def test_a_refused_sign_in_tells_the_operator_what_to_change(answer: Answer, names: tuple[str, ...]) -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        wire.exchange.append(answer)
        with pytest.raises(SupplierMisconfigured) as raised:
            await desk.client.balances()
    assert all(name in str(raised.value) for name in names)


async def test_an_address_that_is_not_allowed_is_named_on_every_call() -> None:
    async with (
        running_wire(said(403, "FORBIDDEN", "IP address not authorized")) as wire,
        running_desk(wire.url) as desk,
    ):
        with pytest.raises(SupplierMisconfigured, match="IP allowlist"):
            await desk.client.balances()


@pytest.mark.parametrize("answer", [Answer(500), Answer(502, b"<html>"), Answer(reset=True), ok({"success": True})])
async def test_a_sign_in_without_a_word_can_be_tried_again(answer: Answer) -> None:
    async with running_wire(ok([])) as wire, running_desk(wire.url) as desk:
        wire.exchange.append(answer)
        with pytest.raises(SupplierUnavailable):
            await desk.client.find("a")
        await desk.client.find("a")
    assert wire.exchanges == 2


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Too many requests. Retry after 12 seconds", 12),
        ("Rate limit exceeded, please wait 7s", 7),
        ("Limit of 10 requests exceeded, try again in 30", 30),
        ("Too many requests", 15),
        ("Come back in 99999999 seconds", 900),
    ],
)
async def test_a_429_without_a_header_is_obeyed_as_its_sentence_says(message: str, seconds: float) -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        wire.exchange.append(said(429, "TOO_MANY_REQUESTS", message))
        with pytest.raises(SupplierUnavailable) as first:
            await desk.client.find("a")
        with pytest.raises(SupplierUnavailable) as second:
            await desk.client.find("a")
    assert first.value.retry_after == seconds
    assert second.value.retry_after is not None
    assert 0 < second.value.retry_after <= seconds
    assert wire.exchanges == 1


async def test_tokens_and_secrets_are_in_no_log_and_no_repr() -> None:
    secrets = ("oc_demo_secret", "a-1", "r-1", "a-2", "r-2")
    refused = said(401, "UNAUTHORIZED")
    hooks = ("hook_secret",)
    async with running_wire(refused, refused) as wire, running_desk(wire.url, webhook_secrets=hooks) as desk:
        wire.exchange += [pair(1), pair(2)]
        with capture_logs() as logs, pytest.raises(SupplierMisconfigured) as raised:
            await desk.client.find("a")
        seen = f"{logs} {desk!r} {vars(desk.client)!r} {raised.value!r}"
    assert logs
    assert not any(secret in seen for secret in (*secrets, "hook_secret"))


HOUR = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("expires_at", "date", "lasts"),
    [
        (HOUR.isoformat(), None, timedelta(hours=1)),
        ((NOON + timedelta(minutes=10)).isoformat(), None, timedelta(minutes=10)),
        ((NOON + timedelta(minutes=10)).isoformat(), format_datetime(NOON), timedelta(minutes=10)),
        ((NOON + timedelta(days=3)).isoformat(), format_datetime(NOON + timedelta(days=3, hours=-1)), LIFETIME),
        ((NOON - timedelta(hours=5)).isoformat(), format_datetime(NOON - timedelta(hours=5, minutes=20)), 20),
        ((NOON - timedelta(hours=5)).isoformat(), None, LIFETIME),
        ((NOON + timedelta(hours=9)).isoformat(), "soon", LIFETIME),
        ((NOON + timedelta(hours=9)).isoformat(), "Sun, 05 Jul 99999999999 11:00:00 GMT", LIFETIME),
        (None, None, LIFETIME),
        ("in an hour", None, LIFETIME),
    ],
)
def test_a_tokens_lifetime_does_not_depend_on_whose_clock_is_wrong(
    expires_at: object, date: str | None, lasts: timedelta | int
) -> None:
    expected = lasts if isinstance(lasts, timedelta) else timedelta(minutes=lasts)
    assert lifetime_of(expires_at, date, NOON) == expected


async def test_a_short_token_is_used_for_most_of_its_life() -> None:
    time = Time()
    async with running_wire(ok([]), ok([]), ok([])) as wire, running_desk(wire.url, clock=time) as desk:
        wire.exchange += [pair(1, access_expires_at=(NOON + timedelta(seconds=40)).isoformat()), pair(2)]
        for seconds in (0, 29, 1):
            time.now += timedelta(seconds=seconds)
            await desk.client.find("a")
    assert [path for path, _ in sign_ins(wire)] == ["/auth/login", "/auth/refresh"]


async def test_closing_gives_up_a_sign_in_under_way() -> None:
    async with running_wire() as wire:
        wire.exchange.append(Answer(silent=True))
        async with running_desk(wire.url) as desk:
            waiting = asyncio.create_task(desk.client.balances())
            await wire.asked.wait()
        with pytest.raises(asyncio.CancelledError):
            await waiting
