"""Generate a year and a half of a team: incidents, postmortems, reviews, action items, digests.

Everything is drawn from a seed and happens in order, through `storage` and the scheduled reports.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.config.policy import Channels, Policy
from bot.domain.action_item import ItemState
from bot.domain.incident import Severity, Status
from bot.domain.requirement import Decision
from bot.domain.review import ReviewStep, StepTaken
from bot.reports import monthly, weekly_digest
from storage import action_items, incidents, postmortems, requirement_decisions, reviews
from storage.engine.store import Session, Store

ZONE = ZoneInfo("Europe/Berlin")  # where the clocks change twice a year
START = datetime(2025, 1, 1, 8, 0, tzinfo=UTC)
END = datetime(2026, 7, 3, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
# After this no due date is changed: the date before a change isn't stored, so figures couldn't be
# recomputed.
MOVED_UNTIL = START + 300 * DAY
# Each thing has two words of its own, so that repeated incidents can be recognized by the title.
THINGS = (
    "checkout payments", "search index", "mail gateway", "login sessions", "invoice printer",
    "media uploads", "export queue", "billing ledger", "chat relay", "report builder",
)  # fmt: skip
POLICY = Policy(zone=ZONE, channels=Channels(digest="reliability"))
Event = tuple[datetime, int, Callable[[Session], object]]


@dataclass
class _Plan:
    """Events in any order; `number` keeps the order of those at the same time."""

    chance: random.Random
    events: list[Event] = field(default_factory=list)

    def at(self, when: datetime, do: Callable[[Session], object]) -> None:
        self.events.append((when, len(self.events), do))


def simulate(store: Store, seed: int = 7, incidents_a_month: int = 14) -> Bot:
    """Let everything happen, and return a bot whose clock is at the end."""
    bot = Bot(store=store, policy=POLICY, now=lambda: END)
    plan = _Plan(random.Random(seed))
    months = (END - START).days / 30
    for number in range(round(months * incidents_a_month)):
        _incident(plan, number + 1)
    when = START
    while when < END:  # reports are checked twice a day
        plan.at(when, lambda session, at=when: weekly_digest.post_if_due(session, bot, at))  # type: ignore[misc]
        plan.at(when, lambda session, at=when: monthly.post_if_due(session, bot, at))  # type: ignore[misc]
        when += 12 * timedelta(hours=1)
    happened = sorted(planned for planned in plan.events if planned[0] < END)
    with (
        store.begin() as session
    ):  # one transaction, because disks are slow and nobody reads meanwhile
        for _, _, do in happened:
            do(session)
    return bot


def _incident(plan: _Plan, number: int) -> None:
    chance = plan.chance
    declared = START + chance.random() * (END - START)
    kept: dict[str, int] = {}
    private, severity = chance.random() < 0.1, chance.choice([*Severity, None])

    def declare(session: Session) -> None:
        kept["id"] = incidents.add(
            session,
            key=f"INC-2025-{number:03d}",
            title=f"{chance.choice(THINGS)} {chance.choice(('fails', 'is slow', 'is down'))}",
            severity=severity,
            status=Status.DECLARED,
            private=private,
            channel_id=f"C{number}",
            channel_name=f"inc-{number}",
            declared_by="U1",
            declared_at=declared,
        ).id

    def resolve_or_cancel(session: Session) -> None:
        status = Status.CANCELLED if number % 11 == 0 else Status.RESOLVED
        incidents.change(session, kept["id"], status=status, resolved_at=resolved)

    resolved = declared + timedelta(minutes=chance.randint(5, 4_000))
    plan.at(declared, declare)
    plan.at(resolved, resolve_or_cancel)
    if number % 11:
        _postmortem(plan, kept, resolved)
    for _ in range(chance.randint(0, 5)):
        _item(plan, kept, declared + chance.random() * 3 * DAY)


def _postmortem(  # noqa: C901, PLR0915 - one scenario
    plan: _Plan, kept: dict[str, int], resolved: datetime
) -> None:
    chance = plan.chance
    needed: Any = {"needed": chance.random() < 0.6} if chance.random() < 0.95 else None
    spans = {
        name: chance.randint(60, 90_000) if chance.random() < 0.8 else None
        for name in ("ttd", "tta", "ttm", "ttr")
    }
    document = {"durations": {**spans, "formulas": {}}, "need": needed}
    empty_document: dict[str, Any] = {
        "markdown": "",
        "html": "",
        "picture": b"",
        "picture_text": "",
    }

    def draft(session: Session, at: datetime) -> None:
        postmortems.add(
            session, kept["id"], at=at, template="full", document=document, **empty_document
        )

    def step(session: Session, taken: ReviewStep, at: datetime) -> None:
        step_taken = StepTaken(step=taken, by="U2", at=at, version=1)
        reviews.add(session, kept["id"], step_taken)

    def decide(session: Session, wanted: bool, at: datetime) -> None:  # noqa: FBT001
        decision = Decision(wanted=wanted, by="U3", at=at, because="a drill", event_id="deed-1")
        requirement_decisions.add(session, kept["id"], decision)

    drafted = resolved + timedelta(minutes=1)
    plan.at(drafted, lambda session: draft(session, drafted))
    if chance.random() < 0.12:
        for wanted in [False, True][: chance.randint(1, 2)]:
            when = resolved + chance.random() * 5 * DAY
            plan.at(when, lambda s, w=wanted, at=when: decide(s, w, at))  # type: ignore[misc]
    when = resolved + chance.random() * 14 * DAY
    steps = [
        ReviewStep.SUBMITTED,
        ReviewStep.APPROVED,
        ReviewStep.FINAL,
        ReviewStep.REOPENED,
        ReviewStep.FINAL,
    ]
    for taken in steps[: chance.choice((0, 1, 3, 3, 3, 3, 4, 5))]:
        plan.at(when, lambda s, t=taken, at=when: step(s, t, at))  # type: ignore[misc]
        when += chance.random() * 2 * DAY


def _item(  # noqa: C901, PLR0915 - one scenario
    plan: _Plan, kept: dict[str, int], created: datetime
) -> None:
    chance = plan.chance
    suggested, dated = chance.random() < 0.4, chance.random() < 0.85
    due = (created + timedelta(days=chance.randint(1, 60))).date() if dated else None
    item: dict[str, int] = {}

    def add(session: Session) -> None:
        state = ItemState.SUGGESTED if suggested else ItemState.OPEN
        item["id"] = action_items.add(
            session, incident_id=kept["id"], text="do it", state=state, owner="U4", due=due,
            created_by="U1", created_at=created,
        ).id  # fmt: skip

    def change(session: Session, at: datetime, **values: object) -> None:
        action_items.change(session, item["id"], by="U4", at=at, **values)

    plan.at(created, add)
    when = created
    if suggested:
        when += chance.random() * 4 * DAY
        state = ItemState.OPEN if chance.random() < 0.7 else ItemState.DROPPED
        plan.at(when, lambda s, at=when, st=state: change(s, at, state=st))  # type: ignore[misc]
        if state is ItemState.DROPPED:
            return
    if due and chance.random() < 0.3 and when < MOVED_UNTIL:
        when += chance.random() * 4 * DAY
        later = due + timedelta(days=chance.randint(1, 30))
        plan.at(when, lambda s, at=when: change(s, at, due=later))  # type: ignore[misc]
    if chance.random() < 0.8:
        when += chance.random() * 70 * DAY
        plan.at(
            when,
            lambda s, at=when: change(  # type: ignore[misc]
                s, at, state=ItemState.DONE, done_at=at, done_by="U4"
            ),
        )
