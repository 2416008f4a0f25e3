"""Errors in transcripts and exports, and warnings about them."""

from bot.domain.errors import BotError


class Unreadable(BotError):
    """Can't read {path} ({reason}). Use a .jsonl transcript, or the folder or zip of a Slack
    export."""


class WrongFile(BotError):
    """{path} is {kind}. {advice}."""


class BrokenZip(Unreadable):
    """{path} isn't a zip file, or is incomplete ({reason}). Download or create it again."""


class EncryptedZip(BotError):
    """{path} is encrypted. Unzip it with its password, then use the folder."""


class EmptyFile(BotError):
    """{path} is empty. Use a .jsonl transcript, or the folder or zip of a Slack export."""


class SlackError(BotError):
    """{path} contains an error from Slack instead of messages: {error}. Fetch the messages again."""


class BrokenLine(BotError):
    """Line {number} of {path} is invalid: {reason}. Fix it, or skip it with --lenient."""


class BrokenFile(BotError):
    """{path} is invalid: {reason}. Export it again, or skip it with --lenient."""


class NoMessages(BotError):
    """{path} has no Slack messages. {advice}."""


class NoChannel(BotError):
    """There's no channel {channel} in {path}. Available: {channels}."""


class NoFileFor(BotError):
    """{path} has no messages from {channel}. It has messages from: {channels}."""


class NoFolder(BotError):
    """{channel} in {path} isn't a valid channel name. Choose another channel with --channel."""


class TooManyMessages(BotError):
    """{channel} has more than {most} messages. Narrow them down to the incident with --since and --until."""


class ChannelNeeded(BotError):
    """{path} has several channels. Choose one with --channel: {channels}."""


class EmptyChannel(BotError):
    """There are no messages in {channel}. Choose a channel or a file that has some."""


class NothingInPeriod(BotError):
    """No messages in {channel} match {period}. Its messages are from {first} to {last}."""


class NotATimeOption(BotError):
    """The value of {option} isn't a date or time: “{given}”. Use a format such as 2026-03-10 or
    2026-03-10T14:30."""


class DayNeeded(BotError):
    """The value of {option} needs a date, because the messages span several days: "{day}
    {given}"."""


class EndBeforeStart(BotError):
    """The end is before the start: --since {since} --until {until}. Swap them, or change one."""


class NotUnicode(BotError):
    """Some characters in {path} can't be read and are shown as question marks: {reason}."""


class MoreLeftOut(BotError):
    """{count} more not shown."""


class OnlySystemMessages(BotError):
    """Nobody has posted in {channel}. It only has system messages, such as “joined the channel”."""


class NamesFromMessages(BotError):
    """There's no users.json in {path}, so names come from the messages{unnamed}."""


class LongSilence(BotError):
    """Nobody posted for {days} days, from {last} to {next}{more}. If these are two incidents, draft
    one of them with --until {last} or --since {next}."""
