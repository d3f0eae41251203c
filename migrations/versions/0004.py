"""Waits have a correlation key and may be for a signal; stored messages may expire."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STORED = sa.text("state = 'stored'")


def upgrade() -> None:
    op.add_column("wait", sa.Column("kind", sa.String(length=255), server_default="message", nullable=False))
    op.add_column("wait", sa.Column("key", sa.String(length=255), nullable=True))
    op.execute("UPDATE wait SET key = business_key")
    with op.batch_alter_table("wait", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(length=255), nullable=False)
        batch_op.drop_index("ix_wait_message_business_key")
        batch_op.create_index("ix_wait_message_key", ["message", "key"], unique=False)
        batch_op.create_index("ix_wait_business_key", ["business_key"], unique=False)
    op.add_column("message", sa.Column("expires_at", Moment(), nullable=True))
    op.create_index("ix_message_expires_at", "message", ["expires_at"], sqlite_where=_STORED, postgresql_where=_STORED)


def downgrade() -> None:
    op.drop_index("ix_message_expires_at", table_name="message")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("expires_at")
    with op.batch_alter_table("wait", schema=None) as batch_op:
        batch_op.drop_index("ix_wait_business_key")
        batch_op.drop_index("ix_wait_message_key")
        batch_op.create_index("ix_wait_message_business_key", ["message", "business_key"], unique=False)
        batch_op.drop_column("key")
        batch_op.drop_column("kind")
