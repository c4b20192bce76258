"""The command line: exit codes, and whole lines on the right stream."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner, Result

from bot.cli import cli
from bot.settings import Settings

TOKEN = "123456789:AAexampleexampleexampleexample12345"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In an empty folder, with the two settings that nothing goes without."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("ADMIN_IDS", "1001")
    monkeypatch.chdir(tmp_path)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_a_printed_key_encrypts() -> None:
    assert Fernet(call("keys").output.strip())


@pytest.mark.parametrize(
    "command", [["run"], ["check"], ["backup", "x"], ["catalog", "show", "1"], ["catalog", "import", "x"]]
)
def test_missing_settings_are_a_line_each_and_exit_1(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    monkeypatch.delenv("ADMIN_IDS")
    result = call(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "BOT_TOKEN: is required and not set\nADMIN_IDS: is required and not set\n"


def test_running_needs_a_key() -> None:
    result = call("run")
    assert (result.exit_code, result.stderr) == (
        1,
        "SECRET_KEYS: is required and not set; `orderline keys` prints one\n",
    )


def test_a_reason_not_to_start_is_one_whole_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEYS", Fernet.generate_key().decode())
    monkeypatch.setenv("DATA_DIR", "/dev/null/" + "a/rather/long/path/" * 10)
    result = call("run")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith("cannot be used: Not a directory\n")


def test_a_backup_of_no_database_says_so(tmp_path: Path) -> None:
    result = call("backup", "copy.db")
    assert result.exit_code == 1
    assert result.stderr.startswith("no backup was made: ")
    assert not (tmp_path / "copy.db").exists()


def test_a_failed_catalog_command_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    unset = call("catalog", "show", "1").stderr
    assert unset.startswith("VOODOO_API_KEY: is not set, and neither are OCTOPUS_API_KEY and OCTOPUS_API_SECRET")
    assert unset.count("\n") == 1
    monkeypatch.setenv("VOODOO_API_KEY", "ak_example")
    assert call("catalog", "show", ":").stderr == ": is no item; name one by its id, such as 4090 or octopus:123\n"
    assert call("catalog", "import", "nothing.jsonl").stderr == "not imported: no source has the file\n"


def test_a_catalog_is_imported_and_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOODOO_API_KEY", "ak_example")
    (tmp_path / "a.jsonl").write_text('{"id": "77", "name": "Steam 10", "price": "9.5", "type": "key"}\n')
    imported, shown = call("catalog", "import", "a.jsonl"), call("catalog", "show", "77")
    assert imported.stdout.startswith("1 items are in the catalog, 0 records were skipped")
    assert shown.stdout.startswith("voodoo:77  Steam 10\n")


def test_a_port_that_cannot_be_is_refused() -> None:
    assert call("demo", "--port", "70000").exit_code == 2


@pytest.mark.parametrize(
    ("setting", "complaint"), [("INVITE_HOURS", "write it as NAME=VALUE"), ("INVITE_HUORS=1", "is no setting")]
)
def test_a_setting_of_the_demo_that_cannot_be_is_refused(setting: str, complaint: str) -> None:
    result = call("demo", "--set", setting)
    assert (result.exit_code, complaint in result.stderr) == (2, True)


def test_ctrl_c_ends_an_import_and_all_its_processes_without_a_fuss(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VOODOO_API_KEY", "ak_example")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = f"http://127.0.0.1:{silent.getsockname()[1]}/catalog.lmdb.zst"
        importing = subprocess.Popen(
            [sys.executable, "-m", "bot", "catalog", "import", source],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        downloading, _ = silent.accept()
        with downloading:
            (child,) = Path(f"/proc/{importing.pid}/task/{importing.pid}/children").read_text().split()
            assert os.getsid(int(child)) != importing.pid  # else it would die first, and look like a damaged file
            os.killpg(importing.pid, signal.SIGINT)  # as a terminal does
            said = importing.communicate(timeout=30)
            while downloading.recv(4096):  # the child's end is closed when the child is gone
                continue
    assert importing.returncode == 130
    assert said == ("", "")
    assert not (tmp_path / "var" / "catalog" / "snapshot.db").exists()
