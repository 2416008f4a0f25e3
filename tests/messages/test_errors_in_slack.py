"""An error that repeats hostile text mentions nobody, links nowhere else, and is accepted by Slack."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import bot
import handlers
import storage
from bot.domain.errors import BotError
from bot.domain.markup import MarkupText, mention, mrkdwn
from bot.domain.missing_parts import MissingPart
from bot.postmortems import gaps as postmortem_gaps
from handlers.views import layouts
from handlers.views.forms import forget
from tests.messages.facts import ANA
from tests.messages.shown import ANSWER, LONGEST_ANSWER, Shown, problems, view
from tests.messages.test_any_words import hostile_text


def _modules(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.startswith(
            ("storage.migrations", "storage.engine.new_migration", "bot.__main__")
        ):
            yield found.name


def _subclasses(error: type[BotError]) -> Iterator[type[BotError]]:
    for subclass in error.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _all_errors() -> list[type[BotError]]:
    for package in (bot, handlers, storage):
        for name in _modules(package):
            importlib.import_module(name)
    return sorted(set(_subclasses(BotError)), key=lambda each: (each.__module__, each.__name__))


ERRORS = _all_errors()


def _make_error(error: type[BotError], words: str) -> BotError:
    return error(**dict.fromkeys(re.findall(r"\{(\w+)\}", error.__doc__ or ""), words))


def test_every_error_is_found() -> None:
    assert len(ERRORS) > 100
    assert {
        "bot.domain.errors",
        "bot.people.outsiders",
        "handlers.interactions.modals",
        "storage.engine.errors",
    } <= {error.__module__ for error in ERRORS}


@given(st.sampled_from(ERRORS), hostile_text)
@example(ERRORS[0], "<!channel>")
def test_an_error_repeats_hostile_text_harmlessly(error: type[BotError], words: str) -> None:
    _assert_harmless(str(_make_error(error, words)))


@pytest.mark.parametrize("error", ERRORS, ids=lambda each: each.__name__)
def test_no_error_contains_live_mentions(error: type[BotError]) -> None:
    hostile = "<!channel> <!here|here> <@U0EVIL> <#C0EVIL|x> <!subteam^S0EVIL|@all> <https://e.example|https://g.example>"
    text = str(_make_error(error, hostile))
    _assert_harmless(text)
    if "{" in (error.__doc__ or ""):
        assert "https://e.example" in text
    assert "&lt;" not in _make_error(error, "a < b").plain


def _assert_harmless(text: str) -> None:
    """As a reply, a direct or ephemeral message, and in either modal."""
    assert len(text) <= LONGEST_ANSWER
    assert problems(Shown(ANSWER, text=text)) == []
    for shown in (layouts.error_modal(text), forget.result(text)):
        assert problems(view(shown)) == []


def test_a_list_of_gaps_is_shown_completely() -> None:
    gaps = tuple(MissingPart(words=f"an owner for {'x' * 80} & {n}", form=None) for n in range(12))
    text = str(postmortem_gaps.make_refusal(gaps, "INC-2026-001", "/incident"))
    assert all(mrkdwn(gap.words) in text for gap in gaps)
    _assert_harmless(text)


def test_our_own_mentions_are_kept() -> None:
    (error_class,) = [error for error in ERRORS if error.__name__ == "AnApplication"]
    assert str(error_class(who=mention(ANA))).startswith(f"<@{ANA}> is an app")
    assert error_class(who=mention(ANA)).plain.startswith(f"@{ANA} is an app")
    assert str(error_class(who=MarkupText(mrkdwn("a & b")))).startswith("a &amp; b")
