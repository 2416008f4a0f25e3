"""Each job kind, refused for each reason over the wire: who is told what, and what is done later."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.job import Job, JobKind
from bot.domain.refusals import ALWAYS, NEVER, ON_REFUSAL, PASSES_ON_RETURN, Audience
from handlers.outbox import worker as sender
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from storage import outbox, requesters
from storage.incidents import by_channel
from tests.support import harness
from tests.support.harness import Town
from tests.support.refusals_page import CODES, PAGE, _words, page, sentence, why

ERRORS = [*CODES[1:5], *CODES[9:]]  # those between are our own reasons; a scope comes with its name
REFUSED = [kind for kind in JobKind if kind is not JobKind.REFUSED]


def test_each_job_kind_has_a_row_and_a_sentence() -> None:
    assert set(ON_REFUSAL) == set(JobKind)
    assert set(_words().NOT_DONE) == {str(kind) for kind in JobKind}
    for row in ON_REFUSAL.values():
        assert (row.audience is Audience.LOG) == bool(row.because)


def test_the_page_for_operators_says_the_same() -> None:
    assert page() == PAGE.read_text("utf-8"), "changed: python -m tests.support.refusals_page"


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town where every job is one call of Slack's, which the test has refused."""

    def call(sender: MessageSender, job: Job) -> JobResult:
        _, channel = channel_of(sender, job)
        sender.client.conversations_setTopic(channel=channel, topic=job.kind)
        return JobResult()

    with pytest.MonkeyPatch.context() as patch:
        database: Path = tmp_path_factory.mktemp("refusing") / "debrief.db"
        with harness.town(f"sqlite:///{database}") as town:
            town.declare()
            for kind in REFUSED:
                patch.setitem(sender.JOB_HANDLERS, kind, call)
            yield town


def _ask(town: Town, error: str) -> tuple[str, list[str], str]:
    """Have each kind of job refused, and return what ana and the channel were told then."""
    channel = str(town.sandbox.record.called("conversations.create")[0].answer["channel"]["id"])
    ana = town.ws.person("ana").id
    before = len(town.ws.ephemerals("ana"))
    town.sandbox.faults.on("error", method="conversations.setTopic", error=error)
    with town.store.begin() as session:
        incident = by_channel(session, channel)
        assert incident
        requesters.remember(session, ana, channel)
        about = {"person": ana, "owner": ana, "error": error}
        for kind in REFUSED:
            lane = f"{error} {kind}"
            job = Job(kind=kind, lane=lane, incident_id=incident.id, about=about)
            outbox.enqueue(session, job, town.sandbox.clock.now())
    town.settle()
    town.sandbox.faults.clear()
    return channel, [each["text"] for each in town.ws.ephemerals("ana")[before:]], ana


@pytest.mark.parametrize("error", ERRORS)
def test_whoever_asked_is_told_once_and_what_can_be_done_later_is(
    refusing: Town, error: str
) -> None:
    channel, told, ana = _ask(refusing, error)
    assert all(f"*Why:* {why(error)}" in text for text in told)
    in_channel = refusing.texts(channel)
    for kind in REFUSED:
        said = sentence(kind).replace("{person}", f"<@{ana}>").replace("{channel}", f"<#{channel}>")
        times = sum(text.count(f"• {said}\n") for text in told)
        assert times == (ON_REFUSAL[kind].audience is Audience.REQUESTER), kind
        posted = f"• {said}\n*Why:* {why(error)}" in in_channel or (
            said in in_channel and ON_REFUSAL[kind].audience is Audience.CHANNEL
        )
        assert posted == (ON_REFUSAL[kind].audience is Audience.CHANNEL), kind
    assert _left(refusing, error) == set(REFUSED)
    refusing.ws.remove_bot(channel)
    refusing.ws.invite_bot(channel)
    refusing.settle()
    kept = {kind for kind in REFUSED if ON_REFUSAL[kind].useful_for != NEVER}
    assert ALWAYS in {ON_REFUSAL[kind].useful_for for kind in kept}
    done = kept if error in PASSES_ON_RETURN else set()
    assert _left(refusing, error) == set(REFUSED) - done


def _left(town: Town, error: str) -> set[JobKind]:
    """The kinds of job that are set aside for a reason."""
    with town.store.begin() as session:
        return {each.kind for each in outbox.list_set_aside(session) if each.reason == error}
