"""Erasure: the text of a deleted message is removed wherever it was stored or posted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.job import Job, JobKind
from bot.domain.section import SectionName
from bot.domain.timeline import Deletion, EventKind
from bot.reports import data_export
from bot.reports.digest_schedule import LANE
from storage import incidents, outbox, postmortems
from tests.handlers.postmortems.test_sections import section_history, write
from tests.support import harness, traces
from tests.support.harness import Town
from tests.support.postgres import postgres_database

MARKER = "zebrafinch"
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A workspace on each database engine."""
    if request.param == "sqlite":
        with harness.town(f"sqlite:///{tmp_path}/debrief.db") as running_town:
            yield running_town
    else:
        with (
            postgres_database(request.getfixturevalue("postgres")) as url,
            harness.town(url) as running_town,
        ):
            yield running_town


@dataclass
class Planted:
    """An incident with a draft, and its messages that contain the marker, by role."""

    channel: str
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)  # channel and ts


def run_due_work(town: Town) -> None:
    """Run everything that is due within a minute, including scheduled tasks."""
    town.settle()
    town.sandbox.clock.advance(MINUTE)
    town.settle()


def plant(town: Town) -> Planted:
    """Resolve and draft an incident twice that has the marker in messages of every role."""
    evidence = town.ws.say(
        "mei", "general", f"checkout is broken\nthe {MARKER} pool looks empty to me"
    )
    town.ws.message_shortcut("ana", "declare_from_message", "general", evidence)
    town.ws.submit("ana", {"title": {"title": "checkout is broken"}})
    town.settle()
    calls = town.sandbox.record.called("conversations.create")
    planted = Planted(str(calls[-1].answer["channel"]["id"]), {"evidence": ("general", evidence)})
    for role, author, text in (
        ("first sign", "ben", f"seeing 500s on checkout since 13:50 from {MARKER}-1"),
        ("impact", "mei", f"4,200 customers of {MARKER} could not pay"),
        ("cause", "ben", f"root cause: the {MARKER} connection limit was set to 5"),
        ("decision", "ana", f"decision: we roll back the {MARKER} change"),
        ("quoted", "ben", f"the {MARKER} replica is fifteen minutes behind"),
        ("item", "mei", f"action item: alert on the {MARKER} pool before it is empty"),
        ("marked", "ben", f"nobody watches the {MARKER} dashboard"),
        ("corrected", "mei", f"the {MARKER} cache was warm by then"),
        ("edited", "mei", f"first words about {MARKER}"),
        ("link", "ben", f"see https://example.com/{MARKER}/graphs"),
        (
            "note",
            "ana",
            f"<@{town.sandbox.state.bot.id}> note the {MARKER} runbook was out of date",
        ),
    ):
        planted.messages[role] = (planted.channel, town.ws.say(author, planted.channel, text))
    _react_and_edit(town, planted)
    town.settle()
    town.incident("ana", "resolve limit set back", planted.channel)
    town.settle()
    town.incident("ana", "postmortem again", planted.channel)
    town.settle()
    run_due_work(town)
    return planted


def _react_and_edit(town: Town, planted: Planted) -> None:
    """Reply to, mark, edit and correct such messages before the incident is resolved."""
    channel = planted.channel
    town.incident("ana", "lead", channel)
    town.settle()
    _, impact = planted.messages["impact"]
    reply = town.ws.say("ben", channel, f"we found that {MARKER} is the culprit", thread=impact)
    planted.messages["reply"] = (channel, reply)
    alert = town.ws.alert("Grafana", channel, f"[FIRING:1] {MARKER}-pool exhausted")
    planted.messages["alert"] = (channel, alert)
    town.ws.react("ana", channel, planted.messages["marked"][1], "warning")
    town.ws.react("ana", channel, planted.messages["item"][1], "pushpin")
    town.ws.edit(channel, planted.messages["edited"][1], "other words")
    town.incident(
        "ana", f"update The {MARKER} replica is fifteen minutes behind, working on it", channel
    )
    town.ws.message_shortcut("ana", "add_to_timeline", *planted.messages["corrected"])
    town.ws.submit("ana", {"kind": {"kind": "timeline"}, "time": {"time": "14:01"}})


def test_the_text_of_deleted_messages_is_removed_everywhere(either_town: Town) -> None:
    planted = plant(either_town)
    assert traces.stored(either_town, MARKER)
    assert traces.posted(either_town, MARKER)
    for channel, ts in planted.messages.values():
        either_town.ws.delete(channel, ts)
        either_town.sandbox.settle()
    run_due_work(either_town)
    assert traces.stored(either_town, MARKER) == []
    assert traces.posted(either_town, MARKER) == []


