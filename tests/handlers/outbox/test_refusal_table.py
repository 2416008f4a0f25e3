"""Each job kind refused for each reason: who is told what, and which jobs run later."""

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
from tests.support.harness import LiveBot
from tests.support.refusals_page import CODES, PAGE, _words, page, refusal_reason, refusal_sentence

ERRORS = [*CODES[1:5], *CODES[9:]]  # the ones between are our own reasons
REFUSED = [kind for kind in JobKind if kind is not JobKind.REFUSED]


def test_every_job_kind_has_a_row_and_a_sentence_for_refusals() -> None:
    assert set(ON_REFUSAL) == set(JobKind)
    assert set(_words().NOT_DONE) == {str(kind) for kind in JobKind}
    for row in ON_REFUSAL.values():
        assert (row.audience is Audience.LOG) == bool(row.because)


def test_the_refusals_page_in_the_docs_is_up_to_date() -> None:
    assert page() == PAGE.read_text("utf-8"), "changed: python -m tests.support.refusals_page"


@pytest.fixture(scope="module")
def refusing_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveBot]:
    """A workspace in which every job is one Slack call that the test refuses."""

    def call(sender: MessageSender, job: Job) -> JobResult:
        _, channel = channel_of(sender, job)
        sender.client.conversations_setTopic(channel=channel, topic=job.kind)
        return JobResult()

    with pytest.MonkeyPatch.context() as patch:
        database: Path = tmp_path_factory.mktemp("refusing") / "debrief.db"
        with harness.start_live_bot(f"sqlite:///{database}") as live_bot:
            live_bot.declare()
            for kind in REFUSED:
                patch.setitem(sender.JOB_HANDLERS, kind, call)
            yield live_bot


def _refuse_every_job(live_bot: LiveBot, error: str) -> tuple[str, list[str], str]:
    """Have every job kind refused; return the channel, what Ana was told, and her id."""
    channel = str(live_bot.sandbox.record.called("conversations.create")[0].answer["channel"]["id"])
    ana = live_bot.workspace.person("ana").id
    before = len(live_bot.workspace.ephemerals("ana"))
    live_bot.sandbox.faults.on("error", method="conversations.setTopic", error=error)
    with live_bot.store.begin() as session:
        incident = by_channel(session, channel)
        assert incident
        requesters.remember(session, ana, channel)
        about = {"person": ana, "owner": ana, "error": error}
        for kind in REFUSED:
            lane = f"{error} {kind}"
            job = Job(kind=kind, lane=lane, incident_id=incident.id, about=about)
            outbox.enqueue(session, job, live_bot.sandbox.clock.now())
    live_bot.settle()
    live_bot.sandbox.faults.clear()
    return (
        channel,
        [message["text"] for message in live_bot.workspace.ephemerals("ana")[before:]],
        ana,
    )


@pytest.mark.parametrize("error", ERRORS)
def test_a_refusal_is_reported_once_to_its_audience_and_useful_jobs_run_later(
    refusing_town: LiveBot, error: str
) -> None:
    channel, reports, ana = _refuse_every_job(refusing_town, error)
    assert all(f"*Why:* {refusal_reason(error)}" in text for text in reports)
    in_channel = refusing_town.text_in(channel)
    for kind in REFUSED:
        report = (
            refusal_sentence(kind)
            .replace("{person}", f"<@{ana}>")
            .replace("{channel}", f"<#{channel}>")
        )
        count = sum(text.count(f"• {report}\n") for text in reports)
        assert count == (ON_REFUSAL[kind].audience is Audience.REQUESTER), kind
        posted = f"• {report}\n*Why:* {refusal_reason(error)}" in in_channel or (
            report in in_channel and ON_REFUSAL[kind].audience is Audience.CHANNEL
        )
        assert posted == (ON_REFUSAL[kind].audience is Audience.CHANNEL), kind
    assert _set_aside_kinds(refusing_town, error) == set(REFUSED)
    refusing_town.workspace.remove_bot(channel)
    refusing_town.workspace.invite_bot(channel)
    refusing_town.settle()
    still_useful = {kind for kind in REFUSED if ON_REFUSAL[kind].useful_for != NEVER}
    assert ALWAYS in {ON_REFUSAL[kind].useful_for for kind in still_useful}
    finished = still_useful if error in PASSES_ON_RETURN else set()
    assert _set_aside_kinds(refusing_town, error) == set(REFUSED) - finished


def _set_aside_kinds(live_bot: LiveBot, error: str) -> set[JobKind]:
    """Return the kinds of job that are set aside for a reason."""
    with live_bot.store.begin() as session:
        return {job.kind for job in outbox.list_set_aside(session) if job.reason == error}
