"""The form with which a postmortem is returned to its author: the reason is asked for."""

from bot.domain.incident import Incident
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block

RETURN = "review_return"
WHY = "why"
LONGEST_REASON = 1_000


def give_back(incident: Incident) -> Block:
    label, submit = render.line("return_label"), render.line("return_submit")
    inputs = [blocks.text_input(WHY, label, long=True, longest=LONGEST_REASON)]
    title = render.line("label_review_return")
    return blocks.form(title, RETURN, str(incident.id), inputs, submit=submit)
