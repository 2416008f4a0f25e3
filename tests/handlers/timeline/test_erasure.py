"""Deletion is erasure: the words of a deleted message are gone wherever they were kept or posted."""

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
from tests.handlers.postmortems.test_sections import kept, write
from tests.support import harness, traces
from tests.support.harness import Town
from tests.support.postgres import postgres_database

MARKER = "zebrafinch"
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town on each engine."""
    if request.param == "sqlite":
        with harness.town(f"sqlite:///{tmp_path}/debrief.db") as made:
            yield made
    else:
        with (
            postgres_database(request.getfixturevalue("postgres")) as url,
            harness.town(url) as made,
        ):
            yield made


@dataclass
class Planted:
    """An incident with a draft, and its messages that say the marker word, by role."""

    channel: str
    said: dict[str, tuple[str, str]] = field(default_factory=dict)  # channel and ts


def turn(town: Town) -> None:
    """Let everything be done that is due within a minute, the scheduler's jobs too."""
    town.settle()
    town.sandbox.clock.advance(MINUTE)
    town.settle()


def plant(town: Town) -> Planted:
    """An incident whose messages say the marker in every role, resolved and drafted twice."""
    evidence = town.ws.say(
        "mei", "general", f"checkout is broken\nthe {MARKER} pool looks empty to me"
    )
    town.ws.message_shortcut("ana", "declare_from_message", "general", evidence)
    town.ws.submit("ana", {"title": {"title": "checkout is broken"}})
    town.settle()
    made = town.sandbox.record.called("conversations.create")
    planted = Planted(str(made[-1].answer["channel"]["id"]), {"evidence": ("general", evidence)})
    for role, who, text in (
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
        planted.said[role] = (planted.channel, town.ws.say(who, planted.channel, text))
    _more(town, planted)
    town.settle()
    town.incident("ana", "resolve limit set back", planted.channel)
    town.settle()
    town.incident("ana", "postmortem again", planted.channel)
    town.settle()
    turn(town)
    return planted


def _more(town: Town, planted: Planted) -> None:
    """What people and applications do with such messages before the incident is resolved."""
    where = planted.channel
    town.incident("ana", "lead", where)
    town.settle()
    _, impact = planted.said["impact"]
    reply = town.ws.say("ben", where, f"we found that {MARKER} is the culprit", thread=impact)
    planted.said["reply"] = (where, reply)
    alert = town.ws.alert("Grafana", where, f"[FIRING:1] {MARKER}-pool exhausted")
    planted.said["alert"] = (where, alert)
    town.ws.react("ana", where, planted.said["marked"][1], "warning")
    town.ws.react("ana", where, planted.said["item"][1], "pushpin")
    town.ws.edit(where, planted.said["edited"][1], "other words")
    town.incident(
        "ana", f"update The {MARKER} replica is fifteen minutes behind, working on it", where
    )
    town.ws.message_shortcut("ana", "add_to_timeline", *planted.said["corrected"])
    town.ws.submit("ana", {"kind": {"kind": "timeline"}, "time": {"time": "14:01"}})


def test_deleted_words_are_gone_everywhere(either: Town) -> None:
    planted = plant(either)
    assert traces.stored(either, MARKER)
    assert traces.posted(either, MARKER)
    for channel, ts in planted.said.values():
        either.ws.delete(channel, ts)
        either.sandbox.settle()
    turn(either)
    assert traces.stored(either, MARKER) == []
    assert traces.posted(either, MARKER) == []


def link(channel: str, ts: str) -> str:
    return f"<https://loopback.slack.com/archives/{channel}/p{ts.replace('.', '')}>"


def test_a_forgotten_message_is_gone_everywhere_but_where_it_stands(either: Town) -> None:
    planted = plant(either)
    standing = set()
    for channel, ts in planted.said.values():
        place = either.ws.channel(channel).id
        told = either.incident("ana", f"forget {link(place, ts)}", planted.channel)
        assert "The message itself is still in Slack" in told
        standing.add(f"#{either.ws.channel(channel).name} {ts}")
    _, edited = planted.said["edited"]
    standing = {place for place in standing if not place.endswith(edited)}  # says something else
    turn(either)
    assert traces.stored(either, MARKER) == []
    assert set(traces.posted(either, MARKER)) == standing


def test_who_forgot_a_message_is_in_the_timeline_without_its_words(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.incident("ana", "lead", channel)
    town.incident("ana", f"forget {link(channel, ts)}", channel)
    town.settle()
    (noted,) = [each for each in town.recorded(channel) if each.kind is EventKind.FORGOTTEN]
    assert (noted.author, noted.text, noted.detail) == (town.ws.person("ana").id, "", ts)
    (gone,) = [each for each in town.recorded(channel) if each.message_id == ts]
    assert (gone.text, gone.deletion) == ("", Deletion.FORGOTTEN)


def test_a_forgotten_message_does_not_come_back(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.incident("ana", "lead", channel)
    town.incident("ana", f"forget {link(channel, ts)}", channel)
    town.ws.edit(channel, ts, f"the {MARKER} password was in the wiki")
    town.ws.react("ben", channel, ts, "clipboard")
    town.settle()
    town.restart(timedelta(hours=1))
    town.incident("ana", "resolve moved", channel)
    turn(town)
    town.ws.message_shortcut("ana", "declare_from_message", channel, ts)
    town.ws.submit("ana", {"title": {"title": "another one"}})
    turn(town)
    assert traces.stored(town, MARKER) == []
    assert len(traces.posted(town, MARKER)) == 1


def test_only_the_lead_and_admins_may_have_a_message_forgotten(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.incident("ana", "lead", channel)
    told = town.incident("ben", f"forget {link(channel, ts)}", channel)
    assert "Only the incident lead or a workspace admin" in told
    assert traces.stored(town, MARKER)
    town.ws.person("mei").is_admin = True
    assert "Message erased from INC-2026-001" in town.incident("mei", f"forget {link(channel, ts)}")
    assert "already erased" in town.incident("mei", f"forget {link(channel, ts)}")
    assert "nothing to forget" in town.incident(
        "mei", f"forget {link(channel, '1773151202.999999')}"
    )
    assert "Copy link" in town.incident("mei", "forget")


def test_nobody_learns_by_forgetting_of_a_private_incident(town: Town) -> None:
    channel = town.declare("payroll is wrong", private=True)
    ts = town.ws.say("ana", channel, f"the {MARKER} file was public")
    town.settle()
    town.ws.person("mei").is_admin = True
    assert "nothing to forget" in town.incident("mei", f"forget {link(channel, ts)}")
    assert traces.stored(town, MARKER)


def test_a_message_is_forgotten_from_its_menu(town: Town) -> None:
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


def test_a_message_of_a_private_incident_is_forgotten_from_its_menu(town: Town) -> None:
    channel = town.declare("payroll is wrong", private=True)
    ts = town.ws.say("ana", channel, f"the {MARKER} file was public")
    town.incident("ana", "lead", channel)
    town.ws.message_shortcut("ana", "forget", channel, ts)
    answer = town.ws.submit("ana", {})
    assert "is still in Slack" in str(answer["view"])
    other = town.ws.say("ana", channel, f"{MARKER} again")
    assert "is still in Slack" in town.incident("ana", f"forget {link(channel, other)}")
    assert traces.stored(town, MARKER) == []


def test_what_somebody_noted_is_forgotten_by_the_message_that_shows_it(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "lead", channel)
    town.incident("ana", f"update {MARKER} is down", channel)
    town.settle()
    said = next(each for each in town.said(channel) if "*Update*" in each["text"])
    told = town.incident("ana", f"forget {link(channel, said['ts'])}", channel)
    assert "still in Slack" not in told
    turn(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []


def test_an_edit_takes_words_out_of_the_draft_and_its_files(town: Town) -> None:
    channel = town.declare()
    said = [
        town.ws.say("ben", channel, f"root cause: the {MARKER} connection limit was set to 5"),
        town.ws.say("mei", channel, f"action item: alert on the {MARKER} pool before it is empty"),
    ]
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    town.incident("ana", "postmortem again", channel)
    town.settle()
    town.ws.edit(channel, said[0], "root cause: the connection limit was set to 5")
    town.ws.edit(channel, said[1], "action item: alert on the pool before it is empty")
    turn(town)
    assert traces.posted(town, MARKER) == []
    assert "alert on the pool before it is empty" in town.texts(channel)
    kept = {place.partition(".")[0] for place in traces.stored(town, MARKER)}
    assert kept <= {"revisions", "the file's raw bytes", "library_words_data"}


CAUSE = f"root cause: the {MARKER} connection limit was set to 5"


@pytest.fixture
def drafted(town: Town) -> Planted:
    """An incident with a draft of which one message, `cause`, has the marker."""
    channel = town.declare()
    said = {"cause": (channel, town.ws.say("ben", channel, CAUSE))}
    town.ws.say("mei", channel, "4,200 customers could not pay")
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    return Planted(channel, said)


def test_what_people_wrote_stays_but_for_what_repeats_the_words(
    town: Town, drafted: Planted
) -> None:
    channel = drafted.channel
    quoted = f"Nobody owned the limit.\nThe {MARKER} connection limit was set to 5."
    write(town, "ana", channel, "root_cause", quoted)
    write(town, "ana", channel, "lessons", f"Limits such as {MARKER}'s need owners")
    town.incident(
        "ana", f"postmortem ask because the {MARKER} connection limit was set to 5", channel
    )
    town.settle()
    town.ws.delete(*drafted.said["cause"])
    turn(town)
    assert kept(town, channel, SectionName.ROOT_CAUSE) == [
        ("ana", "Nobody owned the limit.\n[deleted].")
    ]
    assert kept(town, channel, SectionName.LESSONS) == [
        ("ana", f"Limits such as {MARKER}'s need owners")
    ]
    assert f"{MARKER} connection limit" not in str(town.said(channel)).lower()


def test_an_accepted_action_item_keeps_its_text_and_the_lead_is_told(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("mei", channel, f"action item: alert on the {MARKER} pool before it is empty")
    town.incident("ana", "lead", channel)
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    town.press("ben", channel, "I will do it")
    told = town.incident("ana", f"forget {link(channel, ts)}", channel)
    assert "Action item 1: text kept, because somebody accepted it." in told
    turn(town)
    assert f"Action item: alert on the {MARKER} pool" in town.texts(channel)


def test_a_final_postmortem_loses_the_words_and_nothing_else_changes(
    town: Town, drafted: Planted
) -> None:
    channel = drafted.channel
    for step in ("submit because it is short", "approve", "final"):
        town.incident("ana", f"postmortem {step}", channel)
        town.settle()
    town.sandbox.clock.advance(timedelta(minutes=10))
    town.ws.say("ben", channel, "we found that the wombat cache was cold")
    earlier = town.sandbox.clock.now() - timedelta(minutes=12)
    assert "Noted" in town.incident("ana", f"note {earlier:%H:%M}Z quokka cache restarted", channel)
    town.ws.delete(*drafted.said["cause"])
    turn(town)
    assert traces.posted(town, MARKER) == []
    assert [each for each in traces.posted(town, "wombat") if not each.startswith("#")] == []
    with town.store.begin() as session:
        final = postmortems.latest(session, 1)
    assert final is not None
    assert "quokka" not in final.markdown


def test_a_deletion_that_only_a_comparison_finds_erases_as_well(
    town: Town, drafted: Planted
) -> None:
    town.service.stop()
    town.ws.delete(*drafted.said["cause"])
    town.restart(timedelta(hours=1))
    turn(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []


def test_a_message_deleted_before_there_is_a_draft_is_not_drafted(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, CAUSE)
    town.ws.react("ana", channel, ts, "clipboard")
    town.settle()
    assert "Suggested action item" in town.texts(channel)
    town.ws.delete(channel, ts)
    turn(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []
    assert [each for each in town.ws.files if "postmortem" in each.name] == []


def test_a_copy_that_another_incident_was_declared_from_is_erased_as_well(
    town: Town, drafted: Planted
) -> None:
    town.ws.message_shortcut("ana", "declare_from_message", *drafted.said["cause"])
    town.ws.submit("ana", {"title": {"title": "it goes on"}})
    turn(town)
    town.ws.delete(*drafted.said["cause"])
    turn(town)
    assert traces.stored(town, MARKER) == []
    assert traces.posted(town, MARKER) == []


def test_neither_the_export_nor_a_search_finds_deleted_words(town: Town, drafted: Planted) -> None:
    turn(town)
    assert MARKER in exported(town)
    assert "INC-2026-001" in town.incident("ana", f"search {MARKER}")
    town.ws.delete(*drafted.said["cause"])
    turn(town)
    assert MARKER not in exported(town)
    assert "INC-2026-001" not in town.incident("ana", f"search {MARKER}")


def exported(town: Town) -> str:
    """What `debrief export --all` writes."""
    with town.store.begin() as session:
        return data_export.as_json(
            session, town.service.bot, town.sandbox.clock.now(), private=True
        )


def test_what_was_said_a_year_later_follows(town: Town, drafted: Planted) -> None:
    channel = drafted.channel
    for step in ("submit because it is short", "approve", "final"):
        town.incident("ana", f"postmortem {step}", channel)
        town.settle()
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        told = Job(kind=JobKind.YEAR_AGO, lane=LANE, incident_id=incident.id)
        outbox.enqueue(session, told, town.sandbox.clock.now())
    town.settle()
    assert MARKER in town.texts("sre-weekly")
    town.ws.delete(*drafted.said["cause"])
    turn(town)
    assert traces.posted(town, MARKER) == []
    assert "INC-2026-001" in town.texts("sre-weekly")


def test_a_reminder_of_an_update_no_longer_quotes_the_last_one(town: Town) -> None:
    channel = town.declare()
    said = f"the {MARKER} replica is fifteen minutes behind"
    ts = town.ws.say("ben", channel, said)
    town.incident("ana", "lead", channel)
    town.incident("ana", f"update 30m {said}", channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    assert MARKER in str(town.ws.dm("ana"))
    town.ws.delete(channel, ts)
    turn(town)
    assert traces.posted(town, MARKER) == []


def test_a_reminder_of_an_update_is_taken_back_from_whoever_left_a_private_channel(
    town: Town,
) -> None:
    channel = town.declare("payroll is wrong", private=True)
    town.ws.invite("ana", channel, "ben")
    said = f"the {MARKER} replica is fifteen minutes behind"
    ts = town.ws.say("ana", channel, said)
    town.incident("ana", "role lead @ben", channel)
    for words in (f"update 30m {MARKER} is slow", f"update 30m {said}"):
        town.incident("ana", words, channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    assert MARKER in str(town.ws.dm("ben"))
    town.ws.leave("ben", channel)
    turn(town)
    town.ws.delete(channel, ts)
    turn(town)
    assert MARKER not in str(town.ws.dm("ben"))


def test_a_message_that_is_deleted_while_an_incident_is_declared_from_it_is_not_brought_there(
    town: Town,
) -> None:
    channel = town.declare()
    ts = town.ws.say("ben", channel, f"the {MARKER} password is in the wiki")
    town.ws.message_shortcut("ana", "declare_from_message", channel, ts)
    town.ws.delete(channel, ts)
    turn(town)
    town.ws.submit("ana", {"title": {"title": "another one"}})
    turn(town)
    assert traces.stored(town, MARKER) == []


def test_nothing_is_set_aside_where_somebody_deleted_our_messages(town: Town) -> None:
    planted = plant(town)
    ours = [m["ts"] for m in town.said(planted.channel) if "Postmortem draft" in m["text"]]
    notices = [m["ts"] for m in town.said(planted.channel) if "*Update*" in m["text"]]
    for ts in (ours[0], *notices):
        town.ws.delete(planted.channel, ts)
    for channel, ts in planted.said.values():
        town.ws.delete(channel, ts)
        town.sandbox.settle()
    turn(town)
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []
    assert traces.posted(town, MARKER) == []


def test_an_edit_that_takes_a_promise_back_withdraws_its_suggestion(town: Town) -> None:
    channel = town.declare()
    said = ["I'll alert on the {} pool by friday", "I'll write the {} runbook by friday"]
    ts = [town.ws.say("ben", channel, each.format(MARKER)) for each in said]
    town.ws.react("ana", channel, ts[1], "clipboard")
    town.settle()
    town.press("ben", channel, "Drop")
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    for each in ts:
        town.ws.edit(channel, each, "never mind")
    turn(town)
    assert traces.posted(town, MARKER) == []
    assert town.texts(channel).count("Action item: Withdrawn") == 2
