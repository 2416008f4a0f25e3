"""Read a person's name and time zone from Slack's user data, however incomplete or odd.

https://docs.slack.dev/reference/objects/user-object
"""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers import fields
from handlers.fields import Payload

LONGEST_NAME = 80  # characters; Slack's own limit
SLACKBOT = "USLACKBOT"
HOUR = 3600  # seconds
# Control characters, invisible ones, and those that change the direction of the text after them.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]+"
)


def name(person_id: str, user: Payload) -> str:
    """Return the name that Slack shows for a person; empty if the data has none."""
    if person_id == SLACKBOT:
        return "Slackbot"
    profile = fields.part(user, "profile")
    given = (
        fields.text(profile, "display_name"),
        fields.text(profile, "real_name"),
        fields.text(user, "real_name"),
        fields.text(user, "name"),
    )
    return next(filter(None, map(_readable, given)), "")


def zone(user: Payload) -> str:
    """Return an IANA zone: the one Slack names if it exists, else the one of its offset; or empty."""
    named = fields.text(user, "tz")
    return named if _exists(named) else _fixed(user)


def _readable(given: str) -> str:
    """Keep a name on one line, visible and short."""
    seen = " ".join(_UNSEEN.sub(" ", fields.shortened(given)).split())
    return seen if len(seen) <= LONGEST_NAME else f"{seen[: LONGEST_NAME - 1]}…"


def _fixed(user: Payload) -> str:
    """The zone of a whole number of hours; these are named by the wrong sign, as in POSIX."""
    hours, rest = divmod(fields.count(user, "tz_offset"), HOUR)
    name = f"Etc/GMT{-hours:+d}"
    return name if hours and not rest and _exists(name) else ""


def _exists(zone: str) -> bool:
    try:
        return bool(zone) and ZoneInfo(zone) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "America" is a folder of zones
        return False
