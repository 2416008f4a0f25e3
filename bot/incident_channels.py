"""An incident's channel: a new one, one that people already talk in, or one given to it later."""

from bot import channel_changes, incidents
from bot.domain.asker import Asker
from bot.domain.errors import HasChannel, IncidentHere, NeedsPrivateChannel
from bot.domain.incident import Incident, Severity
from bot.domain.markup import Ready
from bot.domain.posting import Deed
from bot.environment import Bot
from storage import incidents as stored
from storage import refusals, timeline
from storage.channel_states import ChannelState
from storage.engine import Session


def adopt(
    session: Session,
    bot: Bot,
    asker: Asker,
    channel: tuple[str, bool],
    said: tuple[Severity | None, str],
) -> Incident:
    """Make the channel that people already talk in the incident's, with what was said in it.

    `channel` is the channel's name and whether it is private; `said` the severity and title.
    """
    _require_free(session, bot, asker)
    name, private = channel
    severity, title = said
    incident = incidents.add(session, asker, title or name, severity)
    incident = stored.change(
        session, incident.id, channel_id=asker.channel_id, channel_name=name, private=private
    )
    _introduce(session, incident, asker)
    incidents.say(session, incident, Deed.FETCH, asker)
    return incident


def give(session: Session, bot: Bot, asker: Asker, channel: tuple[str, bool]) -> Incident:
    """Make the asker's channel that of an incident whose own could not be created.

    What was refused because it had none is done now.
    """
    incident = incidents.here(session, bot, asker)
    if incident.channel_id is not None:
        raise HasChannel(key=incident.key, channel=Ready(f"<#{incident.channel_id}>"))
    _require_free(session, bot, asker)
    name, private = channel
    if incident.private and not private:
        raise NeedsPrivateChannel(key=incident.key)
    stored.change(session, incident.id, channel_id=asker.channel_id)
    channel_changes.follow(session, incident.id, ChannelState(name=name, private=private), asker.at)
    refusals.resume(session, incident.id, asker.at)
    given = stored.by_id(session, incident.id)
    welcome(session, given, asker)
    incidents.say(session, given, Deed.FETCH, asker)
    return given


def welcome(session: Session, incident: Incident, asker: Asker) -> None:
    """Let the new channel have its people first, then what everybody needs to know."""
    incidents.say(session, incident, Deed.INVITE, asker)
    _introduce(session, incident, asker)
    for event in timeline.from_elsewhere(session, incident.id):
        incidents.say(session, incident, Deed.NOTICE, asker, event=event.message_id)


def _introduce(session: Session, incident: Incident, asker: Asker) -> None:
    deeds = [Deed.CARD, Deed.TOPIC, Deed.PIN, Deed.BOOKMARK]
    if not incident.private:
        deeds.append(Deed.ANNOUNCEMENT)
    for deed in deeds:
        incidents.say(session, incident, deed, asker)


def _require_free(session: Session, bot: Bot, asker: Asker) -> None:
    there = stored.by_channel(session, asker.channel_id)
    if there is not None:
        raise IncidentHere(key=there.key, command=bot.policy.command)
