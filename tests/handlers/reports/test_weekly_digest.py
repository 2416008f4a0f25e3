"""The weekly digest: introduction, chart, settings, and delivery without duplicates."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.config.policy import Digest
from tests.support import harness
from tests.support.harness import POLICY, LiveBot

CHART = "data_visualization"


def _at(live_bot: LiveBot, day: int, hour: int = 9, month: int = 3) -> None:
    live_bot.sandbox.clock.move_to(datetime(2026, month, day, hour, 1, tzinfo=UTC))
    live_bot.settle()


def _with_item(live_bot: LiveBot, command: str = "action add an alert @ben 2026-03-12 P2") -> str:
    channel = live_bot.declare()
    live_bot.command("ana", command, channel)
    live_bot.settle()
    return channel


def _digests(live_bot: LiveBot) -> list[dict[str, Any]]:
    return [
        m for m in live_bot.messages("sre-weekly") if m["text"].startswith("Action items, week")
    ]


def _chart(message: dict[str, Any]) -> dict[str, Any] | None:
    return next((block for block in message["blocks"] if block["type"] == CHART), None)


def test_the_first_digest_in_a_channel_has_an_introduction(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _at(live_bot, 16)
    intro, digest = live_bot.messages("sre-weekly")[-2:]
    assert intro["text"].startswith(
        "I'll post a digest of your team's action items here on Mondays at 09:00"
    )
    assert "come from the configuration file" in intro["text"]
    assert digest in _digests(live_bot)
    _at(live_bot, 23)
    assert (
        len(
            [
                m
                for m in live_bot.messages("sre-weekly")
                if m["text"].startswith("I'll post a digest")
            ]
        )
        == 1
    )
    assert len(_digests(live_bot)) == 2


def test_a_week_without_items_posts_no_introduction(live_bot: LiveBot) -> None:
    before = len(live_bot.messages("sre-weekly"))
    _at(live_bot, 16)
    assert len(live_bot.messages("sre-weekly")) == before


def test_the_chart_shows_the_numbers_of_the_text(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    _at(live_bot, 16)
    assert _chart(_digests(live_bot)[0]) is None  # one week makes no chart
    live_bot.command("ana", "action write it down @ben 2026-03-20", channel)
    live_bot.press("ben", channel, "Mark done")
    _at(live_bot, 23)
    second = _digests(live_bot)[1]
    chart = _chart(second)
    assert chart is not None
    assert chart["chart"]["axis_config"]["categories"] == ["W12", "W13"]
    values = {
        series["name"]: [point["value"] for point in series["data"]]
        for series in chart["chart"]["series"]
    }
    assert values == {"Done": [0, 1], "Overdue": [1, 1]}
    assert "by week:* W12 0 and 1; W13 1 and 1." in second["text"]


def test_a_workspace_without_chart_blocks_gets_the_numbers_as_text_once(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    live_bot.sandbox.forget_blocks(CHART)
    _at(live_bot, 16)
    _at(live_bot, 23)
    first, second = _digests(live_bot)
    assert _chart(first) is None
    assert _chart(second) is None
    assert "W12 0 and 1; W13 0 and 1." in second["text"]
    block_types = [block["type"] for block in second["blocks"]]
    assert "W13 0 and 1" in str(second["blocks"])
    assert block_types[-1] == "actions"
    assert _charts_tried(live_bot) == 1
    _at(live_bot, 30)
    assert len(_digests(live_bot)) == 3
    assert _charts_tried(live_bot) == 1  # not tried again until the next start


def _charts_tried(live_bot: LiveBot) -> int:
    posts = live_bot.sandbox.record.called("chat.postMessage")
    return sum(CHART in str(call.args.get("blocks")) for call in posts)


def test_a_refused_chart_and_a_lost_response_post_the_digest_once(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _at(live_bot, 16)
    live_bot.sandbox.forget_blocks(CHART)
    # The first try is refused; the response to the second one, without the chart, is lost.
    live_bot.sandbox.faults.on("dropped_after", method="chat.postMessage", every=2, times=1)
    _at(live_bot, 23)
    live_bot.sandbox.clock.advance(timedelta(minutes=1))
    live_bot.settle()
    assert len(_digests(live_bot)) == 2


def test_the_digest_counts_by_severity_and_names_no_person(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    other = live_bot.declare("P3 search is slow")
    live_bot.command("ana", "action tune the cache @mei 2026-03-30", other)
    live_bot.settle()
    _at(live_bot, 16)
    (digest,) = _digests(live_bot)
    assert "P1: 0 of 1 due items done, 0 done in all, 1 open, 1 of them" in digest["text"]
    assert "P3: 0 done in all, 1 open" in digest["text"]
    for person in ("ana", "ben", "mei"):
        member = live_bot.workspace.person(person)
        assert member.id not in str(digest["blocks"]) + digest["text"]
        assert member.real_name not in digest["text"]


def test_overdue_items_of_private_incidents_are_only_counted(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 the zanzibar bucket", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.command("ana", "action rotate zanzibar @ben 2026-03-12", channel)
    live_bot.settle()
    _at(live_bot, 16)
    (digest,) = _digests(live_bot)
    assert "and items of 1 private incident" in digest["text"]
    assert "zanzibar" not in str(digest)
    assert "INC-2026-001" not in str(digest)


@pytest.fixture
def auckland_town(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace whose digest is read in Auckland, half a day ahead of the general time zone."""
    digest = Digest(zone=ZoneInfo("Pacific/Auckland"))
    policy = POLICY.model_copy(update={"digest": digest})
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def test_the_digest_is_posted_at_its_hour_in_its_own_time_zone(auckland_town: LiveBot) -> None:
    _with_item(auckland_town)
    _at(auckland_town, 15, 19)  # Monday 08:01 in Auckland
    assert _digests(auckland_town) == []
    _at(auckland_town, 15, 20)
    (digest,) = _digests(auckland_town)
    assert "week 12" in digest["text"]


