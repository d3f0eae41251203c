"""People on a case: teams, certificates, absences, keepers, and for whom a deputy has acted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")
_STOOD_IN = sa.text("closed_for <> ''")


def upgrade() -> None:
    op.add_column("task", sa.Column("owner", sa.String(length=255), server_default="", nullable=False))
    op.add_column("task", sa.Column("closed_for", sa.String(length=255), server_default="", nullable=False))
    op.create_index("ix_task_closed_for", "task", ["closed_for"], sqlite_where=_STOOD_IN, postgresql_where=_STOOD_IN)
    op.add_column("job", sa.Column("created_for", sa.String(length=255), server_default="", nullable=False))
    op.create_table(
        "keeper",
        sa.Column("business_key", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.String(length=255), nullable=False),
        sa.Column("team", sa.String(length=255), server_default="", nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("business_key", "role", name=op.f("pk_keeper")),
    )
    op.create_index("ix_keeper_open", "keeper", ["user_id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    _teams()
    _certificates()
    _absences()


def _user(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["user.id"], name=op.f(f"fk_{table}_{name}"), ondelete="CASCADE")


def _teams() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        _team("team_member"),
        _user("user_id", "team_member"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_member")),
    )
    op.create_index("ix_team_member_user", "team_member", ["user_id"])
    op.create_table(
        "team_region",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        _team("team_region"),
        sa.PrimaryKeyConstraint("team_id", "region", name=op.f("pk_team_region")),
    )


def _team(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f(f"fk_{table}_team_id"), ondelete="CASCADE")


def _certificates() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("warned_at", Moment(), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        _user("user_id", "certificate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    op.create_index("ix_certificate_user", "certificate", ["user_id"])
    op.create_index("ix_certificate_valid_until", "certificate", ["valid_until"])


def _absences() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("deputy_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        _user("user_id", "absence"),
        _user("deputy_id", "absence"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_user", "absence", ["user_id", "ends_at"])
    op.create_index("ix_absence_deputy", "absence", ["deputy_id", "ends_at"])


def downgrade() -> None:
    for table in ("absence", "certificate", "team_region", "team_member", "team", "keeper"):
        op.drop_table(table)
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("created_for")
    op.drop_index("ix_task_closed_for", table_name="task")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("closed_for")
        batch_op.drop_column("owner")
