"""Layout of reports: text with all the figures, and charts that show them again."""

from collections.abc import Sequence

from bot.domain.key_times import FORMULAS
from bot.domain.monthly import (
    GOAL_DAYS,
    GOAL_KEPT,
    GOAL_WRITTEN,
    MIN_CASES,
    MIN_CASES_FOR_P90,
    MonthlyFigures,
)
from bot.rendering import render
from bot.rendering.render import Message
from bot.reports.weekly_digest import Digest
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.digest import SETTINGS

MIN_CHART_POINTS = 2  # weeks or months: a single one shows no trend


def digest_schedule(message: Message) -> list[Block]:
    return [blocks.section(message.text), _settings()]


def weekly(message: Message, digest: Digest) -> list[Block]:
    parts = message.parts
    names = ("body", "severity", "late", "finals")
    sections = [blocks.section(parts[name]) for name in names if parts[name]]
    small = [blocks.context(parts[name]) for name in ("weeks", "context") if parts[name]]
    chart = [] if digest.now.is_small else _weekly_chart(digest)
    return [blocks.header(parts["header"]), *sections, *chart, *small, _settings()]


def monthly(message: Message) -> list[Block]:
    parts = message.parts
    sections = [blocks.section(parts[name]) for name in ("postmortems", "times", "incidents")]
    course = [blocks.section(parts["course"])] if parts["course"] else []
    return [
        blocks.header(parts["header"]),
        *sections,
        *course,
        blocks.context(parts["context"]),
        _settings(),
    ]


def get_monthly_facts(months: Sequence[MonthlyFigures]) -> dict[str, object]:
    """Return the facts for the message about the last of these months."""
    goals = {"kept": GOAL_KEPT, "written": GOAL_WRITTEN, "days": GOAL_DAYS}
    limits = {"few": MIN_CASES, "few_for_ninth": MIN_CASES_FOR_P90}
    return {"now": months[-1], "months": months, "formulas": FORMULAS, "goals": goals, **limits}


def _weekly_chart(digest: Digest) -> list[Block]:
    """Chart completed and overdue items, week by week."""
    if len(digest.weeks) < MIN_CHART_POINTS:
        return []
    names = [render.line("chart_week", day=first) for first, _ in digest.weeks]
    values = {
        render.line("chart_done"): [figures.done for _, figures in digest.weeks],
        render.line("chart_overdue"): [figures.overdue for _, figures in digest.weeks],
    }
    return [blocks.bars(render.line("chart_weeks"), names, values)]


def _settings() -> Block:
    return blocks.actions([blocks.button(render.line("label_digest_settings"), SETTINGS, "now")])
