"""Files as text: their names, and the preview of a snippet or an e-mail."""

from collections.abc import Iterator

from bot.slack_text.json_values import Payload, part, parts, text
from bot.slack_text.rich_text import escape_mrkdwn

UNNAMED = "unnamed"
_PREVIEWS = ("preview", "plain_text")  # of a snippet or post, of an e-mail


def file_lines(message: Payload) -> Iterator[str]:
    """Return a line with each file's name, followed by its visible text."""
    # Exports from before 2018 hold one file in the message itself.
    for file in parts(message, "files") or [*filter(None, [part(message, "file")])]:
        yield f"[file: {_name(file)}]"
        preview = next((text(file, name) for name in _PREVIEWS if text(file, name).strip()), "")
        if preview:
            yield escape_mrkdwn(preview.strip())


def _name(file: Payload) -> str:
    name, title = text(file, "name").strip(), text(file, "title").strip()
    if title and name and title not in name and name not in title:
        return escape_mrkdwn(f"{title}, {name}")
    return escape_mrkdwn(max(title, name, key=len) or UNNAMED)
