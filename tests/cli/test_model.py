"""`debrief draft --config` and `debrief doctor` with a model."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.doctor_model import check_model
from bot.config.policy import Policy
from bot.config.settings import Settings
from tests.support.model_server import KEY, MODEL, FakeModel, Fault, running_model

SAID = "checkout is throwing 502s, 4,200 users affected"
WORDED = "Checkout is throwing 502s, with 4,200 users affected."


@pytest.fixture
def server() -> Iterator[FakeModel]:
    answer = {"summary": [{"text": WORDED, "messages": [1]}]}
    with running_model(FakeModel(answer=lambda _: answer)) as running:
        yield running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: FakeModel) -> Path:
    """A folder with a transcript and a configuration, in which every command runs."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DEBRIEF_MODEL_KEY", KEY)
    message = {"ts": "1773144000.000100", "user": "ana", "text": SAID}
    (tmp_path / "talk.jsonl").write_text(json.dumps(message))
    configured = f'[drafting.model]\nbase_url = "{server.base_url}"\nmodel = "{MODEL}"\n'
    (tmp_path / "debrief.toml").write_text(configured)
    return tmp_path


def draft(*options: str) -> tuple[str, str]:
    """Run `debrief draft`; return its output and its messages."""
    result = CliRunner().invoke(app, ["draft", "talk.jsonl", *options])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_a_transcript_is_worded_by_the_model_of_the_configuration_named(server: FakeModel) -> None:
    text, _ = draft("--config", "debrief.toml")
    assert len(server.requests) == 1
    assert WORDED in text
    assert f"Wording by {MODEL}; no sentences rejected" in text


def test_without_naming_the_configuration_nothing_is_sent(server: FakeModel) -> None:
    text, _ = draft()
    assert WORDED not in text
    assert server.requests == []


@pytest.mark.parametrize("content", ["junk", json.dumps({"summary": 7})])
def test_an_unusable_answer_is_a_warning(server: FakeModel, content: str) -> None:
    server.answer = lambda _: content
    text, warning = draft("--config", "debrief.toml")
    assert "Wording by" not in text
    assert "Drafted without the model: The model's answer can't be used" in warning


def finding(server: FakeModel, *, key: str = KEY, model: str = MODEL) -> tuple[str, str]:
    configured = {"drafting": {"model": {"base_url": server.base_url, "model": model}}}
    settings = Settings.model_validate({"debrief_model_key": key})
    (found,) = check_model(settings, Policy.model_validate(configured))
    return found.state, found.text


def test_doctor_asks_the_model_for_a_tiny_answer(server: FakeModel) -> None:
    assert finding(server) == ("ok", f"{MODEL} answers; private incidents are not sent to it")
    (request,) = server.requests
    assert len(str(request)) < 300


def test_doctor_names_the_fix(server: FakeModel) -> None:
    assert "DEBRIEF_MODEL_KEY" in finding(server, key="wrong")[1]
    state, text = finding(server, model="large:70b")
    assert state == "failed"
    assert "doesn't know the model large:70b" in text
    server.faults = [Fault(200, "<html>")]
    assert "`base_url`" in finding(server)[1]


def test_doctor_says_nothing_without_a_model() -> None:
    assert list(check_model(Settings(), Policy())) == []
