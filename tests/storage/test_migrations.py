"""The history leads to the schema that the code believes in, in one step or not at all."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect

from storage.crypto import Vault
from storage.database import SqliteFile
from storage.migrations.upgrade import upgrade
from storage.schema import metadata
from storage.store import Store


@pytest.fixture
def file(tmp_path: Path) -> SqliteFile:
    made = SqliteFile(tmp_path / "orderline.db")
    made.prepare()
    return made


def test_the_migrated_database_is_what_the_schema_describes(file: SqliteFile) -> None:
    with file.migrations().connect() as connection, connection.begin():
        upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrated_and_described_tables_have_the_same_indexes_with_the_same_conditions(
    file: SqliteFile, tmp_path: Path
) -> None:
    described = SqliteFile(tmp_path / "described.db")
    described.prepare()
    with described.migrations().connect() as connection, connection.begin():
        metadata.create_all(connection)
    with file.migrations().connect() as connection, connection.begin():
        upgrade(connection)
    assert indexes(file.path) == indexes(described.path)


def indexes(path: Path) -> set[tuple[str, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    connection.close()
    return set(rows)


def test_migrating_again_changes_nothing(file: SqliteFile) -> None:
    for _ in range(2):
        with file.migrations().connect() as connection, connection.begin():
            upgrade(connection)
    with file.migrations().connect() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


async def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(
    file: SqliteFile, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_arguments: object, **_options: object) -> None:
        raise OSError("the power went out")

    with monkeypatch.context() as patch:
        patch.setattr(Operations, "create_index", breaks)
        with pytest.raises(OSError, match="power"):
            await Store.open(f"sqlite:///{file.path}", vault)
    with file.migrations().connect() as connection:
        assert inspect(connection).get_table_names() == []
    store = await Store.open(f"sqlite:///{file.path}", vault)
    await store.close()
