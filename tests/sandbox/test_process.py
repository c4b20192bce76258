"""Child servers: a URL, or a reason why there is none."""

from pathlib import Path

import pytest

from bot.sandbox.process import ServerDidNotStart, start_server


def a_module(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> str:
    """Write a module that the child can run and return its name."""
    (folder / "child_of_a_test.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return "child_of_a_test"


async def test_a_child_that_ends_at_once_did_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = a_module(tmp_path, monkeypatch, "raise SystemExit(3)")
    with pytest.raises(ServerDidNotStart, match="exit status 3"):
        await start_server(module)


@pytest.mark.parametrize("line", ["hello", "{}", "[]", "5"])
async def test_a_child_that_says_something_else_did_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    module = a_module(tmp_path, monkeypatch, f"print({line!r}, flush=True)\nimport signal\nsignal.pause()")
    with pytest.raises(ServerDidNotStart, match="something else"):
        await start_server(module)


async def test_a_silent_child_did_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = a_module(tmp_path, monkeypatch, "import signal\nsignal.pause()")
    with pytest.raises(ServerDidNotStart, match="said nothing"):
        await start_server(module, within=0.3)


async def test_a_child_that_will_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        'print(\'{"url": "http://127.0.0.1:1"}\', flush=True)\nwhile True: signal.pause()'
    )
    monkeypatch.setattr("bot.sandbox.process.STOP_WITHIN", 0.3)
    server = await start_server(a_module(tmp_path, monkeypatch, source))
    assert (server.url, await server.stop()) == ("http://127.0.0.1:1", -9)
