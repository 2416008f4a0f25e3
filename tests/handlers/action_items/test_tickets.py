"""Tickets in GitHub and Jira: created once, kept in sync both ways, and every failure reported."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.action_items.items import finish
from bot.config.policy import Policy
from bot.domain.action_item import ActionItem, ItemState
from bot.domain.actor import Actor
from bot.domain.job import JobKind
from bot.domain.ticket import Ticket, TrackerKind, TrackerTicket
from storage import action_items, incidents, outbox, tickets
from tests.handlers.action_items.trackers import FakeGitHub, FakeJira, FakeTracker, Fault, running
from tests.handlers.interactions.ways import WAYS
from tests.support import harness
from tests.support.harness import POLICY, LiveBot, eventually

POLL = timedelta(minutes=6)
SOON = timedelta(minutes=1)


class Desk:
    """A workspace with a tracker, and an incident with one action item of Ben's."""

    def __init__(self, live_bot: LiveBot, fake: FakeTracker) -> None:
        self.live_bot, self.fake = live_bot, fake
        self.channel = live_bot.declare()
        live_bot.workspace.join("ben", self.channel)
        live_bot.settle()

    def record(self, text: str = "add an alert @ben 2026-03-13 P2") -> None:
        self.live_bot.command("ana", f"action {text}", self.channel)
        self.live_bot.settle()

    @property
    def item(self) -> ActionItem:
        with self.live_bot.store.begin() as session:
            incident = incidents.by_channel(session, self.channel)
            assert incident
            return action_items.of_incident(session, incident.id)[-1]

    def state(self) -> ItemState:
        return self.item.state

    @property
    def ticket(self) -> Ticket | None:
        item = self.item
        with self.live_bot.store.begin() as session:
            return tickets.of_item(session, item.id)

    @property
    def message(self) -> dict[str, Any]:
        thread = self.item.thread_ts
        return next(m for m in self.live_bot.messages(self.channel) if m["ts"] == thread)

    @property
    def text(self) -> str:
        return str(self.message["text"])

    def say(self, text: str, person: str = "ben") -> None:
        self.live_bot.workspace.say(person, self.channel, text, thread=self.item.thread_ts)

    def answers(self, person: str = "ben") -> list[str]:
        """Return a person's ephemeral replies in threads."""
        return [m["text"] for m in self.live_bot.workspace.ephemerals(person) if m.get("thread_ts")]

    def last_answer(self, person: str = "ben") -> str:
        return str(self.answers(person)[-1])

    def open_form(self, person: str = "ben") -> dict[str, Any]:
        action = f"item_ticket:{self.item.id}"
        self.live_bot.workspace.press(person, self.channel, self.item.thread_ts, action)
        self.live_bot.settle()  # the form is opened once the click is acknowledged
        view: dict[str, Any] = self.live_bot.workspace.open_view(person)
        return view

    def send(self, address: str = "", person: str = "ben") -> dict[str, Any]:
        answer = self.live_bot.workspace.submit(person, {"address": {"address": address}})
        return dict(answer or {})

    def create(self) -> None:
        self.open_form()
        assert not self.send().get("errors")
        self.live_bot.settle()

    def later(self, by: timedelta = POLL) -> None:
        self.live_bot.sandbox.clock.advance(by)
        self.live_bot.settle()

    def wait_for_trouble(self, part: str) -> None:
        """Wait until the item shows a problem."""
        eventually(lambda: part in self.text, f"the item says {part!r}")

    def count_retries(self) -> int:
        with self.live_bot.store.begin() as session:
            return outbox.retrying(session)


def _policy(fake: FakeTracker, **more: Any) -> Policy:
    configured = POLICY.model_dump(exclude={"zone"}, exclude_unset=True)
    return Policy.model_validate(configured | {"tickets": fake.policy() | more})


@pytest.fixture(params=[FakeGitHub, FakeJira])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeTracker]:
    with running(request.param()) as server:
        yield server


def _desk(tmp_path: Path, fake: FakeTracker, **more: Any) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(
        url, policy=_policy(fake, **more), tracker=fake.tracker()
    ) as live_bot:
        yield Desk(live_bot, fake)


