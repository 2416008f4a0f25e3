"""Issue tracker clients: configuration, ticket addresses, errors and the doctor's check."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli.bot_setup import make_bot
from bot.cli.doctor_finding import CheckState
from bot.cli.doctor_tracker import check_tracker
from bot.config.environment import BadSettings
from bot.config.policy import BadPolicy, Policy, load
from bot.config.settings import Settings
from bot.domain.ticket import (
    NewTicket,
    NotAllowed,
    NotInTracker,
    TokenNotAccepted,
    TrackerBusy,
    TrackerError,
    TrackerUnreachable,
)
from tests.handlers.action_items.trackers import (
    FakeGitHub,
    FakeJira,
    FakeTracker,
    Fault,
    build,
    running,
)

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NEW = NewTicket(title="add an alert", lines=("Owner: Ben",), mark="0123456789abcdef")


@pytest.fixture(params=[FakeGitHub, FakeJira])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeTracker]:
    with running(request.param()) as server:
        yield server


def test_a_ticket_is_created_found_closed_and_reopened(fake: FakeTracker) -> None:
    tracker = fake.tracker()
    assert tracker.find(NEW.mark, NOW) is None
    ticket = tracker.create(NEW)
    assert not ticket.done
    assert tracker.key_of(ticket.url) == ticket.key
    assert tracker.look(ticket.key) == ticket == tracker.find(NEW.mark, NOW)
    assert tracker.put(ticket.key, done=True).done
    assert tracker.look(ticket.key).done
    assert not tracker.put(ticket.key, done=False).done


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(401), TokenNotAccepted),
        (Fault(403, body={"message": "no"}), NotAllowed),
        (Fault(404), NotInTracker),
        (Fault(410), NotInTracker),
        (Fault(429), TrackerBusy),
        (Fault(403, {"Retry-After": "7"}), TrackerBusy),
        (Fault(403, {"x-ratelimit-remaining": "0"}), TrackerBusy),
        (Fault(503), TrackerUnreachable),
        (Fault(200, body={}), TrackerUnreachable),
    ],
    ids=[
        "unauthorized",
        "forbidden",
        "not found",
        "gone",
        "rate limited",
        "forbidden until later",
        "rate limit used up",
        "unavailable",
        "empty response",
    ],
)
def test_each_error_response_raises_its_own_error(
    fake: FakeTracker, fault: Fault, error: type[TrackerError]
) -> None:
    fake.faults.append(fault)
    with pytest.raises(TrackerError) as raised:
        fake.tracker().create(NEW)
    assert type(raised.value) is error
    assert raised.value.unsure is (error is TrackerUnreachable)
    assert fake.name in str(raised.value)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "90"}, 90),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "9" * 30}, 3600),
        ({"Retry-After": "soon"}, 60),
        ({"x-ratelimit-reset": "1773144120", "date": "Tue, 10 Mar 2026 12:00:00 GMT"}, 120),
        ({"x-ratelimit-reset": "9" * 30, "date": "Tue, 10 Mar 2026 12:00:00 GMT"}, 3600),
        ({}, 60),
    ],
    ids=[
        "seconds",
        "zero",
        "too long",
        "not a number",
        "reset time",
        "reset too late",
        "no header",
    ],
)
def test_a_rate_limit_says_how_long_to_wait(
    fake: FakeTracker, headers: dict[str, str], seconds: int
) -> None:
    fake.faults.append(Fault(429, headers))
    with pytest.raises(TrackerBusy) as raised:
        fake.tracker().look("OPS-1" if isinstance(fake, FakeJira) else "acme/operations#1")
    assert raised.value.wait == timedelta(seconds=seconds)


def test_only_ticket_addresses_are_parsed_into_a_key() -> None:
    settings = Settings(
        github_token=SecretStr("t"), jira_email="a@example.org", jira_token=SecretStr("t")
    )
    github = build(settings, {"tracker": "github", "repository": "acme/ops"})
    assert (
        github.key_of("https://github.com/acme/other.repo/issues/12#issuecomment-1")
        == "acme/other.repo#12"
    )
    for address in (
        "/acme/ops/pull/12",
        "/acme/../issues/12",
        "/acme/ops/issues",
        "/acme/ops/issues/x",
        "/acme/ops/issues/1/../../../other/issues/2",
        "/acme/ops/../other/issues/1",
        "/acme%2Fops/issues/1",
        "/acme/ops/issues/1/2",
    ):
        assert github.key_of(f"https://github.com{address}") is None
    assert github.key_of("https://api.github.com.evil.example/acme/ops/issues/12") is None
    enterprise_settings = settings.model_copy(
        update={"github_api_url": "https://git.acme.example/api/v3/"}
    )
    enterprise = build(enterprise_settings, {"tracker": "github", "repository": "acme/ops"})
    assert enterprise.key_of("https://git.acme.example/acme/ops/issues/1") == "acme/ops#1"
    site = "https://acme.atlassian.net"
    jira = build(settings, {"tracker": "jira", "site": site, "project": "OPS"})
    assert jira.key_of(f"{site}/browse/OPS-12?focusedId=1") == "OPS-12"
    assert (
        jira.key_of(f"{site}/jira/software/projects/OPS/boards/1?selectedIssue=OPS-13") == "OPS-13"
    )
    for address in (
        f"{site}/browse/OPS",
        f"{site}/jira/OPS-12x",
        "https://b.atlassian.net/browse/OPS-1",
    ):
        assert jira.key_of(address) is None


def test_only_keys_in_the_configured_repository_or_project_are_owned() -> None:
    settings = Settings(
        github_token=SecretStr("t"), jira_email="a@example.org", jira_token=SecretStr("t")
    )
    github = build(settings, {"tracker": "github", "repository": "acme/ops"})
    for key in ("acme/ops#1", "Acme/OPS#22"):  # GitHub's names have no case
        assert github.owns(key)
    for key in ("acme/ops2#1", "acme2/ops#1", "acme/other#1", "acme/ops", "", "OPS-1"):
        assert not github.owns(key)
    site = "https://acme.atlassian.net"
    jira = build(settings, {"tracker": "jira", "site": site, "project": "OPS"})
    assert jira.owns("OPS-1")
    for key in ("OPS2-1", "OP-1", "SECRET-1", "OPS", "", "XOPS-1", "OPS-1-2"):
        assert not jira.owns(key)


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ('tracker = "gitlab"', "github"),
        ('tracker = "github"', "needs repository"),
        ('tracker = "jira"\nproject = "OPS"', "needs site"),
        ('tracker = "github"\nrepository = "ops"', "an owner and a name"),
        ('site = "acme.atlassian.net"', "a URL"),
        ('project = "ops ops"', "a project key"),
        ('create = "sometimes"', "ask"),
        ("poll_minutes = 0", "poll_minutes"),
        ('repo = "a/b"', "isn't a setting"),
    ],
)
def test_an_invalid_tickets_configuration_stops_the_bot_from_starting(
    tmp_path: Path, toml: str, problem: str
) -> None:
    file = tmp_path / "debrief.toml"
    file.write_text(f"[tickets]\n{toml}\n")
    with pytest.raises(BadPolicy) as raised:
        load(file)
    assert "tickets" in str(raised.value)
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("configured", "toml", "name"),
    [
        ({}, 'tracker = "github"\nrepository = "a/b"', "GITHUB_TOKEN isn't set"),
        ({}, 'tracker = "jira"\nsite = "https://a.example"\nproject = "OPS"', "JIRA_EMAIL"),
        (
            {"jira_email": "a@example.org"},
            'tracker = "jira"\nsite = "https://a.example"\nproject = "OPS"',
            "JIRA_TOKEN",
        ),
    ],
)
def test_a_missing_token_stops_the_bot_from_starting_and_is_named(
    tmp_path: Path, configured: dict[str, Any], toml: str, name: str
) -> None:
    file = tmp_path / "debrief.toml"
    file.write_text(f"[tickets]\n{toml}\n")
    url = f"sqlite:///{tmp_path}/debrief.db"
    with pytest.raises(BadSettings) as raised:
        make_bot(Settings(database_url=url, debrief_config=file, **configured))
    assert str(raised.value).startswith(name)


def test_the_doctor_checks_the_tracker_token(fake: FakeTracker) -> None:
    settings = fake.settings()
    policy = Policy.model_validate({"tickets": fake.policy()})
    (finding,) = check_tracker(settings, policy)
    assert (finding.state, finding.text.split()[0]) == (CheckState.OK, f"{fake.name}:")
    fake.token = "another"
    (finding,) = check_tracker(settings, policy)
    assert finding.state is CheckState.FAILED
    assert "doesn't accept my token" in finding.text
    (finding,) = check_tracker(Settings(), policy)
    assert (finding.state, "isn't set" in finding.text) == (CheckState.FAILED, True)
    assert list(check_tracker(Settings(), Policy())) == []


def test_the_doctor_lists_the_project_issue_types_when_the_configured_one_is_missing() -> None:
    with running(FakeJira()) as jira:
        policy = Policy.model_validate({"tickets": jira.policy() | {"issue_type": "Chore"}})
        (finding,) = check_tracker(jira.settings(), policy)
        assert "has no issue type Chore: it has Task, Bug" in finding.text
