"""Secrets are compared in constant time or looked up by their digest, never with ``==``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")) if "sandbox" not in path.parts
)
SECRET = re.compile(r"secret|signature|hmac|\bgiven\b|password|\btoken\b", re.IGNORECASE)

JUDGES = ("bot/web/telegram.py", "bot/suppliers/signing.py")

HARMLESS = {
    "access.token == refused",
    "self._refused != access.token",
    "self._access.token != self._refused",
    "refused == access.token",
    "self.octopus_api_key is None != self.octopus_api_secret is None",
}
"""Tokens of ours, both of them: whether the one that a supplier just refused is the one that we keep. And whether two
settings are there, not what they say.
"""


def compared(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        for left, how, right in zip((node.left, *node.comparators), node.ops, node.comparators, strict=False):
            words = f"{ast.unparse(left)} {'==' if isinstance(how, ast.Eq) else '!='} {ast.unparse(right)}"
            said = any(isinstance(side, ast.Constant) for side in (left, right))
            if isinstance(how, ast.Eq | ast.NotEq) and not said and SECRET.search(words) and words not in HARMLESS:
                yield words


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_secret_is_compared_byte_by_byte(path: Path):
    assert list(compared(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", JUDGES)
def test_whoever_judges_a_secret_does_it_in_constant_time(name: str):
    assert "hmac.compare_digest(" in (ROOT / name).read_text(encoding="utf-8")


def test_an_invite_is_looked_up_by_its_digest_alone():
    source = (ROOT / "bot/resellers/invitations.py").read_text(encoding="utf-8")
    looked_up = re.findall(r"invites\.get\((\w+)\)", source)
    assert looked_up
    assert set(looked_up) == {"digest"}
    assert "hashlib.sha256(token.encode())" in source


def test_the_test_sees_what_it_is_there_for():
    assert list(compared("if header == self._secret: pass"))
    assert list(compared("ok = signature(body) != given"))
