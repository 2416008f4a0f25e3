"""The Home tab: a person's items and incidents, kept up to date from the first time they open it."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, person_lane
from bot.people import working_hours
from storage import action_items, incidents, open_incidents, outbox, participants, settings
from storage.engine.store import Session

MAX_SHOWN = 20  # items and incidents each; Slack's limit is 100 blocks
_OPENED = "home:{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeTab:
    """The content of a person's Home tab. `today` and `hour` (of reminders) are in their time zone.

    `more_items` and `more_incidents` are the numbers of those not listed.
    """

    items: list[tuple[ActionItem, Incident]]
    incidents: list[Incident]
    today: date
    hour: int
    zone: str
    back_on: date | None = None  # if they're away
    more_items: int = 0
    more_incidents: int = 0


def load(session: Session, bot: Bot, actor: Actor) -> HomeTab:
    """Return a person's Home tab: the items they own and the incidents they take part in."""
    person, at = actor.person, actor.at
    zone = working_hours.zone_of(session, bot, person)
    channels = actor.channels
    items = action_items.open_of_owner(session, person, MAX_SHOWN, channels)
    of_items = incidents.by_ids(session, {item.incident_id for item in items})
    listing = open_incidents.with_person(session, person, channels, MAX_SHOWN)
    return HomeTab(
        items=[(item, of_items[item.incident_id]) for item in items],
        more_items=action_items.count_open_of_owner(session, person, channels) - len(items),
        incidents=listing.incidents,
        more_incidents=listing.more,
        today=at.astimezone(zone).date(),
        hour=working_hours.reminder_rules(session, bot, person).hour,
        zone=zone.key,
        back_on=working_hours.away_until(session, bot, person, at),
    )


def open_tab(session: Session, person: str, at: datetime) -> None:
    """Publish a person's Home tab, and keep it up to date from now on."""
    settings.save(session, _OPENED.format(person), at.isoformat())
    publish(session, person, at)


def forget_opened(session: Session, person: str) -> None:
    """Stop keeping a person's Home tab up to date."""
    settings.remove(session, _OPENED.format(person))


def publish(session: Session, person: str, at: datetime) -> None:
    """Enqueue the job that publishes a person's Home tab."""
    job = Job(kind=JobKind.HOME, lane=person_lane(person), about={"person": person})
    outbox.enqueue(session, job, at)


def refresh(session: Session, person: str | None, at: datetime) -> None:
    """Publish a person's Home tab again if they ever opened it."""
    if person and settings.get(session, _OPENED.format(person)) is not None:
        publish(session, person, at)


def refresh_participants(session: Session, incident: Incident, at: datetime) -> None:
    """Publish the Home tab again for everybody whose list of incidents has this one."""
    prefix = _OPENED.format("")
    opened = {name.removeprefix(prefix) for name in settings.get_by_prefix(session, prefix)}
    if opened:
        for person in sorted(opened & participants.of_incident(session, incident)):
            publish(session, person, at)
