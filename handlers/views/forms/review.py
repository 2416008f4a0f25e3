"""The form for requesting changes to a postmortem, with a reason."""

from bot.domain.incident import Incident
from bot.rendering import render
from handlers.views import blocks
from handlers.views.blocks import Block

REQUEST_CHANGES = "review_return"
WHY = "why"
MAX_REASON_LENGTH = 1_000


def request_changes(incident: Incident) -> Block:
    label, submit = render.line("return_label"), render.line("return_submit")
    inputs = [blocks.text_input(WHY, label, long=True, longest=MAX_REASON_LENGTH)]
    title = render.line("label_review_return")
    return blocks.form(title, REQUEST_CHANGES, str(incident.id), inputs, submit=submit)
