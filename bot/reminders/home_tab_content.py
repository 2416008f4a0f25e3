"""The Home tab: what is a person's to do, shown to them alone, and kept up to date once they opened it."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, person_lane
from bot.people import home_tab_refresh, working_hours
from bot.reminders import ladder
from storage import action_items, incidents, open_incidents, outbox, settings
from storage.engine.store import Session

SHOWN = 20  # of items and of incidents each; Slack shows a hundred blocks
_GREETED = "greeted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What a person's Home tab shows. `today` is where they live, `hour` of their reminders too.

    `more_items` and `more_incidents` are the numbers of those that are not listed.
    """

    items: list[tuple[ActionItem, Incident]]
    incidents: list[Incident]
    today: date
    hour: int
    zone: str
    back_on: date | None = None  # when they are away
    more_items: int = 0
    more_incidents: int = 0


def open_tab(session: Session, person: str, at: datetime) -> None:
    """Show a person's Home, and keep it up to date from now on."""
    home_tab_refresh.note_opened(session, person, at)
    home_tab_refresh.show(session, person, at)


def greet(session: Session, person: str, at: datetime) -> None:
    """Say hello to whoever uses the bot first in this workspace, and to nobody else.

    Slack does not tell a bot who installed it; who tries it first is the nearest to that.
    """
    if settings.get(session, _GREETED) is None:
        settings.keep(session, _GREETED, person)
        job = Job(kind=JobKind.HELLO, lane=person_lane(person), about={"person": person})
        outbox.put(session, job, at)


def of(session: Session, bot: Bot, actor: Actor) -> Home:
    """Look up what a person's Home shows: what they own, and what they take part in."""
    person, at = actor.person, actor.at
    zone = working_hours.zone_of(session, bot, person)
    channels = actor.channels
    items = action_items.open_of_owner(session, person, SHOWN, channels)
    of_items = incidents.by_ids(session, {item.incident_id for item in items})
    listing = open_incidents.with_person(session, person, channels, SHOWN)
    return Home(
        items=[(item, of_items[item.incident_id]) for item in items],
        more_items=action_items.count_open_of_owner(session, person, channels) - len(items),
        incidents=listing.incidents,
        more_incidents=listing.more,
        today=at.astimezone(zone).date(),
        hour=working_hours.ladder(session, bot, person).hour,
        zone=zone.key,
        back_on=working_hours.away_until(session, bot, person, at),
    )


def set_leave(session: Session, bot: Bot, person: str, until: date | None, at: datetime) -> None:
    """Keep a person's reminders away until they are back; None: they are."""
    ladder.stay_away(session, bot, person, until, at)
    home_tab_refresh.refresh(session, person, at)


def set_hour(session: Session, bot: Bot, person: str, hour: int, at: datetime) -> None:
    """Change at which hour a person is reminded, where they live."""
    ladder.choose_hour(session, bot, person, hour, at)
    home_tab_refresh.show(session, person, at)
