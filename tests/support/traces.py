"""Find where a word is left: in tables, in the database file, and in the Slack workspace."""

import json
from collections.abc import Iterator

from sqlalchemy import inspect, text

from tests.support.harness import LiveBot


def find_stored(live_bot: LiveBot, word: str) -> list[str]:
    """Return the columns that contain a word, and the database file if its raw bytes do."""
    found = [place for place, value in _values(live_bot) if word in value.lower()]
    raw = live_bot.store.file.read_bytes().lower() if live_bot.store.file else b""
    return found + ["the file's raw bytes"] * (word.encode() in raw)


def find_posted(live_bot: LiveBot, word: str) -> list[str]:
    """Return where the workspace shows a word: messages, topics, bookmarks, files, canvases, Home tabs."""
    return [place for place, value in _shown(live_bot) if word in value.lower()]


def _values(live_bot: LiveBot) -> Iterator[tuple[str, str]]:
    with live_bot.store.begin() as session:
        connection = session.connection()
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()  # noqa: S608
            for row in rows.fetchall():
                for name, value in row.items():
                    stored_text = (
                        value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    )
                    yield f"{table}.{name}", stored_text


def _shown(live_bot: LiveBot) -> Iterator[tuple[str, str]]:
    state = live_bot.sandbox.state
    with state.lock:
        for channel in state.channels.values():
            for ts, message in channel.messages.items():
                yield f"#{channel.name} {ts}", json.dumps(message, ensure_ascii=False)
            about = [channel.topic, channel.purpose, channel.bookmarks]
            yield f"#{channel.name}'s topic or bookmarks", json.dumps(about, ensure_ascii=False)
        for file in state.files.values():
            content = (file.bytes or b"").decode("latin-1")
            yield f"file {file.name}", f"{file.name} {file.title} {file.alt_text} {content}"
        for name, value in (("canvas", state.canvases), ("Home tab", state.homes)):
            for id_, content_shown in value.items():
                yield f"{name} {id_}", json.dumps(content_shown, ensure_ascii=False, default=str)
