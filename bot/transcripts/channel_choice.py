"""Choose the channel of an export to draft from."""

import difflib

from bot.transcripts.channel_names import comparable
from bot.transcripts.conversations import Conversation
from bot.transcripts.errors import ChannelNeeded, NoChannel, NoFileFor, NoFolder
from bot.transcripts.export_files import is_one_name
from bot.transcripts.export_json import Export

_COMMENTS = "FC:"  # Slack keeps comments on a canvas in a folder of its own
_MOST_NAMED = 30


def chosen(export: Export, found: list[Conversation], channel: str | None) -> Conversation:
    """Return the conversation that somebody asked for; without a name, the only one."""
    if not any(each.files for each in found):
        raise export.without_messages()
    if channel is None:
        return _with_files(export, _only(export, found), found)
    matching = [each for each in found if comparable(channel) in each.keys]
    if not matching:
        raise NoChannel(channel=channel, path=export.path, channels=_named(found, near=channel))
    filled = [each for each in matching if each.files]
    if len({each.files for each in filled}) > 1:
        raise ChannelNeeded(path=export.path, channels=_named(filled))
    return _with_files(export, (filled or matching)[0], found)


def _only(export: Export, found: list[Conversation]) -> Conversation:
    channels = [each for each in found if not each.name.startswith(_COMMENTS)] or found
    candidates = [each for each in channels if each.is_listed] or channels
    for each in candidates:
        if each.is_listed and not is_one_name(each.name):
            raise NoFolder(channel=each.name, path=export.path)
    if len(candidates) > 1:
        raise ChannelNeeded(path=export.path, channels=_named(channels))
    return candidates[0]


def _with_files(export: Export, wanted: Conversation, found: list[Conversation]) -> Conversation:
    if wanted.files:
        return wanted
    if not is_one_name(wanted.name):
        raise NoFolder(channel=wanted.name, path=export.path)
    others = [each for each in found if each.files]
    raise NoFileFor(channel=wanted.name, path=export.path, channels=_named(others))


def _named(found: list[Conversation], near: str = "") -> str:
    """Return names for people to choose from; of very many, those with messages, and similar ones first."""
    names = sorted({each.label for each in found})
    if len(names) > _MOST_NAMED:
        names = sorted({each.label for each in found if each.files})
        names = list(dict.fromkeys((*difflib.get_close_matches(near, names), *names)))
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
