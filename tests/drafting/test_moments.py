from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.key_times import Basis, Moment, Moments
from bot.domain.timeline import EventKind, Mark, Record, Source
from bot.drafting.draft import draft
from bot.drafting.key_times.finding import compute_durations, find_contradictions
from bot.drafting.key_times.spoken_times import parse_beginning, parse_said_time
from bot.drafting.reading.status_pages import Phase, parse_phase
from tests.drafting.records import NOON, event, record, talk


def moments_of(conversation: Record) -> dict[str, Moment | None]:
    return dict(draft(conversation).moments.named())


def clock(moment: Moment | None) -> str | None:
    return f"{moment.at:%H:%M}" if moment else None


STORY = talk(
    "12:00 pager-bot: checkout error rate 14 %, alert fired",
    "12:02 alice: looking into it",
    "12:04 bob: checkout has been failing since 11:52 UTC",
    "12:09 alice: found the problem, it was caused by the new connection limit",
    "12:11 bob: rolling back the config",
    "12:16 bob: config rolled back",
    "12:20 alice: error rates are back to normal",
    "12:30 alice: incident is resolved",
)


@pytest.mark.parametrize(
    ("name", "at", "basis"),
    [
        ("started", "11:52", Basis.REPORTED),
        ("detected", "12:00", Basis.INFERRED),
        ("acknowledged", "12:02", Basis.INFERRED),
        ("investigating", "12:02", Basis.INFERRED),
        ("identified", "12:09", Basis.INFERRED),
        ("mitigating", "12:11", Basis.INFERRED),
        ("restored", "12:20", Basis.INFERRED),
        ("resolved", "12:30", Basis.INFERRED),
    ],
)
def test_a_plain_story_gives_all_eight_key_times(name: str, at: str, basis: Basis) -> None:
    moment = moments_of(STORY)[name]
    assert moment is not None
    assert (clock(moment), moment.basis) == (at, basis)


def test_durations_are_differences_of_key_times() -> None:
    durations = draft(STORY).durations
    assert durations.ttd == timedelta(minutes=8)
    assert durations.tta == timedelta(minutes=2)
    assert durations.ttm == timedelta(minutes=28)
    assert durations.ttr == timedelta(minutes=38)


def test_a_command_outweighs_chat() -> None:
    command = event(
        "12:40", "alice", "", kind=EventKind.RESOLVED, source=Source.COMMAND, message_id="deed-1"
    )
    resolved = moments_of(replace(STORY, events=(*STORY.events, command)))["resolved"]
    assert resolved is not None
    assert (resolved.at, resolved.basis) == (command.happened_at, Basis.MARKED)


def test_a_mark_outweighs_chat() -> None:
    theory = event("12:05", "carol", "pool of 50 is full", marks=frozenset({Mark.ROOT_CAUSE}))
    events = sorted((*STORY.events, theory), key=lambda event_: event_.happened_at)
    identified = moments_of(replace(STORY, events=tuple(events)))["identified"]
    assert identified is not None
    assert (clock(identified), identified.basis) == ("12:05", Basis.MARKED)


def test_a_note_counts_as_typed_in_and_outweighs_chat() -> None:
    note = event("12:18", "alice", "all healthy again", kind=EventKind.NOTE, source=Source.COMMAND)
    events = sorted((*STORY.events, note), key=lambda event_: event_.happened_at)
    restored = moments_of(replace(STORY, events=tuple(events)))["restored"]
    assert restored is not None
    assert (clock(restored), restored.basis) == ("12:18", Basis.TYPED)


@pytest.mark.parametrize(
    "text",
    [
        "note 11:40 it started",
        "note: it started at 11:40",
        "11:40 it started",
        "for the record: 11:40 errors began",
    ],
)
def test_whoever_notes_when_it_started_sets_the_start(text: str) -> None:
    started = moments_of(talk("12:00 amy: errors on checkout", f"12:05 bob: {text}"))["started"]
    assert clock(started) == "11:40"


def test_a_note_that_it_started_sets_the_start() -> None:
    note = event("11:40", "amy", "it started", kind=EventKind.NOTE, source=Source.COMMAND)
    started = moments_of(record(note, event("12:00", "bob", "errors on checkout")))["started"]
    assert started is not None
    assert (clock(started), started.basis) == ("11:40", Basis.TYPED)


@pytest.mark.parametrize("text", ["11:40 it started working again", "did it start at 11:40?"])
def test_what_began_to_work_is_no_start(text: str) -> None:
    assert (
        moments_of(talk("12:00 amy: errors on checkout", f"12:05 bob: {text}"))["started"] is None
    )


def test_a_note_about_an_unnoticed_problem_is_the_start_but_not_the_detection() -> None:
    moments = moments_of(
        record(
            event(
                "11:48", "alice", "queue began failing", kind=EventKind.NOTE, source=Source.COMMAND
            ),
            event("12:00", "pager", "queue errors, alert fired", kind=EventKind.ALERT),
        )
    )
    assert (clock(moments["started"]), clock(moments["detected"])) == ("11:48", "12:00")


def test_a_false_recovery_does_not_count() -> None:
    moments = moments_of(
        talk(
            "12:00 alice: checkout is failing",
            "12:10 bob: it is fixed",
            "12:15 alice: it is failing again",
            "12:30 bob: back to normal",
        )
    )
    assert clock(moments["restored"]) == "12:30"


