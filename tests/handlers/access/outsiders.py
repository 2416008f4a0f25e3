"""Every way to ask the bot for something, sent over the wire by anybody.

Requests that a client would not offer are sent as well: a button may be stale, a payload handmade.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlmodel import select

from handlers.events.reactions import NUMBER_EMOJI
from handlers.interactions import (
    BUTTON_FORMS,
    BUTTON_HANDLERS,
    MODAL_HANDLERS,
    SHORTCUT_FORMS,
    SUBMISSION_HANDLERS,
)
from sandbox.delivery import PendingDelivery
from sandbox.modals import Modals
from sandbox.payloads import Payloads
from sandbox.responses import Responses
from sandbox.workspace_state import Json, Team
from storage.tables.base import Table
from tests.support.harness import POLICY, LiveBot

MARKER = "zanzibar"  # used in the other incident only
ACME = Team("T0ACME000", "Acme", "E0ACME000", "Acme")
PARTNER = Team("T0PARTNER", "Partner")  # on no Enterprise Grid, so Slack gives no name
GROUP = 20
UNCOMPARED_TABLES = {"people", "deliveries"}  # tables about requests, not about their effects

WORDS = {
    "declare": "P1 it broke", "private": "P1 it broke", "here": "P1 it broke", "sev": "P3", "status": "identified",
    "update": "30m still at it", "lead": "", "role": "scribe", "resolve": "restarted", "reopen": "again", "cancel": "",
    "note": "14:00 restarted", "impact": "400 customers", "services": "checkout", "action": "write a test @ana friday P2",
    "actions": "", "done": "1", "drop": "1 because no", "away": "until friday", "postmortem": "request", "meeting": "",
    "decided": "we test", "check": "", "digest": "", "figures": "", "catchup": "", "timeline": "", "similar": "",
    "time": "started 13:50", "search": MARKER, "list": "", "help": "", "erase": "",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """A workspace with two incidents; outsiders are in the channel of the first one."""

    live_bot: LiveBot
    inside: str  # the channel of the first
    other: str

    @property
    def message_ts(self) -> str:
        """Return the timestamp of a person's message in the first one's channel."""
        messages = [m for m in self.live_bot.messages(self.inside) if "the pool is" in m["text"]]
        return str(messages[0]["ts"])


Do = Callable[[Stage, str], str]  # takes the person's name, returns the answers
Way = tuple[str, Do]


def build_stage(live_bot: LiveBot) -> Stage:
    ws = live_bot.workspace
    ws.add_person("kim", "Kim Park", team=ACME)
    ws.add_person("pat", "Pat Moss", team=PARTNER)
    ws.add_person("gil", "Gil Stone", ultra_restricted=True)
    ws.add_person("gus", "Gus Field", restricted=True)
    ws.add_person("sam", "Sam Stray", team=PARTNER)  # in no channel of ours: a stranger
    inside, other = (
        live_bot.declare("P1 checkout fails"),
        live_bot.declare(f"P2 payments of {MARKER} fail"),
    )
    live_bot.command("ana", "action write a runbook @ana friday P2", inside)
    live_bot.command("ana", f"action rotate the keys of {MARKER} @ana friday P2", other)
    live_bot.command("ana", f"note 14:00 {MARKER} was open", other)
    for person in ("kim", "pat", "gil", "gus"):
        ws.invite("ana", inside, person)
    for person in ("kim", "gil", "gus", "pat"):
        ws.say(person, inside, "the pool is exhausted")
    live_bot.settle()
    return Stage(live_bot, inside, other)


def snapshot(stage: Stage, *people: str) -> dict[str, list[str]]:
    """Return all stored rows except messages by these people and refusals of them.

    Messages in a channel are recorded whoever writes them.
    """
    ids = {stage.live_bot.workspace.person(name).id for name in people}
    tables = {}
    with stage.live_bot.store.begin() as session:
        for table in Table.metadata.sorted_tables:
            rows = [row._asdict() for row in session.execute(select(table))]  # type: ignore[call-overload]
            if table.name not in UNCOMPARED_TABLES:
                tables[table.name] = sorted(
                    str(row) for row in rows if not _is_own_message(row, ids)
                )
    return tables


def _is_own_message(row: dict[str, Any], ids: set[str]) -> bool:
    if row.get("kind") == "item_answer":
        return row["about"]["person"] in ids and "refused" in row["about"]
    return row.get("kind") == "message" and row.get("author") in ids


def received(live_bot: LiveBot, person: str) -> str:
    """Return everything that only this person was shown."""
    state, reader = live_bot.sandbox.state, live_bot.workspace.person(person)
    messages = [
        live_bot.workspace.dm(person),
        live_bot.workspace.ephemerals(person),
        state.homes.get(reader.id),
    ]
    views = [live_bot.workspace.open_view(person)]
    answers = [
        response.seen for response in state.response_urls.values() if response.user == reader.id
    ]
    return json.dumps([messages, views, answers])


def commands(place: str, prefix: str = "") -> Iterator[Way]:
    """Yield each command, typed in a channel or `inside`, with an optional prefix."""
    for word, rest in WORDS.items():
        yield f"/{prefix}{word} in {place}", _command(place, f"{prefix}{word} {rest}")
    yield f"digest settings in {place}", _command(place, "digest settings")
    yield f"done 2 in {place}", _command(place, f"{prefix}done 2")
    yield f"actions 2 in {place}", _command(place, f"{prefix}actions 2")


def _command(place: str, text: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        answer = stage.live_bot.workspace.command(
            name, _find_place(stage, name, place), "/incident", text
        )
        return json.dumps([answer.body, answer.responses])

    return do


def _find_place(stage: Stage, name: str, place: str) -> Any:
    if place == "dm":
        return stage.live_bot.sandbox.state.open_dm(stage.live_bot.workspace.person(name))
    return stage.inside if place == "inside" else place


def mentions() -> Iterator[Way]:
    for word, rest in WORDS.items():
        yield f"mention {word}", _say(f"<@{{bot}}> {word} {rest}")
    for text in ("done", "friday", "not mine", "<@{bot}> done", "won't do, because no"):
        yield f"in an item's thread: {text}", _say(text, in_thread=True)


def direct_messages() -> Iterator[Way]:
    for word, rest in WORDS.items():
        yield f"DM {word}", _send_dm(f"{word} {rest}")


def _say(text: str, *, in_thread: bool = False) -> Do:
    def do(stage: Stage, name: str) -> str:
        live_bot = stage.live_bot
        if (
            live_bot.workspace.person(name).id
            not in live_bot.sandbox.state.channels[stage.inside].members
        ):
            return ""  # a person from another workspace who can't join
        item = next(m for m in live_bot.messages(stage.inside) if "Owner:" in m["text"])
        thread = str(item["ts"]) if in_thread else None
        bot_id = live_bot.service.identity.bot_user_id
        live_bot.workspace.say(name, stage.inside, text.format(bot=bot_id), thread=thread)
        return ""

    return do


def _send_dm(text: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        stage.live_bot.workspace.say_to_bot(name, text)
        return ""

    return do


def reactions() -> Iterator[Way]:
    for name in (*POLICY.marks, *NUMBER_EMOJI):
        yield f"reaction {name}", _react(name)


def _react(emoji: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        stage.live_bot.workspace.react(name, stage.inside, stage.message_ts, emoji)
        stage.live_bot.workspace.unreact(name, stage.inside, stage.message_ts, emoji)
        return ""

    return do


def clicks() -> Iterator[Way]:
    """Yield each button of each incident, in the first one's channel, elsewhere and on Home."""
    for action in (*BUTTON_HANDLERS, *BUTTON_FORMS):
        for number in ("1", "2"):
            for place in ("inside", "general", "dm"):
                yield f"{action} {number} in {place}", _press(action, number, place)
        yield f"{action} on Home", _press_on_home(action)
    for action in MODAL_HANDLERS:
        for number in ("1", "2"):
            value = f"hide:{number}" if action == "entry" else "0"
            yield f"{action} of {number}", _press_in_view(action, value, f"{number}:0")


