"""What each word of `/incident` does and answers, by what people want to do."""

from handlers.answers import (
    finding,
    following,
    forgetting,
    items,
    key_times,
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
    **key_times.ANSWERS,
    **looking.ANSWERS,
    **finding.ANSWERS,
}
