"""The command line: what an operator types before, beside and instead of running the bot, and how the bot ends."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.journeys import goods
from tests.journeys.commands import orderline
from tests.journeys.orders import sees_order, sees_result
from tests.journeys.processes import free_port
from tests.journeys.world import TOKEN, World

Settings = dict[str, str]


@pytest.fixture
def settings(world: World, tmp_path: Path) -> Settings:
    """The settings of the running bot, for a process with a folder and a port of its own."""
    return {**world.bot.environment, "DATA_DIR": str(tmp_path / "data"), "WEB_PORT": str(free_port())}


def without(settings: Settings, *names: str) -> Settings:
    return {name: value for name, value in settings.items() if name not in names}


def test_run_names_every_missing_setting_in_a_line_of_its_own(tmp_path: Path) -> None:
    done = orderline(tmp_path, {}, "run")
    assert done.status == 1
    assert done.complaints == ["BOT_TOKEN: is required and not set", "ADMIN_IDS: is required and not set"]


def test_run_names_every_malformed_setting_in_a_line_of_its_own_and_shows_no_secret(
    tmp_path: Path, settings: Settings
) -> None:
    wrong = {
        "BOT_TOKEN": "no-such-shape-of-a-token",
        "ADMIN_IDS": "1001,ada",
        "SECRET_KEYS": "not-a-fernet-key-but-secret",
        "CURRENCY": "DOLLARS",
        "WEB_PORT": "99999",
        "VOODOO_API_KEY": "key-without-its-beginning",
        "VOODOO_API_URL": "api.voodoo.center",
        "CATALOG_MAX_DROP": "7",
        "LOG_LEVEL": "loud",
        "ADMIN_CHAT_ID": "@operators",
        "PUBLIC_URL": "http://shop.example",
        "DATABASE_URL": "mysql://localhost",
    }
    done = orderline(tmp_path, settings | wrong, "run")
    assert done.status == 1
    assert {line.partition(":")[0] for line in done.complaints} == set(wrong)
    assert len(done.complaints) == len(wrong)
    secrets = (wrong["BOT_TOKEN"], wrong["SECRET_KEYS"], wrong["VOODOO_API_KEY"])
    assert not any(secret in done.err + done.out for secret in secrets)


def test_run_needs_a_key_for_what_it_stores(tmp_path: Path, settings: Settings) -> None:
    done = orderline(tmp_path, without(settings, "SECRET_KEYS"), "run")
    assert (done.status, len(done.complaints)) == (1, 1)
    assert "orderline keys" in done.complaints[0]


def test_run_with_a_token_that_telegram_does_not_know_says_so_and_ends(tmp_path: Path, settings: Settings) -> None:
    wrong = "1234567890:a-token-that-nobody-has-ever-issued-here"
    done = orderline(tmp_path, settings | {"BOT_TOKEN": wrong}, "run")
    assert (done.status, len(done.complaints)) == (1, 1)
    assert "Telegram refuses BOT_TOKEN" in done.complaints[0]
    assert wrong not in done.err


def test_a_second_process_on_the_same_database_says_so_and_ends(
    tmp_path: Path, world: World, settings: Settings
) -> None:
    done = orderline(tmp_path, settings | {"DATA_DIR": world.bot.environment["DATA_DIR"]}, "run")
    assert (done.status, len(done.complaints)) == (1, 1)
    assert "another" in done.complaints[0]


def test_a_port_in_use_is_named_and_ends_the_start(tmp_path: Path, world: World, settings: Settings) -> None:
    port = world.bot.environment["WEB_PORT"]
    done = orderline(tmp_path, settings | {"WEB_PORT": port}, "run")
    assert (done.status, len(done.complaints)) == (1, 1)
    assert port in done.complaints[0]
    assert "WEB_PORT" in done.complaints[0]


def test_check_says_that_everything_is_well(tmp_path: Path, settings: Settings) -> None:
    done = orderline(tmp_path, settings, "check")
    assert done.status == 0, done.out
    for setting in ("SECRET_KEYS", "DATABASE_URL", "BOT_TOKEN", "VOODOO_API_KEY", "VOODOO_CATALOG"):
        assert f"✓ {setting}" in done.out
    assert "✗" not in done.out
    assert TOKEN not in done.out + done.err


def test_check_beside_a_running_bot_disturbs_nothing(tmp_path: Path, world: World) -> None:
    done = orderline(tmp_path, world.bot.environment, "check")
    assert done.status == 0, done.out
    assert "already running" in done.out


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (
            {
                "DATABASE_URL": "sqlite:////proc/orderline.db",
                "BOT_TOKEN": "1234567890:a-token-that-nobody-has-ever-issued-here",
                "VOODOO_API_KEY": "ak_nobody_knows",
                "VOODOO_CATALOG": "/nowhere/catalog.lmdb.zst",
            },
            ["DATABASE_URL", "BOT_TOKEN", "VOODOO_API_KEY", "VOODOO_CATALOG"],
        ),
        (
            {"BOT_API_URL": "http://127.0.0.1:9", "VOODOO_API_URL": "http://127.0.0.1:9"},
            ["BOT_API_URL", "VOODOO_API_KEY"],
        ),
        (
            {"SECRET_KEYS": "", "VOODOO_API_KEY": "", "OCTOPUS_API_KEY": "", "OCTOPUS_API_SECRET": ""},
            ["SECRET_KEYS", "VOODOO_API_KEY"],
        ),
        ({"VOODOO_CATALOG_FIELDS": '{"colour": "color"}'}, ["VOODOO_CATALOG_FIELDS"]),
    ],
    ids=["refused", "unreachable", "missing", "misspelt"],
)
def test_check_says_each_wrong_thing_in_one_line(
    tmp_path: Path, settings: Settings, wrong: dict[str, str], named: list[str]
) -> None:
    done = orderline(tmp_path, settings | wrong, "check")
    assert done.status == 1
    marked = [line.split()[1] for line in done.out.splitlines() if line.startswith("✗")]
    assert marked == named, done.out
    assert "Traceback" not in done.err


def test_keys_prints_a_key_that_works(tmp_path: Path) -> None:
    assert Fernet(orderline(tmp_path, {}, "keys").out.strip())


def test_a_catalog_is_imported_from_a_url_and_an_item_shown(tmp_path: Path, settings: Settings) -> None:
    empty = orderline(tmp_path, settings, "catalog", "show", "4090")
    assert (empty.status, len(empty.complaints)) == (1, 1)
    assert "there is no catalog yet" in empty.complaints[0]
    done = orderline(tmp_path, settings, "catalog", "import", settings["VOODOO_CATALOG"])
    assert done.status == 0, done.err
    assert "300 items are in the catalog" in done.out
    shown = orderline(tmp_path, settings, "catalog", "show", str(goods.TOPUP.id))
    assert goods.TOPUP.name in shown.out
    assert "player_id" in shown.out
    gone = orderline(tmp_path, settings, "catalog", "show", "999999999")
    assert (gone.status, len(gone.complaints)) == (1, 1)


def test_a_catalog_is_imported_from_a_path(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"id": "7", "name": "Own Gift Card", "price": "4.20", "type": "key", "currency": "USD"}\n')
    done = orderline(tmp_path, settings, "catalog", "import", str(file))
    assert done.status == 0, done.err
    assert "Own Gift Card" in orderline(tmp_path, settings, "catalog", "show", "7").out


def test_a_catalog_that_is_none_is_refused_in_one_line(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "catalog.lmdb.zst"
    file.write_bytes(b"<html>not found</html>")
    for source in (str(file), str(tmp_path / "nowhere.lmdb.zst"), "http://127.0.0.1:9/catalog.lmdb.zst"):
        done = orderline(tmp_path, settings, "catalog", "import", source)
        assert (done.status, len(done.complaints)) == (1, 1), done.err
        assert "not imported" in done.complaints[0]


def test_a_backup_of_a_running_bot_opens_and_holds_its_orders(tmp_path: Path, world: World) -> None:
    ada = world.admin()
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    code = world.voodoo.newest()["codes"][0]
    ada.sees(code)
    copy = tmp_path / "copy.db"
    done = orderline(tmp_path, world.bot.environment, "backup", str(copy))
    assert done.status == 0, done.err
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        query = "SELECT state FROM orders WHERE reference = ?"
        assert database.execute(query, (reference,)).fetchone() == ("completed",)
    assert code.encode() not in copy.read_bytes(), "codes are encrypted at rest"


def test_sigterm_ends_the_bot_with_0_and_orders_in_hand_survive_it(own_world: Callable[..., World]) -> None:
    world = own_world()
    ada, bob = world.admin(), world.admin()
    world.voodoo.switch("outcome", "hold")
    followed = goods.orders_keys(ada)
    sees_order(ada, followed, "In progress")
    held = world.voodoo.waits(order_id=world.voodoo.newest()["id"], held=True)
    world.voodoo.switch("outcome", "completed")
    world.voodoo.fault("create", "delay", moment="after", seconds=1)
    under_way = goods.orders_keys(bob)
    assert world.bot.stop() == 0
    world.voodoo.settle(held["id"], "completed")
    world.voodoo.waits(order_id=held["id"], webhooks=1, webhook_state="gave up")
    world.bot.start()
    sees_order(ada, followed, "Delivered")
    sees_result(ada, followed, world.voodoo.order(held["id"]))
    sees_order(bob, under_way, "Delivered")
    (other,) = (order for order in world.voodoo.orders() if order["id"] != held["id"])
    sees_result(bob, under_way, other)
