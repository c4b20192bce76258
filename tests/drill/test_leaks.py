"""The hunt for secrets in logs finds them however they are dressed, and nothing else."""

import base64
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drill.leaks import (
    Hunt,
    Kind,
    Secret,
    secrets_in_calls,
    secrets_in_orders,
    secrets_in_settings,
    typed,
)

CODE = "ABCD-EFGH-JKLM-NPQR"
URL = "https://claim.example.com/r/a1B2c3?k=123456"
TYPED = "Зоя «Ёлка»"
HUNT = Hunt([Secret(Kind.CODE, CODE), Secret(Kind.CODE, URL), Secret(Kind.TYPED, TYPED), Secret(Kind.CODE, "4821")])


def entry(**facts: object) -> str:
    return json.dumps({"event": "something happened", "timestamp": "2026-01-02T03:04:05.482100Z", **facts})


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (entry(reply=CODE), Kind.CODE),
        (entry(url=URL), Kind.CODE),
        (entry(query=urllib.parse.quote(URL, safe="")), Kind.CODE),
        (entry(name=TYPED), Kind.TYPED),
        (entry(body=json.dumps({"name": TYPED})), Kind.TYPED),
        (entry(body=repr(json.dumps({"name": TYPED}).encode())), Kind.TYPED),
        (entry(body=repr(TYPED.encode())), Kind.TYPED),
        (entry(form=urllib.parse.urlencode({"name": TYPED})), Kind.TYPED),
        (entry(page="&quot;" + CODE), Kind.CODE),
        (entry(nested={"list": [1, {"deep": f"x{CODE}x"}]}), Kind.CODE),
        (entry(**{CODE: 1}), Kind.CODE),
        (entry(pin="4821"), Kind.CODE),
        (entry(supplier_order=f"v-{CODE}"), Kind.CODE),
        (entry(words="the PIN is 4821, they say"), Kind.CODE),
        (f"Traceback of a library: {CODE}", Kind.CODE),
        (CODE.encode().hex(), Kind.CODE),
    ],
)
def test_a_secret_is_found_in_every_dress(line: str, kind: Kind) -> None:
    assert kind in {told for told, _ in HUNT.in_line(line)}


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("coded", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_inside_of_base_64_is_found_wherever_it_begins(before: str, coded: Callable[[bytes], bytes]) -> None:
    line = entry(body=coded(f"{before}{URL} and more".encode()).decode())
    assert (Kind.CODE, "in base 64") in set(HUNT.in_line(line))


@pytest.mark.parametrize(
    "line",
    [
        entry(),  # the time holds 4821
        entry(rows=4821),
        entry(supplier_order="4821"),
        entry(address="127.0.0.1:4821", seconds="0.4821", order="7f-4821-aa", span="14821"),
        entry(masked="****-****-****-NPQR"),
        entry(fact="ABCD-EFGH-JKLM-NPQ"),
        entry(exception='  File "application.py", line 4821, in process_update'),
    ],
)
def test_what_only_looks_like_a_short_secret_is_not_one(line: str) -> None:
    assert not list(HUNT.in_line(line))


@pytest.mark.parametrize(
    "text",
    [
        "https://api.telegram.org/bot123456789:AAexampleexampleexampleexample12345/getMe",
        "Authorization: Bearer abcdefghijklmnop",
        "eyJhbGciOiJFZERTQSJ9.eyJvcmlnaW4iOiJhcGkifQ.c2lnbmF0dXJlb2Y",
        "at." + "0" * 24 + "." + "f" * 40,
    ],
)
def test_a_token_is_known_by_its_shape(text: str) -> None:
    assert (Kind.TOKEN, "by its shape") in set(Hunt([]).in_line(entry(text=text)))


def test_a_leak_names_the_line_and_the_event_but_not_the_secret(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_text(f"{entry()}\n{entry(reply=CODE)}\n", encoding="utf-8")
    (leak,) = HUNT.in_files([log])
    assert str(leak) == f"{log}:2 tells a code: something happened"


def test_the_settings_the_books_and_the_calls_say_what_is_secret() -> None:
    environment = {
        "BOT_TOKEN": "1234567890:abcdefghijklmnopqrstuvwxyz012345",
        "VOODOO_WEBHOOK_SECRETS": "new-secret, old-secret",
        "WEB_PORT": "8080",
    }
    settings = {secret.text for secret in secrets_in_settings(environment)}
    assert {"new-secret", "old-secret", "abcdefghijklmnopqrstuvwxyz012345"} <= settings
    assert "8080" not in settings
    orders = [
        {"codes": ["1234567812345678 PIN 9876"], "fields": {"player_id": "hero-77"}},
        {"vouchers": [{"card_number": CODE, "pin_code": "4821", "claim_url": None}]},
    ]
    in_books = set(secrets_in_orders(orders))
    assert in_books == {
        Secret(Kind.CODE, "1234567812345678 PIN 9876"),
        Secret(Kind.CODE, "1234567812345678"),
        Secret(Kind.CODE, "9876"),
        Secret(Kind.CODE, CODE),
        Secret(Kind.CODE, "4821"),
        *typed(["hero-77"]),
    }
    calls = [{"parameters": {"text": "https://t.me/shop_bot?start=abcdefABCDEF012345_-"}}]
    assert list(secrets_in_calls(calls)) == [Secret(Kind.INVITE, "abcdefABCDEF012345_-")]


def test_many_secrets_take_no_longer_to_look_for_than_few() -> None:
    many = Hunt(Secret(Kind.CODE, f"{number:08}-CODE-{number * 7919:012}") for number in range(20_000))
    assert not list(many.in_line(entry(text="nothing to see, and a long line of it " * 50)))
    assert list(many.in_line(entry(text=f"19999 and {19999:08}-CODE-{19999 * 7919:012}")))
