"""Cases know industry, installed power and approved capacity, which the capacity tool compares with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case", sa.Column("industry", sa.String(length=64), server_default="", nullable=False))
    op.add_column("case", sa.Column("devices_kw", sa.Numeric(14, 3), server_default="0", nullable=False))
    op.add_column("case", sa.Column("approved_kva", sa.Numeric(12, 3), nullable=True))
    op.create_index("ix_case_peers", "case", ["customer_class", "industry", "archived_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_case_peers", table_name="case")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("approved_kva")
        batch_op.drop_column("devices_kw")
        batch_op.drop_column("industry")