def link(channel: str, ts: str) -> str:
    return f"<https://loopback.slack.com/archives/{channel}/p{ts.replace('.', '')}>"


def test_the_text_of_a_forgotten_message_remains_only_in_slack_itself(either_town: Town) -> None:
    planted = plant(either_town)
    remaining = set()
    for channel, ts in planted.messages.values():
        place = either_town.ws.channel(channel).id
        answer = either_town.incident("ana", f"forget {link(place, ts)}", planted.channel)
        assert "The message itself is still in Slack" in answer
        remaining.add(f"#{either_town.ws.channel(channel).name} {ts}")
    _, edited = planted.messages["edited"]
    remaining = {place for place in remaining if not place.endswith(edited)}  # has another text now
    run_due_work(either_town)
    assert traces.stored(either_town, MARKER) == []
    assert set(traces.posted(either_town, MARKER)) == remaining


def test_forgetting_a_message_is_recorded_with_its_author_but_without_the_text(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.incident("ana", "lead", channel)
    town.incident("ana", f"forget {link(channel, ts)}", channel)
    town.settle()
    (forgotten,) = [event for event in town.recorded(channel) if event.kind is EventKind.FORGOTTEN]
    assert (forgotten.author, forgotten.text, forgotten.detail) == (
        town.ws.person("ana").id,
        "",
        ts,
    )
    (erased,) = [event for event in town.recorded(channel) if event.message_id == ts]
    assert (erased.text, erased.deletion) == ("", Deletion.FORGOTTEN)


def test_a_forgotten_message_is_never_recorded_again(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.incident("ana", "lead", channel)
    town.incident("ana", f"forget {link(channel, ts)}", channel)
    town.ws.edit(channel, ts, f"the {MARKER} password was in the wiki")
    town.ws.react("ben", channel, ts, "clipboard")
    town.settle()
    town.restart(timedelta(hours=1))
    town.incident("ana", "resolve moved", channel)
    run_due_work(town)
    town.ws.message_shortcut("ana", "declare_from_message", channel, ts)
    town.ws.submit("ana", {"title": {"title": "another one"}})
    run_due_work(town)
    assert traces.stored(town, MARKER) == []
    assert len(traces.posted(town, MARKER)) == 1


def test_only_the_lead_or_an_admin_may_forget_a_message(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.incident("ana", "lead", channel)
    answer = town.incident("ben", f"forget {link(channel, ts)}", channel)
    assert "Only the incident lead or a workspace admin" in answer
    assert traces.stored(town, MARKER)
    town.ws.person("mei").is_admin = True
    assert "Message erased from INC-2026-001" in town.incident("mei", f"forget {link(channel, ts)}")
    assert "already erased" in town.incident("mei", f"forget {link(channel, ts)}")
    assert "nothing to forget" in town.incident(
        "mei", f"forget {link(channel, '1773151202.999999')}"
    )
    assert "Copy link" in town.incident("mei", "forget")


def test_forget_reveals_no_private_incident_to_an_admin_outside(town: Town) -> None:
    channel = town.declare("payroll is wrong", private=True)
    ts = town.ws.say("ana", channel, f"the {MARKER} file was public")
    town.settle()
    town.ws.person("mei").is_admin = True
    assert "nothing to forget" in town.incident("mei", f"forget {link(channel, ts)}")
    assert traces.stored(town, MARKER)


def test_the_lead_can_forget_a_message_from_its_menu(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.incident("ana", "lead", channel)
    town.ws.message_shortcut("ben", "forget", channel, ts)
    assert town.ws.open_view("ben") is None
    town.ws.message_shortcut("ana", "forget", channel, ts)
    assert MARKER in str(town.ws.open_view("ana"))
    answer = town.ws.submit("ana", {})
    assert "is still in Slack" in str(answer["view"])
    town.settle()
    assert traces.stored(town, MARKER) == []


def test_the_lead_can_forget_a_message_of_a_private_incident_from_its_menu(town: Town) -> None:
    channel = town.declare("payroll is wrong", private=True)
    ts = town.ws.say("ana", channel, f"the {MARKER} file was public")
    town.incident("ana", "lead", channel)
    town.ws.message_shortcut("ana", "forget", channel, ts)
    answer = town.ws.submit("ana", {})
    assert "is still in Slack" in str(answer["view"])
    other = town.ws.say("ana", channel, f"{MARKER} again")
    assert "is still in Slack" in town.incident("ana", f"forget {link(channel, other)}")
    assert traces.stored(town, MARKER) == []


def test_forgetting_the_message_of_an_update_erases_the_update(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "lead", channel)
    town.incident("ana", f"update {MARKER} is down", channel)
    town.settle()
    notice = next(message for message in town.said(channel) if "*Update*" in message["text"])
    answer = town.incident("ana", f"forget {link(channel, notice['ts'])}", channel)
    assert "still in Slack" not in answer
    run_due_work(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []


def test_an_edit_removes_the_old_text_from_the_draft_and_its_files(town: Town) -> None:
    channel = town.declare()
    messages = [
        town.ws.say("ben", channel, f"root cause: the {MARKER} connection limit was set to 5"),
        town.ws.say("mei", channel, f"action item: alert on the {MARKER} pool before it is empty"),
    ]
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    town.incident("ana", "postmortem again", channel)
    town.settle()
    town.ws.edit(channel, messages[0], "root cause: the connection limit was set to 5")
    town.ws.edit(channel, messages[1], "action item: alert on the pool before it is empty")
    run_due_work(town)
    assert traces.posted(town, MARKER) == []
    assert "alert on the pool before it is empty" in town.texts(channel)
    places = {place.partition(".")[0] for place in traces.stored(town, MARKER)}
    assert places <= {"revisions", "the file's raw bytes", "library_words_data"}


CAUSE = f"root cause: the {MARKER} connection limit was set to 5"


@pytest.fixture
def drafted(town: Town) -> Planted:
    """An incident with a draft in which one message, `cause`, has the marker."""
    channel = town.declare()
    messages = {"cause": (channel, town.ws.say("ben", channel, CAUSE))}
    town.ws.say("mei", channel, "4,200 customers could not pay")
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    return Planted(channel, messages)


def test_sections_written_by_people_lose_only_quotes_of_the_deleted_text(
    town: Town, drafted: Planted
) -> None:
    channel = drafted.channel
    quoting_text = f"Nobody owned the limit.\nThe {MARKER} connection limit was set to 5."
    write(town, "ana", channel, "root_cause", quoting_text)
    write(town, "ana", channel, "lessons", f"Limits such as {MARKER}'s need owners")
    town.incident(
        "ana", f"postmortem ask because the {MARKER} connection limit was set to 5", channel
    )
    town.settle()
    town.ws.delete(*drafted.messages["cause"])
    run_due_work(town)
    assert section_history(town, channel, SectionName.ROOT_CAUSE) == [
        ("ana", "Nobody owned the limit.\n[deleted].")
    ]
    assert section_history(town, channel, SectionName.LESSONS) == [
        ("ana", f"Limits such as {MARKER}'s need owners")
    ]
    assert f"{MARKER} connection limit" not in str(town.said(channel)).lower()


def test_an_accepted_action_item_keeps_its_text_and_the_answer_says_so(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("mei", channel, f"action item: alert on the {MARKER} pool before it is empty")
    town.incident("ana", "lead", channel)
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    town.press("ben", channel, "I will do it")
    answer = town.incident("ana", f"forget {link(channel, ts)}", channel)
    assert "Action item 1: text kept, because somebody accepted it." in answer
    run_due_work(town)
    assert f"Action item: alert on the {MARKER} pool" in town.texts(channel)


def test_erasure_changes_nothing_else_in_a_final_postmortem(town: Town, drafted: Planted) -> None:
    channel = drafted.channel
    for step in ("submit because it is short", "approve", "final"):
        town.incident("ana", f"postmortem {step}", channel)
        town.settle()
    town.sandbox.clock.advance(timedelta(minutes=10))
    town.ws.say("ben", channel, "we found that the wombat cache was cold")
    earlier = town.sandbox.clock.now() - timedelta(minutes=12)
    assert "Noted" in town.incident("ana", f"note {earlier:%H:%M}Z quokka cache restarted", channel)
    town.ws.delete(*drafted.messages["cause"])
    run_due_work(town)
    assert traces.posted(town, MARKER) == []
    assert [place for place in traces.posted(town, "wombat") if not place.startswith("#")] == []
    with town.store.begin() as session:
        final = postmortems.latest(session, 1)
    assert final is not None
    assert "quokka" not in final.markdown


def test_a_deletion_found_only_by_a_comparison_erases_the_text(
    town: Town, drafted: Planted
) -> None:
    town.service.stop()
    town.ws.delete(*drafted.messages["cause"])
    town.restart(timedelta(hours=1))
    run_due_work(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []


def test_a_message_deleted_before_the_draft_appears_nowhere(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, CAUSE)
    town.ws.react("ana", channel, ts, "clipboard")
    town.settle()
    assert "Suggested action item" in town.texts(channel)
    town.ws.delete(channel, ts)
    run_due_work(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []
    assert [file for file in town.ws.files if "postmortem" in file.name] == []


def test_a_copy_in_an_incident_declared_from_the_message_is_erased(
    town: Town, drafted: Planted
) -> None:
    town.ws.message_shortcut("ana", "declare_from_message", *drafted.messages["cause"])
    town.ws.submit("ana", {"title": {"title": "it goes on"}})
    run_due_work(town)
    town.ws.delete(*drafted.messages["cause"])
    run_due_work(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []


def test_neither_the_export_nor_a_search_finds_deleted_text(town: Town, drafted: Planted) -> None:
    run_due_work(town)
    assert MARKER in export_all(town)
    assert "INC-2026-001" in town.incident("ana", f"search {MARKER}")
    town.ws.delete(*drafted.messages["cause"])
    run_due_work(town)
    assert MARKER not in export_all(town)
    assert "INC-2026-001" not in town.incident("ana", f"search {MARKER}")


def export_all(town: Town) -> str:
    """Return what `debrief export --all` writes."""
    with town.store.begin() as session:
        return data_export.as_json(
            session, town.service.bot, town.sandbox.clock.now(), private=True
        )


def test_the_anniversary_post_loses_the_deleted_text(town: Town, drafted: Planted) -> None:
    channel = drafted.channel
    for step in ("submit because it is short", "approve", "final"):
        town.incident("ana", f"postmortem {step}", channel)
        town.settle()
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        job = Job(kind=JobKind.YEAR_AGO, lane=LANE, incident_id=incident.id)
        outbox.enqueue(session, job, town.sandbox.clock.now())
    town.settle()
    assert MARKER in town.texts("sre-weekly")
    town.ws.delete(*drafted.messages["cause"])
    run_due_work(town)
    assert traces.posted(town, MARKER) == []
    assert "INC-2026-001" in town.texts("sre-weekly")


def test_an_update_reminder_no_longer_quotes_a_deleted_text(town: Town) -> None:
    channel = town.declare()
    text = f"the {MARKER} replica is fifteen minutes behind"
    ts = town.ws.say("ben", channel, text)
    town.incident("ana", "lead", channel)
    town.incident("ana", f"update 30m {text}", channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    assert MARKER in str(town.ws.dm("ana"))
    town.ws.delete(channel, ts)
    run_due_work(town)
    assert traces.posted(town, MARKER) == []


def test_an_update_reminder_is_withdrawn_from_a_person_who_left_a_private_incident(
    town: Town,
) -> None:
    channel = town.declare("payroll is wrong", private=True)
    town.ws.invite("ana", channel, "ben")
    text = f"the {MARKER} replica is fifteen minutes behind"
    ts = town.ws.say("ana", channel, text)
    town.incident("ana", "role lead @ben", channel)
    for command in (f"update 30m {MARKER} is slow", f"update 30m {text}"):
        town.incident("ana", command, channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    assert MARKER in str(town.ws.dm("ben"))
    town.ws.leave("ben", channel)
    run_due_work(town)
    town.ws.delete(channel, ts)
    run_due_work(town)
    assert MARKER not in str(town.ws.dm("ben"))


def test_a_message_deleted_while_the_declare_form_is_open_is_not_copied(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.ws.message_shortcut("ana", "declare_from_message", channel, ts)
    town.ws.delete(channel, ts)
    run_due_work(town)
    town.ws.submit("ana", {"title": {"title": "another one"}})
    run_due_work(town)
    assert traces.stored(town, MARKER) == []


def test_erasure_works_when_somebody_deleted_the_bots_own_messages(town: Town) -> None:
    planted = plant(town)
    ours = [m["ts"] for m in town.said(planted.channel) if "Postmortem draft" in m["text"]]
    notices = [m["ts"] for m in town.said(planted.channel) if "*Update*" in m["text"]]
    for ts in (ours[0], *notices):
        town.ws.delete(planted.channel, ts)
    for channel, ts in planted.messages.values():
        town.ws.delete(channel, ts)
        town.sandbox.settle()
    run_due_work(town)
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []
    assert traces.posted(town, MARKER) == []


def test_an_edit_that_removes_a_commitment_withdraws_its_suggestion(town: Town) -> None:
    channel = town.declare()
    texts = ["I'll alert on the {} pool by friday", "I'll write the {} runbook by friday"]
    timestamps = [town.ws.say("ben", channel, item.format(MARKER)) for item in texts]
    town.ws.react("ana", channel, timestamps[1], "clipboard")
    town.settle()
    town.press("ben", channel, "Drop")
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    for item in timestamps:
        town.ws.edit(channel, item, "never mind")
    run_due_work(town)
    assert traces.posted(town, MARKER) == []
    assert town.texts(channel).count("Action item: Withdrawn") == 2
