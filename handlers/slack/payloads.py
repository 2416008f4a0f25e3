"""Slack's payloads in, typed requests out. Behind these parsers, no code reads Slack's dicts.

Even a field that Slack always sends has a default if the rest is useful without it. If it isn't,
`NotUnderstood` is raised.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.slack_text.json_values import Payload, part, text
from handlers.slack.event_payloads import parse_event
from handlers.slack.fields import inputs
from handlers.slack.identity import Identity
from handlers.slack.interaction_payloads import (
    parse_click,
    parse_command,
    parse_shortcut,
    parse_submission,
)
from handlers.slack.requests import Delivery, DeliveryKind, Request

EVENT, SUBMISSION = "event_callback", "view_submission"  # types of payloads; a command has none
_GUEST_FLAGS = ("is_stranger", "is_restricted", "is_ultra_restricted")


def parse_delivery(body: Payload) -> Delivery:
    """Parse what any payload tells: how to respond, and what it claims about its person."""
    event, user = part(body, "event"), part(body, "user")
    profile = part(event, "user_profile")
    teams = {
        text(event, "user_team"),
        text(event, "source_team"),
        text(profile, "team"),
        text(user, "team_id"),
    }
    return Delivery(
        kind=_find_kind(body),
        name=text(event or body, "type") or "command",
        response_url=text(body, "response_url"),
        trigger_id=text(body, "trigger_id"),
        blocks=tuple(block for block, _ in inputs(part(body, "view"))),
        claimed_teams=frozenset(teams - {""}),
        is_guest=any(
            it.get(flag) is True for it in (event, user, profile) for flag in _GUEST_FLAGS
        ),
    )


def _find_kind(body: Payload) -> DeliveryKind:
    kinds = {EVENT: DeliveryKind.EVENT, SUBMISSION: DeliveryKind.FORM}
    other = DeliveryKind.COMMAND if "command" in body else DeliveryKind.INTERACTION
    return kinds.get(text(body, "type"), other)


def parse_request(body: Payload, identity: Identity, at: datetime) -> Request | None:
    """Parse a payload into the request it is; None if nothing has to be done.

    Raises NotUnderstood.
    """
    kind = text(body, "type")
    if kind == EVENT:
        return parse_event(body, identity, at)
    if kind in _SHORTCUTS:
        return parse_shortcut(body, at, identity.bot_id)
    if kind in _INTERACTIONS:
        return _INTERACTIONS[kind](body, at)
    return parse_command(body, at) if "command" in body else None


_SHORTCUTS = {"shortcut", "message_action"}
_INTERACTIONS: Mapping[str, Callable[[Payload, datetime], Request]] = {
    "block_actions": parse_click,
    SUBMISSION: parse_submission,
}
