"""How values become text in every kind of template, and what only Slack messages can show."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import letter_case
from bot.domain.draft import Statement
from bot.domain.durations import format_duration
from bot.domain.markup import MarkupText, mention, mrkdwn, shorten, to_plain_text
from bot.domain.word_list import join_words
from bot.drafting import wording
from bot.drafting.labels import Label, remove_label
from bot.rendering import day_names

_UTC_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")


def sentence_of(statement: Statement) -> str:
    """Return a statement as a sentence; what people wrote themselves stays as it is."""
    return statement.text if statement.written else wording.as_sentence(statement.text)


def in_words(span: timedelta) -> str:
    """Format a duration for a sentence, in its two largest units: `2 days 3 hours`."""
    units = {"d": "day", "h": "hour", "min": "minute", "s": "second"}
    words = format_duration(span).split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return " ".join(f"{count} {units[unit]}{'' if count == '1' else 's'}" for count, unit in pairs)


def duration_of(count: int) -> str:
    """Format a number of seconds as a duration."""
    return format_duration(timedelta(seconds=count))


def lower_first(text: str) -> str:
    """Lower the first letter of words that continue a sentence; `SRE` and `I` keep theirs."""
    return letter_case.lower_first(text) if text[1:2].islower() else text


def clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M}"


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _unlabelled(text: str, label: str) -> str:
    return remove_label(Label(label), text)


def _named(person: str, names: Mapping[str, str]) -> str:
    """Name a person without notifying them; if the name isn't known, mention them."""
    return names.get(person) or mention(person)


def _with_unit(value: float, unit: str | None) -> str:
    """Format a number with its unit: `4,200 users`, `14%`, `40% of users`."""
    return f"{value:,} {unit or ''}".rstrip().replace(" %", "%")


def _channel(channel_id: str | None) -> str:
    return MarkupText(f"<#{channel_id}>") if channel_id else "its channel"


def _when(at: datetime) -> MarkupText:
    """Return a date in Slack's format, shown in each reader's time zone, with UTC as fallback."""
    stamp = int(at.timestamp())
    return MarkupText(f"<!date^{stamp}^{{date_short_pretty}} {{time}}|{moment(at)}>")


def _local_times(text: str) -> MarkupText:
    """Escape a text, and show its UTC times in each reader's time zone."""
    return MarkupText(
        _UTC_TIME.sub(lambda m: _when(datetime.fromisoformat(f"{m[1]}Z")), mrkdwn(text))
    )


def quoted(text: str, names: Mapping[str, str], longest: int = 600) -> MarkupText:
    """Quote text written in Slack, with mentions as names, so that nobody is notified."""
    return _short(to_plain_text(text, names), longest)


def _short(text: str, longest: int) -> MarkupText:
    """Escape and cut plain text to `longest` characters. Slack counts escapes in full."""
    return MarkupText(shorten(mrkdwn(text), longest))


def _link(address: str, label: str) -> MarkupText:
    shown = label if isinstance(label, MarkupText) else mrkdwn(label)
    return MarkupText(f"<{mrkdwn(address)}|{shown}>")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "seconds": duration_of,
    "duration": format_duration,
    "clock": clock,
    "day": day_names.day,
    "near_day": day_names.near_day,
    "short_day": day_names.short_day,
    "period": day_names.period,
    "month_name": day_names.month_name,
    "in_words": in_words,
    "hours": lambda count: in_words(timedelta(hours=count)),
    "word_list": join_words,
    "moment": moment,
    "sentence": sentence_of,
    "unlabelled": _unlabelled,
    "with_unit": _with_unit,
    "key_time": wording.key_time_name,
    "lower_first": lower_first,
}
SLACK_FILTERS: Mapping[str, Callable[..., Any]] = {
    "mention": mention,
    "named": _named,
    "channel": _channel,
    "time": datetime.fromisoformat,
    "when": _when,
    "local_times": _local_times,
    "quoted": quoted,
    "short": _short,
    "ready": MarkupText,
    "link": _link,
}
