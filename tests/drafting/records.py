"""Records for drafting tests: short conversations, and arbitrary records for Hypothesis."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.domain.incident import Incident, Status
from bot.domain.timeline import EventKind, Mark, Record, Source, TimelineEvent

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def incident() -> Incident:
    return Incident(
        id=1,
        key="INC-2026-001",
        title="Checkout is down",
        severity=None,
        status=Status.RESOLVED,
        channel_name="inc-checkout",
        declared_by="alice",
        declared_at=NOON,
    )


def event(clock: str, author: str, text: str, **more: object) -> TimelineEvent:
    """An event at `HH:MM` on 10 March 2026; its ID consists of the time, the author and the text's length."""
    hour, minute = (int(part) for part in clock.split(":"))
    facts: dict[str, object] = {
        "message_id": f"{clock}-{author}-{len(text)}",
        "channel_id": "C1",
        "author": author,
        "text": text,
        "happened_at": NOON.replace(hour=hour, minute=minute),
        **more,
    }
    return TimelineEvent(**facts)  # type: ignore[arg-type]


def record(*events: TimelineEvent) -> Record:
    return Record(incident=incident(), events=events)


def talk(*lines: str) -> Record:
    """`talk("12:00 alice: it is broken")`; an author whose name ends in -bot is an application."""
    return record(*(_parse_line(line) for line in lines))


def _parse_line(line: str) -> TimelineEvent:
    clock, author, text = line.split(" ", 2)
    name = author.rstrip(":")
    kind = EventKind.ALERT if name.endswith("-bot") else EventKind.MESSAGE
    return event(clock, name, text, kind=kind)


_PHRASES: Sequence[str] = (
    "looking into it",
    "we are seeing 4,200 users with errors since 11:40 UTC",
    "rolled back the deploy at 12:10",
    "root cause: a bad migration, due to a missing index",
    "back to normal",
    "it is failing again",
    "I'll add an alert by friday",
    "action item: write the runbook",
    "why? https://example.org/a_b?c=[d]|e",
    "{{ 7 * 7 }} {% for x in y %} {# c #}",
    "<script>alert(1)</script> <img src=x onerror=y> <b>&amp;</b>",
    "| a | b |\n|---|---|\n# title\n- [x] [y](javascript:z)\n```\ncode",
    "🔥🔥🔥",
    ":fire: :+1:",
    "السيرفر لا يعمل منذ 9:05",
    "השרת נפל ב-9:05",
    "障害が発生しました",
    "<@U1> <!channel> <https://example.org|here> &lt;b&gt;",
    "99:99 25:61 since 24:00 for the last 9999 hours",
    "a\x00b\x1bc\u2028d\u202ee",
    "",
)
_TEXTS = st.one_of(st.sampled_from(_PHRASES), st.text(max_size=80)) | st.lists(
    st.sampled_from(_PHRASES), min_size=2, max_size=4
).map(" ".join)


@st.composite
def any_event(draw: st.DrawFn, number: int) -> TimelineEvent:
    minutes = draw(st.integers(-3_000, 3_000))
    return TimelineEvent(
        message_id=f"17000000.{number:06d}",
        channel_id="C1",
        author=draw(st.sampled_from(["U1", "alice", "bob", "Pager", "عمر"])),
        text=draw(_TEXTS),
        happened_at=NOON + timedelta(minutes=minutes),
        kind=draw(st.sampled_from(list(EventKind))),
        source=draw(st.sampled_from(list(Source))),
        thread_id=draw(st.sampled_from([None, "17000000.000000"])),
        detail=draw(st.sampled_from(["", "resolved", "lead", "identified", "users", "P1"])),
        edited=draw(st.booleans()),
        deleted=draw(st.booleans()),
        marks=draw(st.frozensets(st.sampled_from(list(Mark)), max_size=2)),
    )


@st.composite
def any_record(draw: st.DrawFn) -> Record:
    """Any events in any order, including times that go backwards."""
    count = draw(st.integers(0, 12))
    events = tuple(draw(any_event(number)) for number in range(count))
    return Record(incident=incident(), events=events, people={"U1": draw(st.text(max_size=20))})
