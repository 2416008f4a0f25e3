"""`debrief verify`: check whether an incident's record matches Slack's history."""

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

import typer

from bot.cli.bot_setup import make_bot
from bot.cli.exit_codes import NO, exit_on_error
from bot.cli.export import NoSuchIncident
from bot.cli.progress import Report, show_progress
from bot.config import settings as environment
from bot.config.context import Bot
from bot.config.settings import Settings
from bot.domain.errors import BotError
from bot.domain.incident import Incident
from bot.rendering.json_times import iso_utc_seconds
from bot.timeline.reconciliation import ComparisonCounts
from handlers.outbox import history_sync, history_sync_plan
from handlers.outbox.channel_history import ChannelReader
from handlers.outbox.history_sync_plan import SyncProgress
from handlers.slack.slack_clock import SlackClock
from handlers.transport import connection
from storage import incidents, timeline_counts
from storage.engine.store import Session
from storage.incidents import Comparison


class ChannelNotMade(BotError):
    """{key} has no channel yet, so there's nothing to compare."""


class SlackGone(BotError):
    """Can't reach Slack ({reason}). Progress is saved; run the command again."""


@dataclass(frozen=True)
class _Verification:
    """The record after the comparison, and what the comparison changed."""

    incident: Incident
    recorded: int
    fetched: int
    unreadable: int
    comparison: Comparison
    changes: ComparisonCounts

    @property
    def gaps(self) -> int:
        return self.comparison.gaps + self.unreadable


def verify(
    key: Annotated[str, typer.Argument(help="The incident's key, such as INC-2026-001.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare an incident's record with Slack's history, and fetch missing messages."""
    with exit_on_error(), show_progress(f"Reading {key}'s channel") as report:
        settings = environment.load()
        token = environment.require_bot_token(settings)
        result = _run_comparison(make_bot(settings), settings, token, key, report)
    typer.echo(json.dumps(_as_dict(result), indent=2) if as_json else _render_text(result))
    raise typer.Exit(NO if result.gaps else 0)


def _run_comparison(
    bot: Bot, settings: Settings, token: str, key: str, report: Report
) -> _Verification:
    with bot.store.begin() as session:
        incident = incidents.by_key(session, key)
    if incident is None:
        raise NoSuchIncident(key=key)
    if incident.channel_id is None:
        raise ChannelNotMade(key=incident.key)
    clock = SlackClock(bot.now)
    bot = replace(bot, now=clock.now)
    client = connection.patient_client(token, settings.slack_api_url, clock)
    identity = connection.identify_now(bot, client)
    reader = ChannelReader(client, identity, incident.channel_id, bot.policy.marks)
    try:
        plan = history_sync_plan.plan_full_sync(bot, incident)
        report_calls = partial(_report_calls, report, key)
        changes = history_sync.compare(bot, reader, incident, plan, report_calls)
    except OSError as error:
        raise SlackGone(reason=error) from error
    with bot.store.begin() as session:
        return _Verification(
            incident=incident,
            recorded=timeline_counts.messages(session, incident.id),
            fetched=timeline_counts.fetched(session, incident.id),
            unreadable=timeline_counts.unreadable(session, incident.id),
            comparison=incidents.comparison(session, incident.id),
            changes=changes,
        )


def _report_calls(report: Report, key: str, _session: Session, progress: SyncProgress) -> None:
    report(f"Reading {key}'s channel. Slack API calls: {progress.calls}")


def _render_text(result: _Verification) -> str:
    comparison, changes = result.comparison, result.changes
    counted = (
        f"{result.incident.key}: {result.recorded} {'message' if result.recorded == 1 else 'messages'}"
        f" recorded, {result.fetched} of them added"
        f" from the history, {result.gaps} {'gap' if result.gaps == 1 else 'gaps'}."
    )
    if result.unreadable:
        counted += f"\nMessages without readable text: {result.unreadable}."
    if comparison.gaps:
        since = (
            f" since {comparison.proven_until:%Y-%m-%d %H:%M} UTC"
            if comparison.proven_until
            else ""
        )
        return f"{counted}\nCouldn't read the channel's history{since}: {comparison.gap_reason}."
    if changes.added or changes.deleted:
        return (
            f"{counted}\nMissing messages added: {changes.added}. Messages removed because they were deleted"
            f" in Slack: {changes.deleted}."
        )
    if result.unreadable:
        return f"{counted}\nEverything else matches Slack."
    return f"{counted}\nThe record matches Slack. Nothing was missing."


def _as_dict(result: _Verification) -> dict[str, object]:
    proven = result.comparison.proven_until
    return {
        "incident": result.incident.key,
        "recorded": result.recorded,
        "fetched": result.fetched,
        "gaps": result.gaps,
        "unreadable": result.unreadable,
        "gap_reason": result.comparison.gap_reason,
        "proven_until": proven and iso_utc_seconds(proven),
        "added_now": result.changes.added,
        "erased_now": result.changes.deleted,
    }
