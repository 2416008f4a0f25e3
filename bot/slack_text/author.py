"""Who wrote a message: a person's id, or an application's name."""

from bot.slack_text.json_values import Payload, part, text


def author_of(message: Payload) -> str:
    """Return a person's id or an application's name; empty if Slack names nobody."""
    people = (part(message, "comment"), message)
    user = next((text(source, "user") for source in people if text(source, "user")), "")
    began_call = text(part(message, "room"), "created_by")
    name = text(message, "username") or text(part(message, "bot_profile"), "name")
    names = (
        (name, user, text(message, "bot_id")) if is_by_app(message) else (began_call, user, name)
    )
    return next(filter(None, names), "")


def is_by_app(message: Payload) -> bool:
    """Return whether an application wrote it; such messages carry a user id too."""
    return bool(text(message, "bot_id")) or text(message, "subtype") == "bot_message"
