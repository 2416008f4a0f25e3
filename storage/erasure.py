"""Find stored copies of an erased message's text, and rewrite them without it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.action_item import ItemState
from bot.domain.job import Job, JobKind
from bot.domain.timeline import SPOKEN_KINDS, EventKind, Source, TimelineEvent
from storage import library, outbox, timeline
from storage.engine.statements import has_rows
from storage.tables import (
    ActionItemRow,
    ActionItemUpdateRow,
    CorrectionRow,
    DecisionRow,
    IncidentRow,
    OutboxRow,
    PostmortemRow,
    ReviewRow,
    RevisionRow,
    SectionRow,
    TimelineEventRow,
)

Rewrite = Callable[[str], str]

# Texts that people chose deliberately: a title, and an accepted action item.
_DELIBERATE_KINDS = (EventKind.DECLARED, EventKind.ACTION)
_COLUMNS = ((SectionRow, "text"), (ReviewRow, "because"), (DecisionRow, "because"))


def incident_of(session: Session, event_id: int) -> int:
    """Return the incident whose record contains an event."""
    return session.get_one(TimelineEventRow, event_id).incident_id


def lock_incident(session: Session, incident_id: int) -> None:
    """Lock an incident against other erasures until the transaction ends, to prevent a deadlock."""
    # No stronger lock: adding a message refers to the incident, and this transaction may wait for
    # that message.
    query = select(IncidentRow.id).where(IncidentRow.id == incident_id)
    session.exec(query.with_for_update(key_share=True))


def find(session: Session, channel_id: str, message_id: str) -> TimelineEvent | None:
    """Return a message that is about to be erased, locked after its incident, as everywhere else.

    Two erasures that locked a message and its incident in opposite order would wait for each other.
    """
    incident_id = session.exec(
        select(TimelineEventRow.incident_id)
        .where(TimelineEventRow.channel_id == channel_id)
        .where(TimelineEventRow.message_id == message_id)
    ).first()
    if incident_id is None:
        return None
    lock_incident(session, incident_id)
    return timeline.find(session, channel_id, message_id)


def copies(session: Session, event: TimelineEvent) -> list[TimelineEvent]:
    """Return copies of a message in incidents declared from it, recorded under ids of ours."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.channel_id == event.channel_id)
        .where(col(TimelineEventRow.message_id).endswith(f"-{event.message_id}", autoescape=True))
        .where(
            col(TimelineEventRow.kind).in_(SPOKEN_KINDS), col(TimelineEventRow.deleted).is_(False)
        )
        .order_by(col(TimelineEventRow.id))
    )
    return [timeline.event_of(row) for row in rows]


def earlier_texts(session: Session, event_id: int) -> list[str]:
    """Return a message's text before its edits, and people's corrections of it."""
    revised = session.exec(select(RevisionRow.text).where(RevisionRow.event_id == event_id))
    corrected = select(CorrectionRow.text).where(CorrectionRow.event_id == event_id)
    return [*revised, *(text for text in session.exec(corrected) if text)]


def statements_from(session: Session, incident_id: int, message_id: str) -> list[str]:
    """Return statements in any version of the postmortem with a message as their only evidence."""
    documents = _documents(session, incident_id)
    return [text for document in documents for text in _texts_based_on(document, message_id)]


def is_cited(session: Session, incident_id: int, message_id: str) -> bool:
    """Return whether any version of the postmortem cites a message."""
    return any(_cites(document, message_id) for document in _documents(session, incident_id))


def _documents(session: Session, incident_id: int) -> Iterable[object]:
    """Return the documents of all versions of an incident's postmortem."""
    return session.exec(
        select(PostmortemRow.document).where(PostmortemRow.incident_id == incident_id)
    )


def commands_by_author(
    session: Session, incident_id: int, event: TimelineEvent
) -> list[TimelineEvent]:
    """Return events that a message's author recorded through the bot in the same incident."""
    commands = _commands(incident_id).where(TimelineEventRow.author == event.author)
    return [timeline.event_of(row) for row in session.exec(commands)]


def _commands(incident_id: int) -> SelectOfScalar[TimelineEventRow]:
    """SQL: events recorded through the bot, except texts that people chose deliberately."""
    return select(TimelineEventRow).where(
        TimelineEventRow.incident_id == incident_id,
        TimelineEventRow.source == Source.COMMAND,
        col(TimelineEventRow.kind).not_in(_DELIBERATE_KINDS),
    )


