"""Every document of an incident, even a final one, shows the current state of its action items."""

import json

import pytest

from bot.action_items.items import snooze
from bot.cli.draft import Format
from bot.cli.export import _render_postmortem, _StoredPostmortem
from bot.domain.action_item import ItemState
from bot.domain.actor import Actor
from bot.domain.requirement import RequirementContext
from bot.domain.ticket import TrackerKind, TrackerTicket
from bot.postmortems.drafts import load_record
from storage import action_items, incidents, postmortems, tickets
from tests.handlers.outbox.test_refusals import failure_reports
from tests.handlers.postmortems.test_canvas import canvas
from tests.handlers.postmortems.test_review import command
from tests.handlers.postmortems.test_sections import summary, thread
from tests.support.harness import POLICY, START, LiveBot

ROW = "| move the pool | Ben Okafor | Fri 13 Mar 2026 | P2 | Open |"
DONE = "| move the pool | Ben Okafor | Fri 13 Mar 2026 | P2 | Done on Tue 10 Mar 2026 |"


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    channel_id = live_bot.declare()
    live_bot.workspace.join("ben", channel_id)
    live_bot.command("ana", "action move the pool @ben 2026-03-13 P2", channel_id)
    live_bot.workspace.say("ben", channel_id, "the pool is failing")
    live_bot.command("ana", "resolve limit set back", channel_id)
    live_bot.settle()
    return channel_id


def pages(live_bot: LiveBot) -> list[tuple[str, str]]:
    """Return the names and contents of the HTML pages in the thread."""
    files = [file for file in live_bot.workspace.files if file.name.endswith(".html")]
    return [(file.name, (file.bytes or b"").decode()) for file in files]


def exported(live_bot: LiveBot, form: Format, template: str | None = None) -> str:
    with live_bot.store.begin() as session:
        (incident,) = [incidents.by_id(session, 1)]
        postmortem = postmortems.latest(session, incident.id)
        assert postmortem is not None
        stored = _StoredPostmortem(postmortem, load_record(session, incident), RequirementContext())
    return _render_postmortem(stored, POLICY, template, form)


@pytest.mark.parametrize("final", [False, True], ids=["draft", "final"])
def test_a_done_item_is_done_in_every_document(
    live_bot: LiveBot,
    channel: str,
    final: bool,  # noqa: FBT001
) -> None:
    for step in ("submit because small", "approve", "finalize") if final else ():
        command(live_bot, "ana", channel, step)
    assert ROW in thread(live_bot, channel)
    pictures = [file.name for file in live_bot.workspace.files if file.name.endswith(".png")]
    live_bot.command("ben", "done 1")
    live_bot.settle()
    assert DONE in thread(live_bot, channel)
    assert ROW not in thread(live_bot, channel)
    assert DONE in canvas(live_bot, channel)["markdown"]
    ((name, page),) = pages(live_bot)
    assert name == f"inc-2026-001-v{5 if final else 2}-postmortem.html"
    assert "Done on Tue 10 Mar 2026" in page
    assert f'<a href="https://loopback.slack.com/archives/{channel}/p' in page
    assert "Action items as of 2026-03-10" in page
    assert [
        file.name for file in live_bot.workspace.files if file.name.endswith(".png")
    ] == pictures
    assert DONE in exported(live_bot, Format.MARKDOWN)
    assert "Done on Tue 10 Mar 2026" in exported(live_bot, Format.HTML, "engineering")
    (item,) = json.loads(exported(live_bot, Format.JSON))["action_items"]
    assert (item["state"], item["done_at"][:16]) == ("done", "2026-03-10T14:00")
    assert ("Final postmortem" in summary(live_bot, channel)["text"]) is final


def test_a_page_that_slack_refuses_keeps_the_earlier_one_until_it_can_be_replaced(
    live_bot: LiveBot, channel: str
) -> None:
    before = pages(live_bot)
    live_bot.workspace.archive("ana", channel)
    live_bot.settle()
    live_bot.command("ben", "done 1")
    live_bot.settle()
    assert pages(live_bot) == before
    assert len(failure_reports(live_bot, "ben")) == 1  # about the item, not about the documents
    live_bot.workspace.unarchive("ana", channel)
    live_bot.settle()
    ((_, page),) = pages(live_bot)
    assert "Done on Tue 10 Mar 2026" in page
    assert DONE in thread(live_bot, channel)


def version(live_bot: LiveBot) -> int:
    with live_bot.store.begin() as session:
        postmortem = postmortems.latest(session, 1)
    assert postmortem is not None
    return postmortem.version


def test_a_new_item_is_listed_in_the_thread_without_another_page(
    live_bot: LiveBot, channel: str
) -> None:
    before = pages(live_bot)
    live_bot.command("ana", "action write the runbook @mei 2026-03-16 P1", channel)
    live_bot.settle()
    assert "| write the runbook | Mei Tanaka | Mon 16 Mar 2026 | P1 | Open |" in thread(
        live_bot, channel
    )
    assert pages(live_bot) == before
    assert "Action items as of" in before[0][1]


def test_a_change_that_no_document_shows_creates_no_version(
    live_bot: LiveBot, channel: str
) -> None:
    before, bot = version(live_bot), live_bot.service.bot
    ben = Actor(
        person=live_bot.workspace.person("ben").id, channel_id=channel, request_id="", at=bot.now()
    )
    with live_bot.store.begin() as session:
        snooze(session, bot, ben, 1)
    live_bot.settle()
    assert version(live_bot) == before


def test_an_export_shows_changes_made_since_the_last_version(
    live_bot: LiveBot, channel: str
) -> None:
    before = version(live_bot)
    with live_bot.store.begin() as session:
        action_items.change(session, 1, by="U1", at=START, state=ItemState.DONE)
        tickets.request(session, 1, TrackerKind.JIRA, "U1")
        ticket = TrackerTicket(key="OPS-12", url="https://tracker.example/OPS-12", done=True)
        tickets.mark_synced(session, 1, ticket, START, done=True)
    done = "| P2 | Done, [OPS-12](https://tracker.example/OPS-12) |"
    assert done in exported(live_bot, Format.MARKDOWN)
    assert ROW in thread(live_bot, channel)
    assert version(live_bot) == before
