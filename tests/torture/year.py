"""A simulated year of follow-up: sixty people in nine time zones work with action items while the clock runs.

Every half hour the reminders are due, unless the bot is down. Its messages are compared with what a
person would expect: none at night, on holidays or on leave, one DM a day, nothing twice, nothing
forgotten.
The expectations are computed here from the calendar and share no code with the reminder ladder.
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
from tests.torture.discrepancies import Discrepancy, doubled, extra, lost
from tests.torture.expectations import AT_ONCE, BEGINS, DAY, ExpectedFollowUp, Person, people

STEP = timedelta(minutes=30)
LATE = 10  # days until an overdue item is escalated to the lead, and as many again until the channel hears of it
POLICY = Policy.model_validate(
    {
        "channels": {"escalate": "reliability"},
        "reminders": {"escalate_after_days": LATE},
        "retention": {"sent_messages": False},  # sent messages are counted at the end
    }
)
BUSY = 0.3  # probability that someone does something in half an hour
FINAL_BY = 8  # working days after an incident by which its last deadline must have been sent


class Year:
    """The simulation. `wrong` lists what the bot did wrong or failed to do."""

    def __init__(self, url: str, rng: random.Random) -> None:
        self.url, self.rng, self.at = url, rng, BEGINS
        self.wrong: list[Discrepancy] = []
        self.actions = self.told = self._seen = 0
        self.promises: dict[int, ExpectedFollowUp] = {}
        self._said: Counter[tuple[object, ...]] = Counter()
        self._ended: dict[int, tuple[date, Person]] = {}
        self._skipped: set[int] = set()
        self._channels: dict[str, tuple[Person, Person]] = {}  # who led, and who declared
        self.people = people(60)
        self._by_id = {person.id: person for person in self.people}
        self._open()
        schema.upgrade(self.bot.store)
        with self.bot.store.begin() as session:
            for person in self.people:
                known = stored_people.Person(id=person.id, name=person.id, zone=person.zone.key)
                stored_people.save(session, known, self.at)
        for kind in [Year._declare] * 4 + [Year._promise] * 40:
            self._do(kind)

    def pass_days(self, days: int, absences: int) -> None:
        """Let so many days pass, and restart the bot so many times, sometimes after up to a day and a half."""
        ends = self.at + days * DAY
        away = sorted(self.at + self.rng.random() * days * DAY for _ in range(absences))
        while self.at < ends:
            if away and self.at >= away[0]:
                away.pop(0)
                self.bot.store.close()
                self.at += self.rng.choice((0, 0, 0, 1, 2, 5, 20, 72)) * STEP
                self._open()
            self._half_hour()
        self._find_missed_deadlines()
        self.bot.store.close()

    def _open(self) -> None:
        self.bot = Bot(store=Store(self.url), policy=POLICY, now=lambda: self.at)

    def _half_hour(self) -> None:
        self.at += STEP
        if self.rng.random() < BUSY:
            self._do(self.rng.choices([*JOBS], [*JOBS.values()])[0])
        with self.bot.store.begin() as session:
            delivery.remind(session, self.bot, self.at)
            self._read_outbox(session)
        for person in self.people:
            person.wake(self.at)
        if self.at.hour == self.at.minute == 0:
            self._find_forgotten()

    # Actions of people.

    def _do(self, kind: Callable[["Year", Session], None]) -> None:
        with self.bot.store.begin() as session:
            kind(self, session)
        self.actions += 1

    def _actor(self, person: Person, channel: str = "") -> Actor:
        request = f"{self.actions}-{self.rng.random()}"
        return Actor(person=person.id, channel_id=channel, request_id=request, at=self.at)

    def _declare(self, session: Session) -> None:
        by, lead = self.rng.sample(self.people, 2)
        channel = f"C{len(self._channels)}"
        actor = self._actor(by, channel)
        incident = lifecycle.declare(session, actor, "checkout fails", Severity.P1)
        stored.change(session, incident.id, channel_id=channel)
        roles.assign(session, self.bot, actor, "lead", lead.id)
        self._channels[channel] = lead, by

    def _resolve(self, session: Session) -> None:
        """Resolve an incident, draft its postmortem, sometimes waive it, and declare the next incident."""
        channel, (lead, _) = [*self._channels.items()][-1]
        actor = self._actor(self.rng.choice(self.people), channel)
        resolved = lifecycle.resolve(session, self.bot, actor, "fixed")
        postmortems.add(
            session, resolved.id, at=self.at, template="full", markdown="", html="", picture=b"",
            picture_text="", document={"need": {"needed": True}},
        )  # fmt: skip
        postmortem_deadlines.plan(session, self.bot, resolved, self.at)
        if self.rng.random() < 0.2:
            requirement.skip(session, self.bot, actor, "a drill")
            self._skipped.add(resolved.id)
        self._ended[resolved.id] = lead.today(self.at), lead
        self._declare(session)

    def _promise(self, session: Session) -> None:
        owner, channel = self.rng.choice(self.people), self.rng.choice([*self._channels][-8:])
        due = owner.today(self.at) + self.rng.choice((0, 1, 2, 3, 5, 8, 13, 21)) * DAY
        item = items.add(
            session, self.bot, self._actor(owner, channel), f"item {self.actions}",
            owner=owner.id, due=due, priority=Priority.P2,
        )  # fmt: skip
        self.promises[item.id] = ExpectedFollowUp(owner, due, self.at, self._channels[channel])

    def _finish(self, session: Session) -> None:
        for item_id, promise in self._random_open_item():
            items.finish(session, self.bot, self._actor(promise.owner), item_id)
            promise.is_open = False

    def _assign(self, session: Session) -> None:
        for item_id, promise in self._random_open_item():
            owner = self.rng.choice(self.people)
            items.assign(session, self.bot, self._actor(promise.owner), item_id, owner.id)
            promise.give(owner, self.at)

    def _unassign(self, session: Session) -> None:
        for item_id, promise in self._random_open_item():
            if promise.is_owned:
                items.unassign_self(session, self.bot, self._actor(promise.owner), item_id)
                promise.give(None, self.at)

    def _change_due_date(self, session: Session) -> None:
        for item_id, promise in self._random_open_item():
            due = promise.owner.today(self.at) + self.rng.randint(0, 20) * DAY
            items.set_due_date(session, self.bot, self._actor(promise.owner), item_id, due)
            promise.due, promise.since, promise.quiet_until = due, self.at, BEGINS

    def _snooze(self, session: Session) -> None:
        for item_id, promise in self._random_open_item():
            item = items.snooze(session, self.bot, self._actor(promise.owner), item_id)
            assert item.snoozed_until is not None
            promise.since, promise.quiet_until = self.at, item.snoozed_until

    def _go_on_leave(self, session: Session) -> None:
        person = self.rng.choice(self.people)
        person.back_on = person.today(self.at) + self.rng.randint(1, 14) * DAY
        preferences.set_leave(session, self.bot, person.id, person.back_on, self.at)

    def _return(self, session: Session) -> None:
        away = [
            person_away
            for person_away in self.people
            if person_away.today(self.at) < person_away.back_on
        ]
        person = self.rng.choice(away or self.people)
        person.back_on = date.min
        preferences.set_leave(session, self.bot, person.id, None, self.at)

    def _choose_hour(self, session: Session) -> None:
        person = self.rng.choice(self.people)
        person.hour = self.rng.randint(9, 17)
        preferences.set_hour(session, self.bot, person.id, person.hour, self.at)

    def _random_open_item(self) -> list[tuple[int, ExpectedFollowUp]]:
        """Return one open item, if there is any, in a list."""
        candidates = [
            (item_id, promise) for item_id, promise in self.promises.items() if promise.is_open
        ]
        return [self.rng.choice(candidates)] if candidates else []

    # Messages of the bot.

    def _read_outbox(self, session: Session) -> None:
        """Read the jobs enqueued since the last call, and mark them as sent."""
        rows = session.exec(select(OutboxRow).where(OutboxRow.id > self._seen)).all()  # type: ignore[operator]
        for row in rows:
            if row.kind == JobKind.REMINDER:
                self._check_reminder(session, self._by_id[str(row.about["owner"])], row.about)
            elif row.kind == JobKind.ESCALATION:
                self._check_escalation(row.about["items"])
        if rows:
            self._seen = max(row.id or 0 for row in rows)
            waiting = update(OutboxRow).where(col(OutboxRow.state) == "waiting")
            session.execute(waiting.values(state="sent", sent_at=self.at))

    def _check_reminder(
        self, session: Session, person: Person, about: dict[str, list[int]]
    ) -> None:
        self.told += 1
        if not person.can_be_reminded(self.at):
            self.wrong.append(extra(f"{person.id} in {person.zone.key} was told at {self.at}"))
        self._check_once("a DM", person.id, person.today(self.at))
        for reminder in stored_reminders.by_ids(session, about["reminders"]):
            self._check_item_reminder(person, reminder)
        for deadline in stored_deadlines.by_ids(session, about["deadlines"]):
            self._check_once("a deadline", deadline.incident_id, deadline.step, person.id)
            if deadline.incident_id in self._skipped:
                self.wrong.append(extra(f"{person.id} was asked for a postmortem that is skipped"))

    def _check_item_reminder(self, person: Person, reminder: stored_reminders.Reminder) -> None:
        promise = self.promises[reminder.item_id]
        is_lead = reminder.step == "lead"
        if not is_lead:
            self._check_once("an item", reminder.item_id, person.id, person.today(self.at))
        if reminder.step not in {"snoozed", "no owner"}:
            self._check_once(reminder.step, reminder.item_id, promise.due, person.id)
        for_owner = promise.owner is person and promise.quiet_until <= self.at
        if not promise.is_open or not (is_lead or for_owner):
            self.wrong.append(extra(f"{person.id} was told {reminder.step} of {reminder.item_id}"))
        last_reminder = promise.told
        is_repeated = (
            last_reminder
            and last_reminder > promise.quiet_until
            and self.at - last_reminder < 5 * DAY
        )
        if reminder.step == "no owner" and is_repeated:
            self.wrong.append(doubled(f"{person.id} was asked who does {reminder.item_id}"))
        if not is_lead:
            promise.told = self.at

    def _check_escalation(self, items: list[int]) -> None:
        self.told += 1
        if not (9 <= self.at.hour < 18 and self.at.weekday() < 5):
            self.wrong.append(extra(f"the channel was told at {self.at}"))
        for item_id in items:
            self._check_once("channel", item_id, self.promises[item_id].due)

    def _check_once(self, *key: object) -> None:
        self._said[key] += 1
        if self._said[key] > 1:
            self.wrong.append(doubled(f"{' '.join(map(str, key))}, at {self.at}"))

    # Missing messages.

    def _find_forgotten(self) -> None:
        for item_id, promise in self.promises.items():
            if promise.is_open:
                if promise.is_forgotten():
                    self._report_forgotten(item_id, promise, promise.owner.id)
                    promise.told = self.at
                known_since = max(
                    promise.since.date(), promise.quiet_until.date(), promise.due + LATE * DAY
                )
                if promise.second.chances(known_since) == AT_ONCE + 1 and not self._was_escalated(
                    item_id, promise
                ):
                    self._report_forgotten(item_id, promise, "who leads")

    def _report_forgotten(self, item_id: int, promise: ExpectedFollowUp, by: str) -> None:
        late = (self.at.date() - promise.due).days
        description = f"{by} was not told of item {item_id}, due {promise.due}, {late} days late"
        self.wrong.append(lost(f"{description}, on {self.at:%Y-%m-%d}"))

    def _was_escalated(self, item_id: int, promise: ExpectedFollowUp) -> bool:
        return any(key[:3] == ("lead", item_id, promise.due) for key in self._said)

    def _find_missed_deadlines(self) -> None:
        with self.bot.store.begin() as session:
            for incident_id, (ended, lead) in self._ended.items():
                over = sum(day > ended for day in lead.good_days) > FINAL_BY
                for step in Milestone if over and incident_id not in self._skipped else ():
                    if not stored_deadlines.list_reminded(session, incident_id, step):
                        self.wrong.append(lost(f"{step} of incident {incident_id}"))


JOBS = {
    Year._promise: 30, Year._finish: 19, Year._assign: 6, Year._unassign: 3, Year._change_due_date: 9,
    Year._snooze: 9, Year._go_on_leave: 7, Year._return: 3, Year._choose_hour: 4, Year._resolve: 6,
}  # fmt: skip
