"""Workspaces: packs that are being drawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.String(length=255), nullable=False),
        sa.Column("base_id", sa.String(length=64), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=255), server_default="open", nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("deployment_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["base_id"], ["deployment.id"], name=op.f("fk_workspace_base_id")),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_workspace_deployment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_index(
        "ix_workspace_open", "workspace", ["pack", "changed_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_table(
        "workspace_file",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=512), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checksum", sa.String(length=255), server_default="", nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=255), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_workspace_file_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "path", name=op.f("pk_workspace_file")),
    )
    op.create_table(
        "workspace_lock",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=512), nullable=False),
        sa.Column("holder", sa.String(length=255), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_workspace_lock_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "path", name=op.f("pk_workspace_lock")),
    )


def downgrade() -> None:
    op.drop_table("workspace_lock")
    op.drop_table("workspace_file")
    op.drop_table("workspace")
