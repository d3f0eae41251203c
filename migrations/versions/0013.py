"""Notices to staff keep their words in both languages of the interface."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("subject_en", sa.String(length=200), server_default="", nullable=False))
    op.add_column("notice", sa.Column("text_en", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_column("text_en")
        batch_op.drop_column("subject_en")
