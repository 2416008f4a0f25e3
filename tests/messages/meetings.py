"""Messages after a postmortem: its review meeting, and the vote of a quarter."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.meeting import MeetingState
from bot.rendering import render
from handlers.views import layouts, postmortem_layouts
from storage.votes import Ballot
from tests.messages.facts import CHANNEL, COMMAND, LINK, NOON, POLICY, Facts
from tests.messages.shown import Shown, message


def messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    yield from _meetings(facts)
    yield from _votes(facts)


def _meetings(facts: Facts) -> Iterator[tuple[str, Shown]]:
    proposed, incident = facts.meeting(), facts.over()
    kinds = {
        "meeting": proposed,
        "meeting without a facilitator": replace(proposed, facilitator=None),
        "meeting set": replace(proposed, state=MeetingState.SET),
        "meeting cancelled": replace(proposed, state=MeetingState.CANCELLED),
    }
    agenda = POLICY.meeting.agenda.items()
    for name, meeting in kinds.items():
        invitation = {"people": meeting.invited, "agenda": agenda, "suited": 2, "new_to_it": True}
        facts_given = {"incident": incident, "meeting": meeting, "command": COMMAND}
        rendered = render.message("meeting", **facts_given, **invitation)
        yield name, message(rendered, postmortem_layouts.meeting(rendered, meeting, over=False))
    for name, leads, link in (("meeting_draft", False, LINK), ("meeting_draft to lead", True, "")):
        facts_given = {"meeting": proposed, "leads": leads, "link": link, "channel": CHANNEL}
        rendered = render.message("meeting_draft", incident=incident, **facts_given)
        yield name, message(rendered, layouts.text_with_context(rendered))


def _votes(facts: Facts) -> Iterator[tuple[str, Shown]]:
    listed = [(facts.over(), LINK, 1), (facts.over(), None, 4)] * 5
    for name, closed in (("ballot", False), ("ballot closed", True)):
        vote = Ballot(quarter="2026-Q1", candidates=(1, 2), closes_at=NOON, closed=closed)
        text = render.line("ballot", ballot=vote, listed=listed)
        blocks = layouts.ballot(text, vote.quarter, 0 if closed else len(listed))
        yield name, message(render.Message(text, {}), blocks)
