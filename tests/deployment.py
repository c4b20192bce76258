"""A whole deployment inside one test: both local servers, and the settings that point a bot at them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet

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
    folder: Path

    def settings(self, **changed: Any) -> Settings:
        """Settings with which everything works, but for what is changed."""
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
        """Use the supplier's control panel."""
        async with httpx.AsyncClient(base_url=self.voodoo_url, trust_env=False, timeout=20) as client:
            (await client.post(f"/sandbox/{path}", json=body)).raise_for_status()


@asynccontextmanager
async def deployment(folder: Path) -> AsyncGenerator[Deployment]:
    """Run both local servers."""
    app = build_app(VoodooConfig(api_key=API_KEY, items=100))
    async with listening(app) as voodoo_url, local_telegram() as telegram:
        await telegram.start(ADA)
        yield Deployment(telegram, voodoo_url, folder)
