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


def _with_items(live_bot: LiveBot) -> str:
    """Create as many items as make figures, due the week before the digest."""
    channel = _with_item(live_bot)
    for number in range(4):
        live_bot.command("ana", f"action write {number} @ben 2026-03-13", channel)
    live_bot.settle()
    return channel


def _digests(live_bot: LiveBot) -> list[dict[str, Any]]:
    return [m for m in live_bot.messages("sre-weekly") if m["text"].startswith("Action items, ")]


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
    channel = _with_items(live_bot)
    _at(live_bot, 16)
    assert _chart(_digests(live_bot)[0]) is None  # one week makes no chart
    live_bot.command("ana", "action write it down @ben 2026-03-20", channel)
    live_bot.press("ben", channel, "Mark as done")
    _at(live_bot, 23)
    second = _digests(live_bot)[1]
    chart = _chart(second)
    assert chart is not None
    assert chart["chart"]["axis_config"]["categories"] == ["9 Mar", "16 Mar"]
    values = {
        series["name"]: [point["value"] for point in series["data"]]
        for series in chart["chart"]["series"]
    }
    assert values == {"Done": [0, 1], "Overdue": [5, 5]}
    assert "By week: 9 Mar, 0 done, 5 overdue; 16 Mar, 1 done, 5 overdue." in second["text"]


def test_a_workspace_without_chart_blocks_gets_the_numbers_as_text_once(live_bot: LiveBot) -> None:
    _with_items(live_bot)
    live_bot.sandbox.forget_blocks(CHART)
    _at(live_bot, 16)
    _at(live_bot, 23)
    first, second = _digests(live_bot)
    assert _chart(first) is None
    assert _chart(second) is None
    assert "9 Mar, 0 done, 5 overdue; 16 Mar, 0 done, 5 overdue." in second["text"]
    block_types = [block["type"] for block in second["blocks"]]
    assert "16 Mar, 0 done, 5 overdue" in str(second["blocks"])
    assert block_types[-1] == "actions"
    assert _charts_tried(live_bot) == 1
    _at(live_bot, 30)
    assert len(_digests(live_bot)) == 3
    assert _charts_tried(live_bot) == 1  # not tried again until the next start


def _charts_tried(live_bot: LiveBot) -> int:
    posts = live_bot.sandbox.record.called("chat.postMessage")
    return sum(CHART in str(call.args.get("blocks")) for call in posts)


def test_a_refused_chart_and_a_lost_response_post_the_digest_once(live_bot: LiveBot) -> None:
    _with_items(live_bot)
    _at(live_bot, 16)
    live_bot.sandbox.forget_blocks(CHART)
    # The first try is refused; the response to the second one, without the chart, is lost.
    live_bot.sandbox.faults.on("dropped_after", method="chat.postMessage", every=2, times=1)
    _at(live_bot, 23)
    live_bot.sandbox.clock.advance(timedelta(minutes=1))
    live_bot.settle()
    assert len(_digests(live_bot)) == 2


def test_the_digest_counts_by_severity_and_names_no_person(live_bot: LiveBot) -> None:
    _with_items(live_bot)
    other = live_bot.declare("P3 search is slow")
    live_bot.command("ana", "action tune the cache @mei 2026-03-30", other)
    live_bot.settle()
    _at(live_bot, 16)
    (digest,) = _digests(live_bot)
    assert "P1: 0 of 5 due items done, 5 open, 5 overdue" in digest["text"]
    assert "P3: 1 open" in digest["text"]
    for person in ("ana", "ben", "mei"):
        member = live_bot.workspace.person(person)
        assert member.id not in str(digest["blocks"]) + digest["text"]
        assert member.real_name not in digest["text"]


