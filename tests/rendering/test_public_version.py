"""The version for customers contains only what everyone may know, whatever the chat contains."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import Draft
from bot.domain.incident import Role
from bot.domain.timeline import EventKind, Mark, Record
from bot.drafting.draft import draft
from bot.rendering import documents
from bot.rendering.sample_drafts import make_full_draft
from tests.drafting.records import NOON, event, incident, record, talk

MARKER = "zqword"  # in every message
PEOPLE = {"U1": "Zora Quillfeather", "U2": "wim.vanderzande", "U3": "Жанна"}
NAMES = ("zora", "quillfeather", "wim.vanderzande", "vanderzande", "жанна")
FEED = "Acme Status"
CHAT = (
    "{m} the cause was the deploy, <@U1> shipped it",
    "root cause: {m} was never tested",
    "we rolled back {m}",
    "4,200 users {m} cannot pay, about 9,000 EUR lost {m}",
    "I'll add an alert {m} by friday",
    "action item: Zora writes the runbook {m}",
    "Update: {m} customers were told by wim.vanderzande",
    "[Investigating] {m} looks bad",
    "Resolved - {m} is fixed, see https://wiki.acme.example/{m}",
    "lessons learned: {m} needs a test",
    "{m} the page was late, that went badly",
    "why? because {m} had no owner",
    "14% of requests {m} fail since 11:40 UTC",
)
POSTS = (
    "[Investigating] Payments are failing for some customers",
    "[Identified] Payments fail; Zora Quillfeather is on it, see https://status.acme.example/1",
    "[Update] Payments work again for most, says @wim.vanderzande in #inc-checkout",
    "[Resolved] Payments work again. Write to help@acme.example or www.acme.example/help",
)
TITLES = (
    "Checkout is down",
    "Checkout is down because Zora Quillfeather deployed",
    "ZORA QUILLFEATHER's deploy broke https://pay.acme.example/x",
    "<@U1> and @wim.vanderzande see errors in #inc-checkout",
    "Vanderzande reports errors, mail jo@acme.example or git.acme.example/x/1",
    "inc-checkout",
    "<https://pay.acme.example|checkout> is down, says Жанна",
)


@st.composite
def chats(draw: st.DrawFn) -> Record:
    """Anything that people and applications may write, each with the marker, next to posts of a status page."""
    events = []
    for number in range(draw(st.integers(0, 12))):
        feed = draw(st.booleans()) and draw(st.booleans())
        kinds = [
            EventKind.MESSAGE,
            EventKind.ALERT,
            EventKind.NOTE,
            EventKind.IMPACT,
            EventKind.RESOLVED,
            EventKind.ACTION,
        ]
        kind = EventKind.ALERT if feed else draw(st.sampled_from(kinds))
        text = draw(st.sampled_from(POSTS if feed else CHAT)).format(m=MARKER)
        app = FEED if feed else "Beacon"
        if kind is EventKind.ALERT and not feed:
            text = f"FIRING {text}"  # an application that isn't a status page
        events.append(
            event(
                "12:00",
                draw(st.sampled_from([*PEOPLE])) if kind is not EventKind.ALERT else app,
                text,
                message_id=f"17000000.{number:06d}",
                kind=kind,
                happened_at=NOON + timedelta(minutes=draw(st.integers(-60, 200))),
                marks=draw(st.frozensets(st.sampled_from(list(Mark)), max_size=2)),
            )
        )
    about = replace(
        incident(),
        title=draw(st.sampled_from(TITLES)),
        roles=(Role(name="lead", person="U1", since=NOON),),
    )
    for number, person in enumerate(
        PEOPLE
    ):  # everyone takes part; the record doesn't know other names
        events.append(
            event("12:00", person, f"{MARKER} here", message_id=f"18000000.00000{number}")
        )
    ordered = tuple(sorted(events, key=lambda each: each.happened_at))
    return Record(incident=about, events=ordered, people=PEOPLE, action_items=(_item(),))


def _item() -> ActionItem:
    return ActionItem(
        id=1,
        incident_id=1,
        text=f"Write the {MARKER} runbook",
        state=ItemState.OPEN,
        created_by="U1",
        created_at=NOON,
        owner="U2",
    )


def all_formats(postmortem: Draft) -> str:
    """Return the public document in every format, without the page's own style."""
    page = re.sub(r"<style>.*?</style>", "", documents.html(postmortem, "public"), flags=re.DOTALL)
    return "\n".join(
        [documents.markdown(postmortem, "public"), page, documents.public_json(postmortem)]
    )


