"""Lists of commands, tasks, reactions and shortcuts, from the tables that the program uses."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

import yaml

from bot.config.policy_parts import MARKS
from bot.domain.commands import GRANTABLE, SUBCOMMANDS
from bot.domain.timeline import Mark
from tests.handlers.interactions.ways import ELSEWHERE, MENU, TYPED, WAYS, Way
from tests.support.harness import ROOT

_EMOJI = {
    "pushpin": "📌",
    "triangular_flag_on_post": "🚩",
    "satellite_antenna": "📡",
    "seedling": "🌱",
    "jigsaw": "🧩",
    "scales": "⚖️",
    "clipboard": "📋",
    "sunny": "☀️",
    "rain_cloud": "🌧️",
    "four_leaf_clover": "🍀",
    "checkered_flag": "🏁",
    "closed_lock_with_key": "🔐",
}
_EFFECTS = {
    Mark.TIMELINE: "Keeps the message in the timeline.",
    Mark.STARTED: "Sets the start time.",
    Mark.DETECTION: "Sets the detection time.",
    Mark.ROOT_CAUSE: "Names the root cause, and the time it was known.",
    Mark.CONTRIBUTING_FACTOR: "Lists a contributing factor.",
    Mark.DECISION: "Lists a decision.",
    Mark.ACTION_ITEM: "Suggests an action item in the channel at once.",
    Mark.WENT_WELL: "Listed under what went well.",
    Mark.WENT_POORLY: "Listed under what went poorly.",
    Mark.LUCKY: "Listed under where you got lucky.",
    Mark.RESTORED: "Sets the time users were no longer affected.",
    Mark.SECURITY: "Marks a security matter, which requires a postmortem.",
}
# The task that each part of the table begins with.
_PARTS = {
    "declare an incident": "Incident",
    "record an action item": "Action items",
    "draft the postmortem again": "Postmortem",
    "search past incidents": "Past incidents, reports and settings",
}


def commands() -> str:
    """List every subcommand with what it does, by section of the help."""
    lines: list[str] = []
    for group, members in groupby(SUBCOMMANDS, attrgetter("group")):
        lines += [f"### {group}", ""]
        lines += [f"- `/incident {each.usage}`: {each.does}" for each in members]
        lines += [""]
    return "\n".join(lines)


def tasks() -> str:
    """Return the tables of everything people can do, and each way to do it."""
    return "\n".join(line for task, ways in WAYS.items() for line in _task(task, ways))


def _task(task: str, ways: tuple[Way, ...]) -> list[str]:
    head = ["", f"### {_PARTS.get(task)}", "", "| Task | Type | Or use |", "|---|---|---|"]
    typed = ", ".join(f"`{way.label}`" for way in ways if way.place == TYPED)
    others = "; ".join(_by_place(ways))
    return [
        *(head if task in _PARTS else []),
        f"| {task[:1].upper()}{task[1:]} | {typed} | {others} |",
    ]


def _by_place(ways: tuple[Way, ...]) -> Iterator[str]:
    """Say for each place what to use there, as in `card: **Resolve**, ⋮ **Add note**`."""
    named = [_split(way) for way in ways if way.place != TYPED]
    for place in dict.fromkeys(place for place, _ in named):
        labels = [_bold(label) for where, label in named if where == place and label]
        yield f"{place}: {', '.join(labels)}" if labels else place


def _split(way: Way) -> tuple[str, str]:
    """Return the place and the label; a label that names its own place is split."""
    if way.place != ELSEWHERE:
        return way.place, way.label
    place, _, label = way.label.partition(": ")
    return place, label


def _bold(label: str) -> str:
    """Make a button's label bold, but not words to type or a description."""
    name = label.removeprefix(MENU)
    return label.removesuffix(name) + (f"**{name}**" if name[0].isupper() else name)


def reactions() -> str:
    rows = [f"| {_EMOJI[name]} `:{name}:` | {_EFFECTS[mark]} |" for name, mark in MARKS.items()]
    return "\n".join(["| Reaction | Effect on the draft |", "|---|---|", *rows])


def shortcuts() -> str:
    """List the shortcuts of the app's manifest."""
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    where = {"global": "from anywhere", "message": "in a message's menu (⋮)"}
    return "\n".join(
        f"- **{each['name']}**, {where[each['type']]}: {each['description']}"
        for each in manifest["features"]["shortcuts"]
    )


def external() -> str:
    """List the commands that can be granted to guests and people from other workspaces."""
    return ", ".join(f"`{name}`" for name in GRANTABLE)
