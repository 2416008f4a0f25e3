"""Which tracker the settings make, what it understands, and what each of its refusals is called."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli.bot_setup import make_bot
from bot.cli.doctor_finding import CheckState
from bot.cli.doctor_tracker import check_tracker
from bot.config.policy import BadPolicy, Policy, load
from bot.config.settings import BadSettings, Settings
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
    made,
    running,
)

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NEW = NewTicket(title="add an alert", lines=("Owner: Ben",), mark="0123456789abcdef")


@pytest.fixture(params=[FakeGitHub, FakeJira])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeTracker]:
    with running(request.param()) as started:
        yield started


def test_a_ticket_is_made_found_closed_and_opened(fake: FakeTracker) -> None:
    tracker = fake.tracker()
    assert tracker.find(NEW.mark, NOW) is None
    first = tracker.create(NEW)
    assert not first.done
    assert tracker.key_of(first.url) == first.key
    assert tracker.look(first.key) == first == tracker.find(NEW.mark, NOW)
    assert tracker.put(first.key, done=True).done
    assert tracker.look(first.key).done
    assert not tracker.put(first.key, done=False).done


@pytest.mark.parametrize(
    ("fault", "kind"),
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
)
def test_each_refusal_has_its_name(
    fake: FakeTracker, fault: Fault, kind: type[TrackerError]
) -> None:
    fake.faults.append(fault)
    with pytest.raises(TrackerError) as met:
        fake.tracker().create(NEW)
    assert type(met.value) is kind
    assert met.value.unsure is (kind is TrackerUnreachable)
    assert fake.name in str(met.value)


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
)
def test_it_says_how_long_to_wait(fake: FakeTracker, headers: dict[str, str], seconds: int) -> None:
    fake.faults.append(Fault(429, headers))
    with pytest.raises(TrackerBusy) as met:
        fake.tracker().look("OPS-1" if isinstance(fake, FakeJira) else "acme/operations#1")
    assert met.value.wait == timedelta(seconds=seconds)


def test_which_addresses_are_tickets() -> None:
    settings = Settings(
        github_token=SecretStr("t"), jira_email="a@example.org", jira_token=SecretStr("t")
    )
    github = made(settings, {"tracker": "github", "repository": "acme/ops"})
    assert (
        github.key_of("https://github.com/acme/other.repo/issues/12#issuecomment-1")
        == "acme/other.repo#12"
    )
    for other in (
        "/acme/ops/pull/12",
        "/acme/../issues/12",
        "/acme/ops/issues",
        "/acme/ops/issues/x",
        "/acme/ops/issues/1/../../../other/issues/2",
        "/acme/ops/../other/issues/1",
        "/acme%2Fops/issues/1",
        "/acme/ops/issues/1/2",
    ):
        assert github.key_of(f"https://github.com{other}") is None
    assert github.key_of("https://api.github.com.evil.example/acme/ops/issues/12") is None
    own = settings.model_copy(update={"github_api_url": "https://git.acme.example/api/v3/"})
    enterprise = made(own, {"tracker": "github", "repository": "acme/ops"})
    assert enterprise.key_of("https://git.acme.example/acme/ops/issues/1") == "acme/ops#1"
    site = "https://acme.atlassian.net"
    jira = made(settings, {"tracker": "jira", "site": site, "project": "OPS"})
    assert jira.key_of(f"{site}/browse/OPS-12?focusedId=1") == "OPS-12"
    assert (
        jira.key_of(f"{site}/jira/software/projects/OPS/boards/1?selectedIssue=OPS-13") == "OPS-13"
    )
    for other in (
        f"{site}/browse/OPS",
        f"{site}/jira/OPS-12x",
        "https://b.atlassian.net/browse/OPS-1",
    ):
        assert jira.key_of(other) is None


def test_only_the_configured_place_is_the_teams_own() -> None:
    settings = Settings(
        github_token=SecretStr("t"), jira_email="a@example.org", jira_token=SecretStr("t")
    )
    github = made(settings, {"tracker": "github", "repository": "acme/ops"})
    for key in ("acme/ops#1", "Acme/OPS#22"):  # GitHub's names have no case
        assert github.owns(key)
    for key in ("acme/ops2#1", "acme2/ops#1", "acme/other#1", "acme/ops", "", "OPS-1"):
        assert not github.owns(key)
    site = "https://acme.atlassian.net"
    jira = made(settings, {"tracker": "jira", "site": site, "project": "OPS"})
    assert jira.owns("OPS-1")
    for key in ("OPS2-1", "OP-1", "SECRET-1", "OPS", "", "XOPS-1", "OPS-1-2"):
        assert not jira.owns(key)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('tracker = "gitlab"', "github"),
        ('tracker = "github"', "needs repository"),
        ('tracker = "jira"\nproject = "OPS"', "needs site"),
        ('tracker = "github"\nrepository = "ops"', "an owner and a name"),
        ('site = "acme.atlassian.net"', "a web address"),
        ('project = "ops ops"', "the key of a project"),
        ('create = "sometimes"', "ask"),
        ("poll_minutes = 0", "poll_minutes"),
        ('repo = "a/b"', "is not a key"),
    ],
)
def test_a_wrong_policy_stops_the_start(tmp_path: Path, written: str, problem: str) -> None:
    file = tmp_path / "debrief.toml"
    file.write_text(f"[tickets]\n{written}\n")
    with pytest.raises(BadPolicy) as refused:
        load(file)
    assert "tickets" in str(refused.value)
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("known", "policy", "name"),
    [
        ({}, 'tracker = "github"\nrepository = "a/b"', "GITHUB_TOKEN is not set"),
        ({}, 'tracker = "jira"\nsite = "https://a.example"\nproject = "OPS"', "JIRA_EMAIL"),
        (
            {"jira_email": "a@example.org"},
            'tracker = "jira"\nsite = "https://a.example"\nproject = "OPS"',
            "JIRA_TOKEN",
        ),
    ],
)
def test_a_token_that_is_missing_stops_the_start_by_its_name(
    tmp_path: Path, known: dict[str, Any], policy: str, name: str
) -> None:
    file = tmp_path / "debrief.toml"
    file.write_text(f"[tickets]\n{policy}\n")
    url = f"sqlite:///{tmp_path}/debrief.db"
    with pytest.raises(BadSettings) as missing:
        make_bot(Settings(database_url=url, debrief_config=file, **known))
    assert str(missing.value).startswith(name)


def test_the_doctor_tries_the_token(fake: FakeTracker) -> None:
    settings = fake.settings()
    policy = Policy.model_validate({"tickets": fake.policy()})
    (found,) = check_tracker(settings, policy)
    assert (found.state, found.text.split()[0]) == (CheckState.OK, fake.name)
    fake.token = "another"
    (found,) = check_tracker(settings, policy)
    assert found.state is CheckState.FAILED
    assert "does not accept our token" in found.text
    (found,) = check_tracker(Settings(), policy)
    assert (found.state, "is not set" in found.text) == (CheckState.FAILED, True)
    assert list(check_tracker(Settings(), Policy())) == []


def test_the_doctor_knows_the_issue_types_of_a_project() -> None:
    with running(FakeJira()) as jira:
        policy = Policy.model_validate({"tickets": jira.policy() | {"issue_type": "Chore"}})
        (found,) = check_tracker(jira.settings(), policy)
        assert "has no issue type Chore: it has Task, Bug" in found.text
