"""Deadlines, calendars, sealed values, documents, drafts and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=255), server_default="draft", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.String(length=255), server_default="", nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("activated_by", sa.String(length=255), server_default="", nullable=False),
        sa.Column("activated_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_calendar")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("business_key", sa.String(length=255), server_default="", nullable=False),
        sa.Column("type", sa.String(length=255), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("key_id", sa.String(length=255), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("uploaded_by", sa.String(length=255), server_default="", nullable=False),
        sa.Column("uploaded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_business_key", "document", ["business_key"], unique=False)
    op.create_table(
        "leader",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leader")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("business_key", sa.String(length=255), nullable=False),
        sa.Column("instance_id", sa.String(length=255), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_business_key", "note", ["business_key", "at"], unique=False)
    op.create_table(
        "seal",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("business_key", sa.String(length=255), server_default="", nullable=False),
        sa.Column("field", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=False),
        sa.Column("blind_index", sa.String(length=255), server_default="", nullable=False),
        sa.Column("key_id", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=255), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_index("ix_seal_business_key", "seal", ["business_key"], unique=False)
    op.create_index("ix_seal_kind_blind_index", "seal", ["kind", "blind_index"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("half", sa.String(length=255), server_default="", nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=255), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["version"], ["calendar.version"], name=op.f("fk_calendar_day_version")),
        sa.PrimaryKeyConstraint("version", "region", "date", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("subject_token", sa.String(length=255), server_default="", nullable=False),
        sa.Column("task_id", sa.String(length=255), server_default="", nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("stage", sa.String(length=255), server_default="", nullable=False),
        sa.Column("class", sa.String(length=255), server_default="", nullable=False),
        sa.Column("region", sa.String(length=255), server_default="", nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("calendar_version", sa.String(length=255), server_default="", nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("provisional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(length=255), server_default="open", nullable=False),
        sa.Column("percent_reached", sa.Numeric(precision=9, scale=2), server_default="0", nullable=False),
        sa.Column("next_step_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("parents", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_deadline_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index("ix_deadline_instance_id", "deadline", ["instance_id"], unique=False)
    op.create_index(
        "ix_deadline_next_step_at",
        "deadline",
        ["next_step_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_deadline_open_due_at",
        "deadline",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_deadline_task_id", "deadline", ["task_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_draft_task_id")),
        sa.PrimaryKeyConstraint("task_id", "actor", name=op.f("pk_draft")),
    )
    op.create_table(
        "escalation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("deadline_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=255), nullable=False),
        sa.Column("percent", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_escalation_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("deadline_id", "step", name=op.f("uq_escalation_deadline_id_step")),
    )


def downgrade() -> None:
    op.drop_table("escalation")
    op.drop_table("draft")
    op.drop_table("deadline")
    op.drop_table("calendar_day")
    op.drop_table("seal")
    op.drop_table("note")
    op.drop_table("leader")
    op.drop_table("document")
    op.drop_table("calendar")
