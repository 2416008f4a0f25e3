"""Errors in transcripts and exports, and warnings about them."""

from bot.domain.errors import BotError


class Unreadable(BotError):
    """Can't read {path}: {reason}. Give a .jsonl transcript, or a Slack export's folder or zip."""


class WrongFile(BotError):
    """{path} is {kind}. {advice}."""


class BrokenZip(Unreadable):
    """{path} is not a zip file, or is incomplete ({reason}). Download or create it again."""


class EncryptedZip(BotError):
    """{path} is encrypted. Unpack it with its password and give the folder."""


class EmptyFile(BotError):
    """{path} is empty. Give a .jsonl transcript, or a Slack export's folder or zip."""


class SlackError(BotError):
    """{path} contains an error from Slack instead of messages: {error}. Fetch the messages again."""


class BrokenLine(BotError):
    """Line {number} of {path} is broken: {reason}. Fix it, or skip it with --lenient."""


class BrokenFile(BotError):
    """{path} is broken: {reason}. Export again, or skip it with --lenient."""


class NoMessages(BotError):
    """{path} has no Slack messages. {advice}."""


class NoChannel(BotError):
    """There's no channel {channel} in {path}. It has: {channels}."""


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
    """The value of {option} isn't a date or time: “{given}”. Write 2026-03-10, or
    2026-03-10T14:30."""


class DayNeeded(BotError):
    """The value of {option} needs a date, since the messages are from several days: "{day} {given}"."""


class EndBeforeStart(BotError):
    """The end is before the start: --since {since} --until {until}. Swap them, or change one."""


class NotUnicode(BotError):
    """Some characters in {path} can't be read and are shown as question marks: {reason}."""


class MoreLeftOut(BotError):
    """Left out: {count} more."""


class OnlySystemMessages(BotError):
    """Nobody wrote in {channel}: it only has system messages, such as people joining."""


class NamesFromMessages(BotError):
    """There's no users.json in {path}, so names come from the messages{unnamed}."""


class LongSilence(BotError):
    """Nobody wrote for {days} days, from {last} to {next}{more}. If these are two incidents, draft
    one of them with --until {last} or --since {next}."""
