"""What Slack asks of a `data_visualization` block beyond the fields that it has."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.workspace_state import Json

ON_AXES = frozenset({"bar", "area", "line"})


def problems(chart: Json, where: str) -> Iterator[str]:
    """`chart` is of the right shape; what does not fit together is left."""
    kind = chart.get("type")
    if kind not in ON_AXES | {"pie"}:
        yield f"unsupported type: {kind} [json-pointer:{where}/type]"
        return
    named = ("series", "axis_config") if kind in ON_AXES else ("segments",)
    missing = [name for name in named if name not in chart]
    yield from (f"missing required field: {name} [json-pointer:{where}]" for name in missing)
    if kind in ON_AXES and not missing:
        yield from _on_axes(chart, where)
    yield from _values(chart.get("segments") or [], f"{where}/segments")


def _on_axes(chart: Json, where: str) -> Iterator[str]:
    categories = chart["axis_config"].get("categories")
    for number, series in enumerate(chart["series"]):
        there = f"{where}/series/{number}/data"
        if [point.get("label") for point in series["data"]] != categories:
            yield f"labels must match the categories of the axis [json-pointer:{there}]"
        yield from _values(series["data"], there)
    names = Counter(str(series.get("name")) for series in chart["series"])
    yield from (f"series name {name} already exists" for name, many in names.items() if many > 1)


def _values(points: list[Any], where: str) -> Iterator[str]:
    for number, point in enumerate(points):
        value = point.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"must be a number [json-pointer:{where}/{number}/value]"
