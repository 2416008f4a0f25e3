"""What the bot says of a postmortem: the summary, its parts and files in the thread, edited in place."""

from bot import postmortems, render, reviews
from bot.domain.incident import Incident
from bot.domain.markup import plain
from bot.domain.posting import Posting
from bot.domain.review import State
from handlers import layouts
from handlers.channel_deeds import Told, answered, channel_of, number_in
from handlers.forms.sections import titles
from handlers.voice import Voice
from storage import outbox
from storage import postmortems as stored

LONGEST_ALT = 1_000  # Slack's limit
FILES = {"png": "timeline.png", "html": "postmortem.html"}


def summary(voice: Voice, posting: Posting) -> Told:
    incident, channel = channel_of(voice, posting)
    message, state = _summary(voice, incident)
    blocks = layouts.summary(message, incident, state)
    ts = voice.post(posting, channel, message.text, blocks)
    return Told(channel, ts)


def summary_now(voice: Voice, posting: Posting) -> Told:
    """The summary where it stands, as the postmortem is now."""
    incident, _ = channel_of(voice, posting)
    channel, ts = answered(voice, posting)
    message, state = _summary(voice, incident)
    voice.update(channel, ts, message.text, layouts.summary(message, incident, state))
    return Told()


def section_now(voice: Voice, posting: Posting) -> Told:
    """A part of the postmortem where it stands; one that is new is said in the thread."""
    channel, thread = answered(voice, posting)
    incident, _ = channel_of(voice, posting)
    number = number_in(posting, "part")
    with voice.bot.store.begin() as session:
        postmortem = postmortems.latest(session, incident)
        said = outbox.place_of_part(session, posting.answers or 0, number)
    there = postmortems.parts(postmortem)
    text = there[number] if number < len(there) else render.line("part_gone")
    shown, blocks = render.without_escapes(text), layouts.section(text)
    if said:
        voice.update(channel, said[1], shown, blocks)
        return Told()
    return Told(channel, voice.post(posting, channel, shown, blocks, thread))


def section(voice: Voice, posting: Posting) -> Told:
    """A part of the draft, in the summary's thread."""
    channel, thread = answered(voice, posting)
    with voice.bot.store.begin() as session:
        postmortem = stored.by_id(session, number_in(posting, "postmortem"))
    text = postmortems.parts(postmortem)[number_in(posting, "part")]
    shown = render.without_escapes(text)
    ts = voice.post(posting, channel, shown, layouts.section(text), thread)
    return Told(channel, ts)


def file(voice: Voice, posting: Posting) -> Told:
    channel, thread = answered(voice, posting)
    incident, _ = channel_of(voice, posting)
    kind = str(posting.about["file"])
    with voice.bot.store.begin() as session:
        postmortem = stored.by_id(session, number_in(posting, "postmortem"))
    content = postmortem.picture if kind == "png" else postmortem.html.encode()
    name = f"{incident.key.lower()}-v{postmortem.version}-{FILES[kind]}"
    page = plain(render.line("page_alt", incident=incident), {})  # an alt text has no markup
    alt = postmortem.picture_text if kind == "png" else page
    voice.upload(posting, channel, thread, name=name, content=content, alt=alt[:LONGEST_ALT])
    return Told()


def _summary(voice: Voice, incident: Incident) -> tuple[render.Message, State]:
    """What the summary says now: of the newest version, whichever it was written for."""
    with voice.bot.store.begin() as session:
        postmortem = postmortems.latest(session, incident)
        review = reviews.named(session, incident)
    blaming, _ = postmortems.findings(postmortem)
    message = render.message(
        "summary",
        incident=incident,
        draft=postmortem.document,
        version=postmortem.version,
        blaming=len(blaming),
        titles=titles(),
        review=review,
        submitted=review.submitted,
        command=voice.bot.policy.command,
    )
    return message, review.state
