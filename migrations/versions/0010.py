"""Commitments that customers signed, and the credit record with its events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commitment",
        sa.Column("case_number", sa.String(length=32), nullable=False),
        sa.Column("letter", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("signer_seal", sa.String(length=64), nullable=False),
        sa.Column("capacity", sa.String(length=16), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("signed_at", Moment(), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_commitment")),
    )
    op.create_table(
        "credit_entry",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_number", sa.String(length=32), nullable=False),
        sa.Column("identity_index", sa.String(length=64), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("objection_until", sa.Date(), nullable=False),
        sa.Column("repair_from", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entry")),
    )
    op.create_index(op.f("ix_credit_entry_case_number"), "credit_entry", ["case_number"])
    op.create_index("ix_credit_entry_identity", "credit_entry", ["identity_index", "state"])
    op.create_index("ix_credit_entry_state", "credit_entry", ["state", "entered_at"])
    op.create_table(
        "credit_event",
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "no", name=op.f("pk_credit_event")),
    )


def downgrade() -> None:
    op.drop_table("credit_event")
    op.drop_table("credit_entry")
    op.drop_table("commitment")
