"""Resellers: accounts, people, groups, invites, markups and the ledger; orders know who pays and how much."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of resellers; orders and drafts from before are the operator's own."""
    op.create_table(
        "access_requests",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_access_requests")),
    )
    op.create_index(op.f("ix_access_requests_state_asked_at"), "access_requests", ["state", "asked_at"], unique=False)
    op.create_table(
        "choices",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_choices")),
    )
    op.create_table(
        "resellers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("markup", sa.String(), nullable=False),
        sa.Column("credit_limit", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("suspended_at", sa.BigInteger(), nullable=True),
        sa.Column("orders_per_minute", sa.Integer(), nullable=True),
        sa.Column("spend_per_day", sa.BigInteger(), nullable=True),
        sa.Column("largest_order", sa.BigInteger(), nullable=True),
        sa.Column("low_balance", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resellers")),
        sa.UniqueConstraint("folded", name=op.f("uq_resellers_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invites",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("reseller_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("used_update_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["reseller_id"], ["resellers.id"], name=op.f("fk_invites_reseller_id_resellers")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invites")),
    )
    op.create_index(op.f("ix_invites_expires_at"), "invites", ["expires_at"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reseller_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ledger_order_id_orders")),
        sa.ForeignKeyConstraint(["reseller_id"], ["resellers.id"], name=op.f("fk_ledger_reseller_id_resellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("order_id", "kind", name=op.f("uq_ledger_order_id_kind")),
        sa.UniqueConstraint("update_id", "kind", name=op.f("uq_ledger_update_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ledger_at"), "ledger", ["at"], unique=False)
    op.create_index(op.f("ix_ledger_reseller_id_at"), "ledger", ["reseller_id", "at"], unique=False)
    op.create_index(op.f("ix_ledger_reseller_id_id"), "ledger", ["reseller_id", "id"], unique=False)
    op.create_table(
        "markups",
        sa.Column("reseller_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("percent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["reseller_id"], ["resellers.id"], name=op.f("fk_markups_reseller_id_resellers")),
        sa.PrimaryKeyConstraint("reseller_id", "scope", "target", name=op.f("pk_markups")),
    )
    op.create_table(
        "members",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reseller_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reseller_id"], ["resellers.id"], name=op.f("fk_members_reseller_id_resellers")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_reseller_id"), "members", ["reseller_id"], unique=False)
    op.create_table(
        "reseller_groups",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reseller_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reseller_id"], ["resellers.id"], name=op.f("fk_reseller_groups_reseller_id_resellers")
        ),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_reseller_groups")),
    )
    op.create_index(op.f("ix_reseller_groups_reseller_id"), "reseller_groups", ["reseller_id"], unique=False)
    op.add_column("drafts", sa.Column("reseller_id", sa.BigInteger(), nullable=True))
    op.add_column("drafts", sa.Column("markup", sa.String(), nullable=True))
    op.add_column("orders", sa.Column("reseller_id", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("price", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("markup", sa.String(), nullable=True))
    op.add_column("orders", sa.Column("captured", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_orders_created_at"), "orders", ["created_at"], unique=False)
    op.create_index(
        "ix_orders_failed_reseller",
        "orders",
        ["reseller_id", "number"],
        unique=False,
        sqlite_where=sa.text("state IN ('partial', 'failed', 'rejected')"),
        postgresql_where=sa.text("state IN ('partial', 'failed', 'rejected')"),
    )
    op.create_index(
        "ix_orders_flagged_reseller",
        "orders",
        ["reseller_id", "number"],
        unique=False,
        sqlite_where=sa.text("attention IS NOT NULL"),
        postgresql_where=sa.text("attention IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_open_reseller",
        "orders",
        ["reseller_id", "number"],
        unique=False,
        sqlite_where=sa.text("state IN ('placing', 'unconfirmed', 'accepted')"),
        postgresql_where=sa.text("state IN ('placing', 'unconfirmed', 'accepted')"),
    )
    op.create_index(op.f("ix_orders_reseller_id_created_at"), "orders", ["reseller_id", "created_at"], unique=False)
    op.create_index(op.f("ix_orders_reseller_id_number"), "orders", ["reseller_id", "number"], unique=False)
    op.create_index(
        "ix_outbox_held",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_outbox_held_chat",
        "outbox",
        ["chat_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
