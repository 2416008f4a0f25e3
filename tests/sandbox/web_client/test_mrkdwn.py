from zoneinfo import ZoneInfo

import pytest

from sandbox.web_client import markdown, mrkdwn, tokens
from sandbox.web_client.reader import Reader

READER = Reader(
    people={"U1": {"name": "ana", "real_name": "Ana Ribeiro"}}, channels={"C1": "general"}
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~ `code`", "<b>bold</b> <i>it</i> <s>gone</s> <code>code</code>"),
        ("*a _b_*", "<b>a <i>b</i></b>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not bold *", "* not bold *"),
        ("`*not bold* &lt;b&gt;`", "<code>*not bold* &lt;b&gt;</code>"),
        ("Tom &amp; Jerry &lt;3", "Tom &amp; Jerry &lt;3"),
        ("&amp;lt;", "&amp;lt;"),
        ("<@U1> in <#C1>", '<span class="mention">@Ana Ribeiro</span> in <span class="mention">#general</span>'),
        ("<@U2|bo> <@U3>", '<span class="mention">@bo</span> <span class="mention">@U3</span>'),
        ("<!here> <!subteam^S1|@sre>", '<span class="mention">@here</span> <span class="mention">@sre</span>'),
        ("<javascript:alert(1)|go>", "&lt;javascript:alert(1)|go&gt;"),
        (":tada: :unknown:", '<span class="emoji" role="img" aria-label="tada">🎉</span> :unknown:'),
    ],
)  # fmt: skip
def test_inline_mrkdwn_becomes_html(text: str, html: str) -> None:
    assert str(mrkdwn.inline(text, READER)) == html


def test_links_and_mail_addresses_become_anchors() -> None:
    drawn = str(mrkdwn.inline("*<https://e.com/a_b_c|INC *1*>* <mailto:a@e.com>", READER))
    assert '<b><a href="https://e.com/a_b_c" rel="noopener noreferrer">INC *1*</a></b>' in drawn
    assert '<a href="mailto:a@e.com" rel="noopener noreferrer">a@e.com</a>' in drawn


def test_lines_become_paragraphs_quotes_and_lists() -> None:
    drawn = str(mrkdwn.draw("one\ntwo\n\n&gt; said\n&gt; so\n• a\n- b\n1. c\nend", READER))
    assert drawn == (
        "<p>one<br>two</p><blockquote>said<br>so</blockquote>"
        "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol><p>end</p>"
    )


def test_code_blocks_keep_their_text() -> None:
    drawn = str(mrkdwn.draw("see ```a *b*\n<https://e.com|e.com> &lt;x&gt;``` ok", READER))
    assert drawn == "<p>see </p><pre><code>a *b*\ne.com &lt;x&gt;</code></pre><p> ok</p>"


def test_a_date_is_in_the_readers_time_zone() -> None:
    text = "<!date^1773152285^{date_short_pretty} {time}|later>"
    reader_in_tokyo = Reader(zone=ZoneInfo("Asia/Tokyo"))
    assert ">Mar 10, 2026 14:18</time>" in mrkdwn.inline(text, READER)
    assert ">Mar 10, 2026 23:18</time>" in mrkdwn.inline(text, reader_in_tokyo)
    assert mrkdwn.inline("<!date^soon^{time}|later>", READER) == "later"


def test_markdown_becomes_html_with_mentions_and_without_tags() -> None:
    drawn = str(
        markdown.draw("# T\n\n| a |\n|---|\n| <@U1> |\n\n<b>x</b> [l](https://e.com)", READER)
    )
    assert "<h1>T</h1>" in drawn
    assert '<td><span class="mention">@Ana Ribeiro</span></td>' in drawn
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn
    assert '<a href="https://e.com" rel="noopener noreferrer">l</a>' in drawn


def test_text_to_edit_is_shown_as_it_was_typed() -> None:
    stored = "<@U1> see <#C1> and <https://e.com> &lt;now&gt;"
    assert tokens.typed(stored, READER) == "@ana see #general and https://e.com <now>"
