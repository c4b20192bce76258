"""Login, refresh and logout (AUTH page)."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.sandbox.octopus.config import OctopusConfig
from tests.sandbox.octopus.lab import Lab, error_of, login, running_lab

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)


async def refreshed(lab: Lab, token: object) -> httpx.Response:
    """Exchange a refresh token."""
    return await lab.api.post("/auth/refresh", json={"refresh_token": token})


async def test_a_login_gives_a_pair_that_ends_after_an_hour_and_a_week() -> None:
    async with running_lab(OctopusConfig(clock=lambda: NOON)) as lab:
        reply = await login(lab.api)
    assert reply.json()["success"] is True
    data = reply.json()["data"]
    assert set(data) == {"access_token", "refresh_token", "access_expires_at", "refresh_expires_at", "client_id"}
    assert (data["access_expires_at"], data["refresh_expires_at"]) == ("2026-07-05T13:00:00Z", "2026-07-12T12:00:00Z")
    assert data["client_id"] == 42


@pytest.mark.parametrize("body", [{}, {"username": "oc_demo"}, {"username": "", "password": "x"}, {"username": 1}])
async def test_a_login_without_both_parts_is_a_validation_failure(lab: Lab, body: dict[str, object]) -> None:
    reply = await lab.api.post("/auth/login", json=body)
    assert error_of(reply) == (400, "VALIDATION_FAILURE", "Username and password are required")


@pytest.mark.parametrize(("key", "secret"), [("oc_demo", "wrong"), ("wrong", "oc_demo_secret")])
async def test_wrong_credentials_are_unauthorized(lab: Lab, key: str, secret: str) -> None:
    assert error_of(await login(lab.api, key, secret)) == (401, "UNAUTHORIZED", "Invalid credentials")


async def test_a_refresh_token_works_once(lab: Lab) -> None:
    first = await lab.log_in()
    second = await refreshed(lab, first["refresh_token"])
    assert second.status_code == 200
    assert error_of(await refreshed(lab, first["refresh_token"])) == (401, "UNAUTHORIZED", "Invalid token")
    assert (await refreshed(lab, second.json()["data"]["refresh_token"])).status_code == 200


async def test_an_access_token_refreshes_nothing(lab: Lab) -> None:
    tokens = await lab.log_in()
    assert error_of(await refreshed(lab, tokens["access_token"]))[0] == 401


@pytest.mark.parametrize("token", [None, "", 5])
async def test_a_refresh_without_a_token_is_a_validation_failure(lab: Lab, token: object) -> None:
    assert error_of(await refreshed(lab, token)) == (400, "VALIDATION_FAILURE", "Refresh token is required")


async def test_a_logout_ends_every_token_of_the_client(lab: Lab) -> None:
    other = (await login(lab.api)).json()["data"]
    reply = await lab.api.post("/auth/logout")
    assert reply.json() == {"success": True, "data": {"message": "Successfully logged out"}}
    assert error_of(await lab.api.get("/api/v1/wallets")) == (401, "UNAUTHORIZED", "Invalid token")
    assert (await refreshed(lab, other["refresh_token"])).status_code == 401


@pytest.mark.parametrize(
    ("header", "message"),
    [("", "Authorization header required"), ("Bearer nonsense", "Invalid token"), ("Basic eA==", "Invalid token")],
)
@pytest.mark.parametrize("path", ["/api/v1/wallets", "/api/v1/products", "/api/v1/orders", "/api/v1/countries/1"])
async def test_a_call_without_a_good_token_is_unauthorized(lab: Lab, path: str, header: str, message: str) -> None:
    reply = await lab.api.get(path, headers={"Authorization": header})
    assert error_of(reply) == (401, "UNAUTHORIZED", message)


async def test_tokens_end_when_their_time_has_come() -> None:
    now = [NOON]
    async with running_lab(OctopusConfig(clock=lambda: now[0])) as lab:
        tokens = await lab.log_in()
        now[0] += timedelta(seconds=3599)
        assert (await lab.api.get("/api/v1/wallets")).status_code == 200
        now[0] += timedelta(seconds=1)
        assert (await lab.api.get("/api/v1/wallets")).status_code == 401
        assert (await refreshed(lab, tokens["refresh_token"])).status_code == 200
        now[0] += timedelta(days=7)
        assert (await refreshed(lab, tokens["refresh_token"])).status_code == 401


async def test_tokens_may_end_before_they_say() -> None:
    now = [NOON]
    async with running_lab(OctopusConfig(clock=lambda: now[0]), early_expiry=600) as lab:
        assert (await lab.log_in())["access_expires_at"] == "2026-07-05T13:00:00Z"
        now[0] += timedelta(minutes=50)
        assert (await lab.api.get("/api/v1/wallets")).status_code == 401


async def test_access_tokens_can_be_ended_alone(lab: Lab) -> None:
    tokens = await lab.log_in()
    await lab.tell("tokens/expire")
    assert (await lab.api.get("/api/v1/wallets")).status_code == 401
    assert (await refreshed(lab, tokens["refresh_token"])).status_code == 200


async def test_all_tokens_can_be_ended(lab: Lab) -> None:
    tokens = await lab.log_in()
    assert (await lab.tell("tokens/expire", kind="all"))["expired"] == 4
    assert (await refreshed(lab, tokens["refresh_token"])).status_code == 401


async def test_an_address_that_is_not_allowed_is_forbidden_everywhere(lab: Lab) -> None:
    await lab.switch(ip_allowed=False)
    forbidden = (403, "FORBIDDEN", "IP address not authorized")
    assert error_of(await login(lab.api)) == forbidden
    assert error_of(await lab.api.get("/api/v1/wallets")) == forbidden
    assert error_of(await lab.order()) == forbidden


async def test_a_revoked_key_opens_nothing_new_but_its_tokens_go_on(lab: Lab) -> None:
    tokens = await lab.log_in()
    await lab.switch(key_revoked=True)
    assert error_of(await login(lab.api))[0] == 401
    assert (await refreshed(lab, tokens["refresh_token"])).status_code == 401
    assert (await lab.api.get("/api/v1/wallets")).status_code == 200


async def test_a_login_may_end_earlier_sessions(lab: Lab) -> None:
    await lab.switch(single_session=True)
    assert (await login(lab.api)).status_code == 200
    assert (await lab.api.get("/api/v1/wallets")).status_code == 401
