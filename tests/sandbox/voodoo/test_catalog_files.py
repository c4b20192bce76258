"""The catalog downloads: global, personal, conditional, changed and broken (Voodoo CATALOG page)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.goods import landmarks
from bot.sandbox.goods.landmarks import LANDMARKS
from bot.sandbox.voodoo.config import VoodooConfig
from tests.sandbox.goods.reading import inflate, records
from tests.sandbox.voodoo.lab import Lab, running_lab

GLOBAL = "/catalog.lmdb.zst"
PERSONAL = "/demo-client.lmdb.zst"


async def download(lab: Lab, workspace: Path, path: str = GLOBAL) -> dict[int, dict[str, Any]]:
    """Fetch a catalog and read its records."""
    reply = await lab.api.get(path, headers={"Authorization": ""})
    assert reply.status_code == 200
    return records(reply.content, workspace)


async def test_the_global_catalog_needs_no_token_and_holds_every_item(lab: Lab, tmp_path: Path) -> None:
    assert list(await download(lab, tmp_path)) == [good.id for good in LANDMARKS]


async def test_there_is_no_personal_catalog_without_negotiated_prices(lab: Lab) -> None:
    assert (await lab.api.get(PERSONAL)).status_code == 404


async def test_the_personal_catalog_differs_in_prices_only(lab: Lab, tmp_path: Path) -> None:
    await lab.switch("personal_catalog", True)
    usual, personal = await download(lab, tmp_path), await download(lab, tmp_path, PERSONAL)
    assert all(personal[id_]["price"] < usual[id_]["price"] for id_ in usual)
    without = [{id_: record | {"price": 0} for id_, record in catalog.items()} for catalog in (usual, personal)]
    assert without[0] == without[1]


async def test_another_client_has_no_personal_catalog_here(lab: Lab) -> None:
    await lab.switch("personal_catalog", True)
    assert (await lab.api.get("/someone-else.lmdb.zst")).status_code == 404


@pytest.mark.parametrize("answer", ["404", "403", "503"])
async def test_downloads_can_be_refused(lab: Lab, answer: str) -> None:
    await lab.switch("personal_catalog", True)
    await lab.switch("catalog_answer", answer)
    await lab.switch("personal_answer", answer)
    statuses = {(await lab.api.get(path)).status_code for path in (GLOBAL, PERSONAL)}
    assert statuses == {int(answer)}


async def test_an_unchanged_catalog_is_not_sent_again(lab: Lab) -> None:
    first = await lab.api.get(GLOBAL)
    by_tag = await lab.api.get(GLOBAL, headers={"If-None-Match": first.headers["ETag"]})
    by_weak_tag = await lab.api.get(GLOBAL, headers={"If-None-Match": f"W/{first.headers['ETag']}"})
    by_date = await lab.api.get(GLOBAL, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert [reply.status_code for reply in (by_tag, by_weak_tag, by_date)] == [304, 304, 304]
    assert by_tag.content == b""


async def test_a_tag_counts_more_than_a_date(lab: Lab) -> None:
    first = await lab.api.get(GLOBAL)
    headers = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert (await lab.api.get(GLOBAL, headers=headers)).status_code == 200


@pytest.mark.parametrize("date", ["yesterday", "Mon, 01 Jan 2001 00:00:00 GMT", "Mon, 01 Jan 2001 00:00:00 -0000"])
async def test_an_old_or_unreadable_date_gets_the_file(lab: Lab, date: str) -> None:
    assert (await lab.api.get(GLOBAL, headers={"If-Modified-Since": date})).status_code == 200


async def test_validators_can_be_left_out(lab: Lab) -> None:
    await lab.switch("catalog_validators", False)
    reply = await lab.api.get(GLOBAL)
    assert not {"etag", "last-modified"} & reply.headers.keys()


async def test_the_date_is_that_of_publication() -> None:
    async with running_lab(VoodooConfig(clock=lambda: datetime(2026, 7, 5, 12, 0, 0, 5, tzinfo=UTC))) as lab:
        reply = await lab.api.get(GLOBAL)
    assert reply.headers["Last-Modified"] == "Sun, 05 Jul 2026 12:00:00 GMT"


async def test_a_price_changes_at_once_but_its_file_only_when_published(lab: Lab, tmp_path: Path) -> None:
    first = await lab.api.get(GLOBAL)
    await lab.tell("items/4090", price=9.5)
    assert float((await lab.created(4090))["price"]) == 9.5
    assert (await lab.api.get(GLOBAL)).headers["ETag"] == first.headers["ETag"]
    await lab.tell("catalog/publish")
    assert (await download(lab, tmp_path))[4090]["price"] == 9.5
    assert (await lab.api.get(GLOBAL, headers={"If-None-Match": first.headers["ETag"]})).status_code == 200


async def test_a_removed_item_cannot_be_ordered_and_leaves_the_next_file(lab: Lab, tmp_path: Path) -> None:
    await lab.tell("items/4090/remove")
    assert (await lab.order(4090)).json()["detail"] == "Item is not available"
    assert 4090 in await download(lab, tmp_path)
    await lab.tell("catalog/publish")
    assert 4090 not in await download(lab, tmp_path)


async def test_stock_and_bounds_can_change_too(lab: Lab) -> None:
    await lab.tell("items/4090", stock=0, max_quantity=3)
    assert (await lab.order(4090)).json()["detail"] == "Item is not available"
    await lab.tell("items/4090", stock=None)
    assert (await lab.order(4090, quantity=4)).json()["detail"] == "quantity must be at most 3"
    await lab.tell("items/4090", max_quantity=None)
    assert (await lab.order(4090, quantity=4)).status_code == 201


async def test_most_of_the_items_can_go_missing(lab: Lab, tmp_path: Path) -> None:
    await lab.tell("catalog/publish", value="a third of the items")
    assert len(await download(lab, tmp_path)) == -(-len(LANDMARKS) // 3)


async def test_an_empty_catalog_can_be_published(lab: Lab, tmp_path: Path) -> None:
    await lab.tell("catalog/publish", value="empty")
    assert await download(lab, tmp_path) == {}


async def test_something_else_can_be_published_as_a_catalog(lab: Lab, tmp_path: Path) -> None:
    await lab.tell("catalog/publish", value="not a catalog")
    assert inflate((await lab.api.get(GLOBAL)).content, tmp_path).read_bytes().startswith(b"<html>")


async def test_a_removed_item_is_unknown_to_the_control_api(lab: Lab) -> None:
    await lab.tell(f"items/{landmarks.SOLD_OUT}/remove")
    for path in (f"items/{landmarks.SOLD_OUT}", f"items/{landmarks.SOLD_OUT}/remove"):
        assert (await lab.api.post(f"/sandbox/{path}", json={})).status_code == 404
