"""The search cascade."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog.schema import open_readonly
from bot.catalog.search import search
from bot.catalog.snapshot import Snapshot
from storage.records.catalog import Availability
from tests.catalog.shelf import build, make_item, names, snapshot_of

ITEMS = [
    make_item("Steam Wallet 10 USD", region="USA"),
    make_item("Steam Wallet 100 USD", region="USA"),
    make_item("Steam Wallet 5 EUR", region="Europe"),
    make_item("Steamy Kitchen DLC", category="Games"),
    make_item("PlayStation Plus 12 months", category="Subscriptions"),
    make_item("Подарочная карта «Тёплый дом»", category="Подарочные карты"),
    make_item("Поповнення Київстар", category="Мобільний зв'язок"),
    make_item("Sold Out Steam Card", availability=Availability.OUT_OF_STOCK),
    make_item("Mobile Legends 86 Diamonds", category="Game top-ups"),
]


@pytest.fixture
async def snapshot(tmp_path: Path) -> AsyncGenerator[Snapshot]:
    async with snapshot_of(tmp_path, ITEMS) as opened:
        yield opened


async def find(snapshot: Snapshot, text: str) -> list[str]:
    return names(await snapshot.search(text, 0, 20))


async def test_whole_words_come_before_word_beginnings(snapshot: Snapshot) -> None:
    assert await find(snapshot, "steam") == [
        "Steam Wallet 5 EUR",
        "Steam Wallet 10 USD",
        "Steam Wallet 100 USD",
        "Sold Out Steam Card",
        "Steamy Kitchen DLC",
    ]
    assert await find(snapshot, "10 wallet") == ["Steam Wallet 10 USD", "Steam Wallet 100 USD"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wallet usd 100", "Steam Wallet 100 USD"),
        ("STEAM wal eur", "Steam Wallet 5 EUR"),
        ("  легенд… ", None),
        ("теплый", "Подарочная карта «Тёплый дом»"),
        ("ПОДАРОЧНАЯ КАРТА", "Подарочная карта «Тёплый дом»"),
        ("киивстар", "Поповнення Київстар"),
        ("мобильний", "Поповнення Київстар"),
        ("звязок", "Поповнення Київстар"),
        ("europe steam", "Steam Wallet 5 EUR"),
        ("station", "PlayStation Plus 12 months"),
        ("egends 86", "Mobile Legends 86 Diamonds"),
        ("play station", "PlayStation Plus 12 months"),
        ("steam10", "Steam Wallet 10 USD"),
        ("mobilelegends", "Mobile Legends 86 Diamonds"),
        ("staem walet eur", "Steam Wallet 5 EUR"),
        ("playsttaion", "PlayStation Plus 12 months"),
        ("diomands", "Mobile Legends 86 Diamonds"),
        ("падарочная", "Подарочная карта «Тёплый дом»"),
        ("ыеуфь цфддуе угк", "Steam Wallet 5 EUR"),
        ("gjlfhjxyfz", "Подарочная карта «Тёплый дом»"),
        ("gjgjdytyyz", "Поповнення Київстар"),
        ("ьщишду дупутвы", "Mobile Legends 86 Diamonds"),
        ("xyzzy", None),
        ("steam xyzzy", None),
        ("", None),
        ("«»!? _ 💳", None),
        ('" OR name : *) NOT', None),
    ],
)
async def test_a_text_finds_what_it_means(snapshot: Snapshot, text: str, found: str | None) -> None:
    results = await find(snapshot, text)
    assert results[:1] == ([found] if found else [])


async def test_among_equal_matches_what_can_be_bought_comes_first(tmp_path: Path) -> None:
    items = [make_item("Card 1", availability=Availability.OUT_OF_STOCK), make_item("Card 2")]
    async with snapshot_of(tmp_path, items) as snapshot:
        assert await find(snapshot, "card") == ["Card 2", "Card 1"]


async def test_pages_of_a_search_follow_each_other_without_gap_or_repeat(tmp_path: Path) -> None:
    items = [make_item(f"Game {number}") for number in range(7)]
    items += [make_item(f"Gamer {number}") for number in range(7)]
    items += [make_item(f"Other {number}", category="Games") for number in range(7)]
    async with snapshot_of(tmp_path, items) as snapshot:
        everything = names(await snapshot.search("game", 0, 50))
        for size in (1, 2, 3, 5, 8):
            pages = [names(await snapshot.search("game", offset, size)) for offset in range(0, 24, size)]
            assert [name for page in pages for name in page] == everything
    assert len(everything) == len(set(everything)) == 21
    assert everything[6:8] == ["Game 6", "Gamer 0"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "snapshot.db"
    build(path, ITEMS)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60), offset=st.integers(0, 10**9), limit=st.integers(1, 30))
def test_any_text_gets_an_answer(file: Path, text: str, offset: int, limit: int) -> None:
    connection = open_readonly(file)
    found = search(connection, text, offset, limit)
    connection.close()
    assert len(found) <= limit
    assert len(set(found)) == len(found)


@settings(deadline=None)
@given(item=st.sampled_from(ITEMS))
def test_every_item_is_found_by_its_own_name(file: Path, item: object) -> None:
    connection = open_readonly(file)
    name = getattr(item, "name", "")
    ranks = search(connection, name, 0, 5)
    (rank,) = connection.execute("SELECT rank FROM items WHERE id = ?", (name.replace(" ", "-"),)).fetchone()
    connection.close()
    assert rank in ranks
