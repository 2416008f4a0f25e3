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
from tests.support.harness import LiveBot
from tests.support.postgres import postgres_database

MARKER = "zebrafinch"
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace on each database engine."""
    if request.param == "sqlite":
        with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db") as running_town:
            yield running_town
    else:
        with (
            postgres_database(request.getfixturevalue("postgres")) as url,
            harness.start_live_bot(url) as running_town,
        ):
            yield running_town


@dataclass
class Planted:
    """An incident with a draft, and its messages that contain the marker, by role."""

    channel: str
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)  # channel and ts


def run_due_work(live_bot: LiveBot) -> None:
    """Run everything that is due within a minute, including scheduled tasks."""
    live_bot.settle()
    live_bot.sandbox.clock.advance(MINUTE)
    live_bot.settle()


def plant(live_bot: LiveBot) -> Planted:
    """Resolve and draft an incident twice that has the marker in messages of every role."""
    evidence = live_bot.workspace.say(
        "mei", "general", f"checkout is broken\nthe {MARKER} pool looks empty to me"
    )
    live_bot.workspace.message_shortcut("ana", "declare_from_message", "general", evidence)
    live_bot.workspace.submit("ana", {"title": {"title": "checkout is broken"}})
    live_bot.settle()
    calls = live_bot.sandbox.record.called("conversations.create")
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
            f"<@{live_bot.sandbox.state.bot.id}> note the {MARKER} runbook was out of date",
        ),
    ):
        planted.messages[role] = (
            planted.channel,
            live_bot.workspace.say(author, planted.channel, text),
        )
    _react_and_edit(live_bot, planted)
    live_bot.settle()
    live_bot.command("ana", "resolve limit set back", planted.channel)
    live_bot.settle()
    live_bot.command("ana", "postmortem again", planted.channel)
    live_bot.settle()
    run_due_work(live_bot)
    return planted


def _react_and_edit(live_bot: LiveBot, planted: Planted) -> None:
    """Reply to, mark, edit and correct such messages before the incident is resolved."""
    channel = planted.channel
    live_bot.command("ana", "lead", channel)
    live_bot.settle()
    _, impact = planted.messages["impact"]
    reply = live_bot.workspace.say(
        "ben", channel, f"we found that {MARKER} is the culprit", thread=impact
    )
    planted.messages["reply"] = (channel, reply)
    alert = live_bot.workspace.alert("Grafana", channel, f"[FIRING:1] {MARKER}-pool exhausted")
    planted.messages["alert"] = (channel, alert)
    live_bot.workspace.react("ana", channel, planted.messages["marked"][1], "warning")
    live_bot.workspace.react("ana", channel, planted.messages["item"][1], "pushpin")
    live_bot.workspace.edit(channel, planted.messages["edited"][1], "other words")
    live_bot.command(
        "ana", f"update The {MARKER} replica is fifteen minutes behind, working on it", channel
    )
    live_bot.workspace.message_shortcut("ana", "add_to_timeline", *planted.messages["corrected"])
    live_bot.workspace.submit("ana", {"kind": {"kind": "timeline"}, "time": {"time": "14:01"}})


def test_the_text_of_deleted_messages_is_removed_everywhere(either_town: LiveBot) -> None:
    planted = plant(either_town)
    assert traces.find_stored(either_town, MARKER)
    assert traces.find_posted(either_town, MARKER)
    for channel, ts in planted.messages.values():
        either_town.workspace.delete(channel, ts)
        either_town.sandbox.settle()
    run_due_work(either_town)
    assert traces.find_stored(either_town, MARKER) == []
    assert traces.find_posted(either_town, MARKER) == []


def link(channel: str, ts: str) -> str:
    return f"<https://loopback.slack.com/archives/{channel}/p{ts.replace('.', '')}>"


def test_the_text_of_a_forgotten_message_remains_only_in_slack_itself(either_town: LiveBot) -> None:
    planted = plant(either_town)
    remaining = set()
    for channel, ts in planted.messages.values():
        place = either_town.workspace.channel(channel).id
        answer = either_town.command("ana", f"erase {link(place, ts)}", planted.channel)
        assert "The message itself is still in Slack" in answer
        remaining.add(f"#{either_town.workspace.channel(channel).name} {ts}")
    _, edited = planted.messages["edited"]
    remaining = {place for place in remaining if not place.endswith(edited)}  # has another text now
    run_due_work(either_town)
    assert traces.find_stored(either_town, MARKER) == []
    assert set(traces.find_posted(either_town, MARKER)) == remaining


def test_forgetting_a_message_is_recorded_with_its_author_but_without_the_text(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ben", channel, f"the {MARKER} password is in the wiki")
    live_bot.command("ana", "lead", channel)
    live_bot.command("ana", f"erase {link(channel, ts)}", channel)
    live_bot.settle()
    (forgotten,) = [
        event for event in live_bot.timeline(channel) if event.kind is EventKind.FORGOTTEN
    ]
    assert (forgotten.author, forgotten.text, forgotten.detail) == (
        live_bot.workspace.person("ana").id,
        "",
        ts,
    )
    (erased,) = [event for event in live_bot.timeline(channel) if event.message_id == ts]
    assert (erased.text, erased.deletion) == ("", Deletion.FORGOTTEN)


def test_a_forgotten_message_is_never_recorded_again(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ben", channel, f"the {MARKER} password is in the wiki")
    live_bot.command("ana", "lead", channel)
    live_bot.command("ana", f"erase {link(channel, ts)}", channel)
    live_bot.workspace.edit(channel, ts, f"the {MARKER} password was in the wiki")
    live_bot.workspace.react("ben", channel, ts, "clipboard")
    live_bot.settle()
    live_bot.restart(timedelta(hours=1))
    live_bot.command("ana", "resolve moved", channel)
    run_due_work(live_bot)
    live_bot.workspace.message_shortcut("ana", "declare_from_message", channel, ts)
    live_bot.workspace.submit("ana", {"title": {"title": "another one"}})
    run_due_work(live_bot)
    assert traces.find_stored(live_bot, MARKER) == []
    assert len(traces.find_posted(live_bot, MARKER)) == 1


def test_only_the_lead_or_an_admin_may_forget_a_message(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ben", channel, f"the {MARKER} password is in the wiki")
    live_bot.command("ana", "lead", channel)
    answer = live_bot.command("ben", f"erase {link(channel, ts)}", channel)
    assert "Only the incident lead or a workspace admin" in answer
    assert traces.find_stored(live_bot, MARKER)
    live_bot.workspace.person("mei").is_admin = True
    assert "Message erased from INC-2026-001" in live_bot.command(
        "mei", f"erase {link(channel, ts)}"
    )
    assert "already erased" in live_bot.command("mei", f"erase {link(channel, ts)}")
    assert "nothing to erase" in live_bot.command(
        "mei", f"erase {link(channel, '1773151202.999999')}"
    )
    assert "Copy link" in live_bot.command("mei", "erase")


def test_forget_reveals_no_private_incident_to_an_admin_outside(live_bot: LiveBot) -> None:
    channel = live_bot.declare("payroll is wrong", private=True)
    ts = live_bot.workspace.say("ana", channel, f"the {MARKER} file was public")
    live_bot.settle()
    live_bot.workspace.person("mei").is_admin = True
    assert "nothing to erase" in live_bot.command("mei", f"erase {link(channel, ts)}")
    assert traces.find_stored(live_bot, MARKER)


def test_the_lead_can_forget_a_message_from_its_menu(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ben", channel, f"the {MARKER} password is in the wiki")
    live_bot.command("ana", "lead", channel)
    live_bot.workspace.message_shortcut("ben", "forget", channel, ts)
    assert live_bot.workspace.open_view("ben") is None
    live_bot.workspace.message_shortcut("ana", "forget", channel, ts)
    assert MARKER in str(live_bot.workspace.open_view("ana"))
    answer = live_bot.workspace.submit("ana", {})
    assert "is still in Slack" in str(answer["view"])
    live_bot.settle()
    assert traces.find_stored(live_bot, MARKER) == []


def test_the_lead_can_forget_a_message_of_a_private_incident_from_its_menu(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare("payroll is wrong", private=True)
    ts = live_bot.workspace.say("ana", channel, f"the {MARKER} file was public")
    live_bot.command("ana", "lead", channel)
    live_bot.workspace.message_shortcut("ana", "forget", channel, ts)
    answer = live_bot.workspace.submit("ana", {})
    assert "is still in Slack" in str(answer["view"])
    other = live_bot.workspace.say("ana", channel, f"{MARKER} again")
    assert "is still in Slack" in live_bot.command("ana", f"erase {link(channel, other)}")
    assert traces.find_stored(live_bot, MARKER) == []


def test_forgetting_the_message_of_an_update_erases_the_update(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "lead", channel)
    live_bot.command("ana", f"update {MARKER} is down", channel)
    live_bot.settle()
    notice = next(
        message for message in live_bot.messages(channel) if "*Update*" in message["text"]
    )
    answer = live_bot.command("ana", f"erase {link(channel, notice['ts'])}", channel)
    assert "still in Slack" not in answer
    run_due_work(live_bot)
    assert traces.find_stored(live_bot, MARKER) == []
    assert traces.find_posted(live_bot, MARKER) == []


def test_an_edit_removes_the_old_text_from_the_draft_and_its_files(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    messages = [
        live_bot.workspace.say(
            "ben", channel, f"root cause: the {MARKER} connection limit was set to 5"
        ),
        live_bot.workspace.say(
            "mei", channel, f"action item: alert on the {MARKER} pool before it is empty"
        ),
    ]
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    live_bot.workspace.edit(channel, messages[0], "root cause: the connection limit was set to 5")
    live_bot.workspace.edit(
        channel, messages[1], "action item: alert on the pool before it is empty"
    )
    run_due_work(live_bot)
    assert traces.find_posted(live_bot, MARKER) == []
    assert "alert on the pool before it is empty" in live_bot.text_in(channel)
    places = {place.partition(".")[0] for place in traces.find_stored(live_bot, MARKER)}
    assert places <= {"revisions", "the file's raw bytes", "library_words_data"}


CAUSE = f"root cause: the {MARKER} connection limit was set to 5"


@pytest.fixture
def drafted(live_bot: LiveBot) -> Planted:
    """An incident with a draft in which one message, `cause`, has the marker."""
    channel = live_bot.declare()
    messages = {"cause": (channel, live_bot.workspace.say("ben", channel, CAUSE))}
    live_bot.workspace.say("mei", channel, "4,200 customers could not pay")
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    return Planted(channel, messages)


def test_sections_written_by_people_lose_only_quotes_of_the_deleted_text(
    live_bot: LiveBot, drafted: Planted
) -> None:
    channel = drafted.channel
    quoting_text = f"Nobody owned the limit.\nThe {MARKER} connection limit was set to 5."
    write(live_bot, "ana", channel, "root_cause", quoting_text)
    write(live_bot, "ana", channel, "lessons", f"Limits such as {MARKER}'s need owners")
    live_bot.command(
        "ana", f"postmortem request because the {MARKER} connection limit was set to 5", channel
    )
    live_bot.settle()
    live_bot.workspace.delete(*drafted.messages["cause"])
    run_due_work(live_bot)
    assert section_history(live_bot, channel, SectionName.ROOT_CAUSE) == [
        ("ana", "Nobody owned the limit.\n[deleted].")
    ]
    assert section_history(live_bot, channel, SectionName.LESSONS) == [
        ("ana", f"Limits such as {MARKER}'s need owners")
    ]
    assert f"{MARKER} connection limit" not in str(live_bot.messages(channel)).lower()


def test_an_accepted_action_item_keeps_its_text_and_the_answer_says_so(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say(
        "mei", channel, f"action item: alert on the {MARKER} pool before it is empty"
    )
    live_bot.command("ana", "lead", channel)
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    live_bot.press("ben", channel, "Assign to me")
    answer = live_bot.command("ana", f"erase {link(channel, ts)}", channel)
    assert "Action item 1 was already accepted, so I kept its text." in answer
    run_due_work(live_bot)
    assert f"Action item: Alert on the {MARKER} pool" in live_bot.text_in(channel)


def test_erasure_changes_nothing_else_in_a_final_postmortem(
    live_bot: LiveBot, drafted: Planted
) -> None:
    channel = drafted.channel
    for step in ("submit because it is short", "approve", "finalize"):
        live_bot.command("ana", f"postmortem {step}", channel)
        live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=10))
    live_bot.workspace.say("ben", channel, "we found that the wombat cache was cold")
    earlier = live_bot.sandbox.clock.now() - timedelta(minutes=12)
    assert "Note added" in live_bot.command(
        "ana", f"note {earlier:%H:%M}Z quokka cache restarted", channel
    )
    live_bot.workspace.delete(*drafted.messages["cause"])
    run_due_work(live_bot)
    assert traces.find_posted(live_bot, MARKER) == []
    assert [
        place for place in traces.find_posted(live_bot, "wombat") if not place.startswith("#")
    ] == []
    with live_bot.store.begin() as session:
        final = postmortems.latest(session, 1)
    assert final is not None
    assert "quokka" not in final.markdown


def test_a_deletion_found_only_by_a_comparison_erases_the_text(
    live_bot: LiveBot, drafted: Planted
) -> None:
    live_bot.service.stop()
    live_bot.workspace.delete(*drafted.messages["cause"])
    live_bot.restart(timedelta(hours=1))
    run_due_work(live_bot)
    assert traces.find_stored(live_bot, MARKER) == []
    assert traces.find_posted(live_bot, MARKER) == []


def test_a_message_deleted_before_the_draft_appears_nowhere(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ben", channel, CAUSE)
    live_bot.workspace.react("ana", channel, ts, "clipboard")
    live_bot.settle()
    assert "Suggested action item" in live_bot.text_in(channel)
    live_bot.workspace.delete(channel, ts)
    run_due_work(live_bot)
    assert traces.find_stored(live_bot, MARKER) == []
    assert traces.find_posted(live_bot, MARKER) == []
    assert [file for file in live_bot.workspace.files if "postmortem" in file.name] == []


def test_a_copy_in_an_incident_declared_from_the_message_is_erased(
    live_bot: LiveBot, drafted: Planted
) -> None:
    live_bot.workspace.message_shortcut("ana", "declare_from_message", *drafted.messages["cause"])
    live_bot.workspace.submit("ana", {"title": {"title": "it goes on"}})
    run_due_work(live_bot)
    live_bot.workspace.delete(*drafted.messages["cause"])
    run_due_work(live_bot)
    assert traces.find_stored(live_bot, MARKER) == []
    assert traces.find_posted(live_bot, MARKER) == []


def test_neither_the_export_nor_a_search_finds_deleted_text(
    live_bot: LiveBot, drafted: Planted
) -> None:
    run_due_work(live_bot)
    assert MARKER in export_all(live_bot)
    assert "INC-2026-001" in live_bot.command("ana", f"search {MARKER}")
    live_bot.workspace.delete(*drafted.messages["cause"])
    run_due_work(live_bot)
    assert MARKER not in export_all(live_bot)
    assert "INC-2026-001" not in live_bot.command("ana", f"search {MARKER}")


def export_all(live_bot: LiveBot) -> str:
    """Return what `debrief export --all` writes."""
    with live_bot.store.begin() as session:
        return data_export.as_json(
            session, live_bot.service.bot, live_bot.sandbox.clock.now(), private=True
        )


def test_the_anniversary_post_loses_the_deleted_text(live_bot: LiveBot, drafted: Planted) -> None:
    channel = drafted.channel
    for step in ("submit because it is short", "approve", "finalize"):
        live_bot.command("ana", f"postmortem {step}", channel)
        live_bot.settle()
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        job = Job(kind=JobKind.YEAR_AGO, lane=LANE, incident_id=incident.id)
        outbox.enqueue(session, job, live_bot.sandbox.clock.now())
    live_bot.settle()
    assert MARKER in live_bot.text_in("sre-weekly")
    live_bot.workspace.delete(*drafted.messages["cause"])
    run_due_work(live_bot)
    assert traces.find_posted(live_bot, MARKER) == []
    assert "INC-2026-001" in live_bot.text_in("sre-weekly")


def test_an_update_reminder_no_longer_quotes_a_deleted_text(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    text = f"the {MARKER} replica is fifteen minutes behind"
    ts = live_bot.workspace.say("ben", channel, text)
    live_bot.command("ana", "lead", channel)
    live_bot.command("ana", f"update 30m {text}", channel)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=31))
    live_bot.settle()
    assert MARKER in str(live_bot.workspace.dm("ana"))
    live_bot.workspace.delete(channel, ts)
    run_due_work(live_bot)
    assert traces.find_posted(live_bot, MARKER) == []


def test_an_update_reminder_is_withdrawn_from_a_person_who_left_a_private_incident(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare("payroll is wrong", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    text = f"the {MARKER} replica is fifteen minutes behind"
    ts = live_bot.workspace.say("ana", channel, text)
    live_bot.command("ana", "role lead @ben", channel)
    for command in (f"update 30m {MARKER} is slow", f"update 30m {text}"):
        live_bot.command("ana", command, channel)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=31))
    live_bot.settle()
    assert MARKER in str(live_bot.workspace.dm("ben"))
    live_bot.workspace.leave("ben", channel)
    run_due_work(live_bot)
    live_bot.workspace.delete(channel, ts)
    run_due_work(live_bot)
    assert MARKER not in str(live_bot.workspace.dm("ben"))


def test_a_message_deleted_while_the_declare_form_is_open_is_not_copied(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ben", channel, f"the {MARKER} password is in the wiki")
    live_bot.workspace.message_shortcut("ana", "declare_from_message", channel, ts)
    live_bot.workspace.delete(channel, ts)
    run_due_work(live_bot)
    live_bot.workspace.submit("ana", {"title": {"title": "another one"}})
    run_due_work(live_bot)
    assert traces.find_stored(live_bot, MARKER) == []


def test_erasure_works_when_somebody_deleted_the_bots_own_messages(live_bot: LiveBot) -> None:
    planted = plant(live_bot)
    ours = [m["ts"] for m in live_bot.messages(planted.channel) if "Postmortem draft" in m["text"]]
    notices = [m["ts"] for m in live_bot.messages(planted.channel) if "*Update*" in m["text"]]
    for ts in (ours[0], *notices):
        live_bot.workspace.delete(planted.channel, ts)
    for channel, ts in planted.messages.values():
        live_bot.workspace.delete(channel, ts)
        live_bot.sandbox.settle()
    run_due_work(live_bot)
    with live_bot.store.begin() as session:
        assert outbox.list_set_aside(session) == []
    assert traces.find_posted(live_bot, MARKER) == []


def test_an_edit_that_removes_a_commitment_withdraws_its_suggestion(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    texts = ["I'll alert on the {} pool by friday", "I'll write the {} runbook by friday"]
    timestamps = [live_bot.workspace.say("ben", channel, item.format(MARKER)) for item in texts]
    live_bot.workspace.react("ana", channel, timestamps[1], "clipboard")
    live_bot.settle()
    live_bot.press("ben", channel, "Dismiss item")
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    for item in timestamps:
        live_bot.workspace.edit(channel, item, "never mind")
    run_due_work(live_bot)
    assert traces.find_posted(live_bot, MARKER) == []
    assert live_bot.text_in(channel).count("Action item: Suggestion withdrawn") == 2
