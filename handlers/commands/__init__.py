"""`/incident`: parsing, dispatch, and what each word does and answers."""

from handlers.commands import (
    action_items,
    forget,
    incident,
    key_times,
    library,
    postmortem,
    record,
    review_meeting,
    show,
)
from handlers.commands.call import Answers

ANSWERS: Answers = {
    **incident.ANSWERS,
    **record.ANSWERS,
    **forget.ANSWERS,
    **postmortem.ANSWERS,
    **action_items.ANSWERS,
    **review_meeting.ANSWERS,
    **key_times.ANSWERS,
    **show.ANSWERS,
    **library.ANSWERS,
}
