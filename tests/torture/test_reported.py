"""The row `refusals` notices each thing that was not done and not reported."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.job import JobKind
from sandbox.messages import Messages
from sandbox.server import Sandbox
from sandbox.workspace_state import Ephemeral
from tests.support.refusals_page import sentence
from tests.torture import reported
from tests.torture.load import open_incidents
from tests.torture.stage import inside, workspace

LINES = {
    "update 30m we drain the pump": "notice",
    "action Replace the valve @p02 tomorrow P2": "item",
    "lead @p03": "invite",
    "declare P2 broken pump": "open_channel",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, str]]:
    """A bot that did all that was asked of it, and the channel where it was."""
    folder: Path = tmp_path_factory.mktemp("reported")
    with workspace() as sandbox, inside(sandbox, f"sqlite:///{folder}/x.db") as bot:
        (channel,) = open_incidents(sandbox, 1)
        for line in LINES:
            assert sandbox.workspace.command("p01", channel, "/incident", line).status == "ok"
        bot.quiet()
        yield sandbox, channel


@pytest.mark.parametrize(("line", "kind"), LINES.items())
def test_what_was_not_done_and_not_reported_is_noticed(
    played: tuple[Sandbox, str], line: str, kind: str
) -> None:
    sandbox, channel = played
    assert list(reported.missing(sandbox)) == []
    _undo(sandbox, channel, line)
    (wrong,) = reported.missing(sandbox)
    assert f"that {kind} failed" in str(wrong)
    _report(sandbox, channel, "p02", kind)  # that is somebody else
    assert len(list(reported.missing(sandbox))) == 1
    _report(sandbox, channel, "p01", kind)
    assert list(reported.missing(sandbox)) == []


def _undo(sandbox: Sandbox, channel: str, line: str) -> None:
    """Take back in Slack what the bot did."""
    state, word = sandbox.state, line.partition(" ")[0]
    with state.lock:
        where = state.channels[channel]
        if word == "lead":
            where.members.remove(sandbox.workspace.person("p03").id)
        if word == "declare":
            made = next(each for each in state.channels.values() if "broken-pump" in each.name)
            made.name = "renamed"
        said = {"update": "*Update*", "action": "Action item"}.get(word, "nothing")
        for ts in [ts for ts, each in where.messages.items() if each["text"].startswith(said)]:
            Messages(state).delete(where, ts)


def _report(sandbox: Sandbox, channel: str, person: str, kind: str) -> None:
    said = sentence(JobKind(kind))
    p03 = sandbox.workspace.person("p03").id
    key = "INC-{}-{:03d}".format(sandbox.clock.now().year, 2 if kind == "open_channel" else 1)
    text = f"{reported.REPORT}{key}:\n• {said.replace('{person}', f'<@{p03}>')}"
    with sandbox.state.lock:
        told = {"text": text, "ts": sandbox.state.next_ts()}
        user = sandbox.workspace.person(person).id
        sandbox.state.channels[channel].ephemerals.append(Ephemeral(user, told))
