"""Brings a database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import NewerSchema

HERE = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Apply what is missing inside the caller's transaction; raises ``NewerSchema``."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in known:
        raise NewerSchema(
            f"the database has schema {present}, which this version does not know; start the newer Orderline "
            "that made it, or restore a backup from before"
        )
    if present != scripts.get_current_head():
        command.upgrade(config, "head")
