"""The demo, started the way the README says and met in a browser tab."""

import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.tabs import open_tab

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
PATIENCE = 20_000


@pytest.fixture(scope="session")
def demo() -> Iterator[str]:
    """``orderline demo`` as a process; its one address."""
    command = [sys.executable, "-m", "bot", "demo", "--items", "500", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = next((match for line in process.stdout if (match := ADDRESS.search(line))), None)
        assert found, "the demo printed no address"
        yield found[0]
        process.terminate()
        assert process.wait(40) == 0


class Chat:
    """What a person does on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def says(self, text: str) -> None:
        await self.page.get_by_role("textbox", name="Message").fill(text)
        await self.page.keyboard.press("Enter")

    async def taps(self, label: str) -> None:
        """Tap the newest button of a message that begins with ``label``."""
        await self.page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).last.click()

    async def sees(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the newest message that has ``text`` is on the page."""
        bubble = self.page.get_by_role("article", name=re.compile("^Orderline")).filter(has_text=text).last
        await expect(bubble).to_be_visible(timeout=PATIENCE)
        return bubble

    async def becomes(self, person: str) -> None:
        await self.page.get_by_role("radio", name=person).click()


@pytest.fixture
async def chat(demo: str) -> AsyncGenerator[Chat]:
    """The page as Ada, the operator, who has started the bot."""
    async with open_tab() as page:
        await page.goto(demo)
        await expect(page.get_by_role("radio", name="Ada")).to_be_checked()
        start = page.get_by_role("button", name="Start", exact=True)
        await expect(start.or_(page.get_by_role("textbox", name="Message"))).to_be_visible()
        if await start.is_visible():
            await start.click()
        await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
        yield Chat(page)
