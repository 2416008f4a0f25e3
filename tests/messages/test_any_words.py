"""Whatever people write, Slack accepts every message and view, and nobody is mentioned."""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import cycle
from pkgutil import iter_modules
from types import FrameType, ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.config import template_names
from bot.drafting.draft import draft
from bot.postmortems import draft_messages
from bot.rendering import documents, render
from bot.rendering.message_chunks import split_message
from handlers.views import forms, home_tab, layouts, postmortem_layouts, report_layouts
from tests.drafting.records import any_record
from tests.messages import shown
from tests.messages.facts import LONGEST, LONGEST_SAID, Facts
from tests.messages.samples import all_samples
from tests.messages.shown import Shown, problems

FORMS = [
    import_module(f"{forms.__name__}.{module.name}") for module in iter_modules(forms.__path__)
]
PARTS = [
    "<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S0EVIL|@all>", "<@U0EVIL>", "<@W0EVIL|x>",
    "<#C0EVIL|general>", "<https://evil.example|click>", "<javascript:alert(1)|x>", "<!date^1^{time}|x>",
    "@channel", "@here", "@everyone", "&lt;!channel&gt;", "&lt;", "&amp;lt;", "&#60;", "&", "<", ">", "|",
    "<!", "<@", "`", "```", "*", "_", "~", "\n", "\n\n\n", "> ", "• ", "[a](javascript:x)", "![a](x)",
    "{{ 7 * 7 }}", "{% raw %}", ":fire:", "🔥", "👩‍👩‍👧‍👦", "السيرفر لا يعمل", "השרת נפל", "障害",
    "e\u0301\u0327\u0323", "\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\u2028", "\x1b[0m", "\x07",
    "\r", "\t", "\x7f", "\ufffd", " ", "   ", "P1", "https://example.org/a_b?c=[d]|e",
]  # fmt: skip


def _repeat_to_length(part: str, many: int) -> str:
    return part * (many // max(1, len(part)) + 1)


_drawn = st.lists(
    st.sampled_from(PARTS)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    min_size=1,
    max_size=8,
).map("".join)
# Also more text than any field accepts, and characters that grow fivefold when escaped.
hostile_text = st.one_of(
    _drawn, st.builds(_repeat_to_length, _drawn, st.sampled_from([400, 3_000, 9_000]))
)
hostile_texts = st.lists(hostile_text, min_size=1, max_size=5)


def facts_with(given_words: list[str]) -> Facts:
    """Facts with these words, one after another, wherever a person's text could be."""
    following = cycle(given_words)
    return Facts(lambda name: next(following)[: LONGEST.get(name, LONGEST_SAID)])


def problems_by_name(all_shown: dict[str, Shown]) -> dict[str, list[str]]:
    found = {name: problems(sample) for name, sample in all_shown.items()}
    return {name: found_problems for name, found_problems in found.items() if found_problems}


@given(hostile_texts)
@example(["&" * 9_000])
@example(["<!channel> " * 900])
@example(["x" * 3_000, "<@U0EVIL>"])
@example(["   ", "\u200b"])
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_slack_accepts_any_text_and_nobody_is_mentioned(given_words: list[str]) -> None:
    assert problems_by_name(all_samples(facts_with(given_words))) == {}


@given(any_record(), st.sampled_from(template_names.TEMPLATES))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_no_part_of_a_postmortem_mentions_anyone_or_is_refused(
    given_record: Any, template: str
) -> None:
    text = documents.markdown(draft(given_record), template)
    for part in split_message(text, draft_messages.MAX_PART_LENGTH):
        message = render.Message(render.without_escapes(part), {})
        assert problems(shown.message(message, postmortem_layouts.section(part))) == []


def test_every_template_and_line_has_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one needs a sample in `samples.py` or `lines.py`."""
    environment = render._environment("mrkdwn")
    lines = set(environment.get_template("messages/lines.j2").blocks)
    files = {path.stem for path in (render.TEMPLATES / "messages").glob("*.j2")} - {"lines"}
    used: set[str] = set()

    def record_name(kind: Callable[..., Any]) -> Callable[..., Any]:
        def rendered(name: str, **facts: object) -> Any:
            used.add(name)
            return kind(name, **facts)

        return rendered

    monkeypatch.setattr(render, "line", record_name(render.line))
    monkeypatch.setattr(render, "message", record_name(render.message))
    all_samples(Facts())
    assert sorted((lines | files) - used) == []


def test_every_layout_and_form_has_a_sample() -> None:
    used: set[Any] = set()

    def on_call(frame: FrameType, event: str, _what: object) -> None:
        if event == "call":
            used.add(frame.f_code)

    sys.setprofile(on_call)
    try:
        all_samples(Facts())
    finally:
        sys.setprofile(None)
    makers = [
        maker
        for module in (layouts, postmortem_layouts, report_layouts, home_tab, *FORMS)
        for maker in _makers(module)
    ]
    assert len(makers) > 30
    assert [maker.__qualname__ for maker in makers if maker.__code__ not in used] == []


def test_every_form_module_is_covered() -> None:
    folder = render.TEMPLATES.parent / "handlers" / "views" / "forms"
    assert {path.stem for path in folder.glob("[!_]*.py")} == {_name(form) for form in FORMS}


def test_every_notice_has_a_sample() -> None:
    source = (render.TEMPLATES / "messages" / "notice.j2").read_text()
    branches = re.findall(r'event\.(?:kind|detail) (?:==|in) (\("[^)]*\)|"[^"]*")', source)
    notices = {name for branch in branches for name in _names_in(branch)}
    sampled = {
        name.removeprefix("notice ") for name in all_samples(Facts()) if name.startswith("notice")
    }
    assert notices - sampled - {"review"} == set()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<!channel>", "live: <!channel>"),
        ("hello <@U0EVIL>", "live: <@U0EVIL>"),
        ("<https://evil.example|click>", "live: <https://evil.example|click>"),
        ("a > b", "live: >"),
        ("R&D", "half an escape: R&D"),
        ("", "a text of 0 characters"),
        ("x" * 4_001, "a text of 4001 characters"),
    ],
)
def test_each_kind_of_problem_is_found(text: str, problem: str) -> None:
    assert problem in problems(Shown(shown.ANSWER, text=text))


def _makers(module: ModuleType) -> Iterator[Any]:
    """Yield the public functions of a module that make blocks or a view."""
    for name, function in vars(module).items():
        ours = inspect.isfunction(function) and function.__module__ == module.__name__
        if ours and not name.startswith("_") and "return" in function.__annotations__:
            returned = str(function.__annotations__["return"])
            if "Any]" in returned:
                yield function


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _names_in(branch: str) -> tuple[str, ...]:
    found = ast.literal_eval(branch)
    return found if isinstance(found, tuple) else (found,)
