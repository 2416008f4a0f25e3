"""Names for the IDs in messages: from lists of people, and from the messages themselves."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.config import files
from bot.domain.timeline import Record
from bot.slack_text.json_values import Payload, part, text
from bot.slack_text.users import SLACKBOT, user_name
from bot.transcripts.errors import NamesFromMessages
from bot.transcripts.json_text import decode_leniently, list_elements, parse_values

GROUPS = "usergroups.json"  # not in Slack's own exports; named as in usergroups.list
LISTS = ("users.json", "org_users.json")  # the second one in exports of a whole organization
_PERSON = re.compile(r"[UW][A-Z0-9]+")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
_MAX_IDS = 10  # IDs in a warning


def from_people(users: Iterable[Payload]) -> dict[str, str]:
    """Return names by the IDs of people and of their applications, from a list such as users.json."""
    named = [(user, user_name(user)) for user in users]
    bots = {text(part(user, "profile"), "bot_id"): name for user, name in named if name}
    people = {text(user, "id"): name for user, name in named if name}
    return SLACKBOT | {id_: name for id_, name in (bots | people).items() if id_}


def from_groups(groups: Iterable[Payload]) -> dict[str, str]:
    """Return names by the IDs of user groups, from a list such as usergroups.json."""
    named = {text(group, "id"): text(group, "handle") or text(group, "name") for group in groups}
    return {id_: name for id_, name in named.items() if id_ and name}


def from_message(message: Payload) -> dict[str, str]:
    """Return names by ID, as far as a message says who its author is."""
    return {id_: name for id_, name in _author_names(message) if id_ and name}


def _author_names(message: Payload) -> Iterator[tuple[str, str]]:
    app = part(message, "bot_profile")
    yield text(app, "id"), text(app, "name")
    if not text(message, "bot_id"):
        yield text(message, "user"), text(message, "username")
    yield text(message, "user"), user_name(part(message, "user_profile"))


def read_nearby(path: Path) -> dict[str, str] | None:
    """Return the names from the export that a file or folder is part of; None if there is no list."""
    above = path.resolve().parents
    folders = above[:1] if path.is_dir() else above[:2]
    lists = (folder / name for folder in folders for name in LISTS)
    people_file = next((file for file in lists if file.is_file()), None)
    return _read(people_file) if people_file else None


def _read(path: Path) -> dict[str, str]:
    """Read names from a list. A broken list has none, because nobody requested it."""
    try:
        text = decode_leniently(files.read(path, files.MAX_BYTES))
    except OSError:
        return {}
    members = (
        member for value in parse_values(text).values for member in list_elements(value, "members")
    )
    return from_people(member for member in members if isinstance(member, Mapping))


def make_warning(path: Path, record: Record) -> str:
    """Return the warning that there is no list of people, with the IDs that have no name."""
    ids = _without_name(record)
    some = ", ".join(ids[:_MAX_IDS]) + ("…" if len(ids) > _MAX_IDS else "")
    return NamesFromMessages(path=path, unnamed=f". No name for {some}" if ids else "").plain


def are_missing(record: Record) -> bool:
    """Return whether people in a record are shown by their ID."""
    return bool(_without_name(record))


def _without_name(record: Record) -> list[str]:
    authors = [event.author for event in record.events if _PERSON.fullmatch(event.author)]
    mentioned = [id_ for event in record.events for id_ in _MENTION.findall(event.text)]
    return [id_ for id_ in dict.fromkeys([*authors, *mentioned]) if id_ not in record.people]