def _press(action: str, value: str, place: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        live_bot, channel_id = stage.live_bot, _find_place(stage, name, place)
        channel = live_bot.workspace.channel(channel_id)
        message = {"ts": stage.message_ts, "type": "message", "text": "old"}
        body = _click_body(live_bot, name, action, value) | Payloads(
            live_bot.sandbox.state
        ).in_message(channel, message)
        body["response_url"] = Responses(live_bot.sandbox.state).new(
            live_bot.workspace.person(name), channel, stage.message_ts
        )
        return _send(live_bot, body)

    return do


def _press_on_home(action: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        view = _view("home", "", "")
        body = _click_body(stage.live_bot, name, action, "1")
        return _send(stage.live_bot, body | Payloads(stage.live_bot.sandbox.state).in_view(view))

    return do


def _press_in_view(action: str, value: str, about: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        body = _click_body(stage.live_bot, name, action, value)
        view = _view("modal", "timeline", about)
        return _send(stage.live_bot, body | Payloads(stage.live_bot.sandbox.state).in_view(view))

    return do


def _click_body(live_bot: LiveBot, name: str, action: str, value: str) -> Json:
    chosen = {"type": "button", "action_id": action, "block_id": "b", "value": value}
    person, state = live_bot.workspace.person(name), live_bot.sandbox.state
    with state.lock:
        body = Payloads(state).pressed(person, chosen)
        return body | {"trigger_id": Modals(state).trigger(person)}


def _view(kind: str, callback_id: str, about: str, values: Json | None = None) -> Json:
    return {
        "id": "V0OLD", "hash": "1", "type": kind, "callback_id": callback_id, "private_metadata": about,
        "root_view_id": "V0OLD", "state": {"values": values or {}}, "blocks": [],
    }  # fmt: skip


def shortcuts() -> Iterator[Way]:
    for name in SHORTCUT_FORMS:
        if name == "declare":
            yield f"shortcut {name}", _shortcut(name)
        else:
            yield f"shortcut {name}", _shortcut_on_message(name)


def _shortcut(shortcut: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        stage.live_bot.workspace.shortcut(name, shortcut)
        return ""

    return do


def _shortcut_on_message(shortcut: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        stage.live_bot.workspace.message_shortcut(name, shortcut, stage.inside, stage.message_ts)
        return ""

    return do


# Values that single forms need, besides those that all get.
FILLED: dict[str, dict[str, str]] = {
    "add_to_timeline": {"kind": "timeline"},
    "digest_settings": {"hour": "9"},
    "section_choose": {"section": "impact"},
}
ABOUT = {"section_write": "{}:impact:0:", "entry_correct": "{}:0"}


def forms() -> Iterator[Way]:
    for form in SUBMISSION_HANDLERS:
        for number in ("1", "2"):
            yield f"form {form} of {number}", _submit(form, number)


def _submit(form: str, number: str) -> Do:
    def do(stage: Stage, name: str) -> str:
        live_bot = stage.live_bot
        ana = live_bot.workspace.person("ana").id
        filled = {
            "owner": ana, "due": "2026-03-20", "priority": "P1", "what": "an alert", "address": "", "why": "because",
            "title": "it broke", "severity": "P1", "seen_by": "everybody", "services": "checkout", "update": "still at it",
            "status": "identified", "next": "30", "note": "restarted", "end": "resolved", "incident_role": "scribe",
            "person": ana, "incident_severity": "P3", "kind": "note", "text": "restarted", "time": "", "users": "400",
            "comes": "yes", "day": "friday", "hour": "10:00", "date": "2026-03-19", "minutes": "30",
        } | FILLED.get(form, {})  # fmt: skip
        channel = stage.inside if number == "1" else stage.other
        about = f"{channel} " if form == "create_item" else ABOUT.get(form, "{}").format(number)
        values = {input_name: {input_name: {"type": "plain_text_input", "value": text}} for input_name, text in filled.items()}  # fmt: skip
        view = _view("modal", form, about, values)
        state, person = live_bot.sandbox.state, live_bot.workspace.person(name)
        with state.lock:
            trigger = Modals(state).trigger(person)
            body = Payloads(state).submitted(person, view, trigger)
        body["view"]["hash"] = trigger  # makes each submission a different form
        return _send(live_bot, body)

    return do


def _send(live_bot: LiveBot, body: Json) -> str:
    parcel: PendingDelivery = live_bot.workspace.queue.submit("interactive", body)
    return json.dumps(parcel.done.result(20).answer)


def home() -> Iterator[Way]:
    def do(stage: Stage, name: str) -> str:
        return json.dumps(stage.live_bot.workspace.open_home(name))

    yield "Home", do


def every_way() -> Iterator[tuple[Way, ...]]:
    """Yield all of them in groups, so that the effect of each group can be checked."""
    for place in ("general", "dm", "inside"):
        yield from _groups(commands(place))
    for place in ("general", "inside"):
        yield from _groups(commands(place, "INC-2026-002 "))
    for ways in (
        mentions(),
        direct_messages(),
        reactions(),
        clicks(),
        shortcuts(),
        forms(),
        home(),
    ):
        yield from _groups(ways)


def _groups(ways: Iterator[Way]) -> Iterator[tuple[Way, ...]]:
    while group := tuple(islice(ways, GROUP)):
        yield group
