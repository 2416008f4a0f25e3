"""What the bot says of a postmortem: the summary, its parts and files in the thread, edited in place."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot import history_reading, places, postmortems, render, reviews
from bot.domain.incident import Incident
from bot.domain.markup import plain
from bot.domain.posting import Deed, Posting
from bot.domain.review import State
from handlers import history, layouts
from handlers.channel_deeds import Told, answered, channel_of, number_in
from handlers.errors import LIMITED
from handlers.forms.sections import titles
from handlers.voice import Voice
from storage import outbox, sent_messages
from storage import postmortems as stored
from storage.postmortems import Postmortem

LONGEST_ALT = 1_000  # Slack's limit
FILES = {"png": "timeline.png", "html": "postmortem.html"}
PARTS = (Deed.SECTION, Deed.SECTION_NOW)


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
    if not postmortem.markdown:
        return Told()  # emptied since: words of it were erased, and a newer version is on its way
    text = postmortems.parts(postmortem)[number_in(posting, "part")]
    shown = render.without_escapes(text)
    ts = voice.post(posting, channel, shown, layouts.section(text), thread)
    return Told(channel, ts)


def file(voice: Voice, posting: Posting) -> Told:
    incident, _ = channel_of(voice, posting)
    kind = str(posting.about["file"])
    with voice.bot.store.begin() as session:
        postmortem = stored.by_id(session, number_in(posting, "postmortem"))
    if not postmortem.html:
        return Told()
    _upload(voice, posting, incident, postmortem, kind)
    return Told()


def files(voice: Voice, posting: Posting) -> Told:
    """The files in the thread as of the newest version; those of earlier versions are deleted.

    With `only` a kind of file, others stay; and a file that people deleted doesn't come back. The earlier
    one is then deleted last: were the new one refused, the thread would have none, ever. Without `only`,
    words of the earlier ones may be erased, and they are deleted first.
    """
    channel, thread = answered(voice, posting)
    incident, _ = channel_of(voice, posting)
    with voice.bot.store.begin() as session:
        postmortem = postmortems.latest(session, incident)
    only = str(posting.about.get("only") or "")
    there = _files_in(voice, incident, channel, thread, [only] if only else list(FILES))
    kinds = ([only] if there else []) if only else list(FILES)
    wanted = {_name(incident, postmortem, kind): kind for kind in kinds}
    earlier = [id_ for name, id_ in there if name not in wanted]
    if not only:
        _delete(voice, earlier)
    found = {name for name, _ in there}
    for name, kind in wanted.items():
        if name not in found:
            _upload(voice, posting, incident, postmortem, kind)
    if only:
        _delete(voice, earlier)
    return Told()


def replaced(voice: Voice, posting: Posting) -> Told:
    """An earlier draft whose words are erased: its files and parts are deleted, its head points to the newest."""
    channel, thread = answered(voice, posting)
    incident, _ = channel_of(voice, posting)
    _delete(voice, [id_ for _, id_ in _files_in(voice, incident, channel, thread, list(FILES))])
    with voice.bot.store.begin() as session:
        parts = sent_messages.places_in_thread(session, posting.answers or 0, *PARTS)
        link = places.postmortem(session, incident.id)
    for place in parts:
        voice.delete(*place)
    text = render.line("draft_replaced", incident=incident, link=link)
    voice.update_if_there(channel, thread, text, layouts.line(text))
    return Told()


def _files_in(
    voice: Voice, incident: Incident, channel: str, thread: str, kinds: Sequence[str]
) -> list[tuple[str, str]]:
    """The postmortem's files of these kinds in a thread: names and ids; none when it was deleted."""
    names = "|".join(FILES[kind] for kind in kinds)
    ours = re.compile(rf"{re.escape(incident.key.lower())}-v\d+-(?:{names})")
    messages: list[dict[str, Any]] = []
    try:
        for message in history.replies(voice.client, channel, thread):
            messages.append(message)  # noqa: PERF402 - kept when a later page is refused
    except SlackApiError as error:
        # Where a minute has one call, waiting for the second page would begin with the first again.
        is_cut = messages and error.response["error"] in LIMITED
        if not is_cut and error.response["error"] != "thread_not_found":
            raise
    files = (each for message in messages for each in message.get("files") or [])
    return [(each["name"], each["id"]) for each in files if ours.fullmatch(each.get("name") or "")]


def _delete(voice: Voice, ids: list[str]) -> None:
    for id_ in ids:
        try:
            voice.client.files_delete(file=id_)
        except SlackApiError as error:
            if error.response["error"] not in {"file_not_found", "file_deleted"}:
                raise


def _name(incident: Incident, postmortem: Postmortem, kind: str) -> str:
    return f"{incident.key.lower()}-v{postmortem.version}-{FILES[kind]}"


def _upload(
    voice: Voice, posting: Posting, incident: Incident, postmortem: Postmortem, kind: str
) -> None:
    channel, thread = answered(voice, posting)
    content = postmortem.picture if kind == "png" else postmortem.html.encode()
    name = _name(incident, postmortem, kind)
    page = plain(render.line("page_alt", incident=incident), {})  # an alt text has no markup
    alt = postmortem.picture_text if kind == "png" else page
    voice.upload(posting, channel, thread, name=name, content=content, alt=alt[:LONGEST_ALT])


def _summary(voice: Voice, incident: Incident) -> tuple[render.Message, State]:
    """What the summary says now: of the newest version, whichever it was written for."""
    with voice.bot.store.begin() as session:
        postmortem = postmortems.latest(session, incident)
        review = reviews.named(session, incident)
        ready_at = history_reading.ready_at(session, incident.id)
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
        ready_in=_minutes(ready_at, voice.bot.now()),
        command=voice.bot.policy.command,
    )
    return message, review.state


def _minutes(until: datetime | None, now: datetime) -> int | None:
    """Return the minutes until a time, rounded up; None if it's past or unknown."""
    return -((now - until) // timedelta(minutes=1)) if until and until > now else None
