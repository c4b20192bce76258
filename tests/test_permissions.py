"""Every file and folder is its owner's alone, even where the system would give it to everybody."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).parents[1]
ITEM = '{"id": "1", "name": "Card", "price": 1, "type": "key"}\n'


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    (tmp_path / "items.jsonl").write_text(ITEM)
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": "123456789:AAexampleexampleexampleexample12345",
        "BOT_API_URL": "http://127.0.0.1:1",
        "ADMIN_IDS": "1",
        "SECRET_KEYS": Fernet.generate_key().decode(),
        "DATA_DIR": str(tmp_path / "made" / "here"),
        "WEB_PORT": "0",
        "VOODOO_API_KEY": "ak_key_of_nobody",
        "VOODOO_API_URL": "http://127.0.0.1:1",
        "VOODOO_CATALOG": str(tmp_path / "items.jsonl"),
        "LOG_FORMAT": "json",
    }


def start(environment: Mapping[str, str], folder: Path, *command: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "bot", *command]
    return subprocess.Popen(arguments, env=environment, cwd=folder, text=True, stderr=subprocess.PIPE, umask=0)


def open_to_others(folder: Path) -> Iterator[str]:
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield f"{path.relative_to(folder.parent)} {mode:o}"


def test_nothing_that_the_bot_makes_is_open_to_others(environment: Mapping[str, str], tmp_path: Path) -> None:
    data = tmp_path / "made"
    with start(environment, tmp_path, "run") as bot:
        assert bot.stderr is not None
        said = next((line for line in bot.stderr if "refreshed" in line), "")
        names = {path.name for path in data.rglob("*")}
        while_running = list(open_to_others(data))
        with start(environment, tmp_path, "backup", str(tmp_path / "copy.db")) as backup:
            backup.communicate()
        bot.send_signal(signal.SIGTERM)
        bot.communicate()
    assert "catalog refreshed" in said
    assert {"orderline.db", "orderline.db-wal", "orderline.db-shm", "orderline.db.lock", "catalog"} <= names
    assert while_running == []
    assert list(open_to_others(data)) == []
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
