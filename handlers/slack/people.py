"""Names, zones and standing of people, asked of Slack once and kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.reminders import ladder
from bot.slack_text.users import SLACKBOT
from handlers import errors
from handlers.fields import Payload
from handlers.slack import membership_type, profiles
from storage import people
from storage.engine.store import Session
from storage.people import Person

KNOWN_FOR = timedelta(days=7)  # people move and change their names


def learn(
    bot: Bot, client: WebClient, ids: Iterable[str], known_for: timedelta = KNOWN_FOR
) -> None:
    """Ask Slack for those who are not known, or not lately; applications have names, not ids."""
    asked = [person for person in dict.fromkeys(ids) if person[:1] in "UW" and person.isalnum()]
    with bot.store.begin() as session:
        known = people.known_since(session, asked, bot.now() - known_for)
    for person_id in asked:
        if person_id not in known:
            user = _asked_for_name(client, person_id)
            if (
                user is not None
            ):  # else deleted, or of another organisation: the id stays for a name
                _keep(bot, person_id, user)


def _asked_for_name(client: WebClient, person_id: str) -> Payload | None:
    """Ask Slack about a person; None if it refuses for good, which must not keep a message from its readers."""
    try:
        return _asked(client, person_id)
    except SlackApiError as error:
        if errors.is_passing(error):
            raise
        return None


def with_standing(client: WebClient, actor: Actor) -> Actor:
    """The person who asks, with whether they are an admin or owner of the workspace."""
    try:
        user = _asked(client, actor.person) or {}
    except (SlackApiError, OSError):
        return actor  # not known to be one
    return replace(actor, is_admin=bool(user.get("is_admin") or user.get("is_owner")))


def ask(bot: Bot, client: WebClient, person_id: str) -> None:
    """Ask Slack now for a person who does something; one whom Slack hides from us is a stranger."""
    _keep(bot, person_id, _asked(client, person_id) or {"is_stranger": True})


def _asked(client: WebClient, person_id: str) -> Payload | None:
    if person_id in SLACKBOT:  # which Slack may not know by its id
        return {"is_bot": True}
    try:
        user: Payload = client.users_info(user=person_id)["user"]
    except SlackApiError as error:
        if error.response["error"] in {"user_not_found", "user_not_visible"}:
            return None
        raise
    return user


def _keep(bot: Bot, person_id: str, user: Payload) -> None:
    at = bot.now()
    with bot.store.begin() as session:
        known = people.find(session, person_id)
        people.learn(session, _read(session, person_id, user, known), at)
        ladder.replan(session, bot, person_id, at)


def _read(session: Session, person_id: str, user: Payload, known: Person | None) -> Person:
    """What Slack tells of a person; where it names none, the name that was known, else the id.

    The zone is empty if Slack names none that exists: `bot.people.working_hours` then uses the policy's.
    """
    standing, organisation = membership_type.read(user, membership_type.ours(session))
    return Person(
        id=person_id,
        name=profiles.name(person_id, user) or (known.name if known else person_id),
        zone=profiles.zone(user) or (known.zone if known else ""),
        bot=bool(user.get("is_bot")),
        deactivated=bool(user.get("deleted")),
        standing=standing,
        organisation=organisation,
    )