@pytest.fixture
def desk(tmp_path: Path, fake: FakeTracker) -> Iterator[Desk]:
    for tracked_desk in _desk(tmp_path, fake):
        tracked_desk.record()
        yield tracked_desk


def _labels(message: dict[str, Any]) -> list[str]:
    return [
        element["text"]["text"]
        for element in message["blocks"][-1].get("elements", [])
        if "value" in element
    ]


def test_the_create_ticket_button_creates_a_ticket_with_every_detail_of_the_item(
    desk: Desk,
) -> None:
    assert "Create ticket" in _labels(desk.message)
    view = desk.open_form()
    assert "the owner, the due date and a link" in str(view)
    assert not desk.send().get("errors")
    desk.live_bot.settle()
    assert len(desk.fake.issues) == 1
    assert desk.fake.title() == "add an alert"
    body = desk.fake.body().replace("\\", "")
    for part in (
        "INC-2026-001: checkout fails",
        "Owner: ben",
        "Due: Fri 13 Mar 2026",
        "Priority: P2",
    ):
        assert part.lower() in body.lower()
    assert f"/archives/{desk.channel}/p{str(desk.item.thread_ts).replace('.', '')}" in body
    assert desk.ticket
    assert f"<{desk.fake.address()}|{desk.ticket.key}>" in desk.text
    assert "Create ticket" not in _labels(desk.message)


def test_ticket_please_in_the_thread_creates_one_ticket(desk: Desk) -> None:
    for _ in range(2):
        desk.say("ticket please")
        desk.live_bot.settle()
    assert len(desk.fake.issues) == 1
    first_answer, second_answer = desk.answers()
    assert "I'm creating a ticket" in first_answer
    assert "already has a ticket" in second_answer


def test_an_issue_address_in_the_thread_links_the_issue(desk: Desk) -> None:
    desk.fake.add("by hand")
    desk.say(f"<{desk.fake.address()}>")
    desk.live_bot.settle()
    assert "Ticket linked to “" in desk.last_answer()
    assert desk.fake.address() in desk.text
    desk.say("done")
    desk.live_bot.settle()
    assert desk.fake.is_done()
    assert desk.fake.count("POST", "/issues") + desk.fake.count("POST", "/issue") == 0


def test_the_ticket_form_links_an_issue_and_rejects_any_other_address(desk: Desk) -> None:
    desk.fake.add("by hand")
    desk.open_form()
    errors = desk.send("https://example.org/issues/1")["errors"]
    assert "isn't the URL of a" in errors["address"]
    assert not desk.send(desk.fake.address()).get("errors")
    desk.live_bot.settle()
    assert desk.fake.address() in desk.text


def test_every_documented_way_to_get_a_ticket_has_a_test_here() -> None:
    ways = {way.label for way in WAYS["create or link a ticket"]}
    assert ways == {"Create ticket", "`ticket`", "the address of one"}  # each is tested above


def test_a_ticket_requested_from_a_tracker_no_longer_configured_can_be_requested_again(
    desk: Desk,
) -> None:
    with desk.live_bot.store.begin() as session:
        tickets.request(session, desk.item.id, TrackerKind.GITHUB, "U1")
    desk.say("ticket")
    desk.live_bot.settle()
    assert len(desk.fake.issues) == 1


def test_an_address_within_a_sentence_or_on_another_site_links_nothing(desk: Desk) -> None:
    desk.fake.add("by hand")
    for text in (f"see {desk.fake.address()}", "https://github.com.example.org/a/b/issues/1"):
        desk.say(text)
        desk.live_bot.settle()
    assert desk.ticket is None
    assert desk.answers() == []


def test_linking_a_closed_issue_marks_the_item_done(desk: Desk) -> None:
    desk.fake.add("by hand")
    desk.fake.set_done(done=True)
    desk.say(desk.fake.address())
    desk.live_bot.settle()
    assert desk.state() is ItemState.DONE


def test_marking_the_item_done_closes_its_issue(desk: Desk) -> None:
    desk.create()
    desk.say("done")
    desk.live_bot.settle()
    assert desk.fake.is_done()
    assert "Done by" in desk.text


