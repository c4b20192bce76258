"""A whole deployment inside one test: the local servers, and the settings that point a bot at them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet

from bot.sandbox.octopus import app as octopus
from bot.sandbox.octopus.config import OctopusConfig
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.sandbox.serving import listening
from bot.sandbox.voodoo.app import build_app
from bot.sandbox.voodoo.config import VoodooConfig
from bot.settings import Settings
from tests.delivery.local import ADA, LocalTelegram, local_telegram

API_KEY = "ak_key_of_a_test_deployment"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What surrounds a bot."""

    telegram: LocalTelegram
    voodoo_url: str
    octopus_url: str
    folder: Path

    @property
    def octopus(self) -> dict[str, Any]:
        """The settings that switch the second supplier on."""
        account = OctopusConfig()
        return {
            "octopus_api_key": account.api_key,
            "octopus_api_secret": account.api_secret,
            "octopus_api_url": self.octopus_url,
        }

    def settings(self, **changed: Any) -> Settings:
        """Settings with which everything works, with Voodoo Center alone, but for what is changed."""
        chosen: dict[str, Any] = {
            "bot_token": self.telegram.config.token,
            "bot_api_url": self.telegram.url,
            "admin_ids": (ADA,),
            "data_dir": self.folder / "data",
            "secret_keys": (Fernet.generate_key().decode(),),
            "web_port": 0,
            "voodoo_api_key": API_KEY,
            "voodoo_api_url": self.voodoo_url,
            "voodoo_catalog": f"{self.voodoo_url}/catalog.lmdb.zst",
        }
        return Settings.model_validate(chosen | changed)

    async def voodoo(self, path: str, **body: object) -> None:
        """Use Voodoo Center's control panel."""
        await _steer(self.voodoo_url, path, body)

    async def cards(self, path: str, **body: object) -> None:
        """Use Octopus Cards' control panel."""
        await _steer(self.octopus_url, path, body)


async def _steer(url: str, path: str, body: dict[str, object]) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
        (await client.post(f"/sandbox/{path}", json=body)).raise_for_status()


@asynccontextmanager
async def deployment(folder: Path) -> AsyncGenerator[Deployment]:
    """Run Telegram and both suppliers; Octopus Cards sells its landmarks only."""
    app = build_app(VoodooConfig(api_key=API_KEY, items=100))
    cards = octopus.build_app(OctopusConfig(), LANDMARKS)
    async with listening(app) as voodoo_url, listening(cards) as octopus_url, local_telegram() as telegram:
        await telegram.start(ADA)
        yield Deployment(telegram, voodoo_url, octopus_url, folder)
