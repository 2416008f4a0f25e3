"""What each word of `/incident` does and answers, by what people want to do."""

from handlers.answers import (
    finding,
    following,
    forgetting,
    items,
    looking,
    meeting,
    recording,
    running,
)
from handlers.answers.call import Answers

ANSWERS: Answers = {
    **running.ANSWERS,
    **recording.ANSWERS,
    **forgetting.ANSWERS,
    **following.ANSWERS,
    **items.ANSWERS,
    **meeting.ANSWERS,
    **looking.ANSWERS,
    **finding.ANSWERS,
}
