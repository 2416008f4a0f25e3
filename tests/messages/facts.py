"""The data behind messages and views: one incident and everything about it, with text from `say`.

The snapshots use fixed, readable text in place of what people write; the property tests use
arbitrary text.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from bot.blameless.finding import Finding
from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.action_item import ActionItem, ItemState, Priority
from bot.domain.incident import Incident, Role, Severity, Status
from bot.domain.key_times import Basis, Moment, Moments
from bot.domain.markup import to_plain_text
from bot.domain.meeting import Meeting, MeetingState
from bot.domain.requirement import Decision
from bot.domain.review import Review, ReviewStep, StepTaken
from bot.domain.similar_incident import SimilarIncident
from bot.domain.ticket import NotAllowed, Ticket, TicketState, Tracker, TrackerKind
from bot.domain.timeline import EventKind, Mark, TimelineEvent
from bot.domain.weekly_digest import WeeklyFigures
from bot.incidents.lifecycle import MAX_TITLE_LENGTH
from bot.postmortems.catch_up import CatchUp, Highlight
from bot.postmortems.key_times import KeyTimes
from storage.engine.store import Store

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 16)
COMMAND = "/incident"
CHANNEL, ANA, BEN, MEI = "C0INCIDENT", "U0ANA", "U0BEN", "U0MEI"
GROUP = "S0SRE"
LINK = "https://example.slack.com/archives/C0INCIDENT/p1773144000000100"
TICKET, TICKET_KEY = "https://github.com/acme/operations/issues/12", "acme/operations#12"
# The maximum length of a value in characters, set by Slack or by the functions that read its
# payloads.
LONGEST = {"name": 80, "other name": 80, "application": 255, "service": 80, "phrase": 60}
LONGEST_SAID = 40_000
POLICY = Policy.model_validate({"channels": {"announce": "incidents", "digest": "sre-weekly"}})
BOT = Bot(store=cast("Store", None), policy=POLICY, now=lambda: NOON)
TRACKED = replace(BOT, tracker=cast("Tracker", object()))
REFUSED = NotAllowed(tracker="GitHub", said="Resource not accessible by personal access token")

WORDS = {
    "title": "Checkout fails & carts are lost",
    "update": "Rolled back the deploy. <@U0BEN> is watching the <https://example.org/graphs|graphs> &amp; queue",
    "impact": "4,200 customers could not pay",
    "said": "The queue is full, <!here> please look",
    "item": "Add an alert on queue depth > 10,000",
    "other item": "Write down how the cache is emptied",
    "reason": "the queue drained after the restart",
    "name": "Ana Lopes",
    "other name": "Ben Okafor",
    "application": "Pager",
    "service": "payments",
    "sentence": "The connection pool was too small for the load of the sale.",
    "question": "When did a responder acknowledge it?",
    "doubted": "Ben forgot to raise the limit.",
    "section": "The pool was full.\nNobody was told.",
    "unknown": "explode",
    "phrase": "friday",
}


def fixed(name: str) -> str:
    return WORDS[name]


@dataclass(frozen=True)
class Facts:
    """One incident and everything about it."""

    say: Callable[[str], str] = fixed

    @property
    def names(self) -> dict[str, str]:
        return {ANA: self.say("name"), BEN: self.say("other name")}

    def plain(self, name: str) -> str:
        """The text of a message, as people read it."""
        return to_plain_text(self.say(name), self.names)

    def incident(self, **more: Any) -> Incident:
        facts: dict[str, Any] = {
            "id": 1,
            "key": "INC-2026-001",
            "title": " ".join(self.say("title").split())[:MAX_TITLE_LENGTH] or "Not named yet",
            "severity": Severity.P1,
            "status": Status.INVESTIGATING,
            "channel_name": "inc-2026-001-checkout-fails",
            "channel_id": CHANNEL,
            "declared_by": ANA,
            "declared_at": NOON,
            "roles": (Role(name="lead", person=BEN, since=NOON),),
            "services": (self.say("service"),),
        }
        return Incident(**facts | more)

    def bare(self) -> Incident:
        """An incident without any details yet."""
        return self.incident(severity=None, roles=(), status=Status.DECLARED)

    def meeting(self) -> Meeting:
        return Meeting(
            incident_id=1,
            state=MeetingState.PROPOSED,
            starts_at=NOON + timedelta(days=1),
            minutes=50,
            facilitator=MEI,
            participants=(ANA, BEN),
        )

    def over(self, **more: Any) -> Incident:
        ended = {"resolved_at": NOON + timedelta(minutes=74), "resolution": self.say("reason")}
        return self.incident(status=Status.RESOLVED, **ended, **more)

    def event(
        self, kind: EventKind = EventKind.MESSAGE, word: str = "said", **more: Any
    ) -> TimelineEvent:
        author = self.say("application") if kind is EventKind.ALERT else ANA
        facts: dict[str, Any] = {
            "message_id": "1773144000.000100",
            "channel_id": CHANNEL,
            "author": author,
            "text": self.say(word),
            "happened_at": NOON + timedelta(minutes=9),
            "kind": kind,
            "id": 7,
        }
        return TimelineEvent(**facts | more)

    def key_times(self) -> KeyTimes:
        """One key time from the draft and one set by a person, in the wrong order; the others are unknown."""
        moment = Moment(at=NOON, basis=Basis.INFERRED, evidence=("1773144000.000100",))
        early = NOON - timedelta(minutes=5)
        by_person = Moment(
            at=early, basis=Basis.MARKED, evidence=("deed-1",), set_by=self.say("name")
        )
        return KeyTimes(
            incident=self.incident(),
            moments=Moments(started=moment, restored=by_person),
            out_of_order=(("started", "restored"),),
        )

    def item(self, word: str = "item", **more: Any) -> ActionItem:
        facts: dict[str, Any] = {
            "id": 1,
            "incident_id": 1,
            "text": self.say(word),
            "state": ItemState.OPEN,
            "created_by": ANA,
            "created_at": NOON,
            "owner": BEN,
            "due": date(2026, 3, 13),
            "priority": Priority.P2,
            "evidence": "1773144000.000100",
            "thread_ts": "1773144000.000200",
            "snoozed_until": NOON + timedelta(days=2),
        }
        return ActionItem(**facts | more)

    def ticket(self, **more: Any) -> Ticket:
        facts: dict[str, Any] = {
            "item_id": 1,
            "tracker": TrackerKind.GITHUB,
            "mark": "0123456789abcdef",
            "asked_by": ANA,
            "key": TICKET_KEY,
            "url": TICKET,
            "state": TicketState.OPEN,
        }
        return Ticket(**facts | more)

    def unowned(self, **more: Any) -> ActionItem:
        """An item with a text and nothing else."""
        facts = {"id": 90, "owner": None, "due": None, "priority": None, **more}
        return self.item("other item", **facts)

    def done(self) -> ActionItem:
        return self.item(state=ItemState.DONE, done_by=BEN, done_at=NOON + timedelta(days=1))

    def items(self, many: int) -> list[ActionItem]:
        return [self.item(id=number) for number in range(1, many + 1)]

    def decision(self, *, wanted: bool = False, by: str = ANA) -> Decision:
        return Decision(
            wanted=wanted, by=by, at=NOON, because=self.say("reason"), event_id="deed-1"
        )

    def review(self, *steps: ReviewStep) -> Review:
        """A review whose people have display names, as readers see them."""
        by = {ReviewStep.APPROVED: "other name"}
        taken = [
            StepTaken(
                step=step,
                by=self.say(by.get(step, "name")),
                at=NOON + timedelta(days=1),
                version=2,
                because=self.say("reason"),
            )
            for step in steps
        ]
        return Review(tuple(taken))

    def findings(self, many: int = 2) -> list[Finding]:
        each = Finding(
            rule="names a person",
            text=self.say("doubted"),
            why="It blames a person instead of looking at the system.",
            better="What did the system allow?",
            line=12,
        )
        return [each, *[replace(each, line=None)] * (many - 1)]

    def told(self, word: str, *marks: Mark, link: str | None = LINK) -> Highlight:
        return Highlight(
            at=NOON + timedelta(minutes=9),
            author=self.say("name"),
            text=self.plain(word),
            link=link,
            marks=marks,
        )

    def catch_up(self) -> CatchUp:
        return CatchUp(
            incident=self.incident(),
            since=NOON + timedelta(minutes=20),
            impact=self.told("impact"),
            update=self.told("update"),
            told=(self.told("said", Mark.ROOT_CAUSE), *[self.told("said", link=None)] * 5),
            items=(self.item(), self.unowned(state=ItemState.SUGGESTED), *self.items(3)),
            more_items=2,
        )

    def related(self) -> list[SimilarIncident]:
        """Three similar past incidents: one with a link, and one with many open items."""
        title, why, item = self.say("title"), self.say("reason"), self.say("item")
        shown: dict[str, Any] = {"declared_at": NOON, "why": why, "title": title}
        return [
            SimilarIncident(key="INC-2025-031", link=LINK, open_items=(item,) * 4, **shown),
            SimilarIncident(key="INC-2025-030", open_items=(item,), **shown),
            SimilarIncident(key="INC-2025-029", **shown),
        ]

    def draft(self, **more: Any) -> dict[str, Any]:
        """The part of a draft's JSON that a summary reads."""
        statement = {"text": self.say("sentence")}
        moment = {"at": "2026-03-10T12:09:00Z", "basis": "marked", "evidence": []}
        facts: dict[str, Any] = {
            "summary": [statement, {"text": self.say("sentence")}],
            "durations": {"ttm": 4_440},
            "moments": {
                "started": {**moment, "at": "2026-03-09T23:50:00Z"},
                "detected": moment,
                "acknowledged": None,
                "resolved": {**moment, "at": "2026-03-10T13:14:00Z"},
            },
            "need": {
                "needed": True,
                "waived": None,
                "reasons": [
                    {"text": "Severity is P1 (policy: P2 or worse)"},
                    {"text": self.say("reason")},
                ],
                "unknown": [],
            },
            "open_questions": [self.say("question")] * 6,
            "sections": {
                name: {"written_by": self.say("name")} for name in ("summary", "root_cause")
            },
            "completeness": {"score": 0.7},
            "recording": {
                "messages": 412,
                "fetched": 2,
                "edited": 3,
                "deleted": 1,
                "gaps": 1,
                "unreadable": 1,
                "corrected": 1,
                "hidden": 1,
            },
        }
        return facts | more


def partly_read() -> dict[str, Any]:
    """The recording of a draft while the channel is still being read."""
    unread = {"before": "2026-03-10T12:40:00Z", "threads": 3}
    return {"messages": 15, "edited": 0, "deleted": 0, "gaps": 1, "unread": unread}


def figures(**more: Any) -> WeeklyFigures:
    counts: dict[str, Any] = {
        "opened": 4,
        "done": 9,
        "open": 7,
        "fell_due": 14,
        "kept": 9,
        "overdue": 2,
        "oldest": 31,
    }
    return WeeklyFigures(**counts | more)
