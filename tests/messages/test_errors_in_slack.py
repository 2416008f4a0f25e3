"""Whatever people type, a refusal that repeats it pings nobody, links nowhere else, and is one Slack takes."""

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
from tests.messages.test_any_words import nasty


def _modules(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.startswith(
            ("storage.migrations", "storage.engine.new_migration", "bot.__main__")
        ):
            yield found.name


def _subclasses(error: type[BotError]) -> Iterator[type[BotError]]:
    for each in error.__subclasses__():
        yield each
        yield from _subclasses(each)


def _all_errors() -> list[type[BotError]]:
    for package in (bot, handlers, storage):
        for name in _modules(package):
            importlib.import_module(name)
    return sorted(set(_subclasses(BotError)), key=lambda each: (each.__module__, each.__name__))


ERRORS = _all_errors()


def _with(error: type[BotError], words: str) -> BotError:
    return error(**dict.fromkeys(re.findall(r"\{(\w+)\}", error.__doc__ or ""), words))


def test_every_error_is_found() -> None:
    assert len(ERRORS) > 100
    assert {
        "bot.domain.errors",
        "bot.people.outsiders",
        "handlers.interactions.modals",
        "storage.engine.errors",
    } <= {each.__module__ for each in ERRORS}


@given(st.sampled_from(ERRORS), nasty)
@example(ERRORS[0], "<!channel>")
def test_a_refusal_repeats_hostile_words_harmlessly(error: type[BotError], words: str) -> None:
    _assert_harmless(str(_with(error, words)))


@pytest.mark.parametrize("error", ERRORS, ids=lambda each: each.__name__)
def test_each_error_with_live_mentions(error: type[BotError]) -> None:
    hostile = "<!channel> <!here|here> <@U0EVIL> <#C0EVIL|x> <!subteam^S0EVIL|@all> <https://e.example|https://g.example>"
    told = str(_with(error, hostile))
    _assert_harmless(told)
    if "{" in (error.__doc__ or ""):
        assert "https://e.example" in told
    assert "&lt;" not in _with(error, "a < b").plain


def _assert_harmless(told: str) -> None:
    """As an answer, a direct or ephemeral message, and in either modal."""
    assert len(told) <= LONGEST_ANSWER
    assert problems(Shown(ANSWER, text=told)) == []
    for shown in (layouts.error_modal(told), forget.result(told)):
        assert problems(view(shown)) == []


def test_a_list_of_gaps_is_told_whole() -> None:
    gaps = tuple(MissingPart(words=f"an owner for {'x' * 80} & {n}", form=None) for n in range(12))
    told = str(postmortem_gaps.make_refusal(gaps, "INC-2026-001", "/incident"))
    assert all(mrkdwn(gap.words) in told for gap in gaps)
    _assert_harmless(told)


def test_our_own_mentions_stay() -> None:
    (told,) = [each for each in ERRORS if each.__name__ == "AnApplication"]
    assert str(told(who=mention(ANA))).startswith(f"<@{ANA}> is an application")
    assert told(who=mention(ANA)).plain.startswith(f"@{ANA} is an application")
    assert str(told(who=MarkupText(mrkdwn("a & b")))).startswith("a &amp; b")
