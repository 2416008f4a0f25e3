"""Unusual Slack profiles never cause an internal error, and everyone gets a name."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from handlers.slack import people as handlers_people
from handlers.slack import profiles
from sandbox.workspace_state import Person
from storage import people
from tests.support import harness
from tests.support.harness import LiveBot

NAMES: list[Any] = [
    None, ..., "", " ", "\u200b", "Cy Adams", "cy\nadams", "\x07\x1b[0m", "\u202egnihtemos", "محمد", "<!channel>",
    "<@U0EVIL>", "*bold* _it_ `x`", "{{ 7 * 7 }}", "&lt;", "x" * 300, "🔥" * 90, 7, [], {},
]  # fmt: skip
ZONES: list[Any] = [
    None, ..., "", " ", "America", "America/Nowhere", "Europe/Lisbon", "../../etc/passwd", "/etc/passwd", "UTC\x00",
    "x" * 300, "PST8PDT", "posix", 7, [],
]  # fmt: skip
FLAGS: list[Any] = [None, ..., True, False, "yes"]
odd_people: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "real_name": st.sampled_from(NAMES),
        "tz": st.sampled_from(ZONES),
        "tz_offset": st.sampled_from([None, ..., 0, -18000, 19800, 10**12, "x"]),
        "profile": st.sampled_from([None, ..., []])
        | st.fixed_dictionaries(
            {"display_name": st.sampled_from(NAMES), "real_name": st.sampled_from(NAMES)}
        ),
    },
    optional={
        "deleted": st.sampled_from(FLAGS),
        "is_bot": st.sampled_from(FLAGS),
        "is_restricted": st.sampled_from(FLAGS),
        "is_stranger": st.sampled_from(FLAGS),
        "team_id": st.sampled_from([None, ..., "T0OTHER", 7]),
        "enterprise_user": st.sampled_from([None, [], {}, {"teams": None}, {"enterprise_id": 7}]),
    },
)
BY_THEM = [
    "note 08:22 restarted the cache", "time", "time started 13:55", "list", "actions", "away until friday",
    "away off", "update 30m rolled back", "action Add an alert @ana friday", "catchup", "meeting", "help", "lead",
]  # fmt: skip
ABOUT_THEM = [
    "lead @{}",
    "role comms @{}",
    "action Add an alert @{} friday P2",
    "note @{} restarted",
]
APOLOGY = "our fault"
_number = count(1)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveBot, str]]:
    """One workspace for all examples: each adds a person."""
    folder: Path = tmp_path_factory.mktemp("crowd")
    with harness.start_live_bot(f"sqlite:///{folder}/debrief.db") as live_bot:
        yield live_bot, live_bot.declare()


def _add_odd_person(live_bot: LiveBot, odd: dict[str, Any], kind: str = "U") -> Person:
    """Add a person with an unusual profile."""
    number = next(_number)
    person = Person(f"{kind}0ODD{number:05}", f"odd{number}", f"Odd {number}", odd=odd)
    with live_bot.sandbox.state.lock:
        live_bot.sandbox.state.people[person.id] = person
    return person


def _try_everything(live_bot: LiveBot, channel: str, person: Person) -> list[str]:
    """Run every command by and about a person, and return the answers."""
    live_bot.workspace.join(person, channel)
    answers = [
        live_bot.command("ana", command.format(person.name), channel) for command in ABOUT_THEM
    ]
    answers += [
        str(live_bot.workspace.command(person, channel, "/incident", command).text)
        for command in BY_THEM
    ]
    live_bot.workspace.say(person, channel, "@debrief note 08:22 restarted")
    live_bot.workspace.say(person, channel, "the cause was the cache")
    live_bot.workspace.open_home(person)
    live_bot.workspace.leave(person, channel)
    live_bot.settle()
    return answers


@given(odd_people, st.sampled_from("UW"))
@example(
    {
        "real_name": ...,
        "name": "cy.adams_x",
        "profile": {"display_name": "", "real_name": "Cy Adams"},
    },
    "U",
)
@example({"tz": "America"}, "U")
@settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_people_with_unusual_profiles_cause_no_error_and_get_a_name(
    crowd: tuple[LiveBot, str], odd: dict[str, Any], kind: str
) -> None:
    live_bot, channel = crowd
    with capture_logs() as logs:
        person = _add_odd_person(live_bot, odd, kind)
        answers = _try_everything(live_bot, channel, person)
    assert [answer for answer in answers if APOLOGY in answer] == []
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    with live_bot.store.begin() as session:
        stored_person = people.find(session, person.id)
    assert stored_person
    assert stored_person.name.strip()
    assert len(stored_person.name) <= 80


@pytest.mark.parametrize("error", ["user_not_found", "users_not_found", "missing_scope"])
def test_people_whose_profile_slack_refuses_cause_no_internal_error(
    crowd: tuple[LiveBot, str], error: str
) -> None:
    live_bot, channel = crowd
    person = _add_odd_person(live_bot, {})
    live_bot.sandbox.faults.on("error", method="users.info", error=error)
    live_bot.workspace.join(person, channel)
    with capture_logs([structlog.processors.format_exc_info]) as logs:
        answers = [
            live_bot.command("ana", command.format(person.name), channel) for command in ABOUT_THEM
        ]
        answers += [
            str(live_bot.workspace.command(person, channel, "/incident", command).text)
            for command in BY_THEM
        ]
    live_bot.sandbox.faults.clear()
    live_bot.settle()
    assert [answer for answer in answers if APOLOGY in answer] == []
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


def test_slackbot_is_named_slackbot(crowd: tuple[LiveBot, str]) -> None:
    live_bot, channel = crowd
    live_bot.command("ana", "note <@USLACKBOT> reminded us", channel)
    live_bot.workspace.say("ana", channel, "<@USLACKBOT> reminded us")
    live_bot.command("ana", "lead <@USLACKBOT>", channel)
    live_bot.settle()
    handlers_people.look_up(live_bot.service.bot, live_bot.service._client, ["USLACKBOT"])
    with live_bot.store.begin() as session:
        stored_person = people.find(session, "USLACKBOT")
    assert stored_person
    assert stored_person.name == "Slackbot"


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (
            {"name": "cy.adams_x", "profile": {"display_name": "", "real_name": "Cy Adams"}},
            "Cy Adams",
        ),
        (
            {"name": "cy", "real_name": "Cy Adams", "profile": {"display_name": "cyadams"}},
            "Cy Adams",
        ),
        ({"name": "cy", "real_name": None, "profile": None}, "cy"),
        ({"name": "cy", "real_name": "\u200b \u202e", "profile": {"display_name": "\x07"}}, "cy"),
        ({"real_name": "Cy\nAdams\u202e"}, "Cy Adams"),
        ({"real_name": "x" * 300}, "x" * 79 + "…"),
        ({}, ""),
    ],
)
def test_a_person_goes_by_their_full_name(user: dict[str, Any], name: str) -> None:
    assert profiles.name("U1", user) == name
    assert profiles.name("USLACKBOT", user) == "Slackbot"


@pytest.mark.parametrize(
    ("user", "zone"),
    [
        ({"tz": "Asia/Tokyo", "tz_offset": 0}, "Asia/Tokyo"),
        ({"tz": "America", "tz_offset": -18000}, "Etc/GMT+5"),
        ({"tz": None, "tz_offset": 32400}, "Etc/GMT-9"),
        ({"tz": "America", "tz_offset": 19800}, ""),
        ({"tz": "America", "tz_offset": 10**12}, ""),
        ({"tz": "../../etc/passwd"}, ""),
        ({"tz": ""}, ""),
        ({}, ""),
    ],
)
def test_an_unusable_time_zone_falls_back_to_the_offset_or_to_none(
    user: dict[str, Any], zone: str
) -> None:
    assert profiles.zone(user) == zone
