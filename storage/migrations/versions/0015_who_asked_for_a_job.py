"""Who asked for an outbox job, and in which channel, so that they can be told if Slack refuses it."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = ("requested_by", "requested_in")


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name in COLUMNS:
            kind = sqlmodel.sql.sqltypes.AutoString()
            batch_op.add_column(sa.Column(name, kind, server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)
