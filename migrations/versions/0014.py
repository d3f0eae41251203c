"""Ratings keep the answers to the questionnaire of their pack; those given before have one answer, the whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_RATING = sa.table("rating", *(sa.column(name) for name in ("business_key", "score")), sa.column("answers", sa.JSON))


def upgrade() -> None:
    op.add_column("rating", sa.Column("answers", sa.JSON(), server_default="{}", nullable=False))
    for row in op.get_bind().execute(sa.select(_RATING.c.business_key, _RATING.c.score)).all():
        own = _RATING.c.business_key == row.business_key
        op.execute(sa.update(_RATING).where(own).values(answers={"satisfaction": str(row.score)}))
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column("answers", server_default=None)
        batch_op.drop_column("score")


def downgrade() -> None:
    op.add_column("rating", sa.Column("score", sa.Integer(), server_default="3", nullable=False))
    for row in op.get_bind().execute(sa.select(_RATING.c.business_key, _RATING.c.answers)).all():
        score = int((row.answers or {}).get("satisfaction", 3))
        op.execute(sa.update(_RATING).where(_RATING.c.business_key == row.business_key).values(score=score))
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column("score", server_default=None)
        batch_op.drop_column("answers")
