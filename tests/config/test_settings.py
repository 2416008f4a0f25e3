import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config.environment import BadSettings
from bot.config.settings import (
    Settings,
    connection_mode,
    find_misspelt_variables,
    load,
    require_slack,
)

BOT, APP, SIGNING = "xoxb" + "-1-abc", "xapp" + "-1-abc", "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def _empty_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and an environment without any of Debrief's variables."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def refusal() -> str:
    with pytest.raises(BadSettings) as caught:
        load()
    return str(caught.value)


def test_every_setting_has_a_default() -> None:
    assert load() == Settings()
    assert load().model_dump() == {
        "slack_bot_token": None,
        "slack_app_token": None,
        "slack_signing_secret": None,
        "slack_api_url": "https://slack.com/api/",
        "database_url": "sqlite:///debrief.db",
        "debrief_config": None,
        "debrief_port": 3000,
        "debrief_host": "127.0.0.1",
        "debrief_log": "auto",
        "github_token": None,
        "github_api_url": "https://api.github.com/",
        "jira_email": None,
        "jira_token": None,
        "debrief_model_key": None,
    }


def test_the_environment_overrides_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = f"SLACK_BOT_TOKEN='{BOT}'\nDEBRIEF_PORT=4000\nDEBRIEF_LOG=json\nOTHER=1\n"
    (tmp_path / ".env").write_text(content)
    monkeypatch.setenv("DEBRIEF_PORT", "5000")
    settings = load()
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == BOT
    assert (settings.debrief_port, settings.debrief_log) == (5000, "json")


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    assert load().slack_bot_token is None


def test_a_configuration_file_in_the_working_directory_is_found(tmp_path: Path) -> None:
    (tmp_path / "debrief.toml").write_text("")
    assert load().debrief_config == Path("debrief.toml")


@pytest.mark.parametrize(
    ("name", "value", "normalized"),
    [
        ("SLACK_API_URL", "http://127.0.0.1:8000/api", "http://127.0.0.1:8000/api/"),
        ("SLACK_API_URL", "http://127.0.0.1:8000/api/", "http://127.0.0.1:8000/api/"),
        ("DATABASE_URL", "postgres://u:p@h/d", "postgresql://u:p@h/d"),
        ("DATABASE_URL", "sqlite:////data/debrief.db", "sqlite:////data/debrief.db"),
        ("DATABASE_URL", "sqlite://", "sqlite://"),
    ],
)
def test_addresses_are_normalized(
    name: str, value: str, normalized: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load(), name.lower()) == normalized


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "SLACK_APP_TOKEN",
            BOT,
            "SLACK_APP_TOKEN contains a bot token (xoxb-…) but needs an app-l",
        ),
        (
            "SLACK_BOT_TOKEN",
            APP,
            "SLACK_BOT_TOKEN contains an app-level token (xapp-…) but needs a b",
        ),
        ("SLACK_BOT_TOKEN", "xoxp" + "-1", "SLACK_BOT_TOKEN contains a user token (xoxp-…)"),
        ("SLACK_BOT_TOKEN", "abc", "SLACK_BOT_TOKEN doesn't look like a bot token (xoxb-…)"),
        ("SLACK_SIGNING_SECRET", APP, "SLACK_SIGNING_SECRET contains an app-level token"),
        ("SLACK_BOT_TOKEN", f'"{BOT}"', "SLACK_BOT_TOKEN is in quotes: remove them"),
        ("SLACK_BOT_TOKEN", f"{BOT} ", "SLACK_BOT_TOKEN contains a space or a line break"),
        ("SLACK_SIGNING_SECRET", "ab cd", "SLACK_SIGNING_SECRET contains a space"),
        ("SLACK_API_URL", "slack.com/api", "SLACK_API_URL isn't a URL: use one such"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d", "DATABASE_URL is neither SQLite nor PostgreSQL"),
        ("DATABASE_URL", "debrief.db", "DATABASE_URL is neither SQLite nor PostgreSQL: use"),
        (
            "DATABASE_URL",
            "sqlite://debrief.db",
            "DATABASE_URL has no file name: a SQLite URL has three",
        ),
        ("DEBRIEF_PORT", "http", "DEBRIEF_PORT isn't a port: use a whole number from 1 to"),
        ("DEBRIEF_PORT", "70000", "DEBRIEF_PORT isn't a port: use a whole number from 1 to"),
        ("DEBRIEF_LOG", "xml", "DEBRIEF_LOG isn't a log format: use auto, json or text"),
        (
            "SLACK_BOT_TOKEN_FILE",
            "none",
            "SLACK_BOT_TOKEN_FILE points to none, which can't be read",
        ),
        (
            "SLACK_BOT_TOKEN_FILE",
            "/",
            "SLACK_BOT_TOKEN_FILE points to /, which can't be read (Is a",
        ),
        (
            "SLACK_BOT_TOKEN_FILE",
            "/dev/null",
            "SLACK_BOT_TOKEN_FILE points to /dev/null, which is e",
        ),
    ],
)
def test_an_invalid_value_is_explained_in_one_sentence_without_the_secret(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    message = refusal()
    assert message.startswith(sentence)
    assert message.endswith(".")
    assert "?." not in message
    assert "\n" not in message
    assert "hunter2" not in message
    assert "abc" not in message


def test_tokens_for_another_slack_address_may_have_any_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8000/api")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "any-token")
    assert load().slack_bot_token is not None


def test_a_secret_can_be_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(f"{BOT}\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    token = load().slack_bot_token
    assert token is not None
    assert token.get_secret_value() == BOT
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT)
    assert refusal().startswith("SLACK_BOT_TOKEN is set twice")


def test_an_env_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_BOT_TOKEN=\xff\xfe")
    assert refusal().startswith(".env can't be read (it isn't valid UTF-8)")


def test_secrets_are_not_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT)
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert BOT not in repr(load())
    assert "hunter2" not in repr(load())


