"""Charts: drawn in a process of their own, whatever names and amounts they have."""

import asyncio
import os
import struct
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.presentation.charts import Bar, Chart, Columns, Fact, Rank, Ranking, Role, Series, Tick
from bot.reports.chart import WIDTH, draw
from bot.reports.drawing import PNG, Drawing, NotDrawn
from bot.reports.page import Page, drawable

TICKS = (Tick(0, "$0"), Tick(500, "$500"), Tick(1000, "$1,000"))


def columns(days: int) -> Columns:
    labels = tuple(f"{number % 28 + 1} September" for number in range(days))
    turnover = Series(Role.TURNOVER, "Turnover", tuple(100.0 + number for number in range(days)))
    own = Series(Role.OWN, "Own orders at cost", tuple(50.0 for _ in range(days)))
    return Columns("By day", labels, (turnover, own), TICKS)


def chart(days: int = 7, *names: str) -> Chart:
    bars = (Bar(Role.TURNOVER, 10.0), Bar(Role.COST, 9.0))
    ranks = tuple(Rank(name, "$10.00", bars) for name in names)
    return Chart("Last days", "March", (Fact("Orders", "12"),), columns(days), (Ranking("Resellers", ranks),))


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, from the header that every PNG begins with."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


class Written:
    """What was written on pages, with its ends."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, float, float, float]] = []

    def clashes(self) -> Iterator[tuple[str, str]]:
        """Words on one line that touch each other."""
        for number, (words, begin, end, middle) in enumerate(self.lines):
            for other, other_begin, other_end, other_middle in self.lines[number + 1 :]:
                if abs(middle - other_middle) < 20 and begin < other_end and other_begin < end:
                    yield words, other


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """Notes where words go, beside drawing them."""
    notes, write = Written(), Page.write

    def noted(
        self: Page, words: str, left: float, middle: float, size: float, colour: str, *,
        bold: bool = False, at: str = "left",
    ) -> None:  # fmt: skip
        width = self.width_of(words, size, bold=bold)
        begin = left - {"left": 0.0, "center": width / 2, "right": width}[at]
        notes.lines.append((words, begin, begin + width, middle))
        write(self, words, left, middle, size, colour, bold=bold, at=at)

    monkeypatch.setattr(Page, "write", noted)
    return notes


@pytest.mark.parametrize("days", [1, 2, 7, 31, 92, 366])
def test_words_never_touch_each_other_and_stay_on_the_page(days: int, written: Written) -> None:
    long_name = "A shop whose name is longer than any line of a telephone could ever show to anybody"
    picture = draw(chart(days, long_name, "Nova"))
    assert size_of(picture)[0] == WIDTH
    assert list(written.clashes()) == []
    assert all(begin >= 0 and end <= WIDTH for _, begin, end, _ in written.lines)


def test_the_last_day_is_always_named(written: Written) -> None:
    drawn = chart(31)
    draw(drawn)
    assert drawn.columns.labels[-1] in [words for words, *_ in written.lines]


def test_a_long_name_is_cut_where_its_amount_begins(written: Written) -> None:
    draw(chart(1, "wide " * 40))
    (name,) = [words for words, *_ in written.lines if words.startswith("wide")]
    assert name.endswith("…")


@pytest.mark.parametrize(
    "name", ["Игры", "Ελλάδα", "متجر", "$teal $tore", "a_b^{c}", "<b>", "ёж", "名前 Shop", "🎮🎮", ""]
)
def test_names_of_any_kind_are_drawn(name: str) -> None:
    assert draw(chart(1, name)).startswith(PNG)


def test_letters_that_no_font_has_are_left_out() -> None:
    assert drawable("Игры \U0010fffd\n для  всех") == "Игры для всех"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.floats(0, 1e12), st.floats(0, 1e12))
def test_no_name_and_no_amount_breaks_a_chart(name: str, turnover: float, own: float) -> None:
    rank = Rank(name, name, (Bar(Role.TURNOVER, turnover), Bar(Role.OWN, own)))
    drawn = replace(chart(1), title=name, rankings=(Ranking(name, (rank,)),))
    assert draw(drawn).startswith(PNG)


async def test_a_process_of_its_own_draws_a_chart(tmp_path: Path) -> None:
    picture = await Drawing(tmp_path).draw(chart(30, "Nova"))
    assert picture.startswith(PNG)
    assert size_of(picture)[0] == WIDTH


async def test_two_charts_are_drawn_one_after_the_other(tmp_path: Path) -> None:
    drawing = Drawing(tmp_path)
    pictures = await asyncio.gather(drawing.draw(chart(1)), drawing.draw(chart(2)))
    assert all(picture.startswith(PNG) for picture in pictures)


async def test_a_process_that_dies_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(NotDrawn, match="died"):
        await Drawing(tmp_path, module="bot.reports").draw(chart())


async def test_a_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(NotDrawn, match="longer than 0 seconds"):
        await Drawing(tmp_path, patience=0.0).draw(chart())


async def test_no_process_outlives_whoever_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "process")
    waiting = asyncio.create_task(Drawing(tmp_path, 600.0, "tests.reports.endless").draw(chart()))
    number = int(await asyncio.to_thread((tmp_path / "process").read_text))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


async def test_the_chart_is_understood_on_the_other_side() -> None:
    there = msgspec.json.decode(msgspec.json.encode(chart(3, "Nova")), type=Chart)
    assert there == chart(3, "Nova")


async def test_the_bot_itself_never_loads_the_drawing_library() -> None:
    question = "import sys, bot.app; print(sorted({'matplotlib', 'numpy', 'PIL'} & sys.modules.keys()))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", question, stdout=PIPE)
    answer, _ = await process.communicate()
    assert answer.decode().strip() == "[]"
