"""What the bot listens to is what the manifest asks for, and nothing more."""

import re
from pathlib import Path
from threading import Event
from unittest.mock import sentinel

import pytest
import yaml
from slack_bolt import App
from typer.testing import CliRunner

from bot import __main__ as program
from bot.config.context import Bot
from bot.config.policy import Policy
from handlers import app
from handlers.slack.payloads import Identity
from handlers.transport import connection
from sandbox import manifest_limits
from sandbox.clock import Clock
from sandbox.server import Sandbox
from tests.support.harness import ROOT, START

MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
IDENTITY = Identity(team_id="T1", bot_id="B1", bot_user_id="U1", url="https://x/", name="debrief")
# Slack sends these events for what is listened to as `message`.
MESSAGES = {"message.channels", "message.groups", "message.im"}


def test_every_event_that_is_subscribed_to_has_a_listener(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    listen = App.event

    def noted(self: App, event: str | re.Pattern[str], *rest: object) -> object:
        heard.append(event if isinstance(event, str) else "anything")
        return listen(self, event, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(App, "event", noted)
    bot = Bot(store=sentinel.store, policy=Policy())
    client = connection.client("xoxb-1", "http://127.0.0.1:9/api/")
    app.build_intake(bot, client, IDENTITY, wake=Event())
    asked = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert asked == {name for name in heard if name not in {"message", "anything"}} | MESSAGES
    assert heard[-1] == "anything"  # what nobody asked for is acknowledged, too


def test_the_manifest_starts_a_workspace() -> None:
    with Sandbox(Path(ROOT / "manifest.yml"), clock=Clock(START)) as sandbox:
        assert sandbox.bot_token.startswith("xoxb-")


def test_the_manifest_has_no_address_that_socket_mode_would_ignore() -> None:
    assert "url" not in str(MANIFEST)


@pytest.mark.parametrize("command", ["/incident", "/" + "x" * 31])
def test_slack_makes_an_app_from_what_the_command_prints(command: str) -> None:
    printed = CliRunner().invoke(program.app, ["manifest", "--command", command]).output
    manifest_limits.check_complete(yaml.safe_load(printed))
