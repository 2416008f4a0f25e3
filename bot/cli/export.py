"""`debrief export`: a stored incident's postmortem."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot import documents, needs, postmortems
from bot import settings as environment
from bot.cli.draft import Format, write
from bot.cli.exits import one_line
from bot.domain.errors import BotError, NothingDrafted
from bot.domain.incident import Incident
from bot.domain.need import Decision
from storage import incidents, schema
from storage.engine import Session, Store
from storage.postmortems import Postmortem


class NoSuchIncident(BotError):
    """There is no incident {key}. Its key looks like INC-2026-001 and stands in its card."""


class Skipped(BotError):
    """{key} is to have no postmortem, as {by} decided on {day}: “{because}”."""


def export(
    key: Annotated[str, typer.Argument(help="The incident's key, such as INC-2026-001.")],
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.MARKDOWN,  # noqa: A002 - its name
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write.")] = None,
) -> None:
    """Write a stored incident's newest postmortem."""
    with one_line():
        store = Store(environment.load().database_url)
        if store.file is not None and not store.file.exists():
            raise NoSuchIncident(key=key)  # and an empty database is not made for the asking
        schema.upgrade(store)
        with store.begin() as session:
            incident = incidents.by_key(session, key)
            if incident is None:
                raise NoSuchIncident(key=key)
            skipped = needs.waived(session, incident)
            postmortem = _newest(session, incident, skipped)
        store.close()
        if skipped:
            typer.echo(str(_told(incident, skipped)), err=True)
        write(_document(postmortem, format, skipped), output)


def _newest(session: Session, incident: Incident, skipped: Decision | None) -> Postmortem:
    try:
        return postmortems.latest(session, incident)
    except NothingDrafted:
        if skipped:
            raise _told(incident, skipped) from None
        raise


def _told(incident: Incident, skipped: Decision) -> Skipped:
    day = f"{skipped.at:%Y-%m-%d}"
    return Skipped(key=incident.key, by=skipped.by, day=day, because=skipped.because)


def _document(postmortem: Postmortem, wanted: Format, skipped: Decision | None) -> str:
    """One form of it; what was decided after the draft was made is in the JSON too."""
    if wanted is Format.JSON:
        document, need = postmortem.document, postmortem.document.get("need")
        if need or skipped:
            document = document | {"need": (need or {}) | {"waived": documents.waiver(skipped)}}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return postmortem.html if wanted is Format.HTML else postmortem.markdown
