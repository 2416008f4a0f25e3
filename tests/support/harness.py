"""The bot and a Slack workspace on loopback, talking over real sockets or signed HTTP."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.drafting_model import DraftingModel
from bot.domain.ticket import Tracker
from bot.domain.timeline import TimelineEvent
from bot.rendering import timeline_chart
from handlers.service import Service, ServiceSettings
from handlers.transport.reconnect_backoff import ReconnectSettings
from sandbox.clock import Clock
from sandbox.delivery import NotSettled
from sandbox.server import Sandbox
from storage import incidents, settings, timeline
from storage.engine import schema
from storage.engine.store import Store
from tests.support.stores import open_store

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)  # a Tuesday
TIMEOUT_SECONDS = 15.0
AFTER_LAST_RETRY = timedelta(minutes=6)  # Slack gives up after its last retry
TICK_SECONDS = 5.0  # as in production; `settle` doesn't wait for it
# Where calls don't take effect late, they may be repeated as soon as their effect was looked for.
AT_ONCE = timedelta(0)
FAST_RECONNECT = ReconnectSettings(
    first_wait=0.05, longest_wait=0.4
)  # short waits before reconnecting
# No messages on the bot's own initiative, because they would use up faults meant for other calls.
POLICY = Policy.model_validate(
    {
        "channels": {"announce": "incidents", "digest": "sre-weekly"},
        "posting_interval": 0.01,
        "lead_prompt_minutes": False,
        "inactive_hours": False,
        "update_overdue_intervals": False,
    }
)


@dataclass
class LiveBot:
    """The running bot in a Slack workspace with people."""

    sandbox: Sandbox
    service: Service
    store: Store
    repeat_after: timedelta = AT_ONCE

    @property
    def workspace(self) -> Any:
        return self.sandbox.workspace

    def settle(self) -> None:
        """Wait until the bot has received every event and finished every job."""
        self.sandbox.settle(TIMEOUT_SECONDS)
        eventually(self.service.is_quiet, "the outbox is empty")
        self.sandbox.settle(TIMEOUT_SECONDS)

    def restart(self, away: timedelta) -> None:
        """Start the bot again after it was down for a while; Slack redelivers what it couldn't deliver."""
        self.sandbox.clock.advance(away)
        if away > AFTER_LAST_RETRY:
            eventually(self.has_given_up, "Slack gave up")
        self.service = start_bot(self.sandbox, self.store, repeat_after=self.repeat_after)
        self.sandbox.clock.advance(AFTER_LAST_RETRY)

    def has_given_up(self) -> bool:
        self.sandbox.clock.advance(AFTER_LAST_RETRY)
        try:
            self.sandbox.settle(0.1)
        except NotSettled:
            return False
        return True

    def command(self, person: str, text: str, channel: str = "incidents") -> str:
        return str(self.workspace.command(person, channel, "/incident", text).text)

    def messages(self, channel: str) -> list[dict[str, Any]]:
        """The messages of a channel, oldest first."""
        return list(self.workspace.history(channel))

    def text_in(self, channel: str) -> str:
        return "\n".join(message["text"] for message in self.messages(channel))

    def timeline(self, channel: str) -> list[TimelineEvent]:
        """The timeline of the incident in a channel."""
        with self.store.begin() as session:
            incident = incidents.by_channel(session, channel)
            return timeline.of_incident(session, incident.id) if incident else []

    def press(self, person: str, channel: str, label: str) -> None:
        """Press the newest button with a label in a channel, or in the person's DM."""
        messages = self.workspace.dm(person) if channel == "dm" else self.messages(channel)
        where = messages[-1].get("channel", channel) if channel == "dm" else channel
        for message in reversed(messages):
            for button in _buttons(message):
                if button["text"]["text"] == label:
                    place = (
                        self.sandbox.state.dm_with(self.workspace.person(person))
                        if where == "dm"
                        else where
                    )
                    self.workspace.press(person, place, message["ts"], button["action_id"])
                    self.settle()
                    return
        raise AssertionError(f"no button {label!r} in {channel}")

    def choose(self, person: str, channel: str, label: str) -> None:
        """Choose an option from the menu of the newest message that offers it."""
        for message in reversed(self.messages(channel)):
            for block in message.get("blocks", []):
                menu = block.get("accessory", {})
                for option in menu.get("options", []):
                    if option["text"]["text"] == label:
                        chosen = (menu["action_id"], option["value"])
                        self.workspace.choose(person, channel, message["ts"], *chosen)
                        self.settle()
                        return
        raise AssertionError(f"no menu offers {label!r} in {channel}")

    def declare(self, title: str = "P1 checkout fails", *, private: bool = False) -> str:
        """Declare an incident and return the ID of its channel."""
        self.command("ana", f"{'private' if private else 'declare'} {title}")
        self.settle()
        created = self.sandbox.record.called("conversations.create")
        return str(created[-1].answer["channel"]["id"])