def test_cancelling_the_item_closes_its_issue_and_reopening_it_reopens_the_issue(
    desk: Desk,
) -> None:
    desk.create()
    desk.say("won't do, because nobody needs it")
    desk.live_bot.settle()
    assert desk.fake.is_done()
    desk.later()
    assert desk.state() is ItemState.DROPPED
    desk.live_bot.press("ben", desk.channel, "Reopen item")
    assert desk.state() is ItemState.OPEN
    assert not desk.fake.is_done()


def test_closing_the_issue_marks_the_item_done_and_reopening_it_reopens_the_item(
    desk: Desk,
) -> None:
    desk.create()
    for _ in range(2):
        desk.fake.set_done(done=True)
        desk.later()
        assert desk.state() is ItemState.DONE
        assert f"Closed in {desk.fake.name}" in desk.text
        desk.fake.set_done(done=False)
        desk.later()
        assert desk.state() is ItemState.OPEN
        assert f"Closed in {desk.fake.name}" not in desk.text
        assert "Mark as done" in _labels(desk.message)


def test_a_change_synced_from_the_tracker_is_not_sent_back(desk: Desk) -> None:
    desk.create()
    desk.say("done")
    desk.live_bot.settle()
    desk.fake.set_done(done=False)
    desk.later()
    changes = [request for request in desk.fake.requests if request[0] in {"PATCH", "POST"}]
    assert desk.state() is ItemState.OPEN
    for _ in range(3):
        desk.later()
    assert [request for request in desk.fake.requests if request[0] in {"PATCH", "POST"}] == changes
    assert desk.state() is ItemState.OPEN
    assert not desk.fake.is_done()


def test_an_item_finished_before_its_ticket_is_created_gets_no_ticket(desk: Desk) -> None:
    desk.fake.faults.append(Fault(403, body={"message": "not for you"}))
    desk.open_form()
    desk.send()
    desk.wait_for_trouble("not for you")
    desk.say("done")
    eventually(lambda: desk.state() is ItemState.DONE, "it is done")
    desk.fake.faults.clear()
    desk.later(SOON)
    assert desk.fake.issues == {}


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (401, {}, "doesn't accept my token"),
        (403, {"message": "Resource not accessible"}, "Resource not accessible"),
        (404, {}, "or my token can't see it"),
        (422, {"message": "Title & body: too < 1"}, "Title &amp; body: too &lt; 1"),
        (500, {}, "isn't reachable (status 500)"),
        (429, {}, "is rate limiting me"),
    ],
)
def test_a_tracker_error_is_reported_once_and_the_call_is_retried(
    desk: Desk, status: int, body: dict[str, str], problem: str
) -> None:
    desk.fake.faults.append(Fault(status, body=body))
    desk.open_form()
    desk.send()
    desk.wait_for_trouble(problem)
    eventually(lambda: desk.count_retries() == 1, "it is to be tried again")
    eventually(lambda: len(desk.answers()) == 1, "the requester is told")
    assert problem in desk.last_answer()
    calls = len(desk.fake.requests)
    desk.live_bot.sandbox.clock.advance(SOON * 2)
    eventually(lambda: len(desk.fake.requests) > calls, "it is tried again")
    eventually(lambda: desk.count_retries() == 1, "it is to be tried again")
    assert desk.state() is ItemState.OPEN
    assert len(desk.answers()) == 1
    desk.fake.faults.clear()
    desk.later(timedelta(minutes=10))
    assert len(desk.fake.issues) == 1
    assert len(desk.answers()) == 1
    assert problem not in desk.text
    assert desk.fake.address() in desk.text


def test_an_unreachable_tracker_is_retried(desk: Desk) -> None:
    desk.fake.stop()
    desk.open_form()
    desk.send()
    desk.wait_for_trouble("isn't reachable")
    desk.fake.start()
    desk.later(timedelta(minutes=2))
    assert len(desk.fake.issues) == 1


