"""`debrief export`: a stored incident's postmortem."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot import postmortems
from bot import settings as environment
from bot.cli.draft import TEMPLATE_HELP, Format, document, known_template, write
from bot.cli.exits import one_line
from bot.cli.making import team_policy
from bot.domain.drafting import draft
from bot.domain.errors import BotError
from bot.domain.timeline import Record
from bot.settings import Settings
from bot.template_names import PUBLIC
from storage import incidents, schema
from storage.engine import Store
from storage.postmortems import Postmortem


class NoSuchIncident(BotError):
    """There is no incident {key}. Its key looks like INC-2026-001 and stands in its card."""


class TwoTemplates(BotError):
    """Give either --public or --template {template}: one document has one template."""


@dataclass(frozen=True)
class _Stored:
    postmortem: Postmortem
    record: Record


def export(
    key: Annotated[str, typer.Argument(help="The incident's key, such as INC-2026-001.")],
    template: Annotated[str | None, typer.Option(help=TEMPLATE_HELP)] = None,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.MARKDOWN,  # noqa: A002 - its name
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write.")] = None,
    *,
    public: Annotated[bool, typer.Option("--public", help="The version for customers.")] = False,
) -> None:
    """Write a stored incident's newest postmortem, as it was posted or by another template."""
    with one_line():
        settings = environment.load()
        folder = team_policy(settings.debrief_config).postmortem.templates
        wanted = _wanted(template, folder, public=public)
        stored = _stored(settings, key)
        if wanted in {None, stored.postmortem.template}:
            text = _as_posted(stored.postmortem, format)
        else:
            text = document(draft(stored.record), str(wanted), format, folder)
        write(text, output)


def _wanted(template: str | None, folder: Path | None, *, public: bool) -> str | None:
    """The template that was asked for; None is the one that the postmortem was posted with."""
    if public and template not in {None, PUBLIC}:
        raise TwoTemplates(template=template)
    if public:
        return PUBLIC
    return None if template is None else known_template(template, folder)


def _stored(settings: Settings, key: str) -> _Stored:
    store = Store(settings.database_url)
    if store.file is not None and not store.file.exists():
        raise NoSuchIncident(key=key)  # and an empty database is not made for the asking
    schema.upgrade(store)
    try:
        with store.begin() as session:
            incident = incidents.by_key(session, key)
            if incident is None:
                raise NoSuchIncident(key=key)
            return _Stored(
                postmortem=postmortems.latest(session, incident),
                record=postmortems.record_of(session, incident),
            )
    finally:
        store.close()


def _as_posted(postmortem: Postmortem, wanted: Format) -> str:
    if wanted is Format.JSON:
        return json.dumps(postmortem.document, ensure_ascii=False, indent=2) + "\n"
    return postmortem.html if wanted is Format.HTML else postmortem.markdown
