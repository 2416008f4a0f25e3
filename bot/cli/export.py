"""`debrief export`: write a stored incident's postmortem, or all data for other programs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.draft import TEMPLATE_HELP, Format, check_template_name, render_draft, write_output
from bot.cli.exit_codes import exit_on_error
from bot.cli.policy_file import load_policy
from bot.config import settings as environment
from bot.config.clock import utcnow
from bot.config.context import Bot
from bot.config.policy import Policy
from bot.config.settings import Settings
from bot.config.template_names import PUBLIC
from bot.domain.draft import Draft
from bot.domain.errors import BotError, NothingDrafted
from bot.domain.incident import Incident
from bot.domain.requirement import Decision, RequirementContext
from bot.domain.timeline import Record
from bot.drafting.draft import draft
from bot.postmortems import drafts, policy_requirement, redrafting, requirement
from bot.rendering import document_json
from bot.reports import data_export
from storage import incidents
from storage.engine import schema
from storage.engine.store import Session, Store
from storage.postmortems import Postmortem


class NoSuchIncident(BotError):
    """There's no incident {key}. A key looks like INC-2026-001; it's on the incident's card."""


class TwoTemplates(BotError):
    """Use either --public or --template {template}, not both."""


class NothingRequested(BotError):
    """Nothing to export. Give an incident's key, such as INC-2026-001, or --all for everything."""


class AllWithOtherOptions(BotError):
    """Use --all only with -o and --private. It exports everything as JSON."""


class PrivateIncident(BotError):
    """{key} is private: only members of its channel may read it. To export it anyway, add --private."""


class PostmortemSkipped(BotError):
    """{by} skipped the postmortem for {key} on {day}. Reason: “{because}”."""


@dataclass(frozen=True)
class _StoredPostmortem:
    postmortem: Postmortem
    record: Record
    context: RequirementContext


def export(  # noqa: PLR0913 - one argument per option
    key: Annotated[
        str | None, typer.Argument(help="The incident's key, such as INC-2026-001.")
    ] = None,
    template: Annotated[str | None, typer.Option(help=TEMPLATE_HELP)] = None,
    format: Annotated[Format | None, typer.Option(help="Output format. Default: md.")] = None,  # noqa: A002 - the option's name
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file instead of standard output."),
    ] = None,
    *,
    public: Annotated[
        bool, typer.Option("--public", help="Export the version for customers.")
    ] = False,
    private: Annotated[
        bool, typer.Option("--private", help="Allow exporting private incidents.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Export all data as JSON.")] = False,
) -> None:
    """Export an incident's latest postmortem, or everything with --all."""
    with exit_on_error():
        settings = environment.load()
        policy = load_policy(settings.debrief_config)
        if everything:
            if key or template or format or public:
                raise AllWithOtherOptions
            write_output(_render_all_data(settings, policy, private=private), output)
            return
        if key is None:
            raise NothingRequested
        template = _choose_template(template, policy.postmortem.templates, public=public)
        stored = _load_postmortem(settings, policy, key)
        if stored.record.incident.private and not private:
            raise PrivateIncident(key=key)
        write_output(
            _render_postmortem(stored, policy, template, format or Format.MARKDOWN), output
        )


def _render_postmortem(
    stored: _StoredPostmortem, policy: Policy, template: str | None, form: Format
) -> str:
    """Return the postmortem as it was posted.

    With another template, or if its items have changed since, it's drafted again.
    """
    skipped = stored.context.waived
    if skipped:
        typer.echo(str(_make_skipped_error(stored.record.incident, skipped)), err=True)
    redrafted = _redraft(stored, policy)
    is_posted_template = template in {None, stored.postmortem.template}
    if is_posted_template and document_json.same_items(redrafted, stored.postmortem.document):
        return _render_as_posted(stored.postmortem, form, skipped)
    template = template or stored.postmortem.template
    return render_draft(redrafted, template, form, policy.postmortem.templates)


def _render_all_data(settings: Settings, policy: Policy, *, private: bool) -> str:
    with _open_session(settings, policy) as (session, bot):
        return data_export.as_json(session, bot, bot.now(), private=private)


def _choose_template(template: str | None, folder: Path | None, *, public: bool) -> str | None:
    """Return the requested template; None means the one that the postmortem was posted with."""
    if public and template not in {None, PUBLIC}:
        raise TwoTemplates(template=template)
    if public:
        return PUBLIC
    return None if template is None else check_template_name(template, folder)


def _load_postmortem(settings: Settings, policy: Policy, key: str) -> _StoredPostmortem:
    with _open_session(settings, policy) as (session, bot):
        incident = incidents.by_key(session, key)
        if incident is None:
            raise NoSuchIncident(key=key)
        context = requirement.load_context(session, bot, incident)
        return _StoredPostmortem(
            postmortem=_newest_postmortem(session, incident, context.waived),
            record=drafts.load_record(session, incident),
            context=context,
        )


@contextmanager
def _open_session(settings: Settings, policy: Policy) -> Iterator[tuple[Session, Bot]]:
    """Open the database with its newest schema."""
    store = Store(settings.database_url)
    schema.require_database(store)
    schema.upgrade(store)
    try:
        with store.begin() as session:
            yield session, Bot(store=store, policy=policy, now=utcnow)
    finally:
        store.close()


def _newest_postmortem(
    session: Session, incident: Incident, skipped: Decision | None
) -> Postmortem:
    try:
        return drafts.latest(session, incident)
    except NothingDrafted:
        if skipped:
            raise _make_skipped_error(incident, skipped) from None
        raise


def _make_skipped_error(incident: Incident, skipped: Decision) -> PostmortemSkipped:
    day = f"{skipped.at:%Y-%m-%d}"
    return PostmortemSkipped(key=incident.key, by=skipped.by, day=day, because=skipped.because)


def _redraft(stored: _StoredPostmortem, policy: Policy) -> Draft:
    record = redrafting.cut_at_final(stored.record)
    redrafted = draft(record, policy.postmortem.timeline)
    return policy_requirement.add_requirement(record, redrafted, policy, stored.context)


def _render_as_posted(postmortem: Postmortem, form: Format, skipped: Decision | None) -> str:
    """Return the stored postmortem in a format; the JSON includes a later decision to skip it."""
    if form is Format.JSON:
        document, need = postmortem.document, postmortem.document.get("need")
        if need or skipped:
            document = document | {
                "need": (need or {}) | {"waived": document_json.waiver_as_dict(skipped)}
            }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return postmortem.html if form is Format.HTML else postmortem.markdown
