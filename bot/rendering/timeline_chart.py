"""The timeline as a picture: key times and phases on top, lanes of what happened below.

The wide one is 1200 units wide with a font size of at least 20, because Slack shows it about 500
pixels wide. The narrow one is for the page on a phone.
"""

from functools import lru_cache
from typing import Any

import resvg_py

from bot.domain.draft import Draft
from bot.rendering import render, timeline_narrow
from bot.rendering.fonts import FAMILY, list_font_files
from bot.rendering.timeline_axis import LEFT, TEXT, WIDTH, make_axis
from bot.rendering.timeline_labels import Lettering, plain, spans_of, words
from bot.rendering.timeline_lanes import draw_lanes, find_rows, make_entries
from bot.rendering.timeline_phases import draw_bars, find_key_times, find_phases, place_key_times

__all__ = ["WIDTH", "describe", "png", "rasterize", "svg", "svg_for_page"]

ZOOM = 1.5  # of the PNG, because people zoom in, on phones too
_TITLE_SIZE, _TITLE_ROOM = 27, WIDTH - 48
_BADGE = 76  # width of the severity
_TOP = 110  # below the header
_KEY_TIME_HEIGHT, _PHASE_HEIGHT = 30, 42
_NARROW_TOP = 34


def svg(draft: Draft, *, any_script: bool = False) -> str:
    """Return the wide picture as SVG; `any_script` if the viewer has fonts for every script."""
    rows, lettering = find_rows(draft), Lettering(any_script=any_script, size=TEXT)
    axis = make_axis(draft, rows)
    key_times = find_key_times(draft, with_day=bool(axis and axis.has_several_days))
    placed = place_key_times(key_times, axis) if axis else []
    label_rows = max((key_time.row + 1 for key_time in placed), default=0)
    phases = list(find_phases(key_times))
    bars_top = _TOP + 8 + label_rows * _KEY_TIME_HEIGHT
    bars_bottom = bars_top + (_PHASE_HEIGHT if phases else 0)
    lanes_top = bars_bottom + (14 if axis else 40)
    entries = make_entries(draft, rows, lettering)
    lanes = list(draw_lanes(entries, axis, lettering, lanes_top)) if axis else []
    return render.page(
        "timeline.svg.j2",
        **_shared_facts(draft),
        shown_title=_title(draft, any_script=any_script),
        width=WIDTH,
        left=LEFT,
        top=_TOP,
        bars_top=bars_top,
        bars_bottom=bars_bottom,
        bottom=max((lane.bottom for lane in lanes), default=lanes_top),
        axis=axis,
        ticks=list(axis.ticks()) if axis else [],
        key_times=placed,
        key_time_height=_KEY_TIME_HEIGHT,
        bars=list(draw_bars(phases, axis)) if axis else [],
        lanes=lanes,
    )


def _narrow_svg(draft: Draft) -> str:
    """Return the picture for phones as SVG. It's only for pages, which have fonts for every script."""
    rows, lettering = find_rows(draft), Lettering(any_script=True, size=timeline_narrow.TEXT)
    entries = make_entries(draft, rows, lettering)
    shown = timeline_narrow.choose_entries(entries)
    legend = timeline_narrow.draw_legend(shown, _NARROW_TOP + 20)
    top = max((item.y for item in legend), default=_NARROW_TOP) + 22
    lines = timeline_narrow.draw_lines(draft, shown, top)
    return render.page(
        "timeline-narrow.svg.j2",
        **_shared_facts(draft),
        width=timeline_narrow.WIDTH,
        left=timeline_narrow.LEFT,
        text_left=timeline_narrow.TEXT_LEFT,
        right=timeline_narrow.RIGHT,
        size=timeline_narrow.TEXT,
        legend=legend,
        lines=lines,
        strips=list(timeline_narrow.draw_strips(draft, lines)),
        bottom=timeline_narrow.find_bottom(lines, top),
        hidden=len(entries) - len(shown),
    )


def svg_for_page(draft: Draft) -> str:
    """Return both pictures as SVG. The page's style sheet shows the one that suits its width."""
    return svg(draft, any_script=True) + _narrow_svg(draft)


def _shared_facts(draft: Draft) -> dict[str, Any]:
    return {
        "draft": draft,
        "described": describe(draft),
        "family": FAMILY,
        "words": words(),
        "spans": spans_of(draft),
    }


def _title(draft: Draft, *, any_script: bool) -> str:
    """Return the incident's key and its title, as far as it fits and the font has it."""
    lettering = Lettering(any_script=any_script, size=_TITLE_SIZE, is_bold=True)
    title = plain(draft.incident.title)
    heading = f"{draft.incident.key}: {title}" if title else draft.incident.key
    room = _TITLE_ROOM - (_BADGE if draft.incident.severity else 0)
    return lettering.fit(heading if lettering.can_draw(heading) else draft.incident.key, room)


def png(draft: Draft) -> bytes:
    """Return the wide picture as PNG, 1800 pixels wide."""
    return rasterize(svg(draft))


def rasterize(drawing: str) -> bytes:
    """Convert an SVG to a PNG of 1.5 times its size, with the same bytes on every machine.

    Only the bundled fonts are used.
    """
    return _rasterize(drawing, ZOOM)


@lru_cache(maxsize=16)  # text changes more often than the picture
def _rasterize(drawing: str, zoom: float) -> bytes:
    png_bytes: bytes = bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=list_font_files(),
            font_family=FAMILY,
            background="white",
        )
    )
    return png_bytes


def describe(draft: Draft) -> str:
    """Return a text alternative for the pictures, in a sentence or two."""
    text = render.page("timeline.txt.html.j2", draft=draft, spans=spans_of(draft))
    return " ".join(text.split())
