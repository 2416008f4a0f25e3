"""Status updates: told to everybody, promised, asked for when they are due, and in the draft."""

from datetime import timedelta
from typing import Any

import pytest

from bot.config.policy import Policy
from bot.domain.timeline import EventKind
from bot.incidents.status_updates import USAGE
from tests.support import harness
from tests.support.harness import Town


def _card(town: Town, channel: str) -> dict[str, Any]:
    return next(m for m in town.said(channel) if m["ts"] in town.ws.pins(channel))


def _later(town: Town, minutes: int) -> None:
    town.sandbox.clock.advance(timedelta(minutes=minutes))
    town.settle()


def test_an_update_is_told_everywhere(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ben", "update 15m rolled back, errors are falling", channel)
    assert answer.startswith(
        f"Update recorded. I'm posting it in <#{channel}>. Next update due <!date^"
    )
    town.settle()
    ben = town.ws.person("ben").id
    notice = next(m["text"] for m in town.said(channel) if m["text"].startswith("*Update*"))
    assert notice.startswith(f"*Update* by <@{ben}>: rolled back, errors are falling\n")
    assert "|2026-03-10 14:15 UTC>" in notice
    assert "UTC): rolled back, errors are falling" in _card(town, channel)["text"]
    assert "*Next update:* due" in str(_card(town, channel)["blocks"])
    assert "UTC): rolled back, errors are falling" in town.texts("incidents")
    assert len([m for m in town.said("incidents") if m.get("bot_id")]) == 1  # edited in place


def test_the_severity_says_when_the_next_one_is_due(town: Town) -> None:
    channel = town.declare("P2 checkout is slow")
    assert "15:00 UTC" in town.incident("ben", "update looking", channel)
    town.incident("ben", "sev P4", channel)
    assert "No next update promised" in town.incident("ben", "update nobody sees it", channel)


@pytest.mark.parametrize(("said", "told"), [("", USAGE), ("30m", USAGE), ("48h x", "24 hours")])
def test_what_is_no_update_is_refused(town: Town, said: str, told: str) -> None:
    channel = town.declare()
    assert told in town.incident("ben", f"update {said}", channel)
    assert [each for each in town.recorded(channel) if each.kind is EventKind.UPDATE] == []


def test_an_update_by_form_sets_the_status_too(town: Town) -> None:
    channel = town.declare()
    town.press("ben", channel, "Post update")
    blocks = town.ws.open_view("ben")["blocks"]
    assert [block["element"]["initial_option"]["text"]["text"] for block in blocks[3:4]] == [
        "in 30 min"
    ]
    town.ws.submit(
        "ben",
        {
            "update": {"update": "the pool is too small"},
            "status": {"status": "identified"},
            "next": {"next": "60"},
        },
    )
    town.settle()
    assert "status *identified*: the pool is too small" in town.texts(channel)
    assert "set the status" not in town.texts(channel)  # one notice says both
    assert "P1, identified" in _card(town, channel)["text"]
    assert "15:00 UTC" in _card(town, channel)["text"]
    kinds = [event.kind for event in town.recorded(channel)]
    assert kinds.count(EventKind.UPDATE) == kinds.count(EventKind.STATUS) == 1


def test_who_leads_is_asked_once_when_it_is_due(town: Town) -> None:
    channel = town.declare()
    town.incident("ben", "lead", channel)
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, 29)
    assert town.ws.dm("ben") == []
    _later(town, 2)
    _later(town, 30)
    (asked,) = town.ws.dm("ben")
    assert asked["text"].startswith("An update on INC-2026-001 is due: checkout fails.")
    assert "The last one was: rolled back" in asked["text"]
    town.press("ben", "dm", "Post update")
    town.ws.submit("ben", {"update": {"update": "all is well"}})
    town.settle()
    assert f"*Update* by <@{town.ws.person('ben').id}>: all is well" in town.texts(channel)
    _later(town, 31)
    assert len(town.ws.dm("ben")) == 2
    assert town.ws.dm("mei") == []


def test_who_declared_it_is_asked_where_nobody_leads(town: Town) -> None:
    channel = town.declare()
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, 31)
    (asked,) = town.ws.dm("ana")
    assert "because you declared it and nobody leads" in str(asked["blocks"])


@pytest.mark.parametrize("done", ["update 2h it holds", "resolve fixed", "cancel a drill"])
def test_nobody_is_asked_for_what_came_or_is_not_needed(town: Town, done: str) -> None:
    channel = town.declare()
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, 20)
    town.incident("mei", done, channel)
    _later(town, 20)
    assert town.ws.dm("ana") == []


def test_what_came_while_slack_was_away_is_not_asked_for(town: Town) -> None:
    channel = town.declare()
    town.incident("mei", "update 30m rolled back", channel)
    town.settle()
    town.sandbox.faults.on("ratelimited", method="conversations.open", times=1, retry_after=30)
    town.sandbox.clock.advance(timedelta(minutes=31))
    harness.eventually(
        lambda: bool(town.sandbox.record.called("conversations.open")), "it was tried"
    )
    town.incident("mei", "update 1h it holds", channel)
    _later(town, 1)
    assert town.ws.dm("ana") == []


def test_a_button_in_a_dm_says_what_is_so_now(town: Town) -> None:
    channel = town.declare()
    town.incident("mei", "update 30m rolled back", channel)
    _later(town, 31)
    town.incident("mei", "resolve fixed", channel)
    town.settle()
    town.press("ana", "dm", "Post update")
    dm = town.sandbox.state.dm_with(town.ws.person("ana"))
    assert "INC-2026-001 is already resolved" in town.ws.ephemerals("ana")[-1]["text"]
    assert dm is not None
    assert town.ws.open_view("ana") is None


def test_updates_are_the_communication_log(tmp_path: Any) -> None:
    policy = Policy.model_validate(
        {"posting_interval": 0.01, "postmortem": {"template_by_severity": {"P1": "blameless"}}}
    )
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as town:
        channel = town.declare()
        town.incident("ben", "update 15m we will roll back the deploy", channel)
        town.incident("ben", "resolve rolled back", channel)
        town.settle()
        said = "\n".join(
            reply["text"]
            for head in town.said(channel)
            if head["text"].startswith("Postmortem draft")
            for reply in town.ws.replies(channel, head["ts"])
        )
        _, _, log = said.partition("Communication log")
        assert "internal | we will roll back the deploy (ben)" in log


def test_an_update_cannot_ping_everybody(town: Town) -> None:
    channel = town.declare()
    town.incident("ben", "update <!channel> <!here> help", channel)
    town.settle()
    ours = [m["text"] for m in town.said(channel) + town.said("incidents") if m.get("bot_id")]
    assert any("help" in text for text in ours)
    assert all("<!" not in text.replace("<!date^", "") for text in ours)