def _buttons(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in message.get("blocks", []):
        yield from (element for element in block.get("elements", []) if element["type"] == "button")


def eventually(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + TIMEOUT_SECONDS
    while not holds():
        assert time.monotonic() < until, f"waited {TIMEOUT_SECONDS:.0f} s until {what}"
        time.sleep(0.02)


def add_people(sandbox: Sandbox) -> None:
    ws = sandbox.workspace
    ws.add_person(name="ana", real_name="Ana Lopes", tz="Europe/Lisbon")
    ws.add_person(name="ben", real_name="Ben Okafor", tz="America/New_York")
    ws.add_person(name="mei", real_name="Mei Tanaka", tz="Asia/Tokyo")
    for channel in ("incidents", "sre-weekly", "general"):
        ws.add_channel(channel, members=["ana", "ben", "mei"])
        ws.invite_bot(channel)


@contextmanager
def _small_charts() -> Iterator[None]:
    """Draw charts small: tests only need one to exist, and drawing is the slowest step."""
    full, timeline_chart.ZOOM = timeline_chart.ZOOM, 0.1
    try:
        yield
    finally:
        timeline_chart.ZOOM = full


@contextmanager
def start_live_bot(  # noqa: PLR0913 - everything a running bot consists of
    database: str,
    *,
    over_http: bool = False,
    at: datetime = START,
    policy: Policy = POLICY,
    sandbox: Sandbox | None = None,
    pace: ReconnectSettings = FAST_RECONNECT,
    repeat_after: timedelta = AT_ONCE,
    first_use: bool = False,
    tracker: Tracker | None = None,
    drafting_model: DraftingModel | None = None,
    **given: Any,
) -> Iterator[LiveBot]:
    """Start everything; with `first_use`, nobody has used the bot yet, so that it greets people."""
    sandbox = sandbox or Sandbox(ROOT / "manifest.yml", clock=Clock(at), **given)
    store = open_migrated(database)
    if not first_use:
        with store.begin() as session:
            settings.save(session, "greeted", "somebody")
    sandbox.start()
    try:
        service = start_bot(
            sandbox,
            store,
            policy=policy,
            over_http=over_http,
            pace=pace,
            repeat_after=repeat_after,
            tracker=tracker,
            drafting_model=drafting_model,
        )
        running = LiveBot(sandbox, service, store, repeat_after)
        try:
            add_people(sandbox)
            with _small_charts():
                yield running
        finally:
            running.service.stop()
    finally:
        sandbox.stop()


@cache
def _empty_database() -> bytes:
    """A migrated empty database, made only once because migrations take longer than most tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fresh.db"
        store = Store(f"sqlite:///{file}")
        schema.upgrade(store)
        store.close()
        return file.read_bytes()


def open_migrated(database: str) -> Store:
    """Open and upgrade a database; a new file starts as a copy of the empty database."""
    file = Path(database.removeprefix("sqlite:///"))
    if database.startswith("sqlite:///") and not file.exists():
        file.write_bytes(_empty_database())
    store = open_store(database)
    schema.upgrade(store)
    return store


def start_bot(  # noqa: PLR0913 - everything the service consists of
    sandbox: Sandbox,
    store: Store,
    *,
    policy: Policy = POLICY,
    over_http: bool = False,
    pace: ReconnectSettings = FAST_RECONNECT,
    repeat_after: timedelta = AT_ONCE,
    tracker: Tracker | None = None,
    drafting_model: DraftingModel | None = None,
    now: Callable[[], datetime] | None = None,
) -> Service:
    """Start the bot in this process as `debrief run` does; `now` is its clock, by default the sandbox's."""
    service_settings = ServiceSettings(
        bot_token=sandbox.bot_token,
        app_token=None if over_http else sandbox.app_token,
        signing_secret=sandbox.signing_secret,
        api_url=sandbox.api_url,
        port=0,
        tick_seconds=TICK_SECONDS,
        pace=pace,
        repeat_after=repeat_after,
    )
    bot = Bot(
        store=store,
        policy=policy,
        now=now or sandbox.clock.now,
        tracker=tracker,
        drafting_model=drafting_model,
    )
    service = Service(bot, service_settings)
    service.start()
    if over_http:
        sandbox.deliver_over_http(f"http://127.0.0.1:{service.port}/slack/events")
    return service
