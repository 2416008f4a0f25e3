"""Errors in requests. The docstring of an error is the message that the person reads."""

from collections.abc import Callable, Mapping

from bot.domain.markup import MarkupText, show_inert, to_plain_text
from bot.domain.missing_parts import MissingPart

LONGEST_FACT = 600  # characters in a sentence that Slack shows


class BotError(Exception):
    """That did not work."""

    field = ""  # the form field that the message belongs to; if several, the first in the form

    def __init__(self, **facts: object) -> None:
        """Fill the docstring with `facts`: `{title}` in it becomes `facts["title"]`.

        As a string an error is for Slack: facts that people typed are shown and can't ping or link.
        Facts that are markup on purpose are `MarkupText`.
        """
        self.facts = facts
        sentence = (type(self).__doc__ or "").replace("&", "&amp;")
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
    """That is done already: Slack delivered your command twice."""


class NoIncidentHere(BotError):
    """There is no incident in this channel. Start one with `{command} declare what is broken`, turn
    this channel into one with `{command} here`, or name the one that you mean first:
    `{command} INC-2026-001 catchup`."""


class NotYourIncident(BotError):
    """{key} is no incident that you can reach from here, so nothing was changed. In its own channel
    everybody can; from elsewhere, those who take part in it, unless it is private."""


class NotAMember(BotError):
    """This incident is private, and you're not in its channel."""


class MembershipUnknown(BotError):
    """This incident is private, and I couldn't check whether you're in its channel ({reason}), so nothing
    was changed. Try again in a minute."""


class ChannelHasIncident(BotError):
    """This channel already holds {key}. Work there, or `{command} reopen` it if it is over."""


class HasChannel(BotError):
    """{key} already has a channel, {channel}, so nothing was changed."""


class NeedsPrivateChannel(BotError):
    """{key} is private and this channel is public, so nothing was changed. Type this in a private channel."""


class AlreadyResolved(BotError):
    """{key} is already {status}, so nothing was changed. `{command} reopen` opens it again."""


class NotOver(BotError):
    """{key} is not over, it is {status}: there is nothing to reopen."""


class AlreadySet(BotError):
    """{key} already has {what} {value}, so nothing was changed."""


class IncidentGone(BotError):
    """That incident is not there any more, so nothing was changed."""


class AlreadyLead(BotError):
    """{person} leads {key} already, so nothing was changed. To take over, type `{command} lead` in
    its channel."""


class NotAChoice(BotError):
    """“{given}” is not a {what}. Choose one of: {choices}."""


class NotAService(BotError):
    """“{given}” is no name of a service: letters, digits, hyphens and dots, 40 characters at most. Several
    have commas between them: `checkout, payments-api`."""

    field = "services text"


class TooManyServices(BotError):
    """An incident has {most} affected services at most. Name those that people would look for."""

    field = "services text"


class NothingToRecord(BotError):
    """Say what to record: `{command} {usage}`."""


class TooFarAhead(BotError):
    """An update can be promised for {hours} hours ahead at most. Choose a shorter time."""


class NotADay(BotError):
    """“{given}” is not a day. Say when you are back: `{command} away until 1 August`, or
    `{command} away off` when you are."""


class ReturnDateInPast(BotError):
    """{day} is no day to come. Choose a later one: you get no reminders before it."""


class LeaveTooLong(BotError):
    """Reminders can be kept away for a year at most, until {longest}."""


class DateInThePast(BotError):
    """{day} is in the past. Choose today or a later day."""


class NotInChannel(BotError):
    """I cannot read this channel. Type `/invite @debrief` here first, then try again."""


class ArchivedChannel(BotError):
    """This channel is archived, so nothing can be recorded in it. Unarchive it in Slack first."""


class NotAChannel(BotError):
    """This only works in a channel. Go to the incident's channel, or start a new incident with
    `{command} declare what is broken`."""


class NothingDrafted(BotError):
    """{key} has no postmortem yet. It is drafted when the incident is resolved."""


class NotComplete(BotError):
    """The postmortem of {key} still needs {parts}. Add what's missing with the buttons, or write it in
    the channel and type `{command} postmortem again`. To submit it anyway, type
    `{command} postmortem submit because …`."""

    gaps: tuple[MissingPart, ...] = ()  # what is missing, with the form that fills it


class TimesOutOfOrder(BotError):
    """The key times of {key} are out of order: {pairs}. To correct them, click *Key times* under the draft
    or type `{command} time`. Then submit again."""

    gaps: tuple[MissingPart, ...] = ()  # the key times, with their form


class NotInState(BotError):
    """The postmortem of {key} is {state}, so nothing was changed: for this it must be {needed}."""


class AlreadyApproved(BotError):
    """You have approved the postmortem of {key} already, as it is now."""


class NobodyApproved(BotError):
    """Nobody has approved the postmortem of {key}{changed}. Somebody who has read it presses Approve
    first; best is a person who did not write it."""


class NoChangeRequestReason(BotError):
    """Say what is to be different: `{command} postmortem return why`. Its author reads it."""


class IsFinal(BotError):
    """The postmortem of {key} is final, so nothing was changed. `{command} postmortem reopen` makes it a
    draft again."""


class NoPostmortemRequired(BotError):
    """{key} gets no postmortem, as was decided, so there is nothing to meet about. `{command} postmortem
    ask` asks for one."""


class NoMeeting(BotError):
    """No review meeting of {key} is to come. `{command} meeting` proposes one."""


class AgreedAlready(BotError):
    """The review meeting of {key} is agreed on already, so nothing was changed."""


class MeetingChanged(BotError):
    """Somebody changed the review meeting of {key} meanwhile, so nothing was changed by you. Look at it as
    it is now, and change it again if need be."""

    field = "date"


class NotAMeetingTime(BotError):
    """That is no time to come within a year. Choose another, or write it with its day: 2026-03-12 14:00."""

    field = "date"


class VoteOver(BotError):
    """The vote on the postmortems of {quarter} is over. Its thread says what came of it."""


class NoSuchCandidate(BotError):
    """There is no such postmortem in this vote, so your vote was not counted. Choose 1 to {most}."""


class NoDecision(BotError):
    """Say what the review decided: `{command} decided The pool gets an owner`."""


class SectionTooLong(BotError):
    """This text has {count} characters, and a section takes {longest}. Shorten it, or put a part of
    it into another section."""


class NoReason(BotError):
    """Say why there is to be no postmortem: `{command} postmortem skip because …`. It is kept."""


class NotAPerson(BotError):
    """“{given}” does not name one person. Type @ and choose their name."""


class AnApplication(BotError):
    """{who} is an application, so nothing was changed. Choose a person."""


class NotATime(BotError):
    """“{given}” is not a time in the past. Write it as 14:32, or with its day as 2026-03-10 14:32."""

    field = "time"


class ZoneUnknown(BotError):
    """I couldn't look up your time zone in Slack, so I don't know which time you mean. Write it in UTC,
    such as 13:55 UTC, or try again in a minute."""

    field = "time"


class NoSuchEntry(BotError):
    """That entry is not in the timeline any more: its message was deleted."""


class NotAMessage(BotError):
    """Only what people and applications say can be kept in the timeline, and this is neither."""


class NothingLeft(BotError):
    """An entry needs some text. To take it out of the timeline, hide it."""

    field = "text"


class NothingToDo(BotError):
    """Say what is to be done: `{command} action Add an alert on queue depth @who friday P2`."""
