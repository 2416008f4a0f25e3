"""Names and zones, asked of Slack once and kept."""

from collections.abc import Iterable
from datetime import timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import reminders
from bot.environment import Bot
from handlers import fields
from storage import people
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
            _ask(bot, client, person_id)


def _ask(bot: Bot, client: WebClient, person_id: str) -> None:
    try:
        user = client.users_info(user=person_id)["user"]
    except SlackApiError as error:
        if error.response["error"] in {"user_not_found", "user_not_visible"}:
            return  # deleted, or of another organisation: the id stays in place of a name
        raise
    shown = fields.text(fields.part(user, "profile"), "display_name")
    name = shown or fields.text(user, "real_name") or fields.text(user, "name") or person_id
    person = Person(
        id=person_id,
        name=fields.shortened(name),
        zone=user.get("tz") or bot.policy.zone.key,
        bot=bool(user.get("is_bot")),
        deactivated=bool(user.get("deleted")),
    )
    at = bot.now()
    with bot.store.begin() as session:
        people.learn(session, person, at)
        reminders.replan(session, bot, person_id, at)
