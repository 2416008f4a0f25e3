"""Errors in requests about an action item, its owner or its ticket."""

from bot.domain.errors import BotError


class NoOwner(BotError):
    """An action item needs one owner. Add them after the task: `{command} action <text> @name
    friday P2`."""


class TooManyOwners(BotError):
    """An action item needs exactly one owner, but this names {count}. Choose one."""


class GroupAsOwner(BotError):
    """An action item needs a person as its owner, not a group. Who in the group will do it?"""


class SeveralOwners(BotError):
    """An action item needs exactly one owner, so that it doesn't fall through the cracks. Who
    should own it?"""


class NoSuchItem(BotError):
    """That action item no longer exists."""


class NoSuchNumber(BotError):
    """There's no action item {number} that you can see. To see the numbers, type `{command}
    actions`."""


class NoDropReason(BotError):
    """Say why it won't be done: reply `won't do, because <reason>` in the item's thread, or type
    `{command} drop {number} <reason>`. The postmortem shows the reason."""

    field = "why"


class TooManyCharacters(BotError):
    """{what} can have at most {longest} characters, but this has {count}. Nothing was recorded.
    Your text: “{given}”."""


class NoNumber(BotError):
    """Which action item? Add its number: `{command} {usage}`. To see the numbers, type `{command}
    actions`."""


class NoOpenReminder(BotError):
    """Everything in my last reminder is already closed, so nothing was changed. To list your items,
    type `{command} actions`; to close one, `{command} done 12`."""


class WrongItemState(BotError):
    """This action item is marked as {state}, so nothing was changed."""


class NotTheOwner(BotError):
    """You no longer own this action item, so nothing was changed. Owner: {owner}."""


class NoTracker(BotError):
    """No issue tracker is set up, so no ticket was created. Whoever runs Debrief can add one in
    `debrief.toml`."""


class OnlyLinked(BotError):
    """Creating tickets in {tracker} is turned off. To link an existing ticket, post its URL in the
    item's thread."""


class TicketWouldBeVisible(BotError):
    """This incident is private, but others may be able to see tickets in {tracker}, so no ticket was created.
    To create one anyway, click *Create ticket* on the item."""


class HasTicket(BotError):
    """This action item already has a ticket: {key}."""


class TicketAlreadyRequested(BotError):
    """A ticket is already being created. If it fails, you'll see why on the item."""


class NotATicket(BotError):
    """That isn't the URL of a {tracker} ticket. Open the ticket in your browser and copy its
    URL."""

    field = "address"
