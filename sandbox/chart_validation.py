"""Slack's rules for `data_visualization` blocks beyond the schema of their fields."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.workspace_state import Json

ON_AXES = frozenset({"bar", "area", "line"})


def problems(chart: Json, where: str) -> Iterator[str]:
    """Yield the problems of a chart that matches its schema."""
    kind = chart.get("type")
    if kind not in ON_AXES | {"pie"}:
        yield f"unsupported type: {kind} [json-pointer:{where}/type]"
        return
    required = ("series", "axis_config") if kind in ON_AXES else ("segments",)
    missing = [name for name in required if name not in chart]
    yield from (f"missing required field: {name} [json-pointer:{where}]" for name in missing)
    if kind in ON_AXES and not missing:
        yield from _on_axes(chart, where)
    yield from _values(chart.get("segments") or [], f"{where}/segments")


def _on_axes(chart: Json, where: str) -> Iterator[str]:
    categories = chart["axis_config"].get("categories")
    for number, series in enumerate(chart["series"]):
        path = f"{where}/series/{number}/data"
        if [point.get("label") for point in series["data"]] != categories:
            yield f"labels must match the categories of the axis [json-pointer:{path}]"
        yield from _values(series["data"], path)
    names = Counter(str(series.get("name")) for series in chart["series"])
    yield from (f"series name {name} already exists" for name, count in names.items() if count > 1)


def _values(points: list[Any], where: str) -> Iterator[str]:
    for number, point in enumerate(points):
        value = point.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"must be a number [json-pointer:{where}/{number}/value]"
