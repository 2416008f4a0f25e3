"""Text that a person wrote never becomes markup, whatever it is rendered into."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.durations import format_duration
from bot.domain.incident import Incident, Severity, Status
from bot.domain.markup import mrkdwn
from bot.rendering import day_names, render, text_filters
from handlers.interactions import action_items, incidents, sections
from handlers.views.review_gaps import OPEN_SECTION
from tests.messages.facts import COMMAND, Facts

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
INCIDENT = Incident(
    id=1, key="INC-2026-001", title="checkout fails", severity=Severity.P1,
    status=Status.DECLARED, channel_name="inc-checkout", channel_id="C1",
    declared_by="U1", declared_at=NOON,
)  # fmt: skip
ITEM = ActionItem(
    id=1, incident_id=1, text="add an alert", state=ItemState.OPEN, created_by="U1",
    created_at=NOON, owner="U2",
)  # fmt: skip
LINES = set(render._environment("mrkdwn").get_template("messages/lines.j2").blocks)
TEMPLATES = sorted(
    str(path.relative_to(render.TEMPLATES)) for path in render.TEMPLATES.rglob("*.j2")
)


def code_nodes() -> Iterator[ast.AST]:
    """Yield every syntax node of the bot's code."""
    for layer in ("bot", "handlers"):
        for path in (ROOT / layer).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text()))


def first_arguments(*functions: str) -> set[str]:
    """Return the literal first arguments with which the code calls these functions."""
    calls = (node for node in code_nodes() if isinstance(node, ast.Call) and node.args)
    called = {(ast.unparse(call.func), ast.unparse(call.args[0])) for call in calls}
    return {argument[1:-1] for name, argument in called if name in functions and argument[0] == "'"}


STRINGS = {each.value for each in code_nodes() if isinstance(each, ast.Constant)}


# Slack's mrkdwn.


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1> & <#C1>", "&lt;@U1&gt; &amp; &lt;#C1&gt;"),
        ("<https://evil.example|our page>", "&lt;https://evil.example|our page&gt;"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
    ],
)
def test_typed_text_is_escaped_for_slack(typed: str, escaped: str) -> None:
    assert mrkdwn(typed) == escaped
    assert f"*{escaped}*" in render.line("declared", incident=replace(INCIDENT, title=typed))


@given(st.text())
@example("<!channel>")
@example("<!everyone|x> <!subteam^S1>")
def test_typed_text_never_mentions_or_links_in_slack(typed: str) -> None:
    facts: dict[str, object] = {"channel": "C1", "update": None, "postmortem": None, "names": {}}
    message = render.message("announcement", incident=replace(INCIDENT, title=typed), **facts)
    live = re.findall(r"<[^>]*>", message.parts["text"] + message.parts["body"])
    assert live == ["<#C1>", "<#C1>"]


@given(st.text("<>@!#&;|U1 \n") | st.text())
def test_quoted_text_never_mentions_or_links_in_slack(said: str) -> None:
    facts = {"incident": INCIDENT, "text": said, "names": {}}
    assert not re.search("[<>]", render.line("impact_noted", **facts))


def test_a_quoted_mention_is_rendered_as_a_name() -> None:
    facts = {"incident": INCIDENT, "text": "<@U1> saw it &amp; <!channel>", "names": {"U1": "Ana"}}
    assert render.line("impact_noted", **facts).endswith(": @Ana saw it &amp; @channel")


def test_the_owner_of_an_item_is_mentioned() -> None:
    line = render.line("item_accept", item=replace(ITEM, text="ask <@U9>"))
    assert line == "<@U2> owns \u201cask &lt;@U9&gt;\u201d."


def test_a_time_is_shown_in_the_readers_zone_with_utc_as_fallback() -> None:
    line = render.line("noted", at=NOON, text="x", names={})
    assert "<!date^1773144000^{date_short_pretty} {time}|2026-03-10 12:00 UTC>" in line


# Markdown.


def token_types(text: str) -> list[str]:
    return [token.type for token in MarkdownIt("commonmark").enable("table").parse(text)]


def visible_text(text: str) -> str:
    """Return the text that a reader of the Markdown sees."""
    inline = [
        each for each in MarkdownIt("commonmark").enable("table").parse(text) if each.children
    ]
    return "".join(each.content or "\n" for token in inline for each in token.children or [])


