"""The form for setting out of office."""

from datetime import date

from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block

AWAY = "away"


def away(back_on: date | None) -> Block:
    chosen = back_on.isoformat() if back_on else None
    back = blocks.date_input("due", render.line("away_label"), chosen)
    inputs = [back, blocks.context(render.line("away_hint"))]
    return blocks.form(render.line("away_title"), AWAY, "", inputs)
