"""The Home tab opened: publish it with what the person has to do."""

from slack_sdk import WebClient

from bot.config.context import Bot
from bot.people import home_tab, welcome
from bot.timeline import recording
from handlers.slack.requests import HomeOpened
from storage import deliveries


def on_home_opened(bot: Bot, _client: WebClient, opened: HomeOpened) -> None:
    actor = opened.actor
    with bot.store.begin() as session:
        if deliveries.record_new(session, actor.request_id, actor.at):
            recording.enqueue_person_lookup(session, actor.person, actor.at)
            welcome.welcome_first_user(session, actor.person, actor.at)
            home_tab.open_tab(session, actor.person, actor.at)
