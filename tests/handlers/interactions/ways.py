"""Every task that people do with the bot, and every way to do it.

`WAYS` is the table on docs/commands.md. The tests `test_each_way.py` and `test_each_click.py` use each way.
"""

from dataclasses import dataclass

TYPED, CARD, ITEM, ELSEWHERE = "typed", "card or postmortem", "action item", "elsewhere"
MENU = "⋮ "  # before an entry of a message's menu


@dataclass(frozen=True, slots=True)
class Way:
    """A place, and the text to type or the label to press or choose there."""

    place: str
    label: str


def typed(text: str) -> Way:
    """A text to type as a command, as a mention in the channel or a thread, or in a DM."""
    return Way(TYPED, text)


def card(label: str) -> Way:
    return Way(CARD, label)


def item(label: str) -> Way:
    return Way(ITEM, label)


def elsewhere(label: str) -> Way:
    return Way(ELSEWHERE, label)


WAYS: dict[str, tuple[Way, ...]] = {
    "declare an incident": (
        typed("declare"),
        elsewhere("Home: Declare incident"),
        elsewhere("shortcut: Declare incident"),
        elsewhere("message menu: Declare from message"),
    ),
    "use this channel for the incident": (typed("here"),),
    "set the severity": (typed("sev"), card("Set severity")),
    "set the status": (typed("status"), card("Post update")),
    "post an update": (typed("update"), card("Post update"), elsewhere("DM: Post update")),
    "take the lead": (typed("lead"), card("Take the lead"), card("⋮ Assign role")),
    "assign a role": (typed("role"), card("⋮ Assign role")),
    "add a note": (
        typed("note"),
        card("⋮ Add note"),
        elsewhere("message menu: Add to timeline"),
        elsewhere("reaction"),
    ),
    "erase a message": (
        typed("erase"),
        elsewhere("message menu: Erase message"),
    ),
    "record the impact": (typed("impact"), card("⋮ Add note")),
    "set or clear a key time": (typed("time"), card("Set key times")),
    "set the affected services": (
        typed("services"),
        card("⋮ Add note"),
        elsewhere("Home: Declare incident"),
        elsewhere("shortcut: Declare incident"),
    ),
    "read or correct the timeline": (typed("timeline"), card("⋮ Show timeline")),
    "catch up": (
        typed("catchup"),
        card("⋮ Catch me up"),
        elsewhere("on joining: Catch me up"),
    ),
    "resolve an incident": (typed("resolve"), card("Resolve incident")),
    "cancel an incident": (typed("cancel"), card("Resolve incident")),
    "reopen an incident": (typed("reopen"), card("Reopen incident")),
    "record an action item": (
        typed("action"),
        card("⋮ Create action item"),
        elsewhere("message menu: Create action item"),
        elsewhere("reaction"),
    ),
    "list your action items": (typed("actions"), elsewhere("Home")),
    "show one action item": (typed("actions 12"),),
    "accept or drop a suggestion": (
        item("Accept item"),
        item("Dismiss item"),
        item("`yes`"),
        item("`no`"),
    ),
    "mark an action item as done": (
        typed("done 12"),
        item("Mark as done"),
        item("`done`"),
        elsewhere("Home: Mark as done"),
        elsewhere("DM: Mark as done"),
        elsewhere("DM: `done`"),
    ),
    "reopen an action item": (item("Reopen item"),),
    "change a due date": (
        item("Change due date"),
        item("`next friday`"),
        elsewhere("Home: Change due date"),
        elsewhere("DM: Change due date"),
        elsewhere("DM: `next friday`"),
    ),
    "reassign an action item": (
        item("Change owner"),
        item("`@name`"),
        elsewhere("DM: `@name`"),
    ),
    "say that an item isn't yours": (
        item("`not mine`"),
        elsewhere("Home: Not mine"),
        elsewhere("DM: Not mine"),
        elsewhere("DM: `not mine`"),
    ),
    "set a priority": (
        item("Set priority"),
        item("`P2`"),
        elsewhere("Home: Set priority"),
        elsewhere("DM: `P2`"),
    ),
    "mark an action item as won't do": (
        typed("drop 12"),
        item("Won't do"),
        item("`won't do, because <reason>`"),
        elsewhere("DM: `won't do, because <reason>`"),
    ),
    "create or link a ticket": (
        item("Create ticket"),
        item("`ticket`"),
        item("the address of one"),
    ),
    "snooze for two days": (
        item("`snooze`"),
        elsewhere("Home: Snooze 2 days"),
        elsewhere("DM: Snooze 2 days"),
        elsewhere("DM: `snooze`"),
    ),
    "see an item's history": (item("Show history"),),
    "pause reminders while you're away": (
        typed("away"),
        elsewhere("Home: Pause reminders"),
        elsewhere("DM: Pause reminders"),
    ),
    "draft the postmortem again": (typed("postmortem again"), card("⋮ Redraft postmortem")),
    "skip the postmortem": (typed("postmortem skip"), card("⋮ Skip postmortem")),
    "request a postmortem": (typed("postmortem request"), card("⋮ Request postmortem")),
    "edit the postmortem": (card("Edit section"), card("Edit impact"), card("Edit five whys")),
    "propose a review meeting": (typed("meeting"), card("⋮ Propose review meeting")),
    "accept the meeting's time": (typed("meeting accept"), card("Accept time")),
    "choose another time for the meeting": (
        typed("meeting 2026-03-12 14:00"),
        card("Choose another time"),
    ),
    "cancel the review meeting": (typed("meeting cancel"), card("Cancel meeting")),
    "record a decision of the review": (typed("decided"),),
    "submit the postmortem for review": (typed("postmortem submit"), card("Submit for review")),
    "approve the postmortem": (typed("postmortem approve"), card("Approve postmortem")),
    "request changes to the postmortem": (typed("postmortem changes"), card("Request changes")),
    "finalize the postmortem": (typed("postmortem finalize"), card("Finalize postmortem")),
    "reopen the postmortem": (typed("postmortem reopen"), card("Reopen postmortem")),
    "see the postmortem": (typed("postmortem"), card("Open postmortem")),
    "search past incidents": (typed("search"),),
    "see similar past incidents": (typed("similar"),),
    "check text for blame": (typed("check"),),
    "see the week's figures": (typed("digest"),),
    "change when the digest is posted": (
        typed("digest settings"),
        elsewhere("digest: Digest settings"),
    ),
    "see a monthly report": (typed("figures"),),
    "vote for the best postmortem": (
        elsewhere("the vote: its number"),
        elsewhere("reaction with its number"),
    ),
    "list open incidents": (typed("list"), elsewhere("Home")),
    "choose the hour of your reminders": (elsewhere("Home: Reminder hour"),),
    "get help": (typed("help"), elsewhere("`/incident` alone: All commands")),
}
