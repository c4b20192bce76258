"""No SQL is put together from values: every statement's text is fixed before the process starts."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for room in ("bot", "storage") for path in (ROOT / room).rglob("*.py") if "sandbox" not in path.parts
)

TAKERS = {
    "text",
    "execute",
    "executemany",
    "executescript",
    "exec_driver_sql",
    "literal_column",
    "scalars",
    "scalar",
    "DDL",
}
"""Functions whose first argument may be the text of a statement."""

KNOWN = {
    ("bot/catalog/builder.py", "f'PRAGMA {pragma}'"),
    ("bot/catalog/builder.py", "f'PRAGMA application_id = {APPLICATION_ID}'"),
    ("bot/catalog/builder.py", "f'PRAGMA user_version = {VERSION}'"),
    ("storage/copying.py", "f'PRAGMA {MARK} = {(now - EPOCH) // timedelta(minutes=1)}'"),
    ("storage/database.py", "f'PRAGMA busy_timeout = {BUSY_SECONDS * 1000}'"),
    ("storage/repositories/copies.py", "f'PRAGMA {MARK} = 0'"),
    ("storage/repositories/copies.py", "f'PRAGMA {MARK}'"),
}
"""Texts put together from our own constants and numbers: PRAGMA takes no parameters."""

PLACEHOLDERS = "', '.join('?' * len(keys))"
"""As many parameters as there are values."""


def put_together(tree: ast.AST) -> Iterator[ast.AST]:
    """Every expression that makes a statement's text out of parts: where it is used, and where it is named first."""
    takers = TAKERS if _knows_sqlalchemy(tree) else TAKERS - {"text"}
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in takers:
            said = node.args[0]
            yield from filter(_made, ast.walk(named.get(said.id, said) if isinstance(said, ast.Name) else said))
        elif isinstance(node, ast.JoinedStr | ast.BinOp) and _reads_as_sql(node):
            yield node


def _knows_sqlalchemy(tree: ast.AST) -> bool:
    return any("sqlalchemy" in ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _made(node: ast.AST) -> bool:
    """An f-string, a sum or a ``%`` with text in it, or ``"...".format(...)``."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in (node.left, node.right))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def _reads_as_sql(node: ast.AST) -> bool:
    words = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    begins = (
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE ",
        "ALTER ",
        "CREATE ",
        "DROP ",
        "ATTACH ",
        "PRAGMA ",
        "REPLACE ",
    )
    return any(word.lstrip().startswith(begins) for word in words)


def found_in(source: str) -> list[str]:
    made = [ast.unparse(node) for node in put_together(ast.parse(source))]
    return [one for one in made if PLACEHOLDERS not in one and one not in PLACEHOLDERS]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_puts_no_statement_together(path: Path):
    name = str(path.relative_to(ROOT))
    assert [made for made in found_in(path.read_text(encoding="utf-8")) if (name, made) not in KNOWN] == []


def test_every_known_exception_is_still_there():
    present = {(name, made) for name, _ in KNOWN for made in found_in((ROOT / name).read_text(encoding="utf-8"))}
    assert present >= KNOWN


@pytest.mark.parametrize(
    "source",
    [
        "db.execute(f'SELECT * FROM t WHERE id = {given}')",
        "db.execute('SELECT * FROM t WHERE id = ' + given)",
        "db.execute('SELECT * FROM t WHERE id = %s' % given)",
        "db.execute('SELECT * FROM t WHERE id = {}'.format(given))",
        "from sqlalchemy import text\ndb.execute(text(f'{column} = 1'))",
        "from sqlalchemy import text\nquery = f'{column} = 1'\nselect(t).where(text(query))",
        "query = f'SELECT {column}'\ndb.fetch(query)",
    ],
)
def test_the_test_sees_what_it_is_there_for(source: str):
    assert found_in(source)
