"""Errors in requests. The docstring of an error is the message that the person reads."""

from collections.abc import Callable, Mapping

from bot.domain.markup import MarkupText, mrkdwn, show_inert, to_plain_text
from bot.domain.missing_parts import MissingPart

LONGEST_FACT = 600  # characters in a sentence that Slack shows


class BotError(Exception):
    """That didn't work."""

    field = ""  # the form field that the message belongs to; if several, the first in the form

    def __init__(self, **facts: object) -> None:
        """Fill the docstring with `facts`: `{title}` in it becomes `facts["title"]`.

        As a string an error is for Slack: facts that people typed are shown and can't ping or link.
        Facts that are markup on purpose are `MarkupText`.
        """
        self.facts = facts
        sentence = mrkdwn(type(self).__doc__ or "")
        super().__init__(self._filled(sentence, lambda fact: show_inert(fact, LONGEST_FACT)))

    @property
    def plain(self) -> str:
        """Return the sentence without markup, such as for a terminal."""
        return self.named({})

    def named(self, names: Mapping[str, str]) -> str:
        """Return the plain sentence, such as for a form field; `names` has people's names by id."""
        return self._filled(
            type(self).__doc__ or "",
            lambda fact: to_plain_text(fact, names) if isinstance(fact, MarkupText) else str(fact),
        )

    def _filled(self, sentence: str, show: Callable[[object], str]) -> str:
        facts = {name: show(fact) for name, fact in self.facts.items()}
        return " ".join(sentence.format(**facts).split())


class AlreadyHandled(BotError):
    """This was already done: Slack delivered your command twice."""


class NoIncidentHere(BotError):
    """There's no incident in this channel. To declare one, type `{command} declare <title>`.
    To use this channel for it, type `{command} here`. For another incident, start with its key:
    `{command} INC-2026-001 catchup`."""


class NotYourIncident(BotError):
    """You can't run commands for {key} from here, so nothing was changed. Run them in its channel.
    Responders can also run them from other channels, unless the incident is private."""


class NotAMember(BotError):
    """This incident is private, and you're not in its channel. Ask a member to invite you."""


class MembershipUnknown(BotError):
    """This incident is private, and I couldn't check whether you're in its channel ({reason}), so nothing
    was changed. Try again in a minute."""


class ChannelHasIncident(BotError):
    """This channel already has an incident, {key}. If it's resolved, type `{command} reopen` to
    reopen it."""


class HasChannel(BotError):
    """{key} already has a channel, {channel}, so nothing was changed."""


class NeedsPrivateChannel(BotError):
    """{key} is private and this channel is public, so nothing was changed. Type this in a private channel."""


class AlreadyResolved(BotError):
    """{key} is already {status}, so nothing was changed. To reopen it, type `{command} reopen`."""


class NotOver(BotError):
    """{key} is {status}, so there's nothing to reopen."""


class AlreadySet(BotError):
    """The {what} of {key} is already {value}, so nothing was changed."""


class IncidentGone(BotError):
    """That incident no longer exists, so nothing was changed."""


class AlreadyLead(BotError):
    """{person} already leads {key}, so nothing was changed. To take over, type `{command} lead` in
    its channel."""


class NotAChoice(BotError):
    """“{given}” isn't a valid {what}. Choose one of: {choices}."""


class NotAService(BotError):
    """“{given}” isn't a service name. Use letters, digits, hyphens and dots, at most 40 characters.
    Separate several with commas: `checkout, payments-api`."""

    field = "services text"


class TooManyServices(BotError):
    """An incident can have at most {most} affected services. Name the ones that people would search
    for."""

    field = "services text"


class NothingToRecord(BotError):
    """Say what to record: `{command} {usage}`."""


class TooFarAhead(BotError):
    """The next update can be at most {hours} hours away. Choose a shorter time."""


class NotADay(BotError):
    """“{given}” isn't a date. Say when you'll be back: `{command} away until 1 August`. To resume
    reminders, type `{command} away off`."""


class ReturnDateInPast(BotError):
    """{day} isn't in the future. Choose a later day."""


class LeaveTooLong(BotError):
    """You can pause reminders for at most a year, until {longest}."""


