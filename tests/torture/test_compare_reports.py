"""The row `refusals` notices every request that was neither carried out nor reported."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.job import JobKind
from sandbox.messages import Messages
from sandbox.server import Sandbox
from sandbox.workspace_state import Ephemeral
from tests.support.refusals_page import refusal_sentence
from tests.torture import compare_reports
from tests.torture.environments import make_workspace, run_in_process
from tests.torture.load import open_incidents

LINES = {
    "update 30m we drain the pump": "notice",
    "action Replace the valve @p02 tomorrow P2": "item",
    "lead @p03": "invite",
    "declare P2 broken pump": "open_channel",
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, str]]:
    """A bot that did everything it was asked to, and its channel."""
    folder: Path = tmp_path_factory.mktemp("reported")
    with make_workspace() as sandbox, run_in_process(sandbox, f"sqlite:///{folder}/x.db") as bot:
        (channel,) = open_incidents(sandbox, 1)
        for line in LINES:
            assert sandbox.workspace.command("p01", channel, "/incident", line).status == "ok"
        bot.quiet()
        yield sandbox, channel


@pytest.mark.parametrize(("line", "kind"), LINES.items())
def test_a_request_neither_done_nor_reported_is_noticed(
    finished: tuple[Sandbox, str], line: str, kind: str
) -> None:
    sandbox, channel = finished
    assert list(compare_reports.unreported_requests(sandbox)) == []
    _undo(sandbox, channel, line)
    (wrong,) = compare_reports.unreported_requests(sandbox)
    assert f"that {kind} failed" in str(wrong)
    _report(sandbox, channel, "p02", kind)  # the wrong person
    assert len(list(compare_reports.unreported_requests(sandbox))) == 1
    _report(sandbox, channel, "p01", kind)
    assert list(compare_reports.unreported_requests(sandbox)) == []


def _undo(sandbox: Sandbox, channel: str, line: str) -> None:
    """Undo in Slack what the bot did."""
    state, word = sandbox.state, line.partition(" ")[0]
    with state.lock:
        in_channel = state.channels[channel]
        if word == "lead":
            in_channel.members.remove(sandbox.workspace.person("p03").id)
        if word == "declare":
            created = next(
                candidate
                for candidate in state.channels.values()
                if "broken-pump" in candidate.name
            )
            created.name = "renamed"
        first_words = {"update": "*Update*", "action": "Action item"}.get(word, "nothing")
        for ts in [
            ts
            for ts, message in in_channel.messages.items()
            if message["text"].startswith(first_words)
        ]:
            Messages(state).delete(in_channel, ts)


def _report(sandbox: Sandbox, channel: str, person: str, kind: str) -> None:
    reason = refusal_sentence(JobKind(kind))
    p03 = sandbox.workspace.person("p03").id
    key = "INC-{}-{:03d}".format(sandbox.clock.now().year, 2 if kind == "open_channel" else 1)
    text = f"{compare_reports.REPORT}{key}:\n• {reason.replace('{person}', f'<@{p03}>')}"
    with sandbox.state.lock:
        message = {"text": text, "ts": sandbox.state.next_ts()}
        user = sandbox.workspace.person(person).id
        sandbox.state.channels[channel].ephemerals.append(Ephemeral(user, message))
