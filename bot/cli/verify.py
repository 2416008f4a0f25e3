"""`debrief verify`: check whether an incident's record matches Slack's history."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated

import typer

from bot.cli.exits import NO, exit_on_error
from bot.cli.export import NoSuchIncident
from bot.cli.making import make_bot
from bot.cli.progress import Report, show_progress
from bot.config import settings as environment
from bot.config.context import Bot
from bot.config.settings import Settings
from bot.domain.errors import BotError
from bot.domain.incident import Incident
from bot.timeline.reconciliation import ComparisonCounts
from handlers.outbox import history_sync, history_walk
from handlers.outbox.channel_history import ChannelReader
from handlers.outbox.history_walk import SyncProgress
from handlers.slack.slack_clock import SlackClock
from handlers.transport import connection
from storage import incidents, timeline_counts
from storage.engine.store import Session
from storage.incidents import Comparison


class ChannelNotMade(BotError):
    """{key} has no channel yet, so there's nothing to compare."""


class SlackGone(BotError):
    """Slack can't be reached ({reason}). Progress is kept; run the command again."""


@dataclass(frozen=True)
class _Verification:
    """The record after the comparison, and what the comparison changed."""

    incident: Incident
    recorded: int
    fetched: int
    unreadable: int
    made: Comparison
    now: ComparisonCounts

    @property
    def gaps(self) -> int:
        return self.made.gaps + self.unreadable


def verify(
    key: Annotated[str, typer.Argument(help="The incident's key, such as INC-2026-001.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare an incident's record with Slack's history, and fetch missing messages."""
    with exit_on_error(), show_progress(f"Reading the channel of {key}") as report:
        settings = environment.load()
        token = environment.require_bot_token(settings)
        found = _run_comparison(make_bot(settings), settings, token, key, report)
    typer.echo(json.dumps(_as_dict(found), indent=2) if as_json else _render_text(found))
    raise typer.Exit(NO if found.gaps else 0)


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
        walk = history_walk.whole_walk(bot, incident)
        now = history_sync.compare(bot, reader, incident, walk, partial(_report_calls, report, key))
    except OSError as error:
        raise SlackGone(reason=error) from error
    with bot.store.begin() as session:
        return _Verification(
            incident=incident,
            recorded=timeline_counts.messages(session, incident.id),
            fetched=timeline_counts.fetched(session, incident.id),
            unreadable=timeline_counts.unreadable(session, incident.id),
            made=incidents.comparison(session, incident.id),
            now=now,
        )


def _report_calls(report: Report, key: str, _session: Session, walk: SyncProgress) -> None:
    report(f"Reading the channel of {key}: {walk.calls} calls to Slack")


def _render_text(found: _Verification) -> str:
    made, now = found.made, found.now
    counted = (
        f"{found.incident.key}: {found.recorded} messages recorded, {found.fetched} of them fetched"
        f" late, {found.gaps} gaps."
    )
    if found.unreadable:
        counted += f"\nMessages in which no text was found: {found.unreadable}."
    if made.gaps:
        since = f" since {made.proven_until:%Y-%m-%d %H:%M} UTC" if made.proven_until else ""
        return f"{counted}\nThe channel's history could not be read{since}: {made.gap_reason}."
    if now.added or now.deleted:
        return (
            f"{counted}\nOf these, {now.added} had been missed until now; {now.deleted} that are"
            " deleted in Slack were still there."
        )
    return f"{counted}\nIt holds what Slack holds; nothing had to be added."


def _as_dict(found: _Verification) -> dict[str, object]:
    return {
        "incident": found.incident.key,
        "recorded": found.recorded,
        "fetched": found.fetched,
        "gaps": found.gaps,
        "unreadable": found.unreadable,
        "gap_reason": found.made.gap_reason,
        "proven_until": _format_time(found.made.proven_until),
        "added_now": found.now.added,
        "erased_now": found.now.deleted,
    }


def _format_time(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
