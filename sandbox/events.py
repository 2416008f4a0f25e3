"""Publish events to the app: which ones it gets, and their envelope."""

from dataclasses import dataclass

from sandbox.delivery import DeliveryQueue, PendingDelivery
from sandbox.workspace_state import Channel, Json, WorkspaceState

# Subscription and scope for messages, by kind of channel.
MESSAGES = {
    "public": ("message.channels", "channels:history"),
    "private": ("message.groups", "groups:history"),
    "im": ("message.im", "im:history"),
}
READS = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
SCOPES: dict[str, str | None] = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_created": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "file_shared": "files:read",
    "group_archive": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
BY_CHANNEL = frozenset({"member_joined_channel", "member_left_channel"})
# Sent to every app with the scope, even if it isn't in the channel.
WORKSPACE_WIDE = frozenset(
    {"channel_archive", "channel_created", "channel_rename", "channel_unarchive"},
)


@dataclass
class Publisher:
    """Delivers events that the manifest subscribes to and the granted scopes allow."""

    state: WorkspaceState
    queue: DeliveryQueue

    def publish(self, event: Json, channel: Channel | None) -> PendingDelivery | None:
        if not self._is_subscribed(event, channel) or not self._is_visible(event, channel):
            return None
        is_shared = channel is not None and bool(self.state.teams_in(channel))
        return self.queue.submit("events_api", self.envelope(event, is_shared=is_shared))

    def envelope(self, event: Json, *, is_shared: bool = False) -> Json:
        state, identity = self.state, self.state.identity
        return {
            "token": identity.verification_token,
            "team_id": identity.team_id,
            "context_team_id": identity.team_id,
            "context_enterprise_id": None,
            "api_app_id": identity.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": state.ids.next("Ev"),
            "event_time": state.seconds,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": identity.team_id,
                    "user_id": identity.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                },
            ],
            "is_ext_shared_channel": is_shared,
            "event_context": f"4-{state.ids.secret(40)}",
        }

    def _is_subscribed(self, event: Json, channel: Channel | None) -> bool:
        subscription, scope = _needs(event["type"], channel)
        subscribed = subscription in self.state.manifest.bot_events
        return subscribed and (scope is None or scope in self.state.grants)

    def _is_visible(self, event: Json, channel: Channel | None) -> bool:
        if channel is None or event["type"] in WORKSPACE_WIDE:
            return True
        left = event["type"] == "member_left_channel"
        return left or self.state.identity.bot_user_id in channel.members


def _needs(event_type: str, channel: Channel | None) -> tuple[str, str | None]:
    """Return the subscription's name in the manifest, and the required scope."""
    if event_type == "message" and channel:
        return MESSAGES[channel.kind]
    if event_type in BY_CHANNEL and channel:
        return event_type, READS[channel.kind]
    return event_type, SCOPES.get(event_type)