def test_hopes_and_questions_are_not_a_recovery() -> None:
    moments = moments_of(
        talk(
            "12:00 alice: checkout is failing",
            "12:10 bob: hopefully it recovers",
            "12:11 bob: is it working again?",
            "12:12 carol: it should be fixed soon",
        )
    )
    assert moments["restored"] is None


def test_a_hedged_theory_gives_no_cause() -> None:
    postmortem = draft(talk("12:00 a: it is failing", "12:05 b: maybe caused by the deploy?"))
    assert postmortem.moments.identified is None
    assert postmortem.root_cause == ()


def test_text_in_another_language_gives_no_key_times() -> None:
    moments = moments_of(talk("12:00 ana: el servicio no responde", "12:05 ben: estamos mirando"))
    assert set(moments.values()) == {None}


def test_contradicting_key_times_give_no_duration() -> None:
    moments = Moments(
        detected=Moment(at=NOON, basis=Basis.INFERRED, evidence=("1",)),
        started=Moment(at=NOON + timedelta(hours=1), basis=Basis.REPORTED, evidence=("2",)),
    )
    assert list(find_contradictions(moments)) == [("started", "detected")]
    assert compute_durations(moments).ttd is None


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("errors since 11:40 UTC", "11:40"),
        ("it started at 11:40", "11:40"),
        ("failing since 4:05 PDT", "11:05"),
        ("began around 11:20am UTC", "11:20"),
        ("it started 25 minutes ago", "11:35"),
        ("errors for the last 2 hours", "10:00"),
        ("checkout broke about 10 minutes ago", "11:50"),
        ("failing 1-3 hours ago", None),
        ("since 9:05", None),  # the writer's zone is unknown, and 12:00 isn't within two hours
        ("since 11:40 CST", None),  # three zones have that name
        ("since 25:61 UTC", None),
        ("down since the 11:40 deploy", "11:40"),
        ("the first errors are at 11:41:20", "11:41"),
        ("it stopped at 11:40", "11:40"),
        ("failing for half an hour now", "11:30"),
        ("crashing for the last twenty minutes", "11:40"),
        ("logins failed between 10:40 and 11:20 UTC", "10:40"),
        ("we waited for 20 minutes", None),
        ("since tuesday", None),
        ("since v11", None),
    ],
)
def test_the_beginning_is_parsed_from_a_sentence(clause: str, expected: str | None) -> None:
    at = parse_beginning(clause, NOON)
    assert (f"{at:%H:%M}" if at else None) == expected


def test_a_late_hour_mentioned_after_midnight_is_on_the_day_before() -> None:
    at = parse_said_time("at 11pm UTC the node was drained", datetime(2026, 3, 10, 1, tzinfo=UTC))
    assert at == datetime(2026, 3, 9, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Investigating] We are looking", Phase.INVESTIGATING),
        ("**Resolved:** all well", Phase.RESOLVED),
        ("Identified - a bad deploy", Phase.IDENTIFIED),
        ("Update the docs", None),
        ("resolved", None),
    ],
)
def test_status_page_posts_are_recognized_by_their_phase(text: str, expected: Phase | None) -> None:
    assert parse_phase(text) is expected


def test_acknowledgement_is_the_first_reply_or_the_lead_whichever_came_first() -> None:
    lead = event("12:01", "carol", "lead: <@carol>", kind=EventKind.ROLE, detail="lead")
    late = replace(lead, happened_at=NOON + timedelta(minutes=10))
    for role, expected in ((lead, "12:01"), (late, "12:02")):
        events = sorted((*STORY.events, role), key=lambda event_: event_.happened_at)
        moments = moments_of(replace(STORY, events=tuple(events)))
        assert clock(moments["acknowledged"]) == expected


def test_a_status_page_about_several_parts_ends_with_the_last_one() -> None:
    moments = moments_of(
        talk(
            "12:00 page-bot: [Investigating] Logins are failing",
            "12:10 page-bot: [Update] Logins are operating normally",
            "12:12 page-bot: [Update] Search is operating normally",
        )
    )
    assert (clock(moments["restored"]), clock(moments["resolved"])) == ("12:12", "12:12")


def test_a_found_time_that_contradicts_a_persons_is_dropped() -> None:
    set_at = event("12:20", "ana", "", kind=EventKind.KEY_TIME, detail="restored", id=9)
    conversation = talk(
        "12:00 bo: checkout is down", "12:30 bo: restarted the pool", "12:31 bo: errors are gone"
    )
    moments = draft(replace(conversation, events=(*conversation.events, set_at))).moments
    assert moments.restored is not None
    assert (moments.restored.set_by, moments.restored.evidence) == ("ana", (set_at.message_id,))
    assert moments.mitigating is None
    assert moments.detected is not None


@pytest.mark.parametrize("said", ["we consider this over", "war room is closed, thanks all"])
def test_an_all_clear_in_other_words_is_the_resolution(said: str) -> None:
    trouble = ("12:00 ana: checkout is failing for everybody", "12:04 ben: rolling back 4.2")
    better, over = "12:15 ana: checkout works again", f"12:40 ben: {said}"
    assert draft(talk(*trouble, better, over)).moments.resolved == Moment(
        at=NOON.replace(minute=40), basis=Basis.INFERRED, evidence=(f"12:40-ben-{len(said)}",),
        rule="likely_over",
    )  # fmt: skip
    again = "12:45 ana: checkout is failing again"
    assert draft(talk(*trouble, better, over, again)).moments.resolved is None
