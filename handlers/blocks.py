"""Block Kit: rendered text in, the dicts that Slack draws out. Limits are Slack's own.

https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Sequence
from typing import Any

from bot.domain.markup import plain

Block = dict[str, Any]

HEADER, SECTION, LABEL = 150, 3_000, 75
_HALF = re.compile(r"(<[^<>]*|&[a-z]*)$")


def header(text: str) -> Block:
    """A heading. It is plain text, where nothing pings and Slack's escapes have no meaning."""
    return {"type": "header", "text": _plain(cut(plain(text, {}), HEADER))}


def section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(cut(text, SECTION))}


def fields(texts: Sequence[str]) -> Block:
    return {"type": "section", "fields": [_mrkdwn(cut(text, 2_000)) for text in texts if text]}


def context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(cut(text, SECTION))]}


def markdown(text: str) -> Block:
    return {"type": "markdown", "text": text}


def actions(buttons: Sequence[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action: str, value: str, *, primary: bool = False) -> Block:
    shown: Block = {
        "type": "button",
        "text": _plain(cut(label, LABEL)),
        "action_id": f"{action}:{value}",
        "value": value,
    }
    return shown | ({"style": "primary"} if primary else {})


def form(title: str, callback: str, about: str, inputs: Sequence[Block]) -> Block:
    """A modal; `about` comes back with it, so it holds an id and never data."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": about,
        "title": _plain(cut(title, 24)),
        "submit": _plain("Save"),
        "close": _plain("Close"),
        "blocks": list(inputs),
    }


def person_input(name: str, label: str, chosen: str | None) -> Block:
    element: Block = {"type": "users_select", "action_id": name}
    return _input(name, label, element | ({"initial_user": chosen} if chosen else {}))


def date_input(name: str, label: str, chosen: str | None) -> Block:
    element: Block = {"type": "datepicker", "action_id": name}
    return _input(name, label, element | ({"initial_date": chosen} if chosen else {}))


def _input(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def cut(text: str, longest: int) -> str:
    """Shorten mrkdwn without leaving half a mention, link or escape at its end."""
    if len(text) <= longest:
        return text
    return _HALF.sub("", text[: longest - 1]) + "…"
