"""Every setting is tried against real servers, and each gets one line that says what to do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.checking import Finding, Grade, findings
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


@pytest.mark.parametrize(
    ("changed", "setting", "words"),
    [
        ({"secret_keys": ()}, "SECRET_KEYS", "orderline keys"),
        ({"database_url": "sqlite:////dev/null/orderline.db"}, "DATABASE_URL", "cannot be written"),
        ({"bot_token": OTHER_TOKEN}, "BOT_TOKEN", "copy it again"),
        ({"bot_api_url": NOWHERE}, "BOT_API_URL", "Telegram is not reached"),
        ({"voodoo_api_key": None}, "VOODOO_API_KEY", "nothing to sell"),
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
