"""The state of a channel, private or archived, as last reported by Slack."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel_private", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("channel_archived", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_column("channel_archived")
        batch_op.drop_column("channel_private")
