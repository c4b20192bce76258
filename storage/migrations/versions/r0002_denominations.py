"""Face values and quotes of drafts and orders, when a create was last sent, and what kind of account a balance is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; rows from before have no face value, no quote, and accounts of no particular kind."""
    for table in ("drafts", "orders"):
        op.add_column(table, sa.Column("denomination", sa.String(), nullable=True))
        op.add_column(table, sa.Column("quote", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("sent_at", sa.BigInteger(), nullable=True))
    op.add_column("balances", sa.Column("kind", sa.String(), nullable=False, server_default=""))
