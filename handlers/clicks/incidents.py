"""Clicks on an incident's card, and the forms that they open.

Each names its incident, and what it asks for is done as if it had been typed in the channel of it.
"""

from datetime import timedelta

from bot import check_ins, incidents, render, roles, updates
from bot.domain.asker import Asker
from bot.domain.incident import Incident
from bot.domain.posting import Deed
from bot.domain.updates import Update
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed, Sent, typed
from handlers.fields import NotUnderstood, number
from handlers.forms import declaring
from handlers.forms import incidents as forms
from handlers.payloads import Press, Submission
from storage import activity, decisions
from storage.engine import Session


def _take_lead(session: Session, bot: Bot, press: Press) -> str:
    incident = roles.take(session, bot, there(session, press))
    return render.line(press.action, incident=incident, help=bot.policy.roles["lead"])


def _still_working(session: Session, bot: Bot, press: Press) -> str:
    asker = press.asker
    incident = check_ins.still_working(session, bot, number(press.value), asker.person, asker.at)
    in_hours = max(24, bot.policy.inactive_hours)
    return render.line("still_working", incident=incident, in_hours=in_hours)


def _publish(session: Session, bot: Bot, press: Press) -> str:
    """Asked of Slack first, so that no channel that is private after all is made public."""
    asker = there(session, press)
    incident = incidents.here(session, bot, asker)
    if not incident.private:
        return render.line("incident_publish", incident=incident)
    incidents.say(session, incident, Deed.PUBLISH, asker, person=asker.person)
    return ""


def _open_severity(session: Session, bot: Bot, press: Press) -> Block:
    return forms.severity(bot, incidents.running(session, bot, there(session, press)))


def _open_resolve(session: Session, bot: Bot, press: Press) -> Block:
    incident = incidents.running(session, bot, there(session, press))
    return forms.resolve(incident, drafts=decisions.waived(session, incident.id) is None)


def _open_reopen(session: Session, bot: Bot, press: Press) -> Block:
    return forms.reopen(incidents.over(session, bot, there(session, press)))


def _open_update(session: Session, bot: Bot, press: Press) -> Block:
    return forms.update(bot, incidents.running(session, bot, there(session, press)))


def _update(session: Session, bot: Bot, sent: Submission) -> Incident:
    update = Update(
        text=typed(sent, forms.TEXT),
        status=sent.values.get(forms.STATUS) or "",
        next_in=timedelta(minutes=number(sent.values.get(forms.NEXT) or "")),
    )
    return updates.give(session, bot, there(session, sent), update)


def _set_severity(session: Session, bot: Bot, sent: Submission) -> Incident:
    wanted = declaring.severity(sent.values.get(forms.SEVERITY))
    if wanted is None:
        raise NotUnderstood(missing="a severity")
    return incidents.set_severity(session, bot, there(session, sent), wanted)


def _open_role(session: Session, bot: Bot, press: Press) -> Block:
    return forms.role(bot, incidents.running(session, bot, there(session, press)))


def _give_role(session: Session, bot: Bot, sent: Submission) -> Incident:
    role, person = sent.values.get(forms.ROLE) or "", sent.values.get(forms.PERSON)
    if not person:
        raise NotUnderstood(missing="a person")
    return roles.assign(session, bot, there(session, sent), role, person)


def _end(session: Session, bot: Bot, sent: Submission) -> Incident:
    if sent.values.get(forms.END) == forms.CANCELLED:
        return incidents.cancel(session, bot, there(session, sent), _note(sent))
    return incidents.resolve(session, bot, there(session, sent), _note(sent))


def _reopen(session: Session, bot: Bot, sent: Submission) -> Incident:
    return incidents.reopen(session, bot, there(session, sent), _note(sent))


def there(session: Session, asked: Press | Submission) -> Asker:
    """Who asks, as if they stood in the channel of the incident that the click or form names."""
    about = asked.value if isinstance(asked, Press) else asked.about
    asker = incidents.at_home(session, asked.asker, number(about))
    activity.note(session, asker.channel_id, asker.at)
    return asker


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
