"""Every setting is tried against real servers, and each gets one line that says what to do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.checking import Finding, Grade, findings
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.settings import Settings
from tests.deployment import Deployment, deployment

OTHER_TOKEN = "987654321:AAnobodyknowsthistokenatallanywhere0"
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployment(tmp_path) as running:
        yield running


async def found(settings: Settings) -> dict[str, Finding]:
    return {finding.setting: finding async for finding in findings(settings)}


async def test_a_deployment_that_works_gets_no_wrong_line(local: Deployment) -> None:
    lines = await found(local.settings(voodoo_webhook_secrets=("secret",), public_url="https://shop.example"))
    assert {line.grade for line in lines.values()} == {Grade.GOOD}
    assert lines["VOODOO_CATALOG"].sentence == "100 items"


async def test_a_check_imports_no_catalog_into_the_shop(local: Deployment) -> None:
    settings = local.settings()
    await found(settings)
    assert not (settings.data_dir / "catalog").exists()


async def test_both_suppliers_are_tried_and_their_wallets_listed(local: Deployment) -> None:
    secrets = {"voodoo_webhook_secrets": ("secret",), "octopus_webhook_secrets": ("secret",)}
    lines = await found(local.settings(**local.octopus, **secrets, octopus_wallet_id=2, public_url="https://a.example"))
    assert {line.grade for line in lines.values()} == {Grade.GOOD}
    assert "holds 5000.00 USD (wallet 1), 3000.00 EUR (wallet 2)" in lines["OCTOPUS_API_KEY"].sentence
    assert lines["OCTOPUS_WALLET_ID"].sentence == "the EUR wallet 2 pays for everything"
    assert lines["OCTOPUS_WEBHOOK_SECRETS"].sentence == "results are taken at /webhooks/octopus"
    assert lines["OCTOPUS_API_URL"].sentence == f"{len(LANDMARKS)} items"


async def test_octopus_alone_is_a_shop(local: Deployment) -> None:
    lines = await found(local.settings(**local.octopus, voodoo_api_key=None))
    assert [name for name, line in lines.items() if line.grade is Grade.WRONG] == []
    assert not any(name.startswith("VOODOO") for name in lines)


@pytest.mark.parametrize(
    ("changed", "setting", "words"),
    [
        ({"octopus_api_secret": "another"}, "OCTOPUS_API_KEY", "OCTOPUS_API_SECRET"),
        ({"octopus_api_url": NOWHERE}, "OCTOPUS_API_KEY", "sign-in: ConnectError"),
        ({"octopus_wallet_id": 7}, "OCTOPUS_WALLET_ID", "no wallet 7; it has 1 (USD), 2 (EUR)"),
    ],
)
async def test_what_is_wrong_with_one_supplier_is_said_once_and_leaves_the_other_alone(
    local: Deployment, changed: dict[str, Any], setting: str, words: str
) -> None:
    lines = await found(local.settings(**(local.octopus | changed)))
    assert [name for name, line in lines.items() if line.grade is Grade.WRONG] == [setting]
    assert words in lines[setting].sentence


async def test_an_address_outside_the_allowlist_is_said_with_what_to_do(local: Deployment) -> None:
    await local.cards("switches", name="ip_allowed", value=False)
    lines = await found(local.settings(**local.octopus))
    assert [name for name, line in lines.items() if line.grade is Grade.WRONG] == ["OCTOPUS_API_KEY"]
    assert "allowlist" in lines["OCTOPUS_API_KEY"].sentence


async def test_a_limit_for_an_account_that_nobody_has_is_noted(local: Deployment) -> None:
    limits = {"octopus:1": 5, "octopus:9": 5, "voodoo:main": 5}
    lines = await found(local.settings(**local.octopus, low_balances=limits))
    assert lines["LOW_BALANCES"].grade is Grade.NOTE
    assert lines["LOW_BALANCES"].sentence.startswith("octopus:9 is no account")


@pytest.mark.parametrize(
    ("changed", "setting", "words"),
    [
        ({"secret_keys": ()}, "SECRET_KEYS", "orderline keys"),
        ({"database_url": "sqlite:////dev/null/orderline.db"}, "DATABASE_URL", "cannot be written"),
        ({"bot_token": OTHER_TOKEN}, "BOT_TOKEN", "copy it again"),
        ({"bot_api_url": NOWHERE}, "BOT_API_URL", "Telegram is not reached"),
        ({"voodoo_api_key": None}, "VOODOO_API_KEY", "OCTOPUS_API_SECRET, so there is nothing to sell"),
        ({"voodoo_api_key": "ak_another"}, "VOODOO_API_KEY", "answered 401"),
        ({"voodoo_api_url": "http://"}, "VOODOO_API_KEY", "token exchange"),
        ({"voodoo_catalog": "/nowhere/catalog.lmdb.zst"}, "VOODOO_CATALOG", "no source has the file"),
        ({"voodoo_catalog_fields": {"colour": "x"}}, "VOODOO_CATALOG_FIELDS", "no attribute 'colour'"),
    ],
)
async def test_what_is_wrong_is_said_in_one_line(
    local: Deployment, changed: dict[str, Any], setting: str, words: str
) -> None:
    lines = await found(local.settings(**changed))
    assert [name for name, line in lines.items() if line.grade is Grade.WRONG] == [setting]
    assert words in lines[setting].sentence
    assert "\n" not in lines[setting].sentence
    assert OTHER_TOKEN not in str(lines)


async def test_an_operator_who_has_not_pressed_start_is_a_note(local: Deployment) -> None:
    line = (await found(local.settings(admin_ids=(424242,))))["ADMIN_IDS"]
    assert line.grade is Grade.NOTE
    assert "press Start" in line.sentence


async def test_everything_wrong_at_once_is_still_one_line_each(local: Deployment) -> None:
    lines = await found(
        local.settings(bot_api_url=NOWHERE, data_dir=Path("/dev/null/x"), voodoo_api_url=NOWHERE, voodoo_catalog="x")
    )
    wrong = {name for name, line in lines.items() if line.grade is Grade.WRONG}
    assert wrong == {"DATABASE_URL", "BOT_API_URL", "VOODOO_API_KEY", "VOODOO_CATALOG"}


@pytest.mark.parametrize(
    ("mode", "grade", "words"),
    [
        (0o600, Grade.GOOD, "is yours alone"),
        (0o640, Grade.NOTE, "chmod 600 .env"),
        (0o604, Grade.NOTE, "chmod 600 .env"),
    ],
)
async def test_a_file_of_secrets_that_others_can_read_is_noted(
    local: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, grade: Grade, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").touch()
    (tmp_path / ".env").chmod(mode)
    line = (await found(local.settings()))[".env"]
    assert (line.grade, words in line.sentence) == (grade, True)
