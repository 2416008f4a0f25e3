"""Declare an incident from a shortcut, global or on a message."""

from bot.config.context import Bot
from bot.domain.markup import find_references
from bot.domain.timeline import SPOKEN_KINDS
from bot.incidents import lifecycle, services
from bot.timeline import recording
from handlers.interactions.handler_types import (
    NOT_GRANTABLE,
    Interaction,
    ShortcutForms,
    SubmissionHandlers,
    read_as_mrkdwn,
)
from handlers.interactions.incident_finders import find_by_evidence, find_none
from handlers.slack.requests import Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.forms import declare as forms
from storage import incidents as stored
from storage.engine.store import Session
from storage.people import names

FROM_MESSAGE = "declare_from_message"


def _open(_session: Session, bot: Bot, _shortcut: Shortcut) -> Block:
    return forms.declare(bot)


def _open_from_message(session: Session, bot: Bot, shortcut: Shortcut) -> Block:
    incident, message = stored.by_channel(session, shortcut.actor.channel_id), shortcut.message
    private = shortcut.privately or (incident is not None and incident.private)
    if message is None or message.kind not in SPOKEN_KINDS:
        return forms.declare(bot, private=private)
    known = names(session, find_references(message.text))
    return forms.declare_from_message(bot, message, known, private=private)


def _declare(session: Session, _bot: Bot, form: Submission) -> None:
    recording.enqueue_person_lookup(session, form.actor.person, form.actor.at)
    severity = forms.parse_severity(form.values.get(forms.SEVERITY))
    evidence = forms.parse_evidence(form.about)
    title = read_as_mrkdwn(form, forms.TITLE)
    private = forms.is_private(form.values.get(forms.VISIBILITY))
    incident = lifecycle.declare(session, form.actor, title, severity, evidence, private=private)
    services.set_initial(session, incident, read_as_mrkdwn(form, forms.SERVICES))


SHORTCUT_FORMS: ShortcutForms = {
    "declare": Interaction(_open, NOT_GRANTABLE, find_none),
    FROM_MESSAGE: Interaction(_open_from_message, NOT_GRANTABLE, find_none),
}
SUBMISSION_HANDLERS: SubmissionHandlers = {
    forms.DECLARE: Interaction(_declare, NOT_GRANTABLE, find_by_evidence)
}
