"""An app that updates its own message adds an event; a person who edits one corrects it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.timeline import EventKind, TimelineEvent
from storage import postmortems, thread_sync
from tests.support import traces
from tests.support.harness import Town

TRIGGERED = "Triggered #1287: checkout error rate is above 14 %"
ACKNOWLEDGED = "Acknowledged #1287 by ben"
RESOLVED = "Resolved #1287: checkout error rate is above 14 %"


def as_attachment(text: str) -> dict[str, Any]:
    return {"attachments": [{"text": text}]}


def as_blocks(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}


def as_text(text: str) -> dict[str, Any]:
    return {"text": text}


def post(town: Town, channel: str, message: dict[str, Any], thread: str | None = None) -> str:
    """Post as an app, with the text in any part of a message."""
    return str(town.ws.alert("Pager", channel, thread=thread, **{"text": "", **message}))


def alerts(town: Town, channel: str) -> list[TimelineEvent]:
    return [event for event in town.recorded(channel) if event.kind is EventKind.ALERT]


def update(town: Town, channel: str, ts: str, minutes: int, message: dict[str, Any]) -> None:
    town.sandbox.clock.advance(timedelta(minutes=minutes))
    town.ws.update_alert(channel, ts, **message)


def states(town: Town, channel: str) -> list[tuple[str, str]]:
    return [(f"{event.happened_at:%H:%M}", event.text) for event in alerts(town, channel)]


def document(town: Town) -> dict[str, Any]:
    with town.store.begin() as session:
        draft = postmortems.latest(session, 1)
        assert draft is not None
        return dict(draft.document)


@pytest.mark.parametrize("part", [as_text, as_attachment, as_blocks])
@pytest.mark.parametrize("in_thread", [False, True])
def test_each_update_of_an_alert_is_an_event_at_its_own_time(
    town: Town, part: Any, *, in_thread: bool
) -> None:
    channel = town.declare()
    thread = town.ws.say("ana", channel, "what does the pager say?") if in_thread else None
    ts = post(town, channel, part(TRIGGERED), thread)
    update(town, channel, ts, 4, part(ACKNOWLEDGED))
    update(town, channel, ts, 30, part(RESOLVED))
    town.settle()
    expected = [("14:00", TRIGGERED), ("14:04", ACKNOWLEDGED), ("14:34", RESOLVED)]
    assert states(town, channel) == expected
    assert {event.thread_id for event in alerts(town, channel)} == {thread}


def test_the_draft_has_the_alert_and_its_resolution(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    ts = post(town, channel, as_attachment(TRIGGERED))
    update(town, channel, ts, 34, as_attachment(RESOLVED))
    town.incident("ana", "resolve", channel)
    town.settle()
    draft = document(town)
    rows = [(row["at"][11:16], row["text"]) for row in draft["timeline"] if row["kind"] == "alert"]
    assert rows == [("14:00", TRIGGERED), ("14:34", RESOLVED)]
    assert draft["moments"]["restored"]["at"].startswith("2026-03-10T14:34")
    assert draft["moments"]["detected"]["at"].startswith("2026-03-10T14:00")
    assert draft["recording"]["messages"] == 1


def test_reordered_and_repeated_updates_are_recorded_once_each(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("duplicate", kind="events_api", copies=3, new_ids=True)
    town.sandbox.faults.on("reorder", kind="events_api")
    ts = post(town, channel, as_text(TRIGGERED))
    for text in (ACKNOWLEDGED, RESOLVED):
        update(town, channel, ts, 4, as_text(text))
    town.sandbox.faults.clear()
    town.settle()
    expected = [("14:00", TRIGGERED), ("14:04", ACKNOWLEDGED), ("14:08", RESOLVED)]
    assert states(town, channel) == expected


def test_an_update_with_the_same_text_adds_no_event(town: Town) -> None:
    channel = town.declare()
    ts = post(town, channel, as_attachment(TRIGGERED))
    update(town, channel, ts, 4, {"attachments": [{"text": TRIGGERED, "color": "#ff0000"}]})
    update(town, channel, ts, 4, {"attachments": [{"text": TRIGGERED, "actions": []}]})
    town.settle()
    assert states(town, channel) == [("14:00", TRIGGERED)]


def test_rapid_progress_updates_keep_only_the_first_and_latest_state(town: Town) -> None:
    channel = town.declare()
    ts = post(town, channel, as_text("Deploying checkout: 1 %"))
    for percent in range(2, 40):
        town.ws.update_alert(channel, ts, text=f"Deploying checkout: {percent} %")
    update(town, channel, ts, 1, as_text("Deployed checkout"))
    town.settle()
    texts = ["Deploying checkout: 1 %", "Deploying checkout: 39 %", "Deployed checkout"]
    assert [text for _, text in states(town, channel)] == texts


@pytest.mark.parametrize(("part", "is_marked"), [(as_text, True), (as_attachment, False)])
def test_an_update_missed_during_downtime_is_fetched(
    town: Town, part: Any, *, is_marked: bool
) -> None:
    channel = town.declare()
    ts = post(town, channel, part(TRIGGERED))
    town.settle()
    town.service.stop()
    update(town, channel, ts, 34, {"is_marked": is_marked, **part(RESOLVED)})
    town.restart(timedelta(minutes=20))
    town.settle()
    original, updated = alerts(town, channel)
    assert (original.text, updated.text) == (TRIGGERED, RESOLVED)
    # Without an edit time in the history, the event is dated when the bot saw it.
    seen_at = f"{updated.happened_at:%H:%M}"
    assert seen_at == "14:34" if is_marked else seen_at >= "14:54"
    town.service.fetch_missed()
    town.settle()
    assert len(alerts(town, channel)) == 2


def test_a_fetched_update_is_not_dated_back_to_its_missed_original(town: Town) -> None:
    channel = town.declare()
    town.settle()
    town.service.stop()
    ts = post(town, channel, as_text(TRIGGERED))
    update(town, channel, ts, 34, as_text(RESOLVED))
    town.restart(timedelta(hours=2))
    town.incident("ana", "resolve", channel)
    town.settle()
    assert [state for state in states(town, channel) if state[1] == RESOLVED] == [
        ("14:34", RESOLVED)
    ]
    draft = document(town)
    assert (draft["recording"]["messages"], draft["recording"]["gaps"]) == (1, 0)


def test_a_deleted_or_forgotten_alert_loses_the_text_of_all_its_updates(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "lead", channel)
    for way in ("deleted", "forgotten"):
        ts = post(town, channel, as_text(f"Triggered: quagga is down, {way}"))
        update(town, channel, ts, 4, as_text(f"Resolved: quagga is up, {way}"))
        town.settle()
        if way == "deleted":
            town.ws.delete(channel, ts)
        else:
            address = f"<https://loopback.slack.com/archives/{channel}/p{ts.replace('.', '')}>"
            assert "still in Slack" in town.incident("ana", f"forget {address}", channel)
        update(town, channel, ts, 4, as_text("Reopened: quagga")) if way == "forgotten" else None
        town.settle()
    assert {(event.text, event.deleted) for event in alerts(town, channel)} == {("", True)}
    assert traces.stored(town, "quagga") == []


def test_a_persons_edit_replaces_the_text_and_bot_updates_are_not_recorded(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "Triggered at 13:59")
    town.ws.edit(channel, ts, "Resolved at 13:59")
    town.incident("ana", "status identified", channel)  # updates the card
    town.settle()
    messages = [
        event
        for event in town.recorded(channel)
        if event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    assert [(event.text, event.edited) for event in messages] == [("Resolved at 13:59", True)]


def test_the_evidence_of_each_state_links_to_the_updated_message(town: Town) -> None:
    channel = town.declare()
    ts = post(town, channel, as_text(TRIGGERED))
    update(town, channel, ts, 34, as_text(RESOLVED))
    town.settle()
    town.incident("ana", "resolve", channel)
    town.settle()
    (page,) = [file for file in town.ws.files if file.name.endswith(".html")]
    html = (page.bytes or b"").decode()
    assert "Resolved #1287" in html
    assert html.count(f'/p{ts.replace(".", "")}"') >= 2  # each state is linked to its message
    assert "@" not in "".join(re.findall(r'href="[^"]*/archives/[^"]*"', html))


def test_an_updated_alert_in_a_thread_does_not_count_as_a_missed_reply(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "alerts go here")
    ts = post(town, channel, as_text(TRIGGERED), thread=parent)
    update(town, channel, ts, 34, as_text(RESOLVED))
    town.settle()
    with town.store.begin() as session:
        assert thread_sync.recorded(session, 1, channel)[parent] == (1, ts)


def test_updates_of_the_alert_an_incident_was_declared_from_are_recorded(town: Town) -> None:
    ts = post(town, "general", as_text(TRIGGERED))
    town.ws.message_shortcut("ana", "declare_from_message", "general", ts)
    assert town.ws.submit("ana", None) == {}
    town.settle()
    channel = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    update(town, "general", ts, 34, as_text(RESOLVED))
    town.settle()
    assert states(town, channel) == [("14:00", TRIGGERED), ("14:34", RESOLVED)]
    town.ws.delete("general", ts)
    town.settle()
    assert {event.text for event in alerts(town, channel)} == {""}
