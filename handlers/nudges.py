"""What one person is told of a running incident, and what is asked: their role, an update, a lead."""

from datetime import datetime

from bot import hours, render
from bot.domain.incident import LEAD
from bot.domain.markup import referenced
from bot.domain.posting import Posting
from handlers import blocks, layouts
from handlers.channel_deeds import Told, channel_of
from handlers.voice import Voice
from storage import outbox, timeline
from storage.people import names


def update_due(voice: Voice, posting: Posting) -> Told:
    """Ask the lead for an update that is due, by DM; in the channel where nobody is in charge.

    One that came meanwhile, or an end, makes it needless.
    """
    incident, channel = channel_of(voice, posting)
    person, due = posting.about.get("person"), datetime.fromisoformat(str(posting.about["due"]))
    if incident.status.is_over or incident.update_due_at != due:
        return Told()
    with voice.bot.store.begin() as session:
        last = timeline.last_update(session, incident.id)
        known = names(session, referenced(last.text) if last else [])
    shown = {"channel": channel, "last": last, "names": known, "person": person}
    message = render.message("update_due", incident=incident, due=due, **shown)
    if person:
        channel = voice.client.conversations_open(users=[str(person)])["channel"]["id"]
    layout = layouts.nudge(message, layouts.update_button(incident))
    return Told(channel, voice.post(posting, channel, message.text, layout))


def update_overdue(voice: Voice, posting: Posting) -> Told:
    """Ask in the channel for an update that is long overdue, unless it came or the incident is over."""
    incident, channel = channel_of(voice, posting)
    due = datetime.fromisoformat(str(posting.about["due"]))
    if incident.status.is_over or incident.update_due_at != due:
        return Told()
    with voice.bot.store.begin() as session:
        is_led = incident.lead and hours.is_reachable(session, incident, incident.lead)
    shown = {"lead": incident.lead if is_led else None, "command": voice.bot.policy.command}
    message = render.message("update_overdue", incident=incident, due=due, **shown)
    taking = [] if incident.lead else [layouts.lead_button(incident)]
    layout = layouts.nudge(message, layouts.update_button(incident), *taking)
    return Told(channel, voice.post(posting, channel, message.text, layout))


def lead_wanted(voice: Voice, posting: Posting) -> Told:
    """Said in the channel where nobody took the lead, unless somebody has by now."""
    incident, channel = channel_of(voice, posting)
    if incident.status.is_over or incident.lead is not None:
        return Told()
    policy = voice.bot.policy
    shown = {"help": policy.roles[LEAD], "command": policy.command}
    message = render.message("lead_wanted", incident=incident, **shown)
    layout = layouts.nudge(message, layouts.lead_button(incident))
    return Told(channel, voice.post(posting, channel, message.text, layout))


def lead_found(voice: Voice, posting: Posting) -> Told:
    """What came of the question who leads, in its place; it may never have been said."""
    incident, _ = channel_of(voice, posting)
    with voice.bot.store.begin() as session:
        asked = outbox.place(session, posting.answers or 0)
    if asked is not None:
        text = render.line("lead_found", incident=incident)
        voice.update(*asked, text, [blocks.context(text)])
    return Told()


def role_help(voice: Voice, posting: Posting) -> Told:
    """A DM to whom somebody gave a role: what it means. Not when it has gone to another already."""
    incident, channel = channel_of(voice, posting)
    person, role = str(posting.about["person"]), str(posting.about["role"])
    if incident.status.is_over or incident.holder(role) != person:
        return Told()
    policy = voice.bot.policy
    shown = {"help": policy.roles.get(role, ""), "command": policy.command, "channel": channel}
    by = str(posting.about["by"])
    message = render.message("role_help", incident=incident, role=role, by=by, **shown)
    dm = voice.client.conversations_open(users=[person])["channel"]["id"]
    return Told(dm, voice.post(posting, dm, message.text, layouts.told(message)))
