"""The components of a status page: which were in trouble, and from when to when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.draft import ImpactFigure, ImpactKind
from bot.drafting.reading.component_posts import parse_component_post
from bot.drafting.reading.lines import Line
from bot.drafting.recovery_course import compute_once


@dataclass(frozen=True, slots=True)
class Outage:
    """A component's trouble. `end` is the post that says it works again, None if there's none."""

    name: str
    trouble: str
    start: Line
    end: Line | None = None


def find_outages(lines: Sequence[Line]) -> tuple[Outage, ...]:
    """Return the components that were in trouble, in the order in which their trouble began."""
    return compute_once(_find_outages, lines)


def _find_outages(lines: Sequence[Line]) -> tuple[Outage, ...]:
    outages: dict[str, Outage] = {}
    for line in lines:
        post = parse_component_post(line)
        for name in post.names if post else ():
            known = outages.get(name)
            if post and post.trouble:
                outages[name] = (
                    replace(known, end=None)
                    if known
                    else Outage(name=name, trouble=post.trouble, start=line)
                )
            elif known and not known.end:
                outages[name] = replace(known, end=line)
    return tuple(outages.values())


def describe_outages(lines: Sequence[Line]) -> Iterator[ImpactFigure]:
    """Yield a figure for each component: its trouble, from when to when."""
    for outage in find_outages(lines):
        ends_at = outage.end.event.happened_at if outage.end else None
        evidence = (outage.start.id, *([outage.end.id] if outage.end else []))
        yield ImpactFigure(
            text=_describe(outage, outage.start.event.happened_at, ends_at),
            kind=ImpactKind.SERVICES,
            value=None,
            unit=None,
            evidence=evidence,
        )


def _describe(outage: Outage, start: datetime, end: datetime | None) -> str:
    """Return "Search: partial outage, 10:05 to 11:20 UTC", with days where they differ."""
    first = start.astimezone(UTC)
    last = end.astimezone(UTC) if end else None
    if not last:
        return f"{outage.name}: {outage.trouble}, from {first:%Y-%m-%d %H:%M} UTC"
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    since = f"{first:%H:%M}" if first.date() == last.date() else f"{first:%Y-%m-%d %H:%M}"
    return f"{outage.name}: {outage.trouble}, {since} to {until} UTC"