@pytest.mark.parametrize(
    ("secrets", "mode"),
    [
        ({"slack_app_token": APP}, "socket"),
        ({"slack_app_token": APP, "slack_signing_secret": SIGNING}, "socket"),
        ({"slack_signing_secret": SIGNING}, "http"),
    ],
)
def test_the_secrets_determine_the_connection_mode(secrets: dict[str, str], mode: str) -> None:
    settings = Settings.model_validate({"slack_bot_token": BOT, **secrets})
    require_slack(settings)
    assert connection_mode(settings) == mode


@pytest.mark.parametrize(
    ("secrets", "sentence"),
    [
        ({}, "SLACK_BOT_TOKEN isn't set: copy the Bot User OAuth Token"),
        ({"slack_app_token": APP}, "SLACK_BOT_TOKEN isn't set: copy the Bot User OAuth Token"),
        ({"slack_bot_token": BOT}, "SLACK_APP_TOKEN isn't set: create one (xapp-…) with the scope"),
    ],
)
def test_a_missing_token_is_explained_with_where_to_get_it(
    secrets: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadSettings, match=f"^{re.escape(sentence)}"):
        require_slack(Settings.model_validate(secrets))


@pytest.mark.parametrize(
    ("token", "advice"),
    [
        (BOT, "the two may be swapped"),
        ("xoxp-1", "copy the right one"),
        ("xoxe.1", "copy the right"),
    ],
)
def test_only_tokens_that_have_a_place_may_be_swapped(token: str, advice: str) -> None:
    with pytest.raises(ValidationError, match=f"needs an app-level token .*: {advice}"):
        Settings.model_validate({"slack_bot_token": BOT, "slack_app_token": token})


def test_a_key_in_a_file_is_read_and_is_not_misspelt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("a-key\n")
    monkeypatch.setenv("DEBRIEF_MODEL_KEY_FILE", str(tmp_path / "key"))
    key = load().debrief_model_key
    assert key
    assert key.get_secret_value() == "a-key"
    assert find_misspelt_variables() == []


def test_a_misspelt_variable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBRIEF_PROT", "1")
    monkeypatch.setenv("DEBRIEF_XYZ", "1")
    typo, other = find_misspelt_variables()
    assert typo == "DEBRIEF_PROT isn't a Debrief setting: did you mean DEBRIEF_PORT?"
    assert other.startswith("DEBRIEF_XYZ isn't a Debrief setting: the settings are DEBRIEF_CONFIG")


def test_the_example_file_lists_every_variable() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}