def test_a_digest_of_few_items_is_one_sentence(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    live_bot.command("ana", "action write it down @ben 2026-03-13", channel)
    live_bot.press("ben", channel, "Mark as done")
    _at(live_bot, 16)
    _at(live_bot, 23)
    first, second = _digests(live_bot)
    assert first["text"] == (
        "Action items, 9\u201315 March 2026\n1 of 2 items due last week is done; 1 open, 1 overdue."
    )
    assert second["text"] == (
        "Action items, 16\u201322 March 2026\nNo items were due last week; 1 open, 1 overdue."
    )
    assert [block["type"] for block in second["blocks"]] == ["header", "section", "actions"]


def test_a_digest_of_another_day_counts_the_last_seven_days(live_bot: LiveBot) -> None:
    _with_item(live_bot, "action add an alert @ben 2026-03-17")
    live_bot.command("mei", "digest settings")
    _submit_settings(live_bot, "yes", "friday", "9")
    _at(live_bot, 20)
    (digest,) = _digests(live_bot)
    assert digest["text"] == (
        "Action items, 13\u201319 March 2026\n0 of 1 item due in the last 7 days is done; 1 open, 1 overdue."
    )


def test_overdue_items_are_sorted_by_date_and_link_to_their_threads(live_bot: LiveBot) -> None:
    channel = _with_items(live_bot)
    live_bot.command("ana", "action do it first @ben 2026-03-11", channel)
    live_bot.settle()
    _at(live_bot, 16)
    (digest,) = _digests(live_bot)
    late = digest["text"].partition("*Overdue, oldest first*\n")[2].splitlines()
    thread = next(m for m in live_bot.messages(channel) if "Action item: do it first" in m["text"])
    link = f"/archives/{channel}/p{thread['ts'].replace('.', '')}|do it first>"
    assert link in late[0]
    assert "add an alert>: INC-2026-001, 4 days overdue" in late[1]
    assert "write 0>: INC-2026-001, 3 days overdue" in late[2]


def test_overdue_items_of_private_incidents_are_only_counted(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 the zanzibar bucket", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    for number in range(5):
        live_bot.command("ana", f"action rotate zanzibar {number} @ben 2026-03-12", channel)
    live_bot.settle()
    _at(live_bot, 16)
    (digest,) = _digests(live_bot)
    assert "Items from 1 private incident" in digest["text"]
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
    assert "9\u201315 March 2026" in digest["text"]


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
    notice = "Mei Tanaka changed the digest schedule: Thursdays at 15:00 (UTC)."
    assert live_bot.messages("sre-weekly")[-1]["text"] == notice
    _at(live_bot, 23)
    assert len(_digests(live_bot)) == 1
    _at(live_bot, 26, 15)
    assert len(_digests(live_bot)) == 2


def test_a_switched_off_digest_is_not_posted_until_it_is_switched_on_again(
    live_bot: LiveBot,
) -> None:
    _with_items(live_bot)
    _at(live_bot, 16)
    live_bot.press("mei", "sre-weekly", "Digest settings")
    _submit_settings(live_bot, "no", "monday", "9")
    assert "turned off the weekly digest" in live_bot.messages("sre-weekly")[-1]["text"]
    _at(live_bot, 23)
    assert len(_digests(live_bot)) == 1
    live_bot.command("mei", "digest settings")
    assert "The digest is off" in str(live_bot.workspace.open_view("mei"))
    _submit_settings(live_bot, "yes", "monday", "9")
    _at(live_bot, 30)
    assert len(_digests(live_bot)) == 2
    assert (
        "16 Mar, 0 done, 5 overdue" in _digests(live_bot)[1]["text"]
    )  # figures were stored meanwhile


def test_saving_unchanged_digest_settings_posts_nothing(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _at(live_bot, 16)
    before = len(live_bot.messages("sre-weekly"))
    live_bot.press("mei", "sre-weekly", "Digest settings")
    _submit_settings(live_bot, "yes", "monday", "9")
    assert len(live_bot.messages("sre-weekly")) == before
    assert "as set in the configuration file" in str(live_bot.workspace.open_view("mei"))
