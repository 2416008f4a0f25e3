"""Two drafts for checking templates: a full one and an empty one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.action_item import Priority
from bot.domain.draft import (
    ActionSuggestion,
    Cited,
    Completeness,
    Draft,
    ImpactFigure,
    ImpactKind,
    IncidentHeader,
    ModelWording,
    Participant,
    Recording,
    Reference,
    RowKind,
    Statement,
    SuggestionState,
    TimelineRow,
)
from bot.domain.incident import Severity, Status
from bot.domain.key_times import Basis, Durations, Moment, Moments
from bot.domain.requirement import Decision, Reason, Requirement, UnknownRule
from bot.domain.similar_incident import SimilarIncident
from bot.drafting import wording

_START = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # so that the timeline continues after midnight
_STEP = timedelta(minutes=10)
_MOMENTS = tuple(Moments.__dataclass_fields__)
_DECLARED = IncidentHeader(
    key="INC-2026-001",
    title="Checkout is down",
    severity=None,
    status=Status.DECLARED,
    services=(),
    channel="",
    declared_at=_START,
)


def make_empty_draft() -> Draft:
    """Return the draft of an incident that was declared, with nothing else known."""
    return Draft(
        incident=_DECLARED,
        moments=Moments(),
        durations=Durations(),
        completeness=Completeness(score=0.0, missing=tuple(wording.PART_NAMES)),
        recording=Recording(messages=0, edited=0, deleted=0, gaps=0, fetched=0, sha256="0" * 64),
        open_questions=tuple(wording.QUESTIONS.values()),
    )


def make_full_draft() -> Draft:
    """Return a draft in which every part is filled, with several entries where possible."""
    return Draft(
        incident=_resolved_header(),
        moments=Moments(**{name: _moment(number) for number, name in enumerate(_MOMENTS)}),
        durations=Durations(ttd=_STEP, tta=_STEP, ttm=6 * _STEP, ttr=7 * _STEP),
        completeness=Completeness(score=1.0, missing=()),
        recording=Recording(
            messages=9, edited=1, deleted=1, gaps=2, unreadable=1, fetched=1, sha256="0" * 64
        ),
        summary=_statements("Checkout failed.", "A connection limit was the cause."),
        timeline=tuple(_row(number, kind) for number, kind in enumerate(RowKind)),
        impact=tuple(_figure(number, kind) for number, kind in enumerate(ImpactKind)),
        root_cause=_statements("A new connection limit was too low."),
        five_whys=_statements("A new limit was too low.", "Nobody knew the load."),
        contributing_factors=_statements(
            "There was no alert on the pool.", "Nobody tested the limit."
        ),
        went_well=_statements("The rollback took two minutes.", "Support knew early."),
        went_poorly=_statements("The dashboard was hard to find.", "Nobody told customers."),
        lucky=_statements("It was night in most regions.", "No order was lost."),
        lessons=_statements(
            "A limit needs an alert.", "The runbook was old.", "Tell customers early.", "Sleep."
        ),
        action_items=(_accepted(), _suggested(), _done()),
        items_as_of=_START + timedelta(days=2),
        model=ModelWording(name="qwen3:14b", sentences=5, rejected=2),
        dropped_items=(_dropped(),),
        participants=(
            Participant(name="Ana Lima", roles=("lead", "scribe"), messages=5),
            Participant(name="Ben Okoro", roles=(), messages=4),
        ),
        references=(Reference(url="https://example.org/dashboard?a=b", evidence=("1",)),),
        open_questions=(wording.PERSONAL_CAUSE_QUESTION,),
        need=_need(),
        cited=tuple(_cited(number) for number in range(len(_MOMENTS) + 1)),
        related=(_related("INC-2026-000"), _related("INC-2025-099")),
    )


def _resolved_header() -> IncidentHeader:
    return replace(
        _DECLARED,
        severity=Severity.P1,
        status=Status.RESOLVED,
        services=("checkout", "payments"),
        channel="inc-2026-001-checkout-is-down",
        lead="Ana Lima",
    )


def _need() -> Requirement:
    reason = Reason(
        rule="severity", text="Severity is P1", found="P1", threshold="P1", evidence=("1",)
    )
    decision = Decision(
        wanted=False, by="Ana Lima", at=_START, because="a drill", event_id="deed-1"
    )
    unknown_rule = UnknownRule(rule="users", text="how many users were affected")
    return Requirement(reasons=(reason,), unknown=(unknown_rule,), waived=decision)


def _related(key: str) -> SimilarIncident:
    return SimilarIncident(
        key=key,
        title="Checkout is slow",
        declared_at=_START - 700 * _STEP,
        why="same service checkout; same error PoolTimeout; 4 days before",
        link="https://example.slack.com/archives/C1/p1",
        open_items=("Add an alert on the pool", "Write the runbook"),
    )


def _moment(number: int) -> Moment:
    basis = tuple(Basis)[number % len(Basis)]
    return Moment(at=_START + number * _STEP, basis=basis, evidence=(str(number),), rule="sample")


def _cited(number: int) -> Cited:
    """Return a message. One has no link, as in a workspace whose address isn't known."""
    at = _START + number * _STEP
    link = f"https://example.slack.com/archives/C1/p{int(at.timestamp())}000100" if number else None
    return Cited(
        id=str(number), at=at, author="Ana Lima", text=f"Message number {number}", link=link
    )


def _statements(*texts: str) -> tuple[Statement, ...]:
    return tuple(Statement(text=text, evidence=("1",)) for text in texts)


def _row(number: int, kind: RowKind) -> TimelineRow:
    return TimelineRow(
        at=_START + number * _STEP,
        kind=kind,
        text=f"Something happened that is of the kind {kind}",
        author="Ana Lima",
        evidence=(str(number),),
        times=number + 1,
        is_post=kind is RowKind.COMMUNICATION,
    )


def _figure(number: int, kind: ImpactKind) -> ImpactFigure:
    """Return a figure; every other one has no number."""
    value, unit = (None, None) if number % 2 else (4200.5, "of these")
    text = f"what was said of {kind}"
    return ImpactFigure(text=text, kind=kind, value=value, unit=unit, evidence=(str(number),))


def _accepted() -> ActionSuggestion:
    return ActionSuggestion(
        text="Add an alert on the pool",
        state=SuggestionState.ACCEPTED,
        evidence=("1",),
        owner="U1",
        owner_name="Ana Lima",
        due=date(2026, 3, 13),
        priority=Priority.P1,
        item_id=1,
    )


def _done() -> ActionSuggestion:
    return replace(
        _accepted(),
        text="Rotate the key of the pool",
        state=SuggestionState.DONE,
        due=date(2026, 3, 14),
        priority=Priority.P0,
        item_id=2,
        done_at=_START + timedelta(days=1),
        ticket="OPS-12",
        ticket_url="https://tracker.example/browse/OPS-12",
    )


def _suggested() -> ActionSuggestion:
    return ActionSuggestion(
        text="Write the runbook anew", state=SuggestionState.SUGGESTED, evidence=("2",)
    )


def _dropped() -> ActionSuggestion:
    return ActionSuggestion(
        text="Move the pool to another host",
        state=SuggestionState.DROPPED,
        evidence=("3",),
        because="the host is gone next month",
    )
