"""Indexes for old outbox rows: replies to a row, and an incident's rows by kind."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_answers", "outbox", ["answers"])
    op.create_index("ix_outbox_incident", "outbox", ["incident_id", "kind"])


def downgrade() -> None:
    op.drop_index("ix_outbox_incident", table_name="outbox")
    op.drop_index("ix_outbox_answers", table_name="outbox")
