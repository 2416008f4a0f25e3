"""Times in JSON documents: ISO 8601 in UTC with `Z`."""

from datetime import UTC, datetime


def iso_utc(at: datetime) -> str:
    """Format a time. Fractions of a second are included only if there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def iso_utc_seconds(at: datetime) -> str:
    """Format a time to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
