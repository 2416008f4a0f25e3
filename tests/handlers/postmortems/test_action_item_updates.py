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
from tests.support.harness import POLICY, START, Town

ROW = "| move the pool | ben | Fri 13 Mar 2026 | P2 | open |"
DONE = "| move the pool | ben | Fri 13 Mar 2026 | P2 | done Tue 10 Mar 2026 |"


@pytest.fixture
def channel(town: Town) -> str:
    channel_id = town.declare()
    town.ws.join("ben", channel_id)
    town.incident("ana", "action move the pool @ben 2026-03-13 P2", channel_id)
    town.ws.say("ben", channel_id, "the pool is failing")
    town.incident("ana", "resolve limit set back", channel_id)
    town.settle()
    return channel_id


def pages(town: Town) -> list[tuple[str, str]]:
    """Return the names and contents of the HTML pages in the thread."""
    files = [file for file in town.ws.files if file.name.endswith(".html")]
    return [(file.name, (file.bytes or b"").decode()) for file in files]


def exported(town: Town, form: Format, template: str | None = None) -> str:
    with town.store.begin() as session:
        (incident,) = [incidents.by_id(session, 1)]
        postmortem = postmortems.latest(session, incident.id)
        assert postmortem is not None
        stored = _StoredPostmortem(postmortem, load_record(session, incident), RequirementContext())
    return _render_postmortem(stored, POLICY, template, form)


@pytest.mark.parametrize("final", [False, True], ids=["draft", "final"])
def test_a_done_item_is_done_in_every_document(town: Town, channel: str, final: bool) -> None:  # noqa: FBT001
    for step in ("submit because small", "approve", "final") if final else ():
        command(town, "ana", channel, step)
    assert ROW in thread(town, channel)
    pictures = [file.name for file in town.ws.files if file.name.endswith(".png")]
    town.incident("ben", "done 1")
    town.settle()
    assert DONE in thread(town, channel)
    assert ROW not in thread(town, channel)
    assert DONE in canvas(town, channel)["markdown"]
    ((name, page),) = pages(town)
    assert name == f"inc-2026-001-v{5 if final else 2}-postmortem.html"
    assert "done Tue 10 Mar 2026" in page
    assert f'<a href="https://loopback.slack.com/archives/{channel}/p' in page
    assert "Action items as of 2026-03-10" in page
    assert [file.name for file in town.ws.files if file.name.endswith(".png")] == pictures
    assert DONE in exported(town, Format.MARKDOWN)
    assert "done Tue 10 Mar 2026" in exported(town, Format.HTML, "engineering")
    (item,) = json.loads(exported(town, Format.JSON))["action_items"]
    assert (item["state"], item["done_at"][:16]) == ("done", "2026-03-10T14:00")
    assert ("Postmortem, final" in summary(town, channel)["text"]) is final


def test_a_page_that_slack_refuses_keeps_the_earlier_one_until_it_can_be_replaced(
    town: Town, channel: str
) -> None:
    before = pages(town)
    town.ws.archive("ana", channel)
    town.settle()
    town.incident("ben", "done 1")
    town.settle()
    assert pages(town) == before
    assert len(failure_reports(town, "ben")) == 1  # about the item, not about the documents
    town.ws.unarchive("ana", channel)
    town.settle()
    ((_, page),) = pages(town)
    assert "done Tue 10 Mar 2026" in page
    assert DONE in thread(town, channel)


def version(town: Town) -> int:
    with town.store.begin() as session:
        postmortem = postmortems.latest(session, 1)
    assert postmortem is not None
    return postmortem.version


def test_a_new_item_is_listed_in_the_thread_without_another_page(town: Town, channel: str) -> None:
    before = pages(town)
    town.incident("ana", "action write the runbook @mei 2026-03-16 P1", channel)
    town.settle()
    assert "| write the runbook | mei | Mon 16 Mar 2026 | P1 | open |" in thread(town, channel)
    assert pages(town) == before
    assert "Action items as of" in before[0][1]


def test_a_change_that_no_document_shows_creates_no_version(town: Town, channel: str) -> None:
    before, bot = version(town), town.service.bot
    ben = Actor(person=town.ws.person("ben").id, channel_id=channel, request_id="", at=bot.now())
    with town.store.begin() as session:
        snooze(session, bot, ben, 1)
    town.settle()
    assert version(town) == before


def test_an_export_shows_changes_made_since_the_last_version(town: Town, channel: str) -> None:
    before = version(town)
    with town.store.begin() as session:
        action_items.change(session, 1, by="U1", at=START, state=ItemState.DONE)
        tickets.request(session, 1, TrackerKind.JIRA, "U1")
        ticket = TrackerTicket(key="OPS-12", url="https://tracker.example/OPS-12", done=True)
        tickets.mark_synced(session, 1, ticket, START, done=True)
    done = "| P2 | done, [OPS-12](https://tracker.example/OPS-12) |"
    assert done in exported(town, Format.MARKDOWN)
    assert ROW in thread(town, channel)
    assert version(town) == before
