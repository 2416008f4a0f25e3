"""The help: all commands, the ones that matter now, and the reply to an unknown one."""

from collections.abc import Sequence

from bot.config.context import Bot
from bot.domain.commands import SUBCOMMANDS
from bot.domain.incident import Incident
from bot.domain.next_commands import NextCommand
from bot.domain.review import PostmortemState
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.mark import label
from handlers.views.reply import MessageReply

ALL_COMMANDS = "all_commands"


def text(bot: Bot) -> str:
    """Return all commands as one text."""
    return "\n\n".join(_parts(bot))


def modal(bot: Bot) -> Block:
    """Return all commands as a modal, which opens anywhere, also above a thread."""
    content = [blocks.section(part) for part in _parts(bot)]
    return blocks.view(render.line("label_all_commands"), ALL_COMMANDS, "", content)


def next_commands(
    commands: Sequence[NextCommand],
    prefix: str,
    incident: Incident | None,
    postmortem: PostmortemState | None,
) -> MessageReply:
    """Return a few commands, and a button for all. `prefix` is what people type before a command."""
    facts = {"prefix": prefix, "incident": incident, "postmortem": postmortem}
    listed = render.line("next_commands", commands=commands, **facts)
    button = blocks.button(render.line("label_all_commands"), ALL_COMMANDS, "help")
    return MessageReply(listed, (blocks.section(listed), blocks.actions([button])))


def unknown(word: str, nearest: str, prefix: str) -> str:
    """Return the reply to an unknown command; `nearest` is the one that may be meant, or empty."""
    readable = word.replace("`", "'")  # would end the code it's shown as
    return render.line("unknown_command", word=readable, nearest=nearest, prefix=prefix)


def _parts(bot: Bot) -> list[str]:
    groups = dict.fromkeys(word.group for word in SUBCOMMANDS)
    listed = [
        render.line("help_group", command=bot.policy.command, group=group, words=[word for word in SUBCOMMANDS if word.group == group])
        for group in groups
    ]  # fmt: skip
    marks = [(label(mark), f":{emoji}:") for emoji, mark in bot.policy.marks.items()]
    more = render.line("help_more", command=bot.policy.command)
    return [*listed, more, render.line("help_marks", marks=marks)]
