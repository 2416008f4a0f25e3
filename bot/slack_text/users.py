"""Names of people, from Slack's user objects."""

import re

from bot.slack_text.json_values import Payload, part, text

SLACKBOT = {"USLACKBOT": "Slackbot"}  # no list of people and no API method has it
# Control characters, invisible ones, and those that change the direction of the text after them.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]+"
)


def user_name(user: Payload) -> str:
    """Return a name that a stranger understands: the full name, else the display name, else the handle.

    Of a user, or of the `user_profile` in a message; on one line. Empty if there is none. Slack shows
    the display name in mentions, but that may be "ana" or a nickname, and documents have readers who
    weren't in the channel.
    """
    profile = part(user, "profile")
    names = (
        text(profile, "real_name"),
        text(user, "real_name"),
        text(profile, "display_name"),
        text(user, "display_name"),
        text(user, "name"),
    )
    return next(filter(None, map(_visible, names)), "")


def _visible(name: str) -> str:
    return " ".join(_INVISIBLE.sub(" ", name).split())
