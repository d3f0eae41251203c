"""Switches of versions may end on a day that lies ahead, so no index over those without an end is asked any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.drop_index("ix_activation_open", "activation")


def downgrade() -> None:
    op.create_index("ix_activation_open", "activation", ["pack"], sqlite_where=_OPEN, postgresql_where=_OPEN)
