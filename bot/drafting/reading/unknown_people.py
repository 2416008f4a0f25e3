"""Names for people of whom a record only has the Slack ID."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.timeline import Record
from bot.drafting import wording

_ID = re.compile(r"[UWB](?=[A-Z]*[0-9])[A-Z0-9]{3,}")
_MENTION = re.compile(rf"<@({_ID.pattern})>")


def name_unknown_people(record: Record) -> Record:
    """Return the record with a name for everybody, because an ID means nothing to a reader."""
    unknown = dict.fromkeys(person for person in _find_ids(record) if not record.people.get(person))
    names = {
        person: wording.unknown_person(number) for number, person in enumerate(unknown, start=1)
    }
    return replace(record, people={**record.people, **names}) if names else record


def _find_ids(record: Record) -> Iterator[str]:
    """Yield the IDs of authors, people mentioned, role holders and owners, in the record's order."""
    for event in record.events:
        if _ID.fullmatch(event.author):
            yield event.author
        yield from _MENTION.findall(event.text)
    others = (
        *(role.person for role in record.incident.roles),
        *(item.owner or "" for item in record.action_items),
        *(section.by for section in record.sections),
        *(step.by for step in record.review.steps),
    )
    yield from (person for person in others if _ID.fullmatch(person))
