"""Lists read page by page, with pagination headers and without (octopus.md, section 1)."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import encode
from bot.suppliers.http import Reply
from bot.suppliers.octopus.paging import PAUSES, pages
from tests.suppliers.octopus import ok, running_desk, said
from tests.suppliers.wire import Answer, running_wire

MORE, LAST = ("X-Has-More", "true"), ("X-Has-More", "false")


async def paged(*answers: Answer, params: Mapping[str, str]) -> tuple[list[bytes], list[str]]:
    """The pages that the client yields, and the paths it asked for."""
    async with running_wire(*answers) as wire, running_desk(wire.url) as desk:
        read = [page async for page in desk.client.pages("/api/v1/products", params)]
        return read, [request.path.removeprefix("/api/v1/products") for request in wire.requests]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ((ok([1, 2], LAST),), 1),
        ((ok([1], MORE), ok([2, 3], LAST)), 2),
        ((ok([1, 2], MORE), ok([])), 2),
        ((ok([1, 2], MORE), ok([], MORE)), 2),
        ((ok([1, 2]), ok([3])), 2),
        ((ok([1, 2]), ok([])), 2),
        ((ok([1]),), 1),
        ((ok([]),), 1),
        ((ok({"success": True, "data": [1]}),), 1),
    ],
)
async def test_pages_end_with_the_suppliers_word_an_empty_page_or_a_short_one(
    answers: tuple[Answer, ...], asked: int
) -> None:
    read, paths = await paged(*answers, params={"limit": "2"})
    assert paths == [f"?limit=2&page={number}" for number in range(1, asked + 1)]
    assert b"".join(read) == b"".join(answer.body for answer in answers[:asked] if answer.body != b"[]" or asked == 1)


async def test_a_list_without_pages_is_read_whole() -> None:
    assert await paged(ok([1, 2]), params={}) == ([b"[1,2]"], [""])


@given(st.integers(0, 30), st.integers(1, 7), st.booleans())
async def test_every_record_arrives_once_with_or_without_headers(total: int, limit: int, headers: bool) -> None:
    async def get(path: str) -> Reply:
        start = (int(path.rpartition("=")[2]) - 1) * limit
        page = list(range(total))[start : start + limit]
        more = {"x-has-more": str(start + limit < total).lower()} if headers else {}
        return Reply(200, encode(page), headers=more)

    read = [page async for page in pages(get, "/x", {"limit": str(limit)})]
    assert b"".join(read) == b"".join(encode(list(range(total))[at : at + limit]) for at in range(0, total or 1, limit))


async def test_a_list_that_never_ends_is_given_up() -> None:
    async def get(_path: str) -> Reply:
        return Reply(200, b"[1]", headers={"x-has-more": "true"})

    with pytest.raises(MalformedReport, match="more than 5 pages"):
        [page async for page in pages(get, "/x", {"limit": "1"}, most=5)]


class Troubled:
    """A supplier that answers so many times with trouble before it answers well; ``slept`` are our pauses."""

    def __init__(self, trouble: Reply | SupplierUnavailable, times: int) -> None:
        self.trouble = trouble
        self.left = times
        self.slept: list[float] = []

    async def get(self, _path: str) -> Reply:
        self.left -= 1
        if self.left < 0:
            return Reply(200, b"[]")
        if isinstance(self.trouble, SupplierUnavailable):
            raise self.trouble
        return self.trouble

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def read(self) -> list[bytes]:
        return [page async for page in pages(self.get, "/x", {"limit": "1"}, sleep=self.sleep)]


@pytest.mark.parametrize(
    ("trouble", "slept"),
    [
        (Reply(503, b""), list(PAUSES)),
        (Reply(429, b"", 12.0), [12.0] * 3),
        (SupplierUnavailable("held", 7.0), [7.0] * 3),
        (SupplierUnavailable("lost"), list(PAUSES)),
    ],
)
async def test_a_page_in_trouble_is_asked_for_again_after_a_pause(
    trouble: Reply | SupplierUnavailable, slept: list[float]
) -> None:
    supplier = Troubled(trouble, 3)
    assert await supplier.read() == [b"[]"]
    assert supplier.slept == slept


async def test_a_page_is_given_up_after_several_tries_or_when_the_wait_is_long() -> None:
    for trouble, pauses in ((Reply(500, b""), 3), (Reply(429, b"", 600.0), 0)):
        supplier = Troubled(trouble, 9)
        with pytest.raises(SupplierUnavailable):
            await supplier.read()
        assert len(supplier.slept) == pauses


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (said(403, "FORBIDDEN", "IP address not authorized"), SupplierMisconfigured),
        (Answer(200, b"<html>"), MalformedReport),
        (ok({"id": 1}), MalformedReport),
    ],
)
async def test_a_page_that_will_not_become_better_is_given_up_at_once(answer: Answer, error: type[Exception]) -> None:
    async with running_wire(answer) as wire, running_desk(wire.url) as desk:
        with pytest.raises(error):
            [page async for page in desk.client.pages("/api/v1/products", {"limit": "2"})]
    assert len(wire.requests) == 1