def test_a_rate_limited_call_waits_for_the_retry_after_time(desk: Desk) -> None:
    desk.fake.faults.append(Fault(429, {"Retry-After": "1800"}))
    desk.open_form()
    desk.send()
    desk.wait_for_trouble("is rate limiting me")
    eventually(lambda: desk.count_retries() == 1, "it waits")
    calls = len(desk.fake.requests)
    desk.live_bot.sandbox.clock.advance(timedelta(minutes=29))
    desk.say("how is it going?")
    desk.live_bot.sandbox.settle()
    desk.say("P1")
    eventually(lambda: "Priority: P1" in desk.text, "the bot was awake meanwhile")
    assert len(desk.fake.requests) == calls
    desk.fake.faults.clear()
    desk.later(timedelta(minutes=2))
    assert len(desk.fake.issues) == 1


def test_a_ticket_that_may_have_been_created_is_searched_for_before_a_retry(desk: Desk) -> None:
    desk.fake.faults.append(Fault(502, done=True, method="POST", times=1))
    desk.open_form()
    desk.send()
    desk.wait_for_trouble("isn't reachable")
    for number in range(120):
        desk.fake.add(f"another {number}")
    desk.later(timedelta(minutes=2))
    assert len(desk.fake.issues) == 121
    assert desk.fake.address(1) in desk.text


def test_a_ticket_whose_closing_is_refused_is_not_created_again(desk: Desk) -> None:
    desk.fake.faults.append(Fault(502, done=True, method="POST", times=1))
    desk.open_form()
    desk.send()
    desk.wait_for_trouble("isn't reachable")
    desk.say("done")
    eventually(lambda: desk.state() is ItemState.DONE, "it is done")
    refused_method = "PATCH" if isinstance(desk.fake, FakeGitHub) else "POST"
    desk.fake.faults.append(
        Fault(403, body={"message": "closing is not for you"}, method=refused_method)
    )
    desk.live_bot.sandbox.clock.advance(timedelta(minutes=2))
    desk.wait_for_trouble("closing is not for you")
    desk.fake.faults.clear()
    desk.later(timedelta(minutes=5))
    assert len(desk.fake.issues) == 1
    assert desk.fake.is_done()


def test_an_item_finished_while_its_ticket_is_created_closes_that_ticket(desk: Desk) -> None:
    bot, item, ben = desk.live_bot.service.bot, desk.item, desk.live_bot.workspace.person("ben").id

    def finish_item() -> None:
        actor = Actor(person=ben, channel_id=desk.channel, request_id="", at=bot.now())
        with desk.live_bot.store.begin() as session:
            finish(session, bot, actor, item.id)
        refused_method = "PATCH" if isinstance(desk.fake, FakeGitHub) else "POST"
        fault = Fault(403, body={"message": "closing is not for you"}, method=refused_method)
        desk.fake.faults.append(fault)

    desk.fake.on_created = finish_item
    desk.open_form()
    desk.send()
    desk.wait_for_trouble("closing is not for you")
    desk.fake.faults.clear()
    desk.later(timedelta(minutes=2))
    assert len(desk.fake.issues) == 1
    assert desk.fake.is_done()
    assert desk.state() is ItemState.DONE


def test_a_missing_issue_is_reported_once_and_leaves_the_item_open(desk: Desk) -> None:
    desk.create()
    issues = dict(desk.fake.issues)
    desk.fake.issues.clear()
    for _ in range(3):
        desk.later()
    assert "or my token can't see it" in desk.text
    assert desk.state() is ItemState.OPEN
    assert len(desk.answers()) == 1
    desk.fake.issues.update(issues)
    desk.later()
    assert "or my token can't see it" not in desk.text


def test_a_failed_poll_reports_nothing_and_polling_continues(desk: Desk) -> None:
    desk.create()
    desk.fake.stop()
    desk.live_bot.sandbox.clock.advance(POLL)
    eventually(lambda: desk.count_retries() == 1, "it was tried")
    assert "isn't reachable" not in desk.text
    desk.fake.start()
    desk.fake.set_done(done=True)
    desk.later()
    assert desk.state() is ItemState.DONE


