"""What the bot listens to is what the manifest asks for, and nothing more."""

from pathlib import Path
from typing import get_args

import pytest
import yaml
from typer.testing import CliRunner

from bot import __main__ as program
from handlers import app
from handlers.slack.event_payloads import EVENT_PARSERS
from handlers.slack.requests import Request
from sandbox import manifest_limits
from sandbox.clock import Clock
from sandbox.server import Sandbox
from tests.support.harness import ROOT, START

MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
# Slack sends these subscriptions' events as `message`.
MESSAGES = {"message.channels", "message.groups", "message.im"}


def test_every_event_that_is_subscribed_to_is_parsed() -> None:
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert subscribed == {*EVENT_PARSERS} - {"message"} | MESSAGES


def test_every_kind_of_request_has_a_handler() -> None:
    assert {*app.HANDLERS} == {*get_args(Request)}


def test_the_manifest_starts_a_workspace() -> None:
    with Sandbox(Path(ROOT / "manifest.yml"), clock=Clock(START)) as sandbox:
        assert sandbox.bot_token.startswith("xoxb-")


def test_the_manifest_has_no_address_that_socket_mode_would_ignore() -> None:
    assert "url" not in str(MANIFEST)


@pytest.mark.parametrize("command", ["/incident", "/" + "x" * 31])
def test_slack_makes_an_app_from_what_the_command_prints(command: str) -> None:
    printed = CliRunner().invoke(program.app, ["manifest", "--command", command]).output
    manifest_limits.check_complete(yaml.safe_load(printed))
