"""People's names, time zones and standing: asked from Slack once and stored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.reminders import ladder
from bot.slack_text.json_values import Payload
from bot.slack_text.users import SLACKBOT
from handlers import errors
from handlers.slack import membership_type, profiles
from storage import people
from storage.engine.store import Session
from storage.people import Person

MAX_AGE = timedelta(days=7)  # people move and change their names


def look_up(
    bot: Bot, client: WebClient, ids: Iterable[str], known_for: timedelta = MAX_AGE
) -> None:
    """Look up people who are unknown or whose data is older than `known_for`.

    Skips apps, which have names instead of ids.
    """
    people_ids = [id_ for id_ in dict.fromkeys(ids) if id_[:1] in "UW" and id_.isalnum()]
    with bot.store.begin() as session:
        known = people.known_since(session, people_ids, bot.now() - known_for)
    for person_id in people_ids:
        if person_id not in known:
            user = _fetch_unless_refused(client, person_id)
            # None: deleted, or from another organization, so that the id serves as a name.
            if user is not None:
                _save(bot, person_id, user)


def _fetch_unless_refused(client: WebClient, person_id: str) -> Payload | None:
    """Fetch a person; None if Slack refuses for good, which must not hold up a message that names them."""
    try:
        return _fetch(client, person_id)
    except SlackApiError as error:
        if errors.is_transient(error):
            raise
        return None


def with_admin_flag(client: WebClient, actor: Actor) -> Actor:
    """Return the actor with `is_admin` set for workspace admins and owners.

    Unchanged if Slack doesn't respond or refuses.
    """
    try:
        user = _fetch(client, actor.person) or {}
    except (SlackApiError, OSError):
        return actor  # not known to be an admin
    return replace(actor, is_admin=bool(user.get("is_admin") or user.get("is_owner")))


def look_up_now(bot: Bot, client: WebClient, person_id: str) -> None:
    """Look a person up in Slack now. Someone whom Slack hides from us is stored as a stranger."""
    _save(bot, person_id, _fetch(client, person_id) or {"is_stranger": True})


def _fetch(client: WebClient, person_id: str) -> Payload | None:
    if person_id in SLACKBOT:  # which Slack may not know by its id
        return {"is_bot": True}
    try:
        user: Payload = client.users_info(user=person_id)["user"]
    except SlackApiError as error:
        if error.response["error"] in {"user_not_found", "user_not_visible"}:
            return None
        raise
    return user


def _save(bot: Bot, person_id: str, user: Payload) -> None:
    at = bot.now()
    with bot.store.begin() as session:
        known = people.find(session, person_id)
        people.save(session, _read(session, person_id, user, known), at)
        ladder.replan(session, bot, person_id, at)


def _read(session: Session, person_id: str, user: Payload, known: Person | None) -> Person:
    """Return a person from Slack's data. Without a name there, it's the name known before, else the id.

    The zone is empty if Slack names none that exists: `bot.people.working_hours` then uses the policy's.
    """
    standing, organisation = membership_type.classify(user, membership_type.get_workspace(session))
    return Person(
        id=person_id,
        name=profiles.name(person_id, user) or (known.name if known else person_id),
        zone=profiles.zone(user) or (known.zone if known else ""),
        bot=bool(user.get("is_bot")),
        deactivated=bool(user.get("deleted")),
        standing=standing,
        organisation=organisation,
    )
