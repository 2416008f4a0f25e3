"""Errors in requests about an action item, its owner or its ticket."""

from bot.domain.errors import BotError


class NoOwner(BotError):
    """An action item needs one person who will do it. Name them after what is to be done:
    `{command} action Add an alert on queue depth @who friday P2`."""


class TooManyOwners(BotError):
    """An action item needs one person, and this one names {count}. Choose one of them."""


class GroupAsOwner(BotError):
    """An action item needs a person, not a group. Who in it will do this?"""


class SeveralOwners(BotError):
    """An action item needs one person: where several do it, each thinks that another does. Who of
    them will see that it is done?"""


class NoSuchItem(BotError):
    """That action item is not there any more."""


class NoSuchNumber(BotError):
    """There is no action item {number} that you can see. `{command} actions` shows those of an incident,
    or your own, with their numbers."""


class NoDropReason(BotError):
    """Say why it will not be done: “won't do, because …” in the item's thread, or
    `{command} drop {number} because …`. The reason is kept, and the postmortem tells it."""

    field = "why"


class TooManyCharacters(BotError):
    """{what} takes {longest} characters at most, and this has {count}, so nothing was recorded. Your text,
    to be shortened: “{given}”."""


class NoNumber(BotError):
    """Say which action item by its number: `{command} {usage}`. `{command} actions` shows the numbers."""


class NoOpenReminder(BotError):
    """Nothing that I reminded you of last is still open, so nothing was changed. `{command} actions` shows
    what is yours, and `{command} done 12` says that number 12 is done."""


class WrongItemState(BotError):
    """This action item is not open any more: it is {state}."""


class NotTheOwner(BotError):
    """This action item is not yours any more, so nothing was changed: {owner} does it."""


class NoTracker(BotError):
    """No tracker is set up here, so no ticket was made. Whoever runs Debrief can name one in `debrief.toml`."""


class OnlyLinked(BotError):
    """No ticket was made: your team makes them itself in {tracker}. Post the address of one in the
    item's thread, and the two are kept in step."""


class TicketWouldBeVisible(BotError):
    """This incident is private, and others may read {tracker}, so no ticket was made. If one is to be
    made all the same, press Create ticket on the item."""


class HasTicket(BotError):
    """This action item has a ticket already: {key}."""


class TicketAlreadyRequested(BotError):
    """A ticket was asked for already, and it is on its way; the item shows what hinders it."""


class NotATicket(BotError):
    """That is not the address of a ticket in {tracker}. Copy it from the browser while you look at one."""

    field = "address"