NASTY = (
    "# heading", "heading\n===", "heading\n---", "heading\n-", "=", "---", "* * *", "- point",
    "+ point", "-", "1. point", "2) point", "1.", "> quote", "`code`", "```\ncode", "~~~", "*a*",
    "_a_", "__a__", "~~a~~", "[label](https://evil.example)", "![x](https://evil.example/x.png)",
    "[a]: https://evil.example", "<https://evil.example>", "<b>bold</b>", "<script>alert(1)</script>",
    "<!-- hidden -->", "| a | b |\n|---|---|", "a | b\n--|--", "a\\", "\\", "&amp;", "&#60;", "&lt;b&gt;",
    "a & b; c", "-5 ms", "=5", "3.5 % of 1.000", "10 - 3 = 7", "fn(x) != y!",
)  # fmt: skip


@pytest.mark.parametrize("typed", NASTY)
def test_typed_text_is_plain_text_in_markdown(typed: str) -> None:
    escaped = render.markdown(typed)
    assert token_types(escaped) == ["paragraph_open", "inline", "paragraph_close"]
    assert visible_text(escaped) == typed


LETTERS = st.text("ab#*-+=_`~<>[]()!|\\&;:./1 \n", max_size=20) | st.text(
    st.characters(exclude_categories=["C", "Z"]), max_size=20
)


@given(LETTERS)
def test_no_text_becomes_a_heading_html_or_a_link_in_markdown(typed: str) -> None:
    tidy = "\n".join(line.strip() for line in typed.splitlines() if line.strip())
    assert set(token_types(render.markdown(tidy))) <= {
        "paragraph_open",
        "inline",
        "paragraph_close",
    }
    assert visible_text(render.markdown(tidy)) == tidy


# HTML.


def test_typed_text_is_escaped_in_html() -> None:
    environment = render._environment("html")
    html = environment.from_string("<p>{{ said }}</p>").render(said='<img src=x onerror="a()">')
    assert html == "<p>&lt;img src=x onerror=&#34;a()&#34;&gt;</p>"


# The templates.


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name: str) -> None:
    kind = "mrkdwn" if name.startswith(("messages/", "refusal_words")) else "html"
    assert render._environment(kind).get_template(name).name == name


@pytest.mark.parametrize("name", sorted(LINES))
def test_every_line_is_used_in_the_code(name: str) -> None:
    assert name in STRINGS


@pytest.mark.parametrize("name", sorted(first_arguments("render.line", "_button")))
def test_every_line_used_in_the_code_exists(name: str) -> None:
    assert name in LINES


def test_every_button_has_its_reply_and_every_form_its_title_and_label() -> None:
    assert {*action_items.BUTTON_HANDLERS, *incidents.BUTTON_HANDLERS} <= LINES
    for form in {*action_items.BUTTON_FORMS, *incidents.BUTTON_FORMS}:
        _, _, kind = form.partition("_")
        assert {f"{kind}_title", f"{kind}_label"} <= LINES
    named = set(sections.BUTTON_FORMS) - {OPEN_SECTION}  # its label names the section
    assert {f"label_{form}" for form in named} <= LINES


def test_every_message_has_a_template_and_vice_versa() -> None:
    files = {path.stem for path in (render.TEMPLATES / "messages").glob("*.j2")} - {"lines"}
    assert first_arguments("render.message") == files


def test_a_missing_fact_raises_instead_of_leaving_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render.line("apology")


def test_a_message_without_fallback_text_uses_all_its_parts() -> None:
    facts = Facts()
    message = render.message(
        "meeting", incident=facts.over(), meeting=facts.meeting(), command=COMMAND,
        people=(), agenda=(("Cause", 20),), suited=2, new_to_it=True,
    )  # fmt: skip
    assert "text" not in message.parts
    assert message.text == "\n".join(part for part in message.parts.values() if part)


# Words for values.


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 s"),
        (timedelta(milliseconds=999), "0 s"),
        (timedelta(seconds=40), "40 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=5, seconds=4), "5 min 4 s"),
        (timedelta(hours=1, minutes=12, seconds=50), "1 h 12 min"),
        (timedelta(hours=1, seconds=50), "1 h"),
        (timedelta(days=2, hours=3, minutes=59), "2 d 3 h"),
        (timedelta(days=400), "400 d"),
    ],
)
def test_a_duration_is_written_in_its_two_largest_units(span: timedelta, words: str) -> None:
    assert format_duration(span) == words


def test_times_and_dates_are_written_in_utc() -> None:
    at = datetime(2026, 3, 10, 1, 5, tzinfo=timezone(timedelta(hours=9)))
    assert text_filters.clock(at) == "16:05"
    assert text_filters.moment(at) == "2026-03-09 16:05 UTC"
    assert day_names.day(date(2026, 3, 9)) == "Mon 9 Mar 2026"
