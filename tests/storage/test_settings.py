from storage import settings
from storage.engine.store import Session


def test_an_unset_setting_is_none(session: Session) -> None:
    assert settings.get(session, "digest_channel") is None


def test_the_last_saved_value_is_kept(session: Session) -> None:
    for channel in ("C1", "C2"):
        settings.save(session, "digest_channel", channel)
    assert settings.get(session, "digest_channel") == "C2"


def test_settings_are_independent(session: Session) -> None:
    settings.save(session, "one", "1")
    settings.save(session, "two", "2")
    assert [settings.get(session, name) for name in ("one", "two")] == ["1", "2"]
