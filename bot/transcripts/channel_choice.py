"""Choose the channel of an export to draft from."""

import difflib

from bot.transcripts.channel_names import normalize
from bot.transcripts.conversations import Conversation
from bot.transcripts.errors import ChannelNeeded, NoChannel, NoFileFor, NoFolder
from bot.transcripts.export_files import is_plain_name
from bot.transcripts.export_json import Export

_COMMENTS = "FC:"  # Slack keeps comments on a canvas in a folder of its own
_MOST_NAMED = 30


def choose(export: Export, conversations: list[Conversation], channel: str | None) -> Conversation:
    """Return the conversation that somebody asked for; without a name, the only one."""
    if not any(conversation.files for conversation in conversations):
        raise export.without_messages()
    if channel is None:
        return _require_files(export, _choose_only(export, conversations), conversations)
    matching = [
        conversation for conversation in conversations if normalize(channel) in conversation.keys
    ]
    if not matching:
        raise NoChannel(
            channel=channel, path=export.path, channels=_name_choices(conversations, near=channel)
        )
    filled = [conversation for conversation in matching if conversation.files]
    if len({conversation.files for conversation in filled}) > 1:
        raise ChannelNeeded(path=export.path, channels=_name_choices(filled))
    return _require_files(export, (filled or matching)[0], conversations)


def _choose_only(export: Export, conversations: list[Conversation]) -> Conversation:
    channels = [
        conversation
        for conversation in conversations
        if not conversation.name.startswith(_COMMENTS)
    ] or conversations
    candidates = [conversation for conversation in channels if conversation.is_listed] or channels
    for conversation in candidates:
        if conversation.is_listed and not is_plain_name(conversation.name):
            raise NoFolder(channel=conversation.name, path=export.path)
    if len(candidates) > 1:
        raise ChannelNeeded(path=export.path, channels=_name_choices(channels))
    return candidates[0]


def _require_files(
    export: Export, conversation: Conversation, conversations: list[Conversation]
) -> Conversation:
    if conversation.files:
        return conversation
    if not is_plain_name(conversation.name):
        raise NoFolder(channel=conversation.name, path=export.path)
    others = [other for other in conversations if other.files]
    raise NoFileFor(channel=conversation.name, path=export.path, channels=_name_choices(others))


def _name_choices(conversations: list[Conversation], near: str = "") -> str:
    """Return names for people to choose from; of very many, those with messages, and similar ones first."""
    names = sorted({conversation.label for conversation in conversations})
    if len(names) > _MOST_NAMED:
        names = sorted({conversation.label for conversation in conversations if conversation.files})
        names = list(dict.fromkeys((*difflib.get_close_matches(near, names), *names)))
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
