"""What a person wrote is never markup, whatever it is rendered into."""

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
from bot.rendering import render
from handlers.interactions import action_items, incidents, sections
from handlers.views.review_gaps import OPEN_SECTION

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


def nodes() -> Iterator[ast.AST]:
    """The code of the bot."""
    for room in ("bot", "handlers"):
        for path in (ROOT / room).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text()))


def first_arguments(*functions: str) -> set[str]:
    """What the code calls a function with, where it says so in letters."""
    calls = (each for each in nodes() if isinstance(each, ast.Call) and each.args)
    called = {(ast.unparse(each.func), ast.unparse(each.args[0])) for each in calls}
    return {given[1:-1] for name, given in called if name in functions and given[0] == "'"}


STRINGS = {each.value for each in nodes() if isinstance(each, ast.Constant)}


# Slack's mrkdwn


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1> & <#C1>", "&lt;@U1&gt; &amp; &lt;#C1&gt;"),
        ("<https://evil.example|our page>", "&lt;https://evil.example|our page&gt;"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
    ],
)
def test_what_was_typed_is_escaped_for_slack(typed: str, shown: str) -> None:
    assert mrkdwn(typed) == shown
    assert f"*{shown}*" in render.line("declared", incident=replace(INCIDENT, title=typed))


@given(st.text())
@example("<!channel>")
@example("<!everyone|x> <!subteam^S1>")
def test_nothing_typed_pings_or_links_in_slack(typed: str) -> None:
    shown: dict[str, object] = {"channel": "C1", "update": None, "names": {}}
    message = render.message("announcement", incident=replace(INCIDENT, title=typed), **shown)
    live = re.findall(r"<[^>]*>", message.parts["text"] + message.parts["body"])
    assert live == ["<#C1>", "<#C1>"]


@given(st.text("<>@!#&;|U1 \n") | st.text())
def test_nothing_quoted_pings_or_links_in_slack(said: str) -> None:
    facts = {"incident": INCIDENT, "text": said, "names": {}}
    assert not re.search("[<>]", render.line("impact_noted", **facts))


def test_a_quoted_mention_is_a_name_and_not_a_mention() -> None:
    facts = {"incident": INCIDENT, "text": "<@U1> saw it &amp; <!channel>", "names": {"U1": "Ana"}}
    assert render.line("impact_noted", **facts).endswith(": @Ana saw it &amp; @channel")


def test_the_owner_of_an_item_is_a_live_mention() -> None:
    told = render.line("item_accept", item=replace(ITEM, text="ask <@U9>"))
    assert told == "<@U2> does it: ask &lt;@U9&gt;."


def test_a_time_is_shown_in_the_readers_zone_with_utc_beside_it() -> None:
    told = render.line("noted", at=NOON, text="x", names={})
    assert "<!date^1773144000^{date_short_pretty} {time}|2026-03-10 12:00 UTC>" in told


# Markdown


def tokens(text: str) -> list[str]:
    return [each.type for each in MarkdownIt("commonmark").enable("table").parse(text)]


def shown(text: str) -> str:
    """The text that a reader of the Markdown sees."""
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
def test_what_was_typed_is_plain_text_in_markdown(typed: str) -> None:
    written = render.markdown(typed)
    assert tokens(written) == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(written) == typed


LETTERS = st.text("ab#*-+=_`~<>[]()!|\\&;:./1 \n", max_size=20) | st.text(
    st.characters(exclude_categories=["C", "Z"]), max_size=20
)


@given(LETTERS)
def test_no_text_makes_a_heading_html_or_a_link_in_markdown(typed: str) -> None:
    tidy = "\n".join(line.strip() for line in typed.splitlines() if line.strip())
    assert set(tokens(render.markdown(tidy))) <= {"paragraph_open", "inline", "paragraph_close"}
    assert shown(render.markdown(tidy)) == tidy


# HTML


def test_what_was_typed_is_escaped_in_html() -> None:
    environment = render._environment("html")
    written = environment.from_string("<p>{{ said }}</p>").render(said='<img src=x onerror="a()">')
    assert written == "<p>&lt;img src=x onerror=&#34;a()&#34;&gt;</p>"


# The templates


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name: str) -> None:
    kind = "mrkdwn" if name.startswith(("messages/", "refusal_words")) else "html"
    assert render._environment(kind).get_template(name).name == name


@pytest.mark.parametrize("name", sorted(LINES))
def test_every_line_is_said_somewhere(name: str) -> None:
    assert name in STRINGS


@pytest.mark.parametrize("name", sorted(first_arguments("render.line", "_button")))
def test_every_line_that_is_said_is_there(name: str) -> None:
    assert name in LINES


def test_every_button_has_its_answer_and_every_form_its_words() -> None:
    assert {*action_items.BUTTON_HANDLERS, *incidents.BUTTON_HANDLERS} <= LINES
    for form in {*action_items.BUTTON_FORMS, *incidents.BUTTON_FORMS}:
        _, _, kind = form.partition("_")
        assert {f"{kind}_title", f"{kind}_label"} <= LINES
    named = set(sections.BUTTON_FORMS) - {OPEN_SECTION}  # its label names the section
    assert {f"label_{form}" for form in named} <= LINES


def test_every_message_has_its_template_and_every_template_its_message() -> None:
    files = {path.stem for path in (render.TEMPLATES / "messages").glob("*.j2")} - {"lines"}
    assert first_arguments("render.message") == files


def test_a_fact_that_is_missing_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render.line("apology")


def test_a_message_without_a_text_of_its_own_says_all_its_parts() -> None:
    message = render.message("item_thread", item=ITEM, link=None)
    said = [part for part in message.parts.values() if part]
    assert "text" in message.parts or message.text == "\n".join(said)


# Words for values


@pytest.mark.parametrize(
    ("span", "said"),
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
def test_a_duration_is_said_in_its_two_largest_units(span: timedelta, said: str) -> None:
    assert format_duration(span) == said


def test_times_and_days_are_said_in_utc_and_in_full() -> None:
    at = datetime(2026, 3, 10, 1, 5, tzinfo=timezone(timedelta(hours=9)))
    assert render.clock(at) == "16:05"
    assert render.moment(at) == "2026-03-09 16:05 UTC"
    assert render.day(date(2026, 3, 9)) == "Mon 9 Mar 2026"
