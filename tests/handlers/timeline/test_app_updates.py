"""An app that updates its own message adds an event; a person who edits one corrects it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.timeline import EventKind, TimelineEvent
from storage import postmortems, thread_sync
from tests.support import traces
from tests.support.harness import LiveBot

TRIGGERED = "Triggered #1287: checkout error rate is above 14 %"
ACKNOWLEDGED = "Acknowledged #1287 by ben"
RESOLVED = "Resolved #1287: checkout error rate is above 14 %"


def as_attachment(text: str) -> dict[str, Any]:
    return {"attachments": [{"text": text}]}


def as_blocks(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}


def as_text(text: str) -> dict[str, Any]:
    return {"text": text}


def post(
    live_bot: LiveBot, channel: str, message: dict[str, Any], thread: str | None = None
) -> str:
    """Post as an app, with the text in any part of a message."""
    return str(live_bot.workspace.alert("Pager", channel, thread=thread, **{"text": "", **message}))


def alerts(live_bot: LiveBot, channel: str) -> list[TimelineEvent]:
    return [event for event in live_bot.timeline(channel) if event.kind is EventKind.ALERT]


def update(live_bot: LiveBot, channel: str, ts: str, minutes: int, message: dict[str, Any]) -> None:
    live_bot.sandbox.clock.advance(timedelta(minutes=minutes))
    live_bot.workspace.update_alert(channel, ts, **message)


def states(live_bot: LiveBot, channel: str) -> list[tuple[str, str]]:
    return [(f"{event.happened_at:%H:%M}", event.text) for event in alerts(live_bot, channel)]


def document(live_bot: LiveBot) -> dict[str, Any]:
    with live_bot.store.begin() as session:
        draft = postmortems.latest(session, 1)
        assert draft is not None
        return dict(draft.document)


@pytest.mark.parametrize("part", [as_text, as_attachment, as_blocks])
@pytest.mark.parametrize("in_thread", [False, True])
def test_each_update_of_an_alert_is_an_event_at_its_own_time(
    live_bot: LiveBot, part: Any, *, in_thread: bool
) -> None:
    channel = live_bot.declare()
    thread = (
        live_bot.workspace.say("ana", channel, "what does the pager say?") if in_thread else None
    )
    ts = post(live_bot, channel, part(TRIGGERED), thread)
    update(live_bot, channel, ts, 4, part(ACKNOWLEDGED))
    update(live_bot, channel, ts, 30, part(RESOLVED))
    live_bot.settle()
    expected = [("14:00", TRIGGERED), ("14:04", ACKNOWLEDGED), ("14:34", RESOLVED)]
    assert states(live_bot, channel) == expected
    assert {event.thread_id for event in alerts(live_bot, channel)} == {thread}


def test_the_draft_has_the_alert_and_its_resolution(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    ts = post(live_bot, channel, as_attachment(TRIGGERED))
    update(live_bot, channel, ts, 34, as_attachment(RESOLVED))
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    draft = document(live_bot)
    rows = [(row["at"][11:16], row["text"]) for row in draft["timeline"] if row["kind"] == "alert"]
    assert rows == [("14:00", TRIGGERED), ("14:34", RESOLVED)]
    assert draft["moments"]["restored"]["at"].startswith("2026-03-10T14:34")
    assert draft["moments"]["detected"]["at"].startswith("2026-03-10T14:00")
    assert draft["recording"]["messages"] == 1


def test_reordered_and_repeated_updates_are_recorded_once_each(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("duplicate", kind="events_api", copies=3, new_ids=True)
    live_bot.sandbox.faults.on("reorder", kind="events_api")
    ts = post(live_bot, channel, as_text(TRIGGERED))
    for text in (ACKNOWLEDGED, RESOLVED):
        update(live_bot, channel, ts, 4, as_text(text))
    live_bot.sandbox.faults.clear()
    live_bot.settle()
    expected = [("14:00", TRIGGERED), ("14:04", ACKNOWLEDGED), ("14:08", RESOLVED)]
    assert states(live_bot, channel) == expected


def test_an_update_with_the_same_text_adds_no_event(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = post(live_bot, channel, as_attachment(TRIGGERED))
    update(live_bot, channel, ts, 4, {"attachments": [{"text": TRIGGERED, "color": "#ff0000"}]})
    update(live_bot, channel, ts, 4, {"attachments": [{"text": TRIGGERED, "actions": []}]})
    live_bot.settle()
    assert states(live_bot, channel) == [("14:00", TRIGGERED)]


def test_rapid_progress_updates_keep_only_the_first_and_latest_state(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = post(live_bot, channel, as_text("Deploying checkout: 1 %"))
    for percent in range(2, 40):
        live_bot.workspace.update_alert(channel, ts, text=f"Deploying checkout: {percent} %")
    update(live_bot, channel, ts, 1, as_text("Deployed checkout"))
    live_bot.settle()
    texts = ["Deploying checkout: 1 %", "Deploying checkout: 39 %", "Deployed checkout"]
    assert [text for _, text in states(live_bot, channel)] == texts


@pytest.mark.parametrize(("part", "is_marked"), [(as_text, True), (as_attachment, False)])
def test_an_update_missed_during_downtime_is_fetched(
    live_bot: LiveBot, part: Any, *, is_marked: bool
) -> None:
    channel = live_bot.declare()
    ts = post(live_bot, channel, part(TRIGGERED))
    live_bot.settle()
    live_bot.service.stop()
    update(live_bot, channel, ts, 34, {"is_marked": is_marked, **part(RESOLVED)})
    live_bot.restart(timedelta(minutes=20))
    live_bot.settle()
    original, updated = alerts(live_bot, channel)
    assert (original.text, updated.text) == (TRIGGERED, RESOLVED)
    # Without an edit time in the history, the event is dated when the bot saw it.
    seen_at = f"{updated.happened_at:%H:%M}"
    assert seen_at == "14:34" if is_marked else seen_at >= "14:54"
    live_bot.service.fetch_missed()
    live_bot.settle()
    assert len(alerts(live_bot, channel)) == 2


def test_a_fetched_update_is_not_dated_back_to_its_missed_original(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.service.stop()
    ts = post(live_bot, channel, as_text(TRIGGERED))
    update(live_bot, channel, ts, 34, as_text(RESOLVED))
    live_bot.restart(timedelta(hours=2))
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert [state for state in states(live_bot, channel) if state[1] == RESOLVED] == [
        ("14:34", RESOLVED)
    ]
    draft = document(live_bot)
    assert (draft["recording"]["messages"], draft["recording"]["gaps"]) == (1, 0)


def test_a_deleted_or_forgotten_alert_loses_the_text_of_all_its_updates(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "lead", channel)
    for way in ("deleted", "forgotten"):
        ts = post(live_bot, channel, as_text(f"Triggered: quagga is down, {way}"))
        update(live_bot, channel, ts, 4, as_text(f"Resolved: quagga is up, {way}"))
        live_bot.settle()
        if way == "deleted":
            live_bot.workspace.delete(channel, ts)
        else:
            address = f"<https://loopback.slack.com/archives/{channel}/p{ts.replace('.', '')}>"
            assert "still in Slack" in live_bot.command("ana", f"erase {address}", channel)
        update(
            live_bot, channel, ts, 4, as_text("Reopened: quagga")
        ) if way == "forgotten" else None
        live_bot.settle()
    assert {(event.text, event.deleted) for event in alerts(live_bot, channel)} == {("", True)}
    assert traces.find_stored(live_bot, "quagga") == []


def test_a_persons_edit_replaces_the_text_and_bot_updates_are_not_recorded(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "Triggered at 13:59")
    live_bot.workspace.edit(channel, ts, "Resolved at 13:59")
    live_bot.command("ana", "status identified", channel)  # updates the card
    live_bot.settle()
    messages = [
        event
        for event in live_bot.timeline(channel)
        if event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    assert [(event.text, event.edited) for event in messages] == [("Resolved at 13:59", True)]


def test_the_evidence_of_each_state_links_to_the_updated_message(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = post(live_bot, channel, as_text(TRIGGERED))
    update(live_bot, channel, ts, 34, as_text(RESOLVED))
    live_bot.settle()
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    (page,) = [file for file in live_bot.workspace.files if file.name.endswith(".html")]
    html = (page.bytes or b"").decode()
    assert "Resolved #1287" in html
    assert html.count(f'/p{ts.replace(".", "")}"') >= 2  # each state is linked to its message
    assert "@" not in "".join(re.findall(r'href="[^"]*/archives/[^"]*"', html))


def test_an_updated_alert_in_a_thread_does_not_count_as_a_missed_reply(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "alerts go here")
    ts = post(live_bot, channel, as_text(TRIGGERED), thread=parent)
    update(live_bot, channel, ts, 34, as_text(RESOLVED))
    live_bot.settle()
    with live_bot.store.begin() as session:
        assert thread_sync.recorded(session, 1, channel)[parent] == (1, ts)


def test_updates_of_the_alert_an_incident_was_declared_from_are_recorded(live_bot: LiveBot) -> None:
    ts = post(live_bot, "general", as_text(TRIGGERED))
    live_bot.workspace.message_shortcut("ana", "declare_from_message", "general", ts)
    assert live_bot.workspace.submit("ana", None) == {}
    live_bot.settle()
    channel = str(
        live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    )
    update(live_bot, "general", ts, 34, as_text(RESOLVED))
    live_bot.settle()
    assert states(live_bot, channel) == [("14:00", TRIGGERED), ("14:34", RESOLVED)]
    live_bot.workspace.delete("general", ts)
    live_bot.settle()
    assert {event.text for event in alerts(live_bot, channel)} == {""}
