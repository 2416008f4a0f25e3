"""Column types that remove secrets on the way into the database.

Every statement goes through them: inserts, updates, upserts, and restored backups. Tables use them
automatically for each text and JSON column, so that none can be forgotten.
"""

from typing import Any, Literal

from sqlalchemy import JSON, Column, Dialect, String
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel.sql.sqltypes import AutoString

from bot.redaction import redact, redact_all


class RedactedText(TypeDecorator[str]):
    """Text without secrets."""

    impl = AutoString
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return redact(value)[0] if isinstance(value, str) else value


class RedactedJSON(TypeDecorator[Any]):
    """JSON without secrets, in its strings and the names of its fields."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return redact_all(value)

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """Compare with a part of the JSON like SQLAlchemy's own type."""
        return self.impl_instance.coerce_compared_value(op, value)


def protect(column: Column[Any]) -> None:
    """Give a column that holds text or JSON the type that removes secrets."""
    if isinstance(column.type, String | AutoString):
        column.type = RedactedText()
    elif isinstance(column.type, JSON):
        column.type = RedactedJSON()


def render(kind: str, rendered: Any, _context: object) -> str | Literal[False]:
    """Render these types as plain database types in migrations, because migrations outlive code."""
    if kind == "type" and isinstance(rendered, RedactedText):
        return "sqlmodel.sql.sqltypes.AutoString()"
    if kind == "type" and isinstance(rendered, RedactedJSON):
        return "sa.JSON()"
    return False
