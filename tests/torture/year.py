"""A simulated year of follow-up: the clock runs, people in nine zones do this and that, and every
half hour the reminders' tick turns, unless the bot is away. What it says is held against what a
person would expect: no night, no holiday, no leave, one DM a day, nothing twice, nothing forgotten.

What is expected is worked out here anew, from the calendar, and shares no code with the ladder.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays
from sqlalchemy import update
from sqlmodel import col, select

from bot import action_items, deadlines, incidents, needs, reminders, roles
from bot.domain.action_item import Priority
from bot.domain.asker import Asker
from bot.domain.deadline import Milestone
from bot.domain.incident import Severity
from bot.domain.posting import Deed
from bot.environment import Bot
from bot.policy import Policy
from storage import deadlines as stored_deadlines
from storage import incidents as stored
from storage import people, postmortems, schema
from storage import reminders as stored_reminders
from storage.engine import Session, Store
from storage.tables import OutboxRow
from tests.torture.wrongs import Discrepancy, doubled, extra, lost

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(minutes=30)
DAY = timedelta(days=1)
PLACES = {
    "Europe/Lisbon": "PT", "America/New_York": "US", "Asia/Tokyo": "JP", "Europe/Berlin": "DE",
    "Asia/Kolkata": "IN", "Australia/Sydney": "AU", "America/Sao_Paulo": "BR",
    "Pacific/Auckland": "NZ", "America/St_Johns": "CA",
}  # fmt: skip
POLICY = Policy.model_validate(
    {"channels": {"escalate": "reliability"}, "reminders": {"escalate_after_days": 10}}
)
WEEKLY, AT_ONCE = 7, 3  # working days until somebody must have heard again, or of what is due
MUST_BE_KNOWN = 35  # days late: who leads has heard of it by then, leave and all
SETTLED = timedelta(days=16)  # after the end of an incident: all its deadlines are over


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year))


@dataclass
class Person:
    id: str
    zone: ZoneInfo
    country: str
    hour: int = 10
    back_on: date = date.min
    good_days: list[date] = field(default_factory=list)  # on which the bot could reach them

    def works_on(self, day: date) -> bool:
        free = day.weekday() > 4 or day in _holidays(self.country, day.year)
        return not free and day >= self.back_on

    def can_be_told(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return 9 <= local.hour < 18 and self.works_on(local.date())


@dataclass
class Promise:
    """An item as its owner knows it; `since` is when anything about it was last changed."""

    owner: Person
    due: date
    since: datetime
    quiet_until: datetime = BEGINS
    told: datetime | None = None
    is_open: bool = True


class Year:
    """All that happens. `wrong` is what the bot did that it should not have, or the other way round."""

    def __init__(self, url: str, rng: random.Random) -> None:
        self.url, self.rng, self.at = url, rng, BEGINS
        self.wrong: list[Discrepancy] = []
        self.deeds = self.told = self._seen = 0
        self.promises: dict[int, Promise] = {}
        self._said: Counter[tuple[object, ...]] = Counter()
        self._ended: dict[int, datetime] = {}
        self._skipped: set[int] = set()
        self._channels: list[str] = []
        self.people = [
            Person(f"U{number}", ZoneInfo(zone), place)
            for number, (zone, place) in enumerate([*PLACES.items()] * 2)
        ]
        self._by_id = {person.id: person for person in self.people}
        self._open()
        schema.upgrade(self.bot.store)
        with self.bot.store.begin() as session:
            for each in self.people:
                known = people.Person(id=each.id, name=each.id, zone=each.zone.key)
                people.learn(session, known, self.at)
        for _ in range(4):
            self._do(Year._declare)

    def pass_days(self, days: int, absences: int) -> None:
        """Let so many days pass; the bot is away so many times, for up to a day and a half."""
        ends = self.at + days * DAY
        away = sorted(self.at + self.rng.random() * days * DAY for _ in range(absences))
        while self.at < ends:
            if away and self.at >= away[0]:
                away.pop(0)
                self.bot.store.close()
                self.at += self.rng.randint(1, 72) * STEP
                self._open()
            self._half_hour()
        self._count_deadlines()
        self.bot.store.close()

    def _open(self) -> None:
        self.bot = Bot(store=Store(self.url), policy=POLICY, now=lambda: self.at)

    def _half_hour(self) -> None:
        self.at += STEP
        if self.rng.random() < 0.25:
            self._do(
                self.rng.choices([deed for deed, _ in DEEDS], [weight for _, weight in DEEDS])[0]
            )
        with self.bot.store.begin() as session:
            reminders.remind(session, self.bot, self.at)
            self._read(session)
        for person in self.people:
            local = self.at.astimezone(person.zone)
            is_good = local.hour >= person.hour and person.can_be_told(self.at)
            if is_good and person.good_days[-1:] != [local.date()]:
                person.good_days.append(local.date())
        if self.at.hour == self.at.minute == 0:
            self._count_forgotten()

    # What people do

    def _do(self, deed: Callable[["Year", Session], None]) -> None:
        with self.bot.store.begin() as session:
            deed(self, session)
        self.deeds += 1

    def _asker(self, person: Person, channel: str = "") -> Asker:
        request = f"{self.deeds}-{self.rng.random()}"
        return Asker(person=person.id, channel_id=channel, request_id=request, at=self.at)

    def _declare(self, session: Session) -> None:
        by, lead = self.rng.sample(self.people, 2)
        channel = f"C{len(self._channels)}"
        asker = self._asker(by, channel)
        made = incidents.declare(session, asker, "checkout fails", Severity.P1)
        stored.change(session, made.id, channel_id=channel)
        roles.assign(session, self.bot, asker, "lead", lead.id)
        self._channels.append(channel)

    def _end(self, session: Session) -> None:
        """An incident is over, and its postmortem drafted; another begins. Some are skipped."""
        asker = self._asker(self.rng.choice(self.people), self._channels[-1])
        over = incidents.resolve(session, self.bot, asker, "fixed")
        postmortems.add(
            session, over.id, at=self.at, template="full", markdown="", html="", picture=b"",
            picture_text="", document={"need": {"needed": True}},
        )  # fmt: skip
        deadlines.plan(session, self.bot, over, self.at)
        if self.rng.random() < 0.2:
            needs.skip(session, self.bot, asker, "a drill")
            self._skipped.add(over.id)
        self._ended[over.id] = self.at
        self._declare(session)

    def _promise(self, session: Session) -> None:
        owner, channel = self.rng.choice(self.people), self.rng.choice(self._channels[-8:])
        due = self._today(owner) + self.rng.randint(0, 25) * DAY
        item = action_items.add(
            session, self.bot, self._asker(owner, channel), f"item {self.deeds}",
            owner=owner.id, due=due, priority=Priority.P2,
        )  # fmt: skip
        self.promises[item.id] = Promise(owner, due, self.at)

    def _finish(self, session: Session) -> None:
        for item_id, promise in self._some():
            action_items.finish(session, self.bot, self._asker(promise.owner), item_id)
            promise.is_open = False

    def _give(self, session: Session) -> None:
        for item_id, promise in self._some():
            owner = self.rng.choice(self.people)
            action_items.give(session, self.bot, self._asker(promise.owner), item_id, owner.id)
            promise.owner, promise.told, promise.since = owner, None, self.at

    def _move(self, session: Session) -> None:
        for item_id, promise in self._some():
            due = self._today(promise.owner) + self.rng.randint(0, 20) * DAY
            action_items.move(session, self.bot, self._asker(promise.owner), item_id, due)
            promise.due, promise.since, promise.quiet_until = due, self.at, BEGINS

    def _snooze(self, session: Session) -> None:
        for item_id, promise in self._some():
            item = action_items.snooze(session, self.bot, self._asker(promise.owner), item_id)
            assert item.snoozed_until is not None
            promise.since, promise.quiet_until = self.at, item.snoozed_until

    def _leave(self, session: Session) -> None:
        person = self.rng.choice(self.people)
        person.back_on = self._today(person) + self.rng.randint(1, 14) * DAY
        reminders.stay_away(session, self.bot, person.id, person.back_on, self.at)

    def _return(self, session: Session) -> None:
        person = self.rng.choice(self.people)
        person.back_on = date.min
        reminders.stay_away(session, self.bot, person.id, None, self.at)

    def _choose(self, session: Session) -> None:
        person = self.rng.choice(self.people)
        person.hour = self.rng.randint(9, 17)
        reminders.choose_hour(session, self.bot, person.id, person.hour, self.at)

    def _today(self, person: Person) -> date:
        return self.at.astimezone(person.zone).date()

    def _some(self) -> list[tuple[int, Promise]]:
        """One open item, if there is any."""
        kept = [(item_id, each) for item_id, each in self.promises.items() if each.is_open]
        return [self.rng.choice(kept)] if kept else []

    # What the bot says

    def _read(self, session: Session) -> None:
        """Hear what was written since the last look, and let it be said."""
        rows = session.exec(select(OutboxRow).where(OutboxRow.id > self._seen)).all()  # type: ignore[operator]
        for row in rows:
            if row.kind == Deed.REMINDER:
                self._hear(session, self._by_id[str(row.about["owner"])], row.about)
            elif row.kind == Deed.ESCALATION:
                self._hear_of_late(row.about["items"])
        if rows:
            self._seen = max(row.id or 0 for row in rows)
            waiting = update(OutboxRow).where(col(OutboxRow.state) == "waiting")
            session.execute(waiting.values(state="sent", sent_at=self.at))

    def _hear(self, session: Session, person: Person, about: dict[str, list[int]]) -> None:
        self.told += 1
        if not person.can_be_told(self.at):
            self.wrong.append(extra(f"{person.id} in {person.zone.key} was told at {self.at}"))
        self._once("a DM", person.id, self._today(person))
        for each in stored_reminders.by_ids(session, about["reminders"]):
            self._hear_of_item(person, each)
        for nudge in stored_deadlines.by_ids(session, about["deadlines"]):
            self._once("a deadline", nudge.incident_id, nudge.step, person.id)
            if nudge.incident_id in self._skipped:
                self.wrong.append(extra(f"{person.id} was asked for a postmortem that is skipped"))

    def _hear_of_item(self, person: Person, said: stored_reminders.Reminder) -> None:
        promise = self.promises[said.item_id]
        is_lead = said.step == "lead"
        if not is_lead:
            self._once("an item", said.item_id, person.id, self._today(person))
        if is_lead or said.step != "snoozed":
            self._once(said.step, said.item_id, promise.due, person.id)
        for_owner = promise.owner is person and promise.quiet_until <= self.at
        if not promise.is_open or not (is_lead or for_owner):
            self.wrong.append(extra(f"{person.id} was told {said.step} of {said.item_id}"))
        if not is_lead:
            promise.told = self.at

    def _hear_of_late(self, items: list[int]) -> None:
        self.told += 1
        if not (9 <= self.at.hour < 18 and self.at.weekday() < 5):
            self.wrong.append(extra(f"the channel was told at {self.at}"))
        for item_id in items:
            self._once("channel", item_id, self.promises[item_id].due)

    def _once(self, *what: object) -> None:
        self._said[what] += 1
        if self._said[what] > 1:
            self.wrong.append(doubled(f"{' '.join(map(str, what))}, at {self.at}"))

    # What it should have said

    def _count_forgotten(self) -> None:
        for item_id, each in self.promises.items():
            if each.is_open:
                late = (self.at.date() - each.due).days
                if self._waited(each) > (
                    WEEKLY if each.told or each.since.date() >= each.due else AT_ONCE
                ):
                    self.wrong.append(
                        lost(f"item {item_id} of {each.owner.id}, due {each.due}, {late} days late")
                    )
                    each.told = self.at
                if (
                    late == MUST_BE_KNOWN
                    and not self._led(item_id, each)
                    and each.since.date() < each.due
                ):
                    self.wrong.append(lost(f"who leads was not told of item {item_id}"))

    def _waited(self, promise: Promise) -> int:
        """On how many days its owner could have been told since, and was not."""
        zone = promise.owner.zone
        moments = [
            promise.since,
            promise.quiet_until - DAY,
            *([promise.told] if promise.told else []),
        ]
        since = max([*(each.astimezone(zone).date() for each in moments), promise.due - DAY])
        return sum(day > since for day in promise.owner.good_days[-30:])

    def _led(self, item_id: int, promise: Promise) -> bool:
        return any(said[:3] == ("lead", item_id, promise.due) for said in self._said)

    def _count_deadlines(self) -> None:
        with self.bot.store.begin() as session:
            for incident_id, ended in self._ended.items():
                if incident_id not in self._skipped and self.at - ended > SETTLED:
                    for step in Milestone:
                        if not stored_deadlines.told(session, incident_id, step):
                            self.wrong.append(lost(f"{step} of incident {incident_id}"))


DEEDS = (
    (Year._promise, 8), (Year._finish, 6), (Year._give, 2), (Year._move, 3), (Year._snooze, 2),
    (Year._leave, 1), (Year._return, 1), (Year._choose, 1), (Year._end, 1),
)  # fmt: skip