@given(chats())
def test_the_public_version_has_no_name_link_or_text_of_the_chat(given_record: Record) -> None:
    postmortem = draft(given_record)
    text = all_formats(postmortem).casefold()
    assert MARKER not in text
    assert not [name for name in NAMES if name in text]
    for private in ("://", "www.", "acme.example", "@", "<@", "u1", "#inc", "inc-", "eur", "9,000"):
        assert private not in text.replace("debrief.public/1", ""), private


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Checkout is down", "# Checkout is down\n"),
        ("<@U1> and @wim see errors", "# a responder and a responder see errors\n"),
        ("Zora's deploy is slow", "# a responder's deploy is slow\n"),
        ("Quillfeather, wim.vanderzande: help", "# a responder, a responder: help\n"),
        ("errors in #inc-checkout", "# errors in a channel\n"),
        ("errors #1 and 5xx", r"# errors \#1 and 5xx" + "\n"),
        ("pay at https://x.example/a fails", "# pay at (link left out) fails\n"),
        ("inc-checkout", "# Incident on Tue 10 Mar 2026\n"),
        ("", "# Incident on Tue 10 Mar 2026\n"),
    ],
)
def test_names_and_links_are_removed_from_the_title(title: str, shown: str) -> None:
    events = [event("12:00", person, "it fails") for person in PEOPLE]
    about = replace(incident(), title=title)
    postmortem = draft(Record(incident=about, events=tuple(events), people=PEOPLE))
    assert documents.markdown(postmortem, "public").startswith(shown)


def test_status_page_posts_are_quoted_without_people_and_links() -> None:
    posts = [
        event(f"12:0{number}", FEED, text, kind=EventKind.ALERT, message_id=str(number))
        for number, text in enumerate(POSTS)
    ]
    chat = event("12:05", "U1", "Update: we are on it")
    other = event("12:06", "U2", "hm")
    postmortem = draft(replace(record(*posts, chat, other), people=PEOPLE))
    posts_shown = json.loads(documents.public_json(postmortem))["posts"]
    assert [post["text"] for post in posts_shown] == [
        "[Investigating] Payments are failing for some customers",
        "[Identified] Payments fail; a responder is on it, see (link left out)",
        "Payments work again for most, says a responder in a channel",
        "[Resolved] Payments work again. Write to a responder or (link left out)",
    ]
    assert "| 2026-03-10 12:00 | \\[Investigating\\] Payments" in documents.markdown(
        postmortem, "public"
    )


def test_a_person_who_writes_like_a_status_page_is_not_quoted() -> None:
    postmortem = draft(talk("12:00 sam: [Investigating] zq", "12:05 sam: [Resolved] zq"))
    assert "zq" not in all_formats(postmortem)
    assert json.loads(documents.public_json(postmortem))["posts"] == []


def test_the_public_version_has_times_and_figures_and_marks_the_rest_as_to_write() -> None:
    text = documents.markdown(make_full_draft(), "public")
    for expected in (
        "**Started:** 2026-03-10 23:30 UTC",
        "affected for:** 1 h",
        "4,200.5 of these",
    ):
        assert expected in text
    assert text.count("> **Open question:**") == 3
    document = json.loads(documents.public_json(make_full_draft()))
    assert list(document) == [
        *("schema", "title", "date", "moments", "durations", "impact", "posts", "to_write"),
    ]
    assert document["schema"] == "debrief.public/1"
    assert {figure["kind"] for figure in document["impact"]}.isdisjoint(
        {"revenue", "tickets", "sla"}
    )
    assert document["moments"]["started"] == "2026-03-10T23:30:00Z"
    assert document["durations"]["ttm"] == 3600
