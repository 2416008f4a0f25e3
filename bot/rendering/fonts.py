"""The fonts for pictures: the width of a text, and which characters they cover.

Only two tables of a font are used: `cmap` (character to glyph) and `hmtx` (glyph to width), see
https://learn.microsoft.com/en-us/typography/opentype/spec/.
"""

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.rendering.render import TEMPLATES

FOLDER = TEMPLATES / "fonts"
FAMILY = "DejaVu Sans"
_UNICODE_FULL = (3, 10)  # the full Unicode map, in groups of consecutive characters ("format 12")


@dataclass(frozen=True)
class Typeface:
    """Character widths in thousandths of the font size, by code point."""

    widths: dict[int, int]

    def covers(self, text: str) -> bool:
        return all(ord(character) in self.widths for character in text)

    def width(self, text: str, size: float) -> float:
        """Return a text's width in the unit of `size`; an unknown character is one em wide."""
        return sum(self.widths.get(ord(character), 1000) for character in text) * size / 1000

    def fit(self, text: str, size: float, room: float) -> str:
        """Return a text, cut at a word and with "…" if it's wider than `room`.

        A word that takes most of the room is cut itself. Empty if not even "…" fits.
        """
        if self.width(text, size) <= room:
            return text
        left, kept = room - self.width("…", size), 0
        for character in text:
            left -= self.width(character, size)
            if left < 0:
                break
            kept += 1
        cut = text[:kept]
        at_word = cut if text[kept : kept + 1].isspace() else cut.rpartition(" ")[0]
        short = (at_word if len(at_word) * 2 > kept else cut).rstrip(" ,.;:/-(\u2013\u2014\u2026")
        return f"{short}…" if short else ""


def list_font_files() -> list[str]:
    return [str(path) for path in sorted(FOLDER.glob("*.ttf"))]


@cache
def load_typeface(*, bold: bool = False) -> Typeface:
    return _read(FOLDER / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"))


def _read(path: Path) -> Typeface:
    data = path.read_bytes()
    tables = _tables(data)
    per_em = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    count = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    advances = struct.unpack_from(">" + "Hh" * count, data, tables["hmtx"])[::2]
    glyphs = _characters(data, tables["cmap"])
    return Typeface(
        {
            character: advances[min(glyph, count - 1)] * 1000 // per_em
            for character, glyph in glyphs.items()
            if glyph
        }
    )


def _tables(data: bytes) -> dict[str, int]:
    count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in records}


def _characters(data: bytes, cmap: int) -> dict[int, int]:
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    maps = {}
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * index)
        maps[platform, encoding] = cmap + offset
    at = maps[_UNICODE_FULL]
    glyphs: dict[int, int] = {}
    for index in range(struct.unpack_from(">I", data, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * index)
        glyphs.update(
            zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)
        )
    return glyphs
