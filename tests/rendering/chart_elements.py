"""Read what a chart draws: the extents of its texts and shapes, as coordinates in the picture."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from bot.rendering.fonts import load_typeface

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


@dataclass(frozen=True, slots=True)
class Box:
    """The extent of a text or a shape; `kind` is its class, or its element's name."""

    kind: str
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def overlaps(self, other: "Box") -> bool:
        beside = self.left >= other.right or other.left >= self.right
        return not beside and self.top < other.bottom and other.top < self.bottom


def read_size(image: str) -> tuple[float, float]:
    """Return the width and height of the picture."""
    left, top, width, height = map(float, _root(image).attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    return width, height


def read_texts(image: str, kind: str = "") -> list[Box]:
    """Return the texts in order, all or those of a class."""
    root = _root(image)
    size = float(root.attrib["font-size"])
    boxes = [_text_box(element, size) for element in root.iter(f"{_SVG}text")]
    return [box for box in boxes if kind in {"", box.kind}]


def read_shapes(image: str) -> Iterator[Box]:
    for element in _root(image).iter():
        name = element.tag.removeprefix(_SVG)
        given = element.attrib
        if name == "rect":
            x, y = float(given["x"]) if "x" in given else 0, float(given.get("y", 0))
            yield Box(name, x, y, x + float(given["width"]), y + float(given["height"]))
        elif name == "circle":
            x, y, r = (float(given[key]) for key in ("cx", "cy", "r"))
            yield Box(name, x - r, y - r, x + r, y + r)
        elif name == "line":
            xs = sorted(float(given[key]) for key in ("x1", "x2"))
            ys = sorted(float(given[key]) for key in ("y1", "y2"))
            yield Box(name, xs[0], ys[0], xs[1], ys[1])
        elif name == "path":
            points = list(_trace(given["d"]))
            xs, ys = sorted(x for x, _ in points), sorted(y for _, y in points)
            yield Box(name, xs[0], ys[0], xs[-1], ys[-1])


def _root(image: str) -> ET.Element:
    return ET.fromstring(image)  # noqa: S314 - our own output


def _text_box(element: ET.Element, size: float) -> Box:
    size = float(element.attrib.get("font-size", size))
    bold = element.attrib.get("font-weight") == "bold"
    text = element.text or ""
    width = load_typeface(bold=bold).width(text, size)
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    shift = {"end": width, "middle": width / 2}.get(element.attrib.get("text-anchor", ""), 0)
    kind = element.attrib.get("class", "text")
    return Box(kind, x - shift, y - 0.8 * size, x - shift + width, y + 0.25 * size, text)


def _trace(path: str) -> Iterator[tuple[float, float]]:
    """Yield the corners of a path that consists of moves and straight lines."""
    x = y = 0.0
    for command, numbers in re.findall(rf"([MlhvV])((?:\s*{_NUMBER})+)", path):
        values = [float(number) for number in re.findall(_NUMBER, numbers)]
        if command == "h":
            values = [values[0], 0]
        elif command in "vV":
            values = [0 if command == "v" else x, values[0]]
        for first, second in zip(values[::2], values[1::2], strict=True):
            is_absolute = command.isupper()
            x, y = (first, second) if is_absolute else (x + first, y + second)
            yield x, y