def _submit_settings(live_bot: LiveBot, comes: str, day: str, hour: str) -> dict[str, Any]:
    answer = live_bot.workspace.submit(
        "mei", {"comes": {"comes": comes}, "day": {"day": day}, "hour": {"hour": hour}}
    )
    live_bot.settle()
    return dict(answer)


def test_digest_settings_override_the_configured_day_and_hour(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _at(live_bot, 16)
    live_bot.press("mei", "sre-weekly", "Digest settings")
    view = live_bot.workspace.open_view("mei")
    assert (
        "The digest is posted on Mondays at 09:00 (UTC), as set in the configuration file."
        in str(view)
    )
    _submit_settings(live_bot, "yes", "thursday", "15")
    mei = live_bot.workspace.person("mei").id
    assert f"Thursdays at 15:00 (UTC), as set by <@{mei}>." in str(
        live_bot.workspace.open_view("mei")
    )
    notice = f"<@{mei}> changed the digest's schedule: Thursdays at 15:00 (UTC)."
    assert live_bot.messages("sre-weekly")[-1]["text"] == notice
    _at(live_bot, 23)
    assert len(_digests(live_bot)) == 1
    _at(live_bot, 26, 15)
    assert len(_digests(live_bot)) == 2


def test_a_switched_off_digest_is_not_posted_until_it_is_switched_on_again(
    live_bot: LiveBot,
) -> None:
    _with_item(live_bot)
    _at(live_bot, 16)
    live_bot.press("mei", "sre-weekly", "Digest settings")
    _submit_settings(live_bot, "no", "monday", "9")
    assert "turned the weekly digest off" in live_bot.messages("sre-weekly")[-1]["text"]
    _at(live_bot, 23)
    assert len(_digests(live_bot)) == 1
    live_bot.command("mei", "digest settings")
    assert "The digest is off" in str(live_bot.workspace.open_view("mei"))
    _submit_settings(live_bot, "yes", "monday", "9")
    _at(live_bot, 30)
    assert len(_digests(live_bot)) == 2
    assert "W13" in _digests(live_bot)[1]["text"]  # figures were stored meanwhile


def test_saving_unchanged_digest_settings_posts_nothing(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _at(live_bot, 16)
    before = len(live_bot.messages("sre-weekly"))
    live_bot.press("mei", "sre-weekly", "Digest settings")
    _submit_settings(live_bot, "yes", "monday", "9")
    assert len(live_bot.messages("sre-weekly")) == before
    assert "as set in the configuration file" in str(live_bot.workspace.open_view("mei"))
