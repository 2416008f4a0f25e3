"""Read a person's name and time zone from Slack's user data, however incomplete or odd.

https://docs.slack.dev/reference/objects/user-object
"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.slack_text.json_values import Payload, text
from bot.slack_text.users import SLACKBOT, user_name
from handlers.slack import fields

LONGEST_NAME = 80  # characters; Slack's own limit
HOUR = 3600  # seconds


def name(person_id: str, user: Payload) -> str:
    """Return the name that Slack shows for a person, redacted and short; empty if the data has none."""
    shown = SLACKBOT.get(person_id) or fields.redact_and_shorten(user_name(user))
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"


def zone(user: Payload) -> str:
    """Return an IANA zone: the one Slack names if it exists, else the one of its offset; or empty."""
    named = text(user, "tz")
    return named if _exists(named) else _fixed(user)


def _fixed(user: Payload) -> str:
    """The zone of a whole number of hours; these are named by the wrong sign, as in POSIX."""
    hours, rest = divmod(fields.whole_number(user, "tz_offset"), HOUR)
    name = f"Etc/GMT{-hours:+d}"
    return name if hours and not rest and _exists(name) else ""


def _exists(zone: str) -> bool:
    try:
        return bool(zone) and ZoneInfo(zone) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "America" is a folder of zones
        return False