class DateInThePast(BotError):
    """{day} is in the past. Choose today or a later day."""


class NotInChannel(BotError):
    """I can't read this channel. Type `/invite @debrief` here, then try again."""


class ArchivedChannel(BotError):
    """This channel is archived, so nothing can be recorded. Unarchive it in Slack first."""


class NotAChannel(BotError):
    """This only works in a channel. Go to the incident's channel, or declare a new incident with
    `{command} declare <title>`."""


class NothingDrafted(BotError):
    """{key} has no postmortem yet. I'll draft it when the incident is resolved."""


class NotComplete(BotError):
    """The postmortem for {key} still needs {parts}. Add what's missing with the buttons, or post it
    in the channel and type `{command} postmortem again`. To submit it anyway, type `{command}
    postmortem submit <reason>`."""

    gaps: tuple[MissingPart, ...] = ()  # what is missing, with the form that fills it


class TimesOutOfOrder(BotError):
    """The key times of {key} are out of order: {pairs}. To correct them, click *Set key times* under the draft
    or type `{command} time`. Then submit again."""

    gaps: tuple[MissingPart, ...] = ()  # the key times, with their form


class NotInState(BotError):
    """The postmortem for {key} is {state}, so nothing was changed. This is only possible when it's
    {needed}."""


class AlreadyApproved(BotError):
    """You already approved the current version of the postmortem for {key}."""


class NobodyApproved(BotError):
    """Nobody has approved the postmortem for {key}{changed}. Somebody, ideally not its author,
    needs to read it and click *Approve postmortem* first."""


class NoChangeRequestReason(BotError):
    """Say what should change: `{command} postmortem changes <what>`. The author sees it in the
    postmortem's thread."""


class IsFinal(BotError):
    """The postmortem for {key} is final, so nothing was changed. To make it a draft again, type
    `{command} postmortem reopen`."""


class NoPostmortemRequired(BotError):
    """{key} has no postmortem, so there's nothing to review. To request one, type `{command}
    postmortem request`."""


class NoMeeting(BotError):
    """There's no upcoming review meeting for {key}. To propose one, type `{command} meeting`."""


class AgreedAlready(BotError):
    """The review meeting for {key} is already set, so nothing was changed."""


class MeetingChanged(BotError):
    """Somebody else just changed the review meeting for {key}, so your change wasn't saved. Check
    it, and change it again if needed."""

    field = "date"


class NotAMeetingTime(BotError):
    """That isn't a time within the next year. Enter another, or include the date: 2026-03-12
    14:00."""

    field = "date"


class VoteOver(BotError):
    """Voting on the postmortems from {quarter} has ended. The result is in the vote's thread."""


class NoSuchCandidate(BotError):
    """There's no such postmortem in this vote, so your vote wasn't counted. Choose a number from 1
    to {most}."""


class NoDecision(BotError):
    """Say what the review decided: `{command} decided <decision>`."""


class SectionTooLong(BotError):
    """This text has {count} characters, and a section can have at most {longest}. Shorten it, or
    move part of it to another section."""


class NoReason(BotError):
    """Say why no postmortem is required: `{command} postmortem skip <reason>`. Your reason is
    recorded."""


class NotAPerson(BotError):
    """“{given}” isn't a person I can find. Type @ and choose a name."""


class AnApplication(BotError):
    """{who} is an app, so nothing was changed. Choose a person."""


class NotATime(BotError):
    """“{given}” isn't a time in the past. Enter a time such as 14:32, or include the date:
    2026-03-10 14:32."""

    field = "time"


class ZoneUnknown(BotError):
    """I couldn't look up your time zone in Slack, so I don't know which time you mean. Write it in UTC,
    such as 13:55 UTC, or try again in a minute."""

    field = "time"


class NoSuchEntry(BotError):
    """That entry is no longer in the timeline: its message was deleted."""


class NotAMessage(BotError):
    """Only messages from people and apps can be added to the timeline."""


class NothingLeft(BotError):
    """An entry needs text. To remove it from the timeline, hide it."""

    field = "text"


class NothingToDo(BotError):
    """Say what needs to be done: `{command} action <text> @name friday P2`."""