def rewrite(session: Session, incident_id: int, change: Rewrite) -> list[TimelineEvent]:
    """Rewrite what people typed about an incident; return the timeline entries that changed."""
    for table, column in _COLUMNS:
        _rewrite_column(session, _rows(session, table, incident_id), column, change)
    of_items = select(ActionItemRow.id).where(ActionItemRow.incident_id == incident_id)
    reasons = select(ActionItemUpdateRow).where(col(ActionItemUpdateRow.item_id).in_(of_items))
    because = reasons.where(ActionItemUpdateRow.change == "because")
    _rewrite_column(session, session.exec(because), "value", change)
    of_events = select(TimelineEventRow.id).where(TimelineEventRow.incident_id == incident_id)
    corrected = select(CorrectionRow).where(
        col(CorrectionRow.event_id).in_(of_events), col(CorrectionRow.text).is_not(None)
    )
    _rewrite_column(session, session.exec(corrected), "text", change)
    incident = session.get_one(IncidentRow, incident_id)
    _rewrite_column(session, [incident], "resolution", change)
    commands = session.exec(_commands(incident_id))
    changed = _rewrite_column(session, commands, "text", change)
    session.flush()
    library.mark_outdated(session, incident_id)
    return [timeline.event_of(row) for row in changed]


def clear_sections(session: Session, incident_id: int, is_empty: Callable[[str], bool]) -> None:
    """Reset sections that a rewrite left empty to the draft's own text."""
    for row in _rows(session, SectionRow, incident_id):
        if row.text and is_empty(row.text):
            row.text = ""
    session.flush()


def rewrite_jobs(session: Session, incident_id: int, change: Callable[[object], object]) -> None:
    """Rewrite an incident's outbox rows, sent or not."""
    for row in _rows(session, OutboxRow, incident_id):
        about = change(row.about)
        if about != row.about:
            row.about = about
    session.flush()


def undecided_items(session: Session, incident_id: int, message_id: str) -> list[int]:
    """Return ids of a message's suggested items that nobody ever accepted, also dropped ones."""
    rows = _items_from(session, incident_id, message_id)
    return [row.id for row in rows if row.id and not _is_accepted(session, row)]


def accepted_items(session: Session, incident_id: int, message_id: str) -> list[int]:
    """Return ids of a message's action items that a person typed or accepted."""
    rows = _items_from(session, incident_id, message_id)
    return [row.id for row in rows if row.id and _is_accepted(session, row)]


def _items_from(session: Session, incident_id: int, message_id: str) -> Iterable[ActionItemRow]:
    """Return the action items that have a message as their evidence, oldest first."""
    return session.exec(
        select(ActionItemRow)
        .where(ActionItemRow.incident_id == incident_id, ActionItemRow.evidence == message_id)
        .order_by(col(ActionItemRow.id))
    ).all()


def clear_versions(session: Session, incident_id: int, before: int) -> None:
    """Empty the versions of a postmortem before a given one; the rows themselves stay."""
    empty = {"markdown": "", "html": "", "picture": b"", "picture_text": "", "document": {}}
    session.execute(
        update(PostmortemRow)
        .where(col(PostmortemRow.incident_id) == incident_id, col(PostmortemRow.version) < before)
        .values(empty)
    )
    library.clear(session, incident_id)  # it may come from an old version


def latest_version(session: Session, incident_id: int) -> int:
    """Return the number of the latest version of a postmortem, 0 if there is none."""
    versions = select(PostmortemRow.version).where(PostmortemRow.incident_id == incident_id)
    return max(session.exec(versions), default=0)


def jobs(session: Session, incident_id: int, *kinds: JobKind) -> list[Job]:
    """Return an incident's jobs of these kinds, sent or not, oldest first."""
    return outbox.list_jobs(session, incident_id, kinds)


def _is_accepted(session: Session, item: ActionItemRow) -> bool:
    if item.state in {ItemState.OPEN, ItemState.DONE}:
        return True
    typed = select(TimelineEventRow.id).where(
        TimelineEventRow.incident_id == item.incident_id,
        TimelineEventRow.kind == EventKind.ACTION,
        TimelineEventRow.detail == str(item.id),
    )
    accepted = select(ActionItemUpdateRow.id).where(
        ActionItemUpdateRow.item_id == item.id,
        ActionItemUpdateRow.change == "state",
        ActionItemUpdateRow.value == ItemState.OPEN,
    )
    return has_rows(session, typed) or has_rows(session, accepted)


def _rows(session: Session, table: Any, incident_id: int) -> list[Any]:
    return list(session.exec(select(table).where(table.incident_id == incident_id)))


def _rewrite_column(
    session: Session, rows: Iterable[Any], column: str, change: Rewrite
) -> list[Any]:
    """Rewrite a column of some rows; return the rows that changed."""
    changed = []
    for row in rows:
        text = getattr(row, column)
        if text and change(text) != text:
            setattr(row, column, change(text))
            session.add(row)
            changed.append(row)
    return changed


def _texts_based_on(value: object, message_id: str) -> Iterator[str]:
    for node in _objects(value):
        if node.get("evidence") == [message_id]:
            yield from (str(node[name]) for name in ("text", "because") if node.get(name))


def _cites(document: object, message_id: str) -> bool:
    return any(message_id in (node.get("evidence") or ()) for node in _objects(document))


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    children = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for child in children:
        yield from _objects(child)
