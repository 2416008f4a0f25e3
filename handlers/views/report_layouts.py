"""How the messages of figures look: text that says all of it, charts that show it again."""

from collections.abc import Sequence

from bot.domain.draft import FORMULAS
from bot.domain.monthly import FEW, FEW_FOR_NINTH, GOAL_DAYS, GOAL_KEPT, GOAL_WRITTEN, Monthly
from bot.rendering import render
from bot.rendering.render import Message
from bot.reports.weekly_digest import Digest
from handlers.views import blocks
from handlers.views.blocks import Block
from handlers.views.forms.digest import SETTINGS

LEAST_DRAWN = 2  # weeks: a single one is no course


def plan(message: Message) -> list[Block]:
    return [blocks.section(message.text), _settings()]


def weekly(message: Message, made: Digest) -> list[Block]:
    parts = message.parts
    told = [blocks.section(parts[name]) for name in ("body", "severity", "late") if parts[name]]
    weeks = [blocks.context(parts["weeks"])] if parts["weeks"] else []
    return [
        blocks.header(parts["header"]),
        *told,
        *_course(made),
        *weeks,
        blocks.context(parts["context"]),
        _settings(),
    ]


def monthly(message: Message) -> list[Block]:
    parts = message.parts
    told = [
        blocks.section(parts[name]) for name in ("promises", "postmortems", "times", "incidents")
    ]
    course = [blocks.section(parts["course"])] if parts["course"] else []
    return [
        blocks.header(parts["header"]),
        *told,
        *course,
        blocks.context(parts["context"]),
        _settings(),
    ]


def told_of(months: Sequence[Monthly]) -> dict[str, object]:
    """What the figures of the last of some months are told with."""
    goals = {"kept": GOAL_KEPT, "written": GOAL_WRITTEN, "days": GOAL_DAYS}
    limits = {"few": FEW, "few_for_ninth": FEW_FOR_NINTH}
    return {"now": months[-1], "months": months, "formulas": FORMULAS, "goals": goals, **limits}


def _course(made: Digest) -> list[Block]:
    """Done and overdue, week by week."""
    if len(made.weeks) < LEAST_DRAWN:
        return []
    names = [week.partition("-")[2] for week, _ in made.weeks]
    values = {
        render.line("chart_done"): [each.done for _, each in made.weeks],
        render.line("chart_overdue"): [each.overdue for _, each in made.weeks],
    }
    return [blocks.bars(render.line("chart_weeks"), names, values)]


def _settings() -> Block:
    return blocks.actions([blocks.button(render.line("label_digest_settings"), SETTINGS, "now")])
