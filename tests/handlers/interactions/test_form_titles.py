"""A form is titled as the button that opens it, and buttons say what they do."""

from collections.abc import Iterator
from typing import Any

from handlers.interactions import BUTTON_FORMS
from tests.handlers.access import outsiders
from tests.handlers.access.outsiders import Stage
from tests.messages.facts import Facts
from tests.messages.samples import all_samples
from tests.support.harness import LiveBot

Labels = dict[str, set[str]]  # of buttons, by action
VERBS = {
    "Accept", "Add", "Approve", "Assign", "Cancel", "Catch", "Change", "Choose", "Create", "Declare", "Dismiss", "Edit",
    "Finalize", "Hide", "Make", "Mark", "Open", "Pause", "Post", "Propose", "Redraft", "Reopen", "Request",
    "Resolve", "Resume", "Set", "Show", "Skip", "Snooze", "Submit", "Take",
}  # fmt: skip
# What people also say in a reply or a list; votes are numbers.
SAID = {"Not mine", "Won't do", "Keep incident open", "All commands", "Digest settings"}
WITHOUT_FORM = {
    "timeline_open", "item_history", "all_commands",  # these open something to read
    "item_ticket",  # without a tracker there is no such button
}  # fmt: skip
SECTION = "section_open"


def _find_labels() -> Labels:
    """Return the labels of every button and menu entry in a message or view."""
    labels: Labels = {}
    for sample in all_samples(Facts()).values():
        for action, label in _buttons(sample):
            labels.setdefault(action, set()).add(label)
    return labels


def _buttons(sample: Any) -> Iterator[tuple[str, str]]:
    for button in sample.all("button"):
        name, _, value = button["action_id"].partition(":")
        yield (
            (f"{SECTION}:{value.rpartition(':')[2]}" if name == SECTION else name),
            button["text"]["text"],
        )
    for menu in sample.all("overflow"):
        for option in menu["options"]:
            yield option["value"].partition(":")[0], option["text"]["text"]


LABELS = _find_labels()


def _build_stage(live_bot: LiveBot) -> Stage:
    """A workspace with an open incident, an item, and a resolved incident with a draft and a meeting."""
    opened, resolved = live_bot.declare("P1 checkout fails"), live_bot.declare("P2 search fails")
    live_bot.command("ana", "action write a runbook @ana friday", opened)
    live_bot.command("ana", "resolve restarted", resolved)
    live_bot.settle()
    live_bot.command("ana", "meeting", resolved)
    live_bot.workspace.say("ana", opened, "the pool is exhausted")
    live_bot.settle()
    return Stage(live_bot, opened, resolved)


def test_every_form_is_titled_as_each_button_that_opens_it(live_bot: LiveBot) -> None:
    stage = _build_stage(live_bot)
    values = {
        "meeting_move": ("2-1",),
        SECTION: tuple(f"2:{name}" for name in ("impact", "went_well")),
    }
    titles: Labels = {}
    for action in BUTTON_FORMS.keys() - WITHOUT_FORM:
        for value in values.get(action, ("1", "2")):
            if title := _open(stage, action, value):
                name = f"{SECTION}:{value[2:]}" if action == SECTION else action
                titles.setdefault(name, set()).add(title)
    assert {name.partition(":")[0] for name in titles} == BUTTON_FORMS.keys() - WITHOUT_FORM
    assert titles == {name: LABELS.get(name, titles[name]) for name in titles}


def _open(stage: Stage, action: str, value: str) -> str:
    """Press a button, and return the title of the form that it opens; empty if it opens none."""
    views = stage.live_bot.sandbox.record.called("views.open")
    outsiders._press(action, value, "inside")(stage, "ana")
    opened = stage.live_bot.sandbox.record.called("views.open")[len(views) :]
    return "".join(str(call.args["view"]["title"]["text"]) for call in opened)


def test_every_button_says_what_it_does_in_a_verb_and_a_noun() -> None:
    labels = {label for group in LABELS.values() for label in group} - SAID
    clauses = [label for label in labels if not label.isdecimal() and not _is_verb_and_noun(label)]
    assert clauses == []


def _is_verb_and_noun(label: str) -> bool:
    verb, _, noun = label.partition(" ")
    return verb in VERBS and bool(noun)
