"""The library: a page of each incident, and an index of its words in the engine's own manner."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXTS = ("title", "services", "errors", "modes", "alerts", "causes", "items", "told")
_WORDS = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE library_words USING fts5(named, signs, items, told, alerts, "
            "tokenize = 'unicode61 remove_diacritics 2')"
        ),
    ),
    "postgresql": (
        (
            "CREATE TABLE library_words (incident_id INTEGER PRIMARY KEY "
            "REFERENCES library (incident_id) ON DELETE CASCADE, "
            "words TSVECTOR NOT NULL, alerts TSVECTOR NOT NULL)"
        ),
        "CREATE INDEX ix_library_words ON library_words USING gin (words)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "library",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("touched", sa.Integer(), nullable=False),
        sa.Column("indexed", sa.Integer(), nullable=False),
        *(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False) for name in _TEXTS),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_library_incident_id")
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_library")),
    )
    # What there is already is read into the library by the clock, a few incidents at a time.
    empty = ", ".join("''" for _ in _TEXTS)
    op.execute(
        f"INSERT INTO library (incident_id, touched, indexed, {', '.join(_TEXTS)}) "  # noqa: S608 - names of ours
        f"SELECT id, 1, 0, {empty} FROM incidents"
    )
    for statement in _WORDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE library_words")
    op.drop_table("library")