@pytest.mark.parametrize("kind", [FakeGitHub, FakeJira])
def test_create_always_opens_a_ticket_for_each_accepted_item_of_public_incidents(
    tmp_path: Path, kind: type[FakeTracker]
) -> None:
    with running(kind()) as fake:
        for desk in _desk(tmp_path, fake, create="always"):
            desk.record()
            assert len(fake.issues) == 1
            assert str(desk.item.thread_ts).replace(".", "") in fake.body()
            message_ts = desk.live_bot.workspace.say("ben", desk.channel, "we need another alert")
            desk.live_bot.settle()
            desk.live_bot.workspace.react("ben", desk.channel, message_ts, "clipboard")
            desk.live_bot.settle()
            assert len(fake.issues) == 1  # suggested
            desk.say("yes")
            desk.live_bot.settle()
            assert len(fake.issues) == 2
            desk.channel = _private(desk.live_bot)
            desk.record()
            assert len(fake.issues) == 2


def _private(live_bot: LiveBot) -> str:
    live_bot.command("ben", "private P1 payroll leaked")
    live_bot.settle()
    return str(live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])


def test_a_private_incident_gets_a_ticket_only_by_button_and_it_holds_only_the_item(
    desk: Desk,
) -> None:
    desk.channel = _private(desk.live_bot)
    desk.live_bot.command("ben", "action rotate the keys @ben 2026-03-13 P2", desk.channel)
    desk.live_bot.settle()
    desk.say("ticket")
    desk.live_bot.settle()
    assert "others may be able to see tickets in" in desk.last_answer()
    assert desk.fake.issues == {}
    assert "This incident is private, but others may be able to see tickets in" in str(
        desk.open_form()
    )
    desk.send()
    desk.live_bot.settle()
    assert desk.fake.title() == "rotate the keys"
    body = desk.fake.body().lower()
    for word in ("payroll", "inc-2026", desk.channel.lower(), "archives"):
        assert word not in body
    assert desk.fake.address() in desk.text


def test_create_never_only_links_existing_tickets(tmp_path: Path, fake: FakeTracker) -> None:
    for desk in _desk(tmp_path, fake, create="never"):
        desk.record()
        desk.say("ticket")
        desk.live_bot.settle()
        assert "Creating tickets in" in desk.last_answer()
        assert "I can't create tickets in" in str(desk.open_form())
        fake.add("by hand")
        desk.send(fake.address())
        desk.live_bot.settle()
        assert fake.address() in desk.text
        assert len(fake.issues) == 1


def test_a_ticket_mentions_nobody_and_escapes_markup(tmp_path: Path, fake: FakeTracker) -> None:
    for desk in _desk(tmp_path, fake):
        desk.channel = desk.live_bot.declare("P1 *bold* @octocat broke #12 {code}")
        desk.live_bot.workspace.join("ben", desk.channel)
        desk.record()
        desk.create()
        body = fake.body()
        if isinstance(fake, FakeGitHub):
            assert "@octocat" not in body
            assert "#12" not in body
            assert "*bold*" not in body.replace("\\*", "")
        else:
            paragraphs = list(fake.issues["OPS-1"]["description"]["content"])
            assert {node["type"] for paragraph in paragraphs for node in paragraph["content"]} == {
                "text"
            }


def test_without_a_tracker_there_is_no_ticket_button_and_ticket_is_ignored(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben 2026-03-13 P2", channel)
    live_bot.settle()
    message = next(m for m in live_bot.messages(channel) if "ction item:" in m["text"])
    assert "Create ticket" not in _labels(message)
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "ticket", thread=message["ts"])
    live_bot.settle()
    assert not [m for m in live_bot.workspace.ephemerals("ben") if m.get("thread_ts")]
    live_bot.workspace.press("ben", channel, message["ts"], "item_done:1")
    live_bot.settle()


def test_a_jira_project_without_due_date_and_priority_fields_gets_an_issue_without_them(
    tmp_path: Path,
) -> None:
    jira = FakeJira()
    jira.form -= {"duedate", "priority"}
    with running(jira) as fake:
        for desk in _desk(tmp_path, fake):
            desk.record()
            desk.create()
            assert len(fake.issues) == 1
            assert "Due: Fri 13 Mar 2026" in fake.body()


