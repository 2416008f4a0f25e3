import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markup import find_mentions, find_references, is_reference, to_plain_text

NAMES = {"U1": "Ana Lopes", "W2": "Ben", "S2": "sre", "C2": "inc-1"}


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("the database is down", "the database is down"),
        ("<@U1> looks", "@Ana Lopes looks"),
        ("<@W2|ben> looks", "@Ben looks"),
        ("<@U9|cleo> looks", "@cleo looks"),
        ("<@U9|@cleo> looks", "@cleo looks"),
        ("<@U9> looks", "@U9 looks"),
        ("see <#C1|incidents>", "see #incidents"),
        ("see <#C1|>", "see #C1"),
        ("see <#C1>", "see #C1"),
        ("<!channel> hello", "@channel hello"),
        ("<!here|here> hello", "here hello"),
        ("<!subteam^S1|@sre> hello", "@sre hello"),
        ("<!subteam^S1> hello", "a user group hello"),
        ("ask <!subteam^S2> or <!subteam^S2|>", "ask @sre or @sre"),
        ("see <#C2|> and <#C2>", "see #inc-1 and #inc-1"),
        ("at <!date^1773144000^{time}>", "at 2026-03-10 12:00 UTC"),
        ("<!everyone> <!date^x^{time}>", "@everyone @date"),
        ("<!date^1773144000^{time}|12:00 UTC>", "12:00 UTC"),
        ("<https://status.example.org>", "https://status.example.org"),
        ("<https://status.example.org|the page>", "the page (https://status.example.org)"),
        ("<http://example.org|example.org>", "http://example.org"),
        ("<mailto:a@example.org|a@example.org>", "a@example.org"),
        ("a &lt; b &amp;&amp; b &gt; c", "a < b && b > c"),
        ("&amp;lt; stays an entity", "&lt; stays an entity"),
        ("a < b", "a < b"),
        ("<>", "<>"),
        ("<a\nb>", "<a\nb>"),
        ("", ""),
    ],
)
def test_slack_markup_becomes_plain_text(markup: str, plain: str) -> None:
    assert to_plain_text(markup, NAMES) == plain


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("nobody", []),
        ("<@U1> and <@W2|ben>, <@U1> again", ["U1", "W2", "U1"]),
        ("<!subteam^S1|@sre> <#C1> @ana &lt;@U1&gt;", []),
    ],
)
def test_mentioned_people_are_found_in_order(text: str, ids: list[str]) -> None:
    assert find_mentions(text) == ids


def test_references_without_a_name_in_the_text_are_found() -> None:
    text = "<@U1> <#C1> <#C1|> <#C3|named> <!subteam^S1> <!subteam^S3|@sre> <!here> <@W2|ben>"
    assert find_references(text) == ["U1", "C1", "S1", "W2"]


def test_an_applications_name_is_not_a_reference() -> None:
    assert all(map(is_reference, ("C1", "S08333980XV", "G0123ABC")))
    assert not any(map(is_reference, ("", "Sentry", "Grafana", "CloudWatch", "SNS", "U1", "C1 x")))


# Slack escapes these three characters and puts its own markup in angle brackets.
typed = st.text().map(lambda t: t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
ids = st.from_regex(r"[UW][A-Z0-9]{1,10}", fullmatch=True)
labels = st.none() | st.from_regex(r"@?[^<>&|\n]{0,12}", fullmatch=True)
mentions = st.builds(
    lambda id_, label: f"<@{id_}>" if label is None else f"<@{id_}|{label}>", ids, labels
)


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_any_text_can_be_read(text: str, names: dict[str, str]) -> None:
    to_plain_text(text, names)


@given(st.lists(st.text("<>@U1|!#&;^ \n") | mentions).map("".join))
def test_any_sequence_of_brackets_can_be_read(text: str) -> None:
    to_plain_text(text, NAMES)


@given(st.text("abc ,.\n"), mentions, st.text("abc ,.\n"))
def test_a_mention_never_survives_as_markup(before: str, mention: str, after: str) -> None:
    assert "<@" not in to_plain_text(before + mention + after, NAMES)


@given(typed)
def test_typed_text_is_read_as_typed(text: str) -> None:
    typed_text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert to_plain_text(text, NAMES) == typed_text


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("<https://evil.example|https://good.example>", "good.example (https://evil.example)"),
        ("<https://evil.example|good.example>", "good.example (https://evil.example)"),
        (
            "<mailto:eve@evil.example|ana@good.example>",
            "ana@good.example (mailto:eve@evil.example)",
        ),
        ("<https://good.example/login|good.example/login>", "https://good.example/login"),
        ("<https://evil.example/#good.example|good.example>", "https://evil.example/#good.example"),
    ],
)
def test_a_link_is_shown_with_its_real_address_only(link: str, shown: str) -> None:
    assert to_plain_text(link, {}) == shown
