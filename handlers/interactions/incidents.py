"""Clicks on an incident's card, and the forms that they open.

Each names its incident, and what it asks for is done as if it had been typed in the channel of it.
"""

from datetime import timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.updates import Update
from bot.incidents import check_ins, lifecycle, roles, status_updates
from bot.rendering import render
from handlers.fields import NotUnderstood, number
from handlers.interactions.click import Opened, Pressed, Sent, typed
from handlers.slack.payloads import Press, Submission
from handlers.views.blocks import Block
from handlers.views.forms import declare
from handlers.views.forms import incidents as forms
from storage import activity, requirement_decisions
from storage.engine.store import Session


def _take_lead(session: Session, bot: Bot, press: Press) -> str:
    incident = roles.take(session, bot, there(session, press))
    return render.line(press.action, incident=incident, help=bot.policy.roles["lead"])


def _still_working(session: Session, bot: Bot, press: Press) -> str:
    actor = press.actor
    incident = check_ins.still_working(session, bot, number(press.value), actor.person, actor.at)
    in_hours = max(24, bot.policy.inactive_hours)
    return render.line("still_working", incident=incident, in_hours=in_hours)


def _publish(session: Session, bot: Bot, press: Press) -> str:
    """Asked of Slack first, so that no channel that is private after all is made public."""
    actor = there(session, press)
    incident = lifecycle.here(session, bot, actor)
    if not incident.private:
        return render.line("incident_publish", incident=incident)
    lifecycle.say(session, incident, JobKind.PUBLISH, actor, person=actor.person)
    return ""


def _open_severity(session: Session, bot: Bot, press: Press) -> Block:
    return forms.severity(bot, lifecycle.running(session, bot, there(session, press)))


def _open_resolve(session: Session, bot: Bot, press: Press) -> Block:
    incident = lifecycle.running(session, bot, there(session, press))
    return forms.resolve(
        incident, drafts=requirement_decisions.waived(session, incident.id) is None
    )


def _open_reopen(session: Session, bot: Bot, press: Press) -> Block:
    return forms.reopen(lifecycle.over(session, bot, there(session, press)))


def _open_update(session: Session, bot: Bot, press: Press) -> Block:
    return forms.update(bot, lifecycle.running(session, bot, there(session, press)))


def _update(session: Session, bot: Bot, sent: Submission) -> Incident:
    update = Update(
        text=typed(sent, forms.TEXT),
        status=sent.values.get(forms.STATUS) or "",
        next_in=timedelta(minutes=number(sent.values.get(forms.NEXT) or "")),
    )
    return status_updates.give(session, bot, there(session, sent), update)


def _set_severity(session: Session, bot: Bot, sent: Submission) -> Incident:
    wanted = declare.severity(sent.values.get(forms.SEVERITY))
    if wanted is None:
        raise NotUnderstood(missing="a severity")
    return lifecycle.set_severity(session, bot, there(session, sent), wanted)


def _open_role(session: Session, bot: Bot, press: Press) -> Block:
    return forms.role(bot, lifecycle.running(session, bot, there(session, press)))


def _give_role(session: Session, bot: Bot, sent: Submission) -> Incident:
    role, person = sent.values.get(forms.ROLE) or "", sent.values.get(forms.PERSON)
    if not person:
        raise NotUnderstood(missing="a person")
    return roles.assign(session, bot, there(session, sent), role, person)


def _end(session: Session, bot: Bot, sent: Submission) -> Incident:
    if sent.values.get(forms.END) == forms.CANCELLED:
        return lifecycle.cancel(session, bot, there(session, sent), _note(sent))
    return lifecycle.resolve(session, bot, there(session, sent), _note(sent))


def _reopen(session: Session, bot: Bot, sent: Submission) -> Incident:
    return lifecycle.reopen(session, bot, there(session, sent), _note(sent))


def there(session: Session, asked: Press | Submission) -> Actor:
    """Who asks, as if they stood in the channel of the incident that the click or form names."""
    about = asked.value if isinstance(asked, Press) else asked.about
    actor = lifecycle.at_home(session, asked.actor, number(about))
    activity.note(session, actor.channel_id, actor.at)
    return actor


def _note(sent: Submission) -> str:
    return typed(sent, forms.NOTE)


PRESSED: Pressed = {
    "incident_lead": _take_lead,
    "incident_publish": _publish,
    "still_working": _still_working,
}
OPENED: Opened = {
    "incident_update": _open_update,
    "incident_severity": _open_severity,
    "incident_role": _open_role,
    "incident_resolve": _open_resolve,
    "incident_reopen": _open_reopen,
}
SENT: Sent = {
    forms.UPDATE: _update,
    forms.SEVERITY: _set_severity,
    forms.RESOLVE: _end,
    forms.ROLE: _give_role,
    forms.REOPEN: _reopen,
}
