"""The import process by itself, as a parent sees it."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bot.catalog import importer
from bot.catalog.child import MODULE
from bot.catalog.importer import run
from bot.catalog.messages import Finished, ImportRequest, Refused, Unavailable, decode_message, encode
from bot.catalog.reports import FeedOutcome
from bot.suppliers.feeds import Feed
from tests.suppliers.wire import Answer, running_wire


def start(request: ImportRequest) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-m", MODULE], stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdin is not None
    process.stdin.write(encode(request) + b"\n")
    process.stdin.flush()
    return process


def request_of(source: str, directory: Path) -> ImportRequest:
    return ImportRequest(Feed("corner", "jsonl", (source,), "USD"), (), str(directory), 1 << 20, Decimal("0.5"))


async def test_the_process_ends_when_its_parent_does(tmp_path: Path) -> None:
    async with running_wire(Answer(silent=True)) as wire:
        process = start(request_of(f"{wire.url}/file", tmp_path))
        await wire.asked.wait()
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=30) == 1
        process.communicate()


def verdict_of(process: subprocess.Popen[bytes]) -> object:
    assert process.stdout is not None
    lines = process.stdout.readlines()
    process.communicate()
    assert process.returncode == 0
    return decode_message(lines[-1])


def test_what_a_killed_import_left_behind_is_swept_away(tmp_path: Path) -> None:
    source = tmp_path / "items.jsonl"
    source.write_bytes(b'{"id":"1","name":"Card","type":"key","price":1}\n')
    left = tmp_path / "data" / "work-left"
    left.mkdir(parents=True)
    (left / "download").write_bytes(b"half a file")
    assert isinstance(verdict_of(start(request_of(str(source), tmp_path / "data"))), Finished)
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["import.lock", "snapshot.db"]


def test_no_place_for_the_snapshot_is_said_as_such(tmp_path: Path) -> None:
    source = tmp_path / "items.jsonl"
    source.write_bytes(b'{"id":"1","name":"Card","type":"key","price":1}\n')
    (tmp_path / "data" / "snapshot.db" / "in the way").mkdir(parents=True)
    verdict = verdict_of(start(request_of(str(source), tmp_path / "data")))
    assert isinstance(verdict, Unavailable)
    assert "cannot be written" in verdict.reason


def test_a_catalog_of_bad_records_only_names_the_first(tmp_path: Path) -> None:
    source = tmp_path / "items.jsonl"
    source.write_bytes(b'{"id":"1","name":"Card","type":"key","price":0}\n' * 30)
    verdict = verdict_of(start(request_of(str(source), tmp_path / "data")))
    assert isinstance(verdict, Refused)
    assert verdict.reason == (
        "the catalog holds no usable item; the first of 30 bad records:"
        " the price must be a positive number of a sane size"
    )


def test_a_file_is_read_again_when_its_reader_has_changed_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "items.jsonl"
    source.write_bytes(b'{"id":"1","name":"Card","type":"key","price":1}\n')
    request = request_of(str(source), tmp_path / "data")

    def outcome() -> FeedOutcome:
        verdict = run(request, lambda _message: None)
        assert isinstance(verdict, Finished)
        return verdict.report.outcome

    with monkeypatch.context() as before:
        before.setattr(importer, "READING", importer.READING - 1)
        outcome()
    assert [outcome(), outcome()] == [FeedOutcome.IMPORTED, FeedOutcome.UNCHANGED]
