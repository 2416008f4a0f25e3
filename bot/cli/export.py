"""`debrief export`: a stored incident's postmortem."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot import document_json, needs, postmortems
from bot import settings as environment
from bot.cli.draft import TEMPLATE_HELP, Format, document, known_template, write
from bot.cli.exits import one_line
from bot.cli.making import team_policy
from bot.domain.draft import Draft
from bot.domain.drafting import draft
from bot.domain.errors import BotError, NothingDrafted
from bot.domain.incident import Incident
from bot.domain.need import Beside, Decision
from bot.domain.timeline import Record
from bot.environment import Bot, utcnow
from bot.policy import Policy
from bot.settings import Settings
from bot.template_names import PUBLIC
from storage import incidents, schema
from storage.engine import Session, Store
from storage.postmortems import Postmortem


class NoSuchIncident(BotError):
    """There is no incident {key}. Its key looks like INC-2026-001 and stands in its card."""


class TwoTemplates(BotError):
    """Give either --public or --template {template}: one document has one template."""


class PrivateIncident(BotError):
    """{key} is private: only those who are in its channel may read this. If that is so where the
    file goes, add --private."""


class Skipped(BotError):
    """{key} is to have no postmortem, as {by} decided on {day}: “{because}”."""


@dataclass(frozen=True)
class _Stored:
    postmortem: Postmortem
    record: Record
    beside: Beside


def export(  # noqa: PLR0913 - what can be asked for
    key: Annotated[str, typer.Argument(help="The incident's key, such as INC-2026-001.")],
    template: Annotated[str | None, typer.Option(help=TEMPLATE_HELP)] = None,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.MARKDOWN,  # noqa: A002 - its name
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write.")] = None,
    *,
    public: Annotated[bool, typer.Option("--public", help="The version for customers.")] = False,
    private: Annotated[
        bool, typer.Option("--private", help="A private incident may be written.")
    ] = False,
) -> None:
    """Write a stored incident's newest postmortem, as it was posted or by another template."""
    with one_line():
        settings = environment.load()
        policy = team_policy(settings.debrief_config)
        folder = policy.postmortem.templates
        wanted = _wanted(template, folder, public=public)
        stored = _stored(settings, policy, key)
        if stored.record.incident.private and not private:
            raise PrivateIncident(key=key)
        skipped = stored.beside.waived
        if skipped:
            typer.echo(str(_told(stored.record.incident, skipped)), err=True)
        if wanted in {None, stored.postmortem.template}:
            text = _as_posted(stored.postmortem, format, skipped)
        else:
            text = document(_drafted_again(stored, policy), str(wanted), format, folder)
        write(text, output)


def _wanted(template: str | None, folder: Path | None, *, public: bool) -> str | None:
    """The template that was asked for; None is the one that the postmortem was posted with."""
    if public and template not in {None, PUBLIC}:
        raise TwoTemplates(template=template)
    if public:
        return PUBLIC
    return None if template is None else known_template(template, folder)


def _stored(settings: Settings, policy: Policy, key: str) -> _Stored:
    store = Store(settings.database_url)
    if store.file is not None and not store.file.exists():
        raise NoSuchIncident(key=key)  # and an empty database is not made for the asking
    schema.upgrade(store)
    bot = Bot(store=store, policy=policy, now=utcnow)
    try:
        with store.begin() as session:
            incident = incidents.by_key(session, key)
            if incident is None:
                raise NoSuchIncident(key=key)
            beside = needs.beside(session, bot, incident)
            return _Stored(
                postmortem=_newest(session, incident, beside.waived),
                record=postmortems.record_of(session, incident),
                beside=beside,
            )
    finally:
        store.close()


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


def _drafted_again(stored: _Stored, policy: Policy) -> Draft:
    made = draft(stored.record, policy.postmortem.timeline)
    return needs.with_need(stored.record, made, policy, stored.beside)


def _as_posted(postmortem: Postmortem, wanted: Format, skipped: Decision | None) -> str:
    """One form of it; what was decided after the draft was made is in the JSON too."""
    if wanted is Format.JSON:
        document, need = postmortem.document, postmortem.document.get("need")
        if need or skipped:
            document = document | {"need": (need or {}) | {"waived": document_json.waiver(skipped)}}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return postmortem.html if wanted is Format.HTML else postmortem.markdown
