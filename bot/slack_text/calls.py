"""Huddles and calls as text."""

from bot.slack_text.json_values import Payload, number, parts, text
from bot.slack_text.rich_text import escape_mrkdwn

MINUTE = 60  # seconds


def call_line(call: Payload) -> str:
    """Return one line about a call or a huddle: name, duration, participants."""
    facts = [escape_mrkdwn(text(call, "name")), _length(call), *_people(call)]
    description = ", ".join(fact for fact in facts if fact)
    return f"[call: {description}]" if description else "[call]"


def _length(call: Payload) -> str:
    began, ended = number(call, "date_start"), number(call, "date_end")
    if not began or not ended or ended < began:
        return ""
    return f"{max(1, round((ended - began) / MINUTE))} min"


def _people(call: Payload) -> list[str]:
    """Return mentions of everybody who took part at any time."""
    listed = call.get("participant_history") or call.get("participants") or ()
    ids = (
        [person for person in listed if isinstance(person, str)] if isinstance(listed, list) else []
    )
    ids += [text(person, "slack_id") for person in parts(call, "all_participants")]
    return [f"<@{person}>" for person in dict.fromkeys(ids) if person]
