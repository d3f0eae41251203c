"""Activations of versions for regions, shares and days; remarks of reviewers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "activation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("deployment_id", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.String(length=255), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(length=255), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_activation_deployment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation")),
    )
    op.create_index("ix_activation_open", "activation", ["pack"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_activation_pack_at", "activation", ["pack", "at"])
    # Versions that were approved before are switches of their own, so that one can go back to them.
    op.execute(
        "INSERT INTO activation (id, deployment_id, pack, regions, share, starts_at, by, at, ended_at)"
        " SELECT 'first-' || id, id, pack, '[]', 100, approved_at, approved_by, approved_at,"
        " CASE WHEN state = 'active' THEN NULL ELSE approved_at END"
        " FROM deployment WHERE approved_at IS NOT NULL"
    )
    op.create_table(
        "review_comment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("deployment_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_review_comment_deployment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    op.create_index("ix_review_comment_deployment_id", "review_comment", ["deployment_id", "at"])


def downgrade() -> None:
    op.drop_table("review_comment")
    op.drop_table("activation")
