"""Draw a channel as one self-contained page, without scripts or external resources."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from sandbox.web_client import blocks
from sandbox.web_client.blocks import RenderContext
from sandbox.web_client.messages import in_order
from sandbox.web_client.reader import Reader

PNG = b"\x89PNG\r\n\x1a\n"


def channel_page(  # noqa: PLR0913 - the parts of a page, by name
    *,
    name: str,
    topic: str,
    messages: Iterable[Mapping[str, Any]],
    people: Mapping[str, Mapping[str, Any]],
    replies: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    files: Iterable[Mapping[str, Any]] = (),
    channels: Mapping[str, str] | None = None,
    title: str | None = None,
) -> str:
    """Draw a channel; `files` have `id` and `bytes`, `replies` are threads by their parent's ts.

    Replies may also be among `messages`, as in `Workspace.history`.
    """
    reader = Reader(people=people, channels=channels or {}, zone=UTC)
    context = RenderContext(reader=reader, pictures=pictures(files))
    return str(
        blocks.render(
            "channel.html.j2",
            title=title or f"#{name}",
            name=name,
            topic=topic,
            messages=in_order(messages, context, replies),
            reader=reader,
        )
    )


def pictures(files: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the PNG files among uploads by file id; other files aren't shown in pages."""
    contents = {str(file["id"]): file.get("bytes") for file in files}
    return {key: png for key, png in contents.items() if isinstance(png, bytes) and png[:8] == PNG}
