"""A completed task keeps what stood in its form; orders about instances that have ended are not open any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("submitted", sa.JSON(), nullable=True))
    supervision = sa.table("supervision", *(sa.column(name) for name in ("instance_id", "state", "answered_at")))
    instance = sa.table("instance", *(sa.column(name) for name in ("id", "state", "ended_at")))
    ended = sa.select(instance.c.ended_at).where(instance.c.id == supervision.c.instance_id).scalar_subquery()
    over = sa.select(instance.c.id).where(instance.c.state != "running")
    own = (supervision.c.state == "open", supervision.c.instance_id.in_(over))
    op.execute(sa.update(supervision).where(*own).values(state="lapsed", answered_at=ended))


def downgrade() -> None:
    supervision = sa.table("supervision", *(sa.column(name) for name in ("state", "answered_at")))
    op.execute(sa.update(supervision).where(supervision.c.state == "lapsed").values(state="open", answered_at=None))
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("submitted")
