"""Slack's objects in responses: users, channels, messages and files.

https://docs.slack.dev/reference/objects
"""

import copy
from typing import Any

from sandbox.workspace_state import Channel, Json, Person, StoredFile, WorkspaceState

IMAGE = "https://www.example.com/avatar.png"
IMAGE_SIZES = (24, 32, 48, 72, 192, 512)


def user(state: WorkspaceState, person: Person) -> Json:
    return _overlaid(_user(state, person), person.odd)


def _overlaid(standard: Json, odd: Json) -> Json:
    """Return the fields with changes applied; `...` removes a field."""
    changed = dict(standard)
    for name, value in odd.items():
        inner = isinstance(value, dict) and isinstance(changed.get(name), dict)
        changed[name] = _overlaid(changed[name], value) if inner else value
    return {name: value for name, value in changed.items() if value is not ...}


def _user(state: WorkspaceState, person: Person) -> Json:
    return {
        "id": person.id,
        "team_id": state.team_of(person.id),
        "name": person.name,
        "deleted": person.deleted,
        "color": "9f69e7",
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz.rpartition("/")[2].replace("_", " "),
        "tz_offset": person.tz_offset(state.clock.now()),
        "profile": _profile(state, person),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.restricted or person.ultra_restricted,
        "is_ultra_restricted": person.ultra_restricted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": state.seconds,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
        **_elsewhere(state, person),
    }


def _elsewhere(state: WorkspaceState, person: Person) -> Json:
    """Return the fields for people of other workspaces, and those of an Enterprise Grid organisation."""
    fields: Json = {"is_stranger": state.is_stranger(person)} if person.team else {}
    enterprise = person.team.enterprise_id if person.team else state.identity.enterprise_id
    if enterprise:
        name = person.team.enterprise_name if person.team else ""
        user: Json = {"id": person.id, "enterprise_id": enterprise, "enterprise_name": name}
        user |= {"is_admin": False, "is_owner": False, "is_primary_owner": False}
        fields["enterprise_user"] = {**user, "teams": [state.team_of(person.id)]}
    return fields


def _profile(state: WorkspaceState, person: Person) -> Json:
    first, _, last = person.real_name.partition(" ")
    profile: Json = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": person.id[1:13].lower(),
        "first_name": first,
        "last_name": last,
        "team": state.team_of(person.id),
    }
    profile |= {f"image_{size}": IMAGE for size in IMAGE_SIZES}
    if "users:read.email" in state.grants and person.email:
        profile["email"] = person.email
    if person.is_bot:
        profile |= {"bot_id": person.bot_id, "api_app_id": state.identity.app_id}
    return profile


def channel(state: WorkspaceState, shown: Channel) -> Json:
    if shown.kind == "im":
        return _direct(state, shown)
    team, others = state.identity.team_id, state.teams_in(shown)
    return {
        "id": shown.id,
        "name": shown.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": shown.kind == "private",
        "created": shown.created,
        "is_archived": shown.archived,
        "is_general": shown.is_general,
        "unlinked": 0,
        "name_normalized": shown.name,
        "is_shared": bool(others),
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_ext_shared": bool(others),
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [team, *others],
        **({"connected_team_ids": others} if others else {}),
        "context_team_id": team,
        "updated": state.seconds * 1000,
        "creator": shown.creator,
        "is_member": state.bot.id in shown.members,
        "topic": dict(shown.topic),
        "purpose": dict(shown.purpose),
        "previous_names": list(shown.previous_names),
    }


def _direct(state: WorkspaceState, shown: Channel) -> Json:
    other = next(member for member in shown.members if member != state.bot.id)
    return {
        "id": shown.id,
        "created": shown.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": state.identity.team_id,
        "updated": state.seconds * 1000,
        "user": other,
        "is_user_deleted": state.people[other].deleted,
        "priority": 0,
    }


def message(stored: Json, *, metadata: bool = False) -> Json:
    """Return a message as in the history; metadata is included only on request."""
    shown = copy.deepcopy(stored)
    shown.pop("parent_user_id" if shown.get("thread_ts") == shown["ts"] else "", None)
    if not metadata:
        shown.pop("metadata", None)
    return shown


def bot_profile(state: WorkspaceState) -> Json:
    identity = state.identity
    return {
        "id": identity.bot_id,
        "deleted": False,
        "name": state.bot.name,
        "updated": 0,
        "app_id": identity.app_id,
        "icons": {"image_36": IMAGE, "image_48": IMAGE, "image_72": IMAGE},
        "team_id": identity.team_id,
    }


def by_bot(state: WorkspaceState) -> Json:
    """Return the author's fields of the app's own messages."""
    identity = state.identity
    return {
        "user": identity.bot_user_id,
        "bot_id": identity.bot_id,
        "app_id": identity.app_id,
        "bot_profile": bot_profile(state),
    }


def file(state: WorkspaceState, stored: StoredFile) -> Json:
    link = f"{state.url}/files/{stored.id}/{stored.name}"
    extension = stored.name.rpartition(".")[2].lower()
    mimetype, pretty = MIMETYPES.get(extension, ("application/octet-stream", "Binary"))
    return {
        "id": stored.id,
        "created": stored.created,
        "timestamp": stored.created,
        "name": stored.name,
        "title": stored.title,
        "mimetype": mimetype,
        "filetype": stored.snippet_type or extension,
        "pretty_type": pretty,
        "user": stored.owner,
        "user_team": state.identity.team_id,
        "editable": False,
        "size": len(stored.bytes or b""),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": link,
        "url_private_download": link,
        "permalink": f"https://{state.identity.team_domain}.slack.com/files/{stored.owner}/{stored.id}",
        **_shared(state, stored),
        "comments_count": 0,
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        **({"alt_txt": stored.alt_text} if stored.alt_text else {}),
    }


def _shared(state: WorkspaceState, stored: StoredFile) -> Json:
    """Return where a file was shared: its channels, by kind."""
    channels = [state.channels[channel] for channel in stored.channels]
    return {
        "is_public": any(channel.kind == "public" for channel in channels),
        "channels": [channel.id for channel in channels if channel.kind == "public"],
        "groups": [channel.id for channel in channels if channel.kind == "private"],
        "ims": [channel.id for channel in channels if channel.kind == "im"],
        "shares": copy.deepcopy(stored.shares),
    }


MIMETYPES = {
    "csv": ("text/csv", "CSV"),
    "html": ("text/html", "HTML"),
    "json": ("application/json", "JSON"),
    "log": ("text/plain", "Plain Text"),
    "md": ("text/markdown", "Markdown (raw)"),
    "pdf": ("application/pdf", "PDF"),
    "png": ("image/png", "PNG"),
    "svg": ("image/svg+xml", "SVG"),
    "txt": ("text/plain", "Plain Text"),
}


def redacted(args: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments without the token, for the record."""
    return {name: value for name, value in args.items() if name != "token"}
