"""Drafts of calendars, the profile of limits in force per region, and orders that have to be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DRAFT_OPEN = sa.text("state IN ('editing', 'submitted')")
_ORDER_OPEN = sa.text("state = 'open'")


def _word(name: str, **more: object) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=255), nullable=False, **({"server_default": ""} | more))  # type: ignore[arg-type]


def _required(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=255), nullable=False)


def upgrade() -> None:
    op.add_column("calendar", sa.Column("behind", sa.Integer(), nullable=True))
    op.add_column("calendar", sa.Column("caught_up_at", Moment(), nullable=True))
    op.create_table(
        "calendar_draft",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        _word("state", server_default="editing"),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        _required("author"),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        _word("decided_by"),
        sa.Column("decided_at", Moment(), nullable=True),
        _word("version"),
        sa.ForeignKeyConstraint(["base"], ["calendar.version"], name=op.f("fk_calendar_draft_base_calendar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_draft")),
    )
    op.create_index(
        "ix_calendar_draft_open",
        "calendar_draft",
        ["state"],
        sqlite_where=_DRAFT_OPEN,
        postgresql_where=_DRAFT_OPEN,
    )
    op.create_table(
        "profile_choice",
        sa.Column("id", sa.String(length=64), nullable=False),
        _word("region"),
        _word("profile"),
        sa.Column("reason", sa.Text(), nullable=False),
        _required("actor"),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_choice")),
    )
    op.create_index("ix_profile_choice_region", "profile_choice", ["region", "at"])
    op.create_table(
        "supervision",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        _required("business_key"),
        _word("region"),
        _word("deadline_id"),
        _word("element"),
        _required("whom"),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        _required("opened_by"),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        _word("state", server_default="open"),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        _word("answered_by"),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_supervision_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
    )
    op.create_index("ix_supervision_business_key", "supervision", ["business_key"])
    op.create_index(
        "ix_supervision_open",
        "supervision",
        ["whom", "region"],
        sqlite_where=_ORDER_OPEN,
        postgresql_where=_ORDER_OPEN,
    )


def downgrade() -> None:
    op.drop_table("supervision")
    op.drop_table("profile_choice")
    op.drop_table("calendar_draft")
    with op.batch_alter_table("calendar", schema=None) as batch_op:
        batch_op.drop_column("caught_up_at")
        batch_op.drop_column("behind")
