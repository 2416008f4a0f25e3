"""A simulated year of follow-up: the clock runs, sixty people in nine zones do this and that, and every
half hour the reminders' tick turns, unless the bot is away. What it says is held against what a
person would expect: no night, no holiday, no leave, one DM a day, nothing twice, nothing forgotten.

What is expected is worked out here anew, from the calendar, and shares no code with the ladder.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from bot.action_items import items
from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.action_item import Priority
from bot.domain.actor import Actor
from bot.domain.deadline import Milestone
from bot.domain.incident import Severity
from bot.domain.job import JobKind
from bot.incidents import lifecycle, roles
from bot.postmortems import requirement
from bot.reminders import delivery, postmortem_deadlines, preferences
from storage import incidents as stored
from storage import people as stored_people
from storage import postmortem_deadlines as stored_deadlines
from storage import postmortems
from storage import reminders as stored_reminders
from storage.engine import schema
from storage.engine.store import Session, Store
from storage.tables import OutboxRow
from tests.torture.promises import AT_ONCE, BEGINS, DAY, Person, Promise, people
from tests.torture.wrongs import Discrepancy, doubled, extra, lost

STEP = timedelta(minutes=30)
LATE = 10  # days after which who leads hears of it, and as many again for the channel
POLICY = Policy.model_validate(
    {
        "channels": {"escalate": "reliability"},
        "reminders": {"escalate_after_days": LATE},
        "retention": {"sent_messages": False},  # what was sent is counted at the end
    }
)
BUSY = 0.3  # how often somebody does something in half an hour
FINAL_BY = 8  # working days after an incident: by then its last deadline has been told


class Year:
    """All that happens. `wrong` is what the bot did that it should not have, or the other way round."""

    def __init__(self, url: str, rng: random.Random) -> None:
        self.url, self.rng, self.at = url, rng, BEGINS
        self.wrong: list[Discrepancy] = []
        self.deeds = self.told = self._seen = 0
        self.promises: dict[int, Promise] = {}
        self._said: Counter[tuple[object, ...]] = Counter()
        self._ended: dict[int, tuple[date, Person]] = {}
        self._skipped: set[int] = set()
        self._channels: dict[str, tuple[Person, Person]] = {}  # who led, and who declared
        self.people = people(60)
        self._by_id = {person.id: person for person in self.people}
        self._open()
        schema.upgrade(self.bot.store)
        with self.bot.store.begin() as session:
            for each in self.people:
                known = stored_people.Person(id=each.id, name=each.id, zone=each.zone.key)
                stored_people.save(session, known, self.at)
        for kind in [Year._declare] * 4 + [Year._promise] * 40:
            self._do(kind)

    def pass_days(self, days: int, absences: int) -> None:
        """Let so many days pass; the bot is begun anew so many times, now and then a day and a half later."""
        ends = self.at + days * DAY
        away = sorted(self.at + self.rng.random() * days * DAY for _ in range(absences))
        while self.at < ends:
            if away and self.at >= away[0]:
                away.pop(0)
                self.bot.store.close()
                self.at += self.rng.choice((0, 0, 0, 1, 2, 5, 20, 72)) * STEP
                self._open()
            self._half_hour()
        self._count_deadlines()
        self.bot.store.close()

    def _open(self) -> None:
        self.bot = Bot(store=Store(self.url), policy=POLICY, now=lambda: self.at)

    def _half_hour(self) -> None:
        self.at += STEP
        if self.rng.random() < BUSY:
            self._do(self.rng.choices([*JOBS], [*JOBS.values()])[0])
        with self.bot.store.begin() as session:
            delivery.remind(session, self.bot, self.at)
            self._read(session)
        for person in self.people:
            person.wake(self.at)
        if self.at.hour == self.at.minute == 0:
            self._count_forgotten()

    # What people do

    def _do(self, kind: Callable[["Year", Session], None]) -> None:
        with self.bot.store.begin() as session:
            kind(self, session)
        self.deeds += 1

    def _asker(self, person: Person, channel: str = "") -> Actor:
        request = f"{self.deeds}-{self.rng.random()}"
        return Actor(person=person.id, channel_id=channel, request_id=request, at=self.at)

    def _declare(self, session: Session) -> None:
        by, lead = self.rng.sample(self.people, 2)
        channel = f"C{len(self._channels)}"
        actor = self._asker(by, channel)
        made = lifecycle.declare(session, actor, "checkout fails", Severity.P1)
        stored.change(session, made.id, channel_id=channel)
        roles.assign(session, self.bot, actor, "lead", lead.id)
        self._channels[channel] = lead, by

    def _end(self, session: Session) -> None:
        """An incident is over, and its postmortem drafted; another begins. Some are skipped."""
        channel, (lead, _) = [*self._channels.items()][-1]
        actor = self._asker(self.rng.choice(self.people), channel)
        over = lifecycle.resolve(session, self.bot, actor, "fixed")
        postmortems.add(
            session, over.id, at=self.at, template="full", markdown="", html="", picture=b"",
            picture_text="", document={"need": {"needed": True}},
        )  # fmt: skip
        postmortem_deadlines.plan(session, self.bot, over, self.at)
        if self.rng.random() < 0.2:
            requirement.skip(session, self.bot, actor, "a drill")
            self._skipped.add(over.id)
        self._ended[over.id] = lead.today(self.at), lead
        self._declare(session)

    def _promise(self, session: Session) -> None:
        owner, channel = self.rng.choice(self.people), self.rng.choice([*self._channels][-8:])
        due = owner.today(self.at) + self.rng.choice((0, 1, 2, 3, 5, 8, 13, 21)) * DAY
        item = items.add(
            session, self.bot, self._asker(owner, channel), f"item {self.deeds}",
            owner=owner.id, due=due, priority=Priority.P2,
        )  # fmt: skip
        self.promises[item.id] = Promise(owner, due, self.at, self._channels[channel])

    def _finish(self, session: Session) -> None:
        for item_id, promise in self._some():
            items.finish(session, self.bot, self._asker(promise.owner), item_id)
            promise.is_open = False

    def _give(self, session: Session) -> None:
        for item_id, promise in self._some():
            owner = self.rng.choice(self.people)
            items.assign(session, self.bot, self._asker(promise.owner), item_id, owner.id)
            promise.give(owner, self.at)

    def _give_back(self, session: Session) -> None:
        for item_id, promise in self._some():
            if promise.is_owned:
                items.unassign_self(session, self.bot, self._asker(promise.owner), item_id)
                promise.give(None, self.at)

    def _move(self, session: Session) -> None:
        for item_id, promise in self._some():
            due = promise.owner.today(self.at) + self.rng.randint(0, 20) * DAY
            items.set_due_date(session, self.bot, self._asker(promise.owner), item_id, due)
            promise.due, promise.since, promise.quiet_until = due, self.at, BEGINS

    def _snooze(self, session: Session) -> None:
        for item_id, promise in self._some():
            item = items.snooze(session, self.bot, self._asker(promise.owner), item_id)
            assert item.snoozed_until is not None
            promise.since, promise.quiet_until = self.at, item.snoozed_until

    def _leave(self, session: Session) -> None:
        person = self.rng.choice(self.people)
        person.back_on = person.today(self.at) + self.rng.randint(1, 14) * DAY
        preferences.set_leave(session, self.bot, person.id, person.back_on, self.at)

    def _return(self, session: Session) -> None:
        away = [each for each in self.people if each.today(self.at) < each.back_on]
        person = self.rng.choice(away or self.people)
        person.back_on = date.min
        preferences.set_leave(session, self.bot, person.id, None, self.at)

    def _choose(self, session: Session) -> None:
        person = self.rng.choice(self.people)
        person.hour = self.rng.randint(9, 17)
        preferences.set_hour(session, self.bot, person.id, person.hour, self.at)

    def _some(self) -> list[tuple[int, Promise]]:
        """One open item, if there is any."""
        kept = [(item_id, each) for item_id, each in self.promises.items() if each.is_open]
        return [self.rng.choice(kept)] if kept else []

    # What the bot says

    def _read(self, session: Session) -> None:
        """Hear what was written since the last look, and let it be said."""
        rows = session.exec(select(OutboxRow).where(OutboxRow.id > self._seen)).all()  # type: ignore[operator]
        for row in rows:
            if row.kind == JobKind.REMINDER:
                self._hear(session, self._by_id[str(row.about["owner"])], row.about)
            elif row.kind == JobKind.ESCALATION:
                self._hear_of_late(row.about["items"])
        if rows:
            self._seen = max(row.id or 0 for row in rows)
            waiting = update(OutboxRow).where(col(OutboxRow.state) == "waiting")
            session.execute(waiting.values(state="sent", sent_at=self.at))

    def _hear(self, session: Session, person: Person, about: dict[str, list[int]]) -> None:
        self.told += 1
        if not person.can_be_told(self.at):
            self.wrong.append(extra(f"{person.id} in {person.zone.key} was told at {self.at}"))
        self._once("a DM", person.id, person.today(self.at))
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
            self._once("an item", said.item_id, person.id, person.today(self.at))
        if said.step not in {"snoozed", "no owner"}:
            self._once(said.step, said.item_id, promise.due, person.id)
        for_owner = promise.owner is person and promise.quiet_until <= self.at
        if not promise.is_open or not (is_lead or for_owner):
            self.wrong.append(extra(f"{person.id} was told {said.step} of {said.item_id}"))
        told = promise.told
        again = told and told > promise.quiet_until and self.at - told < 5 * DAY
        if said.step == "no owner" and again:
            self.wrong.append(doubled(f"{person.id} was asked who does {said.item_id}"))
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
                if each.is_forgotten():
                    self._forgotten(item_id, each, each.owner.id)
                    each.told = self.at
                known = max(each.since.date(), each.quiet_until.date(), each.due + LATE * DAY)
                if each.second.chances(known) == AT_ONCE + 1 and not self._led(item_id, each):
                    self._forgotten(item_id, each, "who leads")

    def _forgotten(self, item_id: int, promise: Promise, by: str) -> None:
        late = (self.at.date() - promise.due).days
        told = f"{by} was not told of item {item_id}, due {promise.due}, {late} days late"
        self.wrong.append(lost(f"{told}, on {self.at:%Y-%m-%d}"))

    def _led(self, item_id: int, promise: Promise) -> bool:
        return any(said[:3] == ("lead", item_id, promise.due) for said in self._said)

    def _count_deadlines(self) -> None:
        with self.bot.store.begin() as session:
            for incident_id, (ended, lead) in self._ended.items():
                over = sum(day > ended for day in lead.good_days) > FINAL_BY
                for step in Milestone if over and incident_id not in self._skipped else ():
                    if not stored_deadlines.list_reminded(session, incident_id, step):
                        self.wrong.append(lost(f"{step} of incident {incident_id}"))


JOBS = {
    Year._promise: 30, Year._finish: 19, Year._give: 6, Year._give_back: 3, Year._move: 9,
    Year._snooze: 9, Year._leave: 7, Year._return: 3, Year._choose: 4, Year._end: 6,
}  # fmt: skip
