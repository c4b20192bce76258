"""A tab in the machine's own Chromium."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Page, ViewportSize, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
DESKTOP: ViewportSize = {"width": 1360, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}


def chromium() -> str:
    """Where the browser is; ``make test`` installs it where it may."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "no Chromium: install the package 'chromium'"
    return found


@asynccontextmanager
async def open_tab(viewport: ViewportSize = DESKTOP) -> AsyncGenerator[Page]:
    """An empty tab; an error in a script of the page fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        tab = await browser.new_page(viewport=viewport)
        tab.set_default_timeout(20_000)
        errors: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        yield tab
        await browser.close()
        assert errors == []
