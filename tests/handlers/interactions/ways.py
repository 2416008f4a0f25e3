"""Every task that people do with the bot, and every way to do it.

`WAYS` is the table in the README. `test_each_way.py` and `test_each_click.py` try each of the ways.
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
        elsewhere("Home: Declare an incident"),
        elsewhere("shortcut: Declare an incident"),
        elsewhere("message menu: Declare from message"),
    ),
    "make a channel the incident's": (typed("here"),),
    "set the severity": (typed("sev"), card("Change severity")),
    "set the status": (typed("status"), card("Post update")),
    "post an update": (typed("update"), card("Post update"), elsewhere("DM: Post update")),
    "take the lead": (typed("lead"), card("Take the lead"), card("⋮ Give a role")),
    "give a role": (typed("role"), card("⋮ Give a role")),
    "add a note": (
        typed("note"),
        card("⋮ Add a note"),
        elsewhere("message menu: Add to timeline"),
        elsewhere("reaction"),
    ),
    "forget a message": (
        typed("forget"),
        elsewhere("message menu: Forget this message"),
    ),
    "record the impact": (typed("impact"), card("⋮ Add a note")),
    "set or clear a key time": (typed("time"), card("Key times")),
    "say which services are affected": (
        typed("services"),
        card("⋮ Add a note"),
        elsewhere("Home: Declare an incident"),
        elsewhere("shortcut: Declare an incident"),
    ),
    "read and correct the timeline": (typed("timeline"), card("⋮ Show the timeline")),
    "be caught up": (
        typed("catchup"),
        card("⋮ Catch me up"),
        elsewhere("on joining: Catch me up"),
    ),
    "resolve": (typed("resolve"), card("Resolve")),
    "end what was no incident": (typed("cancel"), card("Resolve")),
    "reopen": (typed("reopen"), card("Reopen")),
    "record an action item": (
        typed("action"),
        card("⋮ Create action item"),
        elsewhere("message menu: Create action item"),
        elsewhere("reaction"),
    ),
    "see what is yours to do": (typed("actions"), elsewhere("Home")),
    "look at one action item": (typed("actions 12"),),
    "take or drop a suggestion": (item("Accept"), item("Drop"), item("“yes”"), item("“no”")),
    "say that it is done": (
        typed("done 12"),
        item("Mark done"),
        item("“done”"),
        elsewhere("Home: Mark done"),
        elsewhere("DM: Mark done"),
        elsewhere("DM: “done”"),
    ),
    "take back that it is done or dropped": (item("Reopen"),),
    "move its date": (
        item("Change due date"),
        item("“next friday”"),
        elsewhere("Home: Change due date"),
        elsewhere("DM: Change due date"),
        elsewhere("DM: “next friday”"),
    ),
    "give it to somebody": (
        item("Change owner"),
        item("“@who”"),
        elsewhere("DM: “@who”"),
    ),
    "say that it is not yours": (
        item("“not mine”"),
        elsewhere("Home: Not mine"),
        elsewhere("DM: Not mine"),
        elsewhere("DM: “not mine”"),
    ),
    "set its priority": (
        item("Set priority"),
        item("“P2”"),
        elsewhere("Home: Set priority"),
        elsewhere("DM: “P2”"),
    ),
    "decide against it": (
        typed("drop 12"),
        item("Won't do"),
        item("“won't do, because …”"),
        elsewhere("DM: “won't do, because …”"),
    ),
    "have a ticket of it": (item("Create ticket"), item("“ticket”"), item("the address of one")),
    "be left in peace for two days": (
        item("“snooze”"),
        elsewhere("Home: Snooze 2 days"),
        elsewhere("DM: Snooze 2 days"),
        elsewhere("DM: “snooze”"),
    ),
    "see what became of it": (item("History"),),
    "get no reminders while away": (
        typed("away"),
        elsewhere("Home: Away until …"),
        elsewhere("DM: Away until …"),
    ),
    "draft it again": (typed("postmortem again"), card("⋮ Draft it again")),
    "decide against a postmortem": (typed("postmortem skip"), card("⋮ No postmortem, because")),
    "ask for a postmortem": (typed("postmortem ask"), card("⋮ Ask for a postmortem")),
    "write in it": (card("Edit a section"), card("Impact"), card("Five whys")),
    "propose its review meeting": (typed("meeting"), card("⋮ Propose a review meeting")),
    "agree to its time": (typed("meeting agree"), card("Agree to this time")),
    "choose another time": (typed("meeting 2026-03-12 14:00"), card("Choose another time")),
    "cancel the meeting": (typed("meeting cancel"), card("Cancel the meeting")),
    "record what the review decided": (typed("decided"),),
    "submit it": (typed("postmortem submit"), card("Submit for review")),
    "approve it": (typed("postmortem approve"), card("Approve")),
    "return it": (typed("postmortem return"), card("Return with a reason")),
    "make it final": (typed("postmortem final"), card("Make final")),
    "reopen it": (typed("postmortem reopen"), card("Reopen")),
    "find it": (typed("postmortem"), card("Open the postmortem")),
    "find incidents of before": (typed("search"),),
    "see what is much like it": (typed("similar"),),
    "check it for blame": (typed("check"),),
    "see the week's figures": (typed("digest"),),
    "set when figures come": (typed("digest settings"), elsewhere("digest: Digest settings")),
    "see a month's figures": (typed("figures"),),
    "vote for a postmortem": (
        elsewhere("the vote: its number"),
        elsewhere("reaction with its number"),
    ),
    "see what is running": (typed("list"), elsewhere("Home")),
    "choose the hour of reminders": (elsewhere("Home: Hour of reminders"),),
    "be helped": (typed("help"),),
}


def rows() -> list[str]:
    """Return the table as in the README."""
    columns = (TYPED, CARD, ITEM, ELSEWHERE)
    return [
        f"| {task} | " + " | ".join(_cell(column, ways) for column in columns) + " |"
        for task, ways in WAYS.items()
    ]


def _cell(column: str, ways: tuple[Way, ...]) -> str:
    labels = [way.label for way in ways if way.place == column]
    return ", ".join(f"`{label}`" if column == TYPED else label for label in labels)
