"""The form with the eight key times of an incident."""

import json
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.domain.key_times import MOMENT_NAMES, Moment
from bot.postmortems.key_times import KeyTimes
from bot.rendering import render
from handlers.slack.fields import NotUnderstood, parse_row_id
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.mark import MAX_TIME_LENGTH

KEY_TIMES = "key_times"


def key_times(times: KeyTimes, zone: ZoneInfo) -> Block:
    """Return a field per key time: filled if a person set it, with the draft's time as hint."""
    shown = {name: _format_if_set(moment, zone) for name, moment in times.named.items()}
    inputs = [
        blocks.section(render.line("key_times_head", incident=times.incident, zone=zone.key)),
        *(_field(name, moment, shown[name], zone) for name, moment in times.named.items()),
    ]
    about = f"{times.incident.id} {json.dumps(shown, separators=(',', ':'))}"
    title, submit = render.line("label_key_times"), render.line("label_save")
    return blocks.form(title, KEY_TIMES, about, inputs, submit=submit)


def parse_about(about: str) -> tuple[int, Mapping[str, str]]:
    """Return the incident's number, and the value shown for each key time."""
    incident_id, _, shown = about.partition(" ")
    try:
        parsed = json.loads(shown)
    except ValueError as error:
        raise NotUnderstood(missing="the key times") from error
    if not isinstance(parsed, dict):
        raise NotUnderstood(missing="the key times")
    return parse_row_id(incident_id), {name: str(parsed.get(name, "")) for name in MOMENT_NAMES}


def _field(name: str, moment: Moment | None, value: str, zone: ZoneInfo) -> Block:
    drafted = moment if moment and not moment.set_by else None
    at = f"{drafted.at.astimezone(zone):%Y-%m-%d %H:%M}" if drafted else ""
    return blocks.text_input(
        name,
        render.line("key_time_label", moment=name),
        value,
        hint=render.line("key_time_hint", moment=moment, found=at),
        optional=True,
        longest=MAX_TIME_LENGTH,
    )


def _format_if_set(moment: Moment | None, zone: ZoneInfo) -> str:
    """Return a time set by a person as they would type it; empty for any other."""
    if moment is None or not moment.set_by:
        return ""
    return f"{moment.at.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")
