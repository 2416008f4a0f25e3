"""Declare an incident from a shortcut, global or on a message."""

from bot.config.context import Bot
from bot.domain.markup import find_references
from bot.domain.timeline import SPOKEN_KINDS
from bot.incidents import lifecycle, services
from bot.timeline import recording
from handlers.interactions.click import ShortcutForms, SubmissionHandlers, read_as_mrkdwn
from handlers.slack.payloads import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import declare as forms
from storage import incidents as stored
from storage.engine.store import Session
from storage.people import names

FROM_MESSAGE = "declare_from_message"


def _open(_session: Session, bot: Bot, _asked: Shortcut) -> Block:
    return forms.declare(bot)


def _open_from(session: Session, bot: Bot, asked: Shortcut) -> Block:
    there = stored.by_channel(session, asked.actor.channel_id)
    private = asked.privately or (there is not None and there.private)
    if asked.said is None or asked.said.kind not in SPOKEN_KINDS:
        return forms.declare(bot, private=private)
    known = names(session, find_references(asked.said.text))
    return forms.declare_from_message(bot, asked.said, known, private=private)


def _declare(session: Session, _bot: Bot, sent: Submission) -> None:
    recording.enqueue_person_lookup(session, sent.actor.person, sent.actor.at)
    severity = forms.parse_severity(sent.values.get(forms.SEVERITY))
    evidence = forms.parse_evidence(sent.about)
    title = read_as_mrkdwn(sent, forms.TITLE)
    private = forms.is_private(sent.values.get(forms.VISIBILITY))
    made = lifecycle.declare(session, sent.actor, title, severity, evidence, private=private)
    services.set_initial(session, made, read_as_mrkdwn(sent, forms.SERVICES))


SHORTCUT_FORMS: ShortcutForms = {"declare": _open, FROM_MESSAGE: _open_from}
SUBMISSION_HANDLERS: SubmissionHandlers = {forms.DECLARE: _declare}
