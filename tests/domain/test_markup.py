import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markup import mentioned, plain

NAMES = {"U1": "Ana Lopes", "W2": "Ben"}


@pytest.mark.parametrize(
    ("written", "read"),
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
        ("<!subteam^S1> hello", "@subteam hello"),
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
def test_slacks_text_is_read_as_people_see_it(written: str, read: str) -> None:
    assert plain(written, NAMES) == read


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("nobody", []),
        ("<@U1> and <@W2|ben>, <@U1> again", ["U1", "W2", "U1"]),
        ("<!subteam^S1|@sre> <#C1> @ana &lt;@U1&gt;", []),
    ],
)
def test_people_are_found_in_order(text: str, ids: list[str]) -> None:
    assert mentioned(text) == ids


# What Slack sends: three characters escaped, everything else in angle brackets made by Slack.
typed = st.text().map(lambda t: t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
ids = st.from_regex(r"[UW][A-Z0-9]{1,10}", fullmatch=True)
labels = st.none() | st.from_regex(r"@?[^<>&|\n]{0,12}", fullmatch=True)
mentions = st.builds(
    lambda who, as_: f"<@{who}>" if as_ is None else f"<@{who}|{as_}>", ids, labels
)


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_no_text_is_too_odd_to_read(text: str, names: dict[str, str]) -> None:
    plain(text, names)


@given(st.lists(st.text("<>@U1|!#&;^ \n") | mentions).map("".join))
def test_no_heap_of_brackets_is_too_odd_to_read(text: str) -> None:
    plain(text, NAMES)


@given(st.text("abc ,.\n"), mentions, st.text("abc ,.\n"))
def test_a_mention_never_survives_as_one(before: str, mention: str, after: str) -> None:
    assert "<@" not in plain(before + mention + after, NAMES)


@given(typed)
def test_what_was_typed_is_read_as_it_was_typed(text: str) -> None:
    typed_text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain(text, NAMES) == typed_text


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
def test_a_link_is_shown_with_its_real_address_and_no_other(link: str, shown: str) -> None:
    assert plain(link, {}) == shown
