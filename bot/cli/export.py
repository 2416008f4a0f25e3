"""`debrief export`: a stored incident's postmortem."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot import postmortems
from bot import settings as environment
from bot.cli.draft import Format, write
from bot.cli.exits import one_line
from bot.domain.errors import BotError
from storage import incidents, schema
from storage.engine import Store
from storage.postmortems import Postmortem


class NoSuchIncident(BotError):
    """There is no incident {key}. Its key looks like INC-2026-001 and stands in its card."""


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
            postmortem = postmortems.latest(session, incident)
        store.close()
        write(_document(postmortem, format), output)


def _document(postmortem: Postmortem, wanted: Format) -> str:
    if wanted is Format.JSON:
        return json.dumps(postmortem.document, ensure_ascii=False, indent=2) + "\n"
    return postmortem.html if wanted is Format.HTML else postmortem.markdown
