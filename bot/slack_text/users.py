"""What people are called, by Slack's user objects."""

from bot.slack_text.json_values import Payload, part, text

SLACKBOT = {"USLACKBOT": "Slackbot"}  # no list of people and no API method has it


def user_name(user: Payload) -> str:
    """Return the name that people see: the display name, else the full name, else the handle.

    Of a user, or of the `user_profile` in a message. Empty if there is none.
    """
    profile = part(user, "profile")
    names = (
        text(profile, "display_name"),
        text(user, "display_name"),
        text(profile, "real_name"),
        text(user, "real_name"),
        text(user, "name"),
    )
    return next((name.strip() for name in names if name.strip()), "")
