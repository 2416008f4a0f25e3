"""Contexts: the places where people and programs write secrets."""

import html
import json
from collections.abc import Callable

from tests.redaction.shapes import Kind, Planted

Context = Callable[[Kind, str, Planted], Planted | None]


def _escaped(planted: Planted) -> Planted:
    """Escape `&`, `<` and `>` as Slack does."""
    return Planted(html.escape(planted.text, quote=False), html.escape(planted.secret, quote=False))


def around(before: str, after: str, *, one_line: bool = False) -> Context:
    """Put a text between two others; a value recognized by its name gets `NAME=` before it."""

    def put(kind: Kind, name: str, planted: Planted) -> Planted | None:
        if one_line and "\n" in planted.text:
            return None
        text = f"{name}={planted.text}" if kind.names else planted.text
        return Planted(f"{before}{text}{after}", planted.secret)

    return put


def field(template: str, *, spaces: bool = False) -> Context:
    """Put a value next to a name:

    `@n` and `@v` in the template. Complete command lines are left out.
    """

    def put(kind: Kind, name: str, planted: Planted) -> Planted | None:
        if kind.written is not None:
            return None
        shown = name.rpartition(":")[2] if ":" in name else name
        shown = shown.replace("_", " ").replace("-", " ").lower() if spaces else shown
        return Planted(template.replace("@n", shown).replace("@v", planted.text), planted.secret)

    return put


def address(template: str) -> Context:
    """Put a value into the query of a URL, where some characters can't occur."""

    def put(kind: Kind, name: str, planted: Planted) -> Planted | None:
        if kind.written is not None or set(planted.text) & set("#&+ %?/"):
            return None
        return field(template)(kind, name, planted)

    return put


def as_json(kind: Kind, name: str, planted: Planted) -> Planted | None:
    if kind.written is not None:
        return None
    return Planted(json.dumps({"host": "db1", name: planted.text, "port": 5432}), planted.secret)


def as_json_in_json(kind: Kind, name: str, planted: Planted) -> Planted | None:
    inner = as_json(kind, name, planted)
    return inner and Planted(json.dumps({"body": inner.text}), inner.secret)


def slack_escaped(kind: Kind, name: str, planted: Planted) -> Planted | None:
    put = around("see: ", " (from prod)")(kind, name, planted)
    return put and _escaped(put)


def slack_link(kind: Kind, name: str, planted: Planted) -> Planted | None:
    """A URL as Slack sends it: a link with the URL repeated in its label."""
    put = address("https://api.example.com/v1/x?a=1&@n=@v")(kind, name, planted)
    if put is None:
        return None
    url = html.escape(put.text, quote=False)
    return Planted(f"<{url}|{url.removeprefix('https://')}>", html.escape(put.secret, quote=False))


def slack_mail(kind: Kind, name: str, planted: Planted) -> Planted | None:
    """A password that looks like a mail address, which Slack turns into a link."""
    if kind.written is not None or "pass" not in name.lower() or not planted.text.isalnum():
        return None
    secret = f"{planted.text}@corp.example"
    return Planted(f"{name}: <mailto:{secret}|{secret}>", secret)


CONTEXTS: dict[str, Context] = {
    "alone": around("", ""),
    "sentence": around("hey, I pasted ", " by mistake, please rotate it", one_line=True),
    "spoken name": field("the @n is @v and it has to be rotated", spaces=True),
    "key=value": field("@n=@v"),
    "key = value": field("retries = 3\n@n = @v\nhost = db1"),
    "JSON": as_json,
    "JSON in JSON": as_json_in_json,
    "YAML": field("app:\n  host: db1\n  @n: @v\n  port: 1"),
    "YAML quoted": field("app:\n  @n: '@v'\n  port: 1"),
    "env line": field("export @n='@v'"),
    "shell command": field("@n='@v' ./deploy.sh --env prod"),
    "URL": address("https://api.example.com/v1/x?a=1&@n=@v&b=2"),
    "code block": around("it was:\n```\n", "\n```\nsince 14:02"),
    "inline code": around("we used `", "` in prod", one_line=True),
    "quoted": around('he said "', '" out loud', one_line=True),
    "bold": around("*", "*", one_line=True),
    "italic": around("_", "_", one_line=True),
    "Slack-escaped": slack_escaped,
    "Slack link": slack_link,
    "Slack mail link": slack_mail,
    "list": around("steps:\n• stop the job\n• set ", "\n• start it again"),
}
