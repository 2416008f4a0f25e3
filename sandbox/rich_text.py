"""Convert stored text to the `rich_text` blocks that Slack creates from typed messages.

Stored text is escaped, with links and mentions in angle brackets.
"""

from typing import Any

from sandbox.text import CONTROL

Json = dict[str, Any]
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def section(text: str) -> Json:
    """Return a `rich_text_section` with an element for each mention, each link, and the text between them."""
    parts = (part for part in CONTROL.split(text) if part)
    return {"type": "rich_text_section", "elements": [_element(part) for part in parts]}


def _element(part: str) -> Json:
    if not CONTROL.fullmatch(part):
        return {"type": "text", "text": _unescaped(part)}
    target, _, label = part[1:-1].partition("|")
    mention = _MENTIONS.get(target[:1])
    if mention:
        return {"type": mention[0], mention[1]: target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": _unescaped(target)} | ({"text": label} if label else {})


_MENTIONS = {"@": ("user", "user_id"), "#": ("channel", "channel_id")}


def _unescaped(text: str) -> str:
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text