def test_a_jira_workflow_without_a_closing_transition_is_reported(tmp_path: Path) -> None:
    jira = FakeJira()
    jira.can_close = False
    with running(jira) as fake:
        for desk in _desk(tmp_path, fake):
            desk.record()
            desk.create()
            desk.say("done")
            desk.wait_for_trouble("its workflow can't close")
            jira.can_close = True
            desk.later(timedelta(minutes=2))
            assert fake.is_done()


def test_a_blocked_ticket_job_does_not_hold_up_the_channel(desk: Desk) -> None:
    desk.fake.faults.append(Fault(403))
    desk.open_form()
    desk.send()
    desk.wait_for_trouble("returned an error: ")
    desk.live_bot.command("ana", "sev P3", desk.channel)
    eventually(lambda: "P3" in desk.live_bot.text_in(desk.channel), "the channel goes on")
    with desk.live_bot.store.begin() as session:
        assert JobKind.TICKET not in [job.kind for job in outbox.list_set_aside(session)]


# Another repository or project


def _count_calls(desk: Desk) -> int:
    return len(desk.fake.requests)


def test_a_ticket_in_another_repository_or_project_is_only_a_link(desk: Desk) -> None:
    desk.say(f"<{desk.fake.outside()}>")
    desk.live_bot.settle()
    assert "closing the ticket won't close the action item, or vice versa" in desk.last_answer()
    assert f"{desk.fake.outside()}|" in desk.text
    assert "(link only)" in desk.text
    desk.say("done")
    desk.later()
    assert desk.state() is ItemState.DONE
    desk.live_bot.press("ben", desk.channel, "Reopen item")
    desk.later()
    assert desk.state() is ItemState.OPEN
    assert desk.fake.requests == []


def test_the_ticket_form_accepts_a_ticket_in_another_repository_or_project(desk: Desk) -> None:
    desk.open_form()
    assert not desk.send(desk.fake.outside()).get("errors")
    desk.live_bot.settle()
    desk.say("done")
    desk.later()
    assert "(link only)" in desk.text
    assert desk.fake.requests == []


def test_a_ticket_in_the_configured_tracker_replaces_a_link(desk: Desk) -> None:
    desk.fake.add("by hand")
    for address in (desk.fake.outside(), desk.fake.address()):
        desk.say(address)
        desk.live_bot.settle()
    desk.say("done")
    desk.live_bot.settle()
    assert desk.fake.is_done()


def test_a_ticket_moved_out_of_the_configured_project_becomes_a_link(desk: Desk) -> None:
    desk.create()
    desk.fake.move()
    desk.fake.set_done(done=True)
    desk.later()
    assert desk.state() is ItemState.OPEN  # it is no longer synced
    assert "(link only)" in desk.text
    calls = _count_calls(desk)
    desk.fake.set_done(done=False)
    desk.say("done")
    desk.later()
    assert not desk.fake.is_done()
    assert _count_calls(desk) == calls


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_of_a_moved_ticket_is_not_followed(desk: Desk, status: int) -> None:
    desk.create()
    redirect = {"location": f"{desk.fake.base}/repositories/7/issues/1"}
    desk.fake.faults.append(Fault(status, headers=redirect))
    desk.say("done")
    desk.wait_for_trouble("has moved")
    assert not [path for _, path in desk.fake.requests if "/repositories/" in path]
    assert not desk.fake.is_done()


def test_an_outside_ticket_that_an_older_version_synced_becomes_a_link(desk: Desk) -> None:
    tracker = desk.live_bot.service.bot.tracker
    assert tracker
    key, item_id = tracker.key_of(desk.fake.outside()) or "", desk.item.id
    outside_ticket = TrackerTicket(key=key, url=desk.fake.outside(), done=False)
    with desk.live_bot.store.begin() as session:
        tickets.link(session, item_id, tracker.kind, "U1", key)
        tickets.mark_synced(
            session, item_id, outside_ticket, desk.live_bot.sandbox.clock.now(), done=False
        )
    desk.say("done")
    desk.later()
    assert "(link only)" in desk.text
    assert desk.fake.requests == []
