"""Settings are read once, complain in one line each and never show a secret."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic_settings import BaseSettings

from bot.settings import Settings, SettingsInvalid, load_settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
TOKEN = "123456789:AAexampleexampleexampleexample12345"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("ADMIN_IDS", "1001, 1002")


def problems() -> tuple[str, ...]:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(env_file=None)
    return caught.value.problems


def test_token_and_admins_are_enough_to_begin() -> None:
    settings = load_settings(env_file=None)
    assert settings.admin_ids == (1001, 1002)
    assert settings.operator_chats == ((1001, None), (1002, None))


def test_what_is_missing_is_named_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    monkeypatch.delenv("ADMIN_IDS")
    assert problems() == ("BOT_TOKEN: is required and not set", "ADMIN_IDS: is required and not set")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BOT_TOKEN", "hello", "copy it from @BotFather"),
        ("ADMIN_IDS", "1001,Ada", "ADMIN_IDS: "),
        ("ADMIN_IDS", "-5", "ADMIN_IDS: "),
        ("ADMIN_CHAT_ID", "@orders", "must be a chat id"),
        ("SECRET_KEYS", "short", "orderline keys"),
        ("CURRENCY", "DOLLARS", "currency code"),
        ("PUBLIC_URL", "http://shop.example", "https://"),
        ("VOODOO_API_KEY", "sk_123456", "ak_"),
        ("DATABASE_URL", "mysql://localhost/x", "sqlite:///"),
        ("WEB_PORT", "99999", "WEB_PORT: "),
        ("CATALOG_MAX_DROP", "3", "CATALOG_MAX_DROP: "),
        ("VOODOO_CATALOG_FIELDS", "{name: title}", "is not JSON"),
        ("OCTOPUS_WALLET_ID", "0", "OCTOPUS_WALLET_ID: "),
        ("OCTOPUS_WALLET_ID", "EUR", "OCTOPUS_WALLET_ID: "),
        ("OCTOPUS_API_URL", "api.octopuscards.io", "https://"),
        ("LOW_BALANCES", "octopus:2=50", "is not JSON"),
        ("LOW_BALANCES", "[50]", "dictionary"),
        ("LOW_BALANCES", '{"octopus": 50}', "supplier:account"),
        ("LOW_BALANCES", '{"octopus:2": -1}', "greater than or equal to 0"),
        ("LOW_BALANCES", '{"octopus:2": "much"}', "valid decimal"),
        ("VOODOO_CATALOG_FIELDS", '{"name": 5}', "valid string"),
        ("SUMMARY_AT", "24:00", "time of day such as 09:00"),
        ("SUMMARY_AT", "9", "time of day such as 09:00"),
        ("SUMMARY_AT", "09:00:30", "time of day such as 09:00"),
        ("TIME_ZONE", "Berlin", "time zone such as Europe/Berlin"),
        ("TIME_ZONE", "Europe", "time zone such as Europe/Berlin"),
        ("TIME_ZONE", "../etc/passwd", "time zone such as Europe/Berlin"),
    ],
)
def test_a_malformed_setting_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    (line,) = problems()
    assert line.startswith(f"{name}: ")
    assert words in line


def test_catalog_fields_are_read_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOODOO_CATALOG_FIELDS", '{"name": "title"}')
    assert load_settings(env_file=None).voodoo_catalog_fields == {"name": "title"}


def test_a_catalogs_path_is_meant_from_where_the_bot_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for given, meant in {
        "catalog.jsonl": f"{tmp_path}/catalog.jsonl",
        "https://a.example/c": "https://a.example/c",
    }.items():
        monkeypatch.setenv("VOODOO_CATALOG", given)
        assert load_settings(env_file=None).voodoo_catalog == meant


@pytest.mark.parametrize(("present", "missing"), [("KEY", "SECRET"), ("SECRET", "KEY")])
def test_half_of_an_octopus_account_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, present: str, missing: str
) -> None:
    monkeypatch.setenv(f"OCTOPUS_API_{present}", "something")
    assert problems() == (f"OCTOPUS_API_{missing}: is required, because OCTOPUS_API_{present} is set",)


def test_limits_of_single_accounts_are_exact_amounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOW_BALANCES", '{"octopus:2": 50.1, "voodoo:main": "20"}')
    limits = load_settings(env_file=None).low_balances
    assert limits == {"octopus:2": Decimal("50.1"), "voodoo:main": Decimal(20)}


def test_the_summary_comes_at_nine_unless_another_time_is_set_or_none() -> None:
    assert load_settings(env_file=None).summary_at == time(9)


@pytest.mark.parametrize(("given", "meant"), [("7:05", time(7, 5)), ("23:59", time(23, 59)), ("off", None)])
def test_a_time_of_day_is_read_as_clocks_show_it(
    monkeypatch: pytest.MonkeyPatch, given: str, meant: time | None
) -> None:
    monkeypatch.setenv("SUMMARY_AT", given)
    assert load_settings(env_file=None).summary_at == meant


def test_every_secret_is_known_to_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        name: f"ak_{name}" for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
    }
    del secrets["bot_token"], secrets["secret_keys"]
    for name, value in secrets.items():
        monkeypatch.setenv(name.upper(), value)
    settings = load_settings(env_file=None)
    assert set(secrets.values()) | {TOKEN} == set(settings.secrets())
    assert not any(secret in repr(settings) for secret in secrets.values())


def test_an_env_file_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CURRENCY=\xff\xfe")
    with pytest.raises(SettingsInvalid, match="is not a text file in UTF-8"):
        load_settings(env_file=str(tmp_path / ".env"))


def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEYS", "super-secret-but-wrong")
    monkeypatch.setenv("BOT_TOKEN", "token-that-is-wrong")
    assert not any("wrong" in line for line in problems())


def test_secrets_show_stars_when_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    key = Fernet.generate_key().decode()
    monkeypatch.setenv("SECRET_KEYS", key)
    shown = repr(load_settings(env_file=None))
    assert key not in shown
    assert TOKEN not in shown


def test_operator_notices_can_go_to_a_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_CHAT_ID", "-1001234567890:7")
    settings = load_settings(env_file=None)
    assert settings.operator_chats == ((-1001234567890, 7),)
    assert settings.operator_chat_ids == {-1001234567890}


def test_the_default_database_lives_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings(env_file=None).store_url == "sqlite:///var/orderline.db"
    monkeypatch.setenv("DATA_DIR", "/data")
    assert load_settings(env_file=None).store_url == "sqlite:////data/orderline.db"
    monkeypatch.setenv("DATABASE_URL", "sqlite:///elsewhere.db")
    assert load_settings(env_file=None).store_url == "sqlite:///elsewhere.db"


def test_settings_cannot_change_after_they_were_read() -> None:
    settings: BaseSettings = load_settings(env_file=None)
    with pytest.raises(ValueError, match="frozen"):
        settings.__setattr__("currency", "EUR")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_has_a_description_and_stands_in_the_readme(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"| `{name.upper()}` |" in README


def test_the_example_environment_names_only_settings_there_are() -> None:
    named = {line.lstrip("# ").partition("=")[0] for line in EXAMPLE.splitlines() if "=" in line}
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}
