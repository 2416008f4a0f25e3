"""The form that declares an incident. Nothing in it is required: an incident may get its name later."""

from bot import render
from bot.domain.incident import Severity
from bot.environment import Bot
from bot.incidents import LONGEST_TITLE
from handlers import blocks
from handlers.blocks import Block

DECLARE = "declare"
TITLE, SEVERITY = "title", "severity"


def declare(bot: Bot, about: str = "", title: str = "") -> Block:
    inputs = [
        blocks.text_input(
            TITLE, render.line("declare_what"), title, optional=True, longest=LONGEST_TITLE
        ),
        blocks.choice_input(SEVERITY, render.line("declare_severity"), levels(bot), optional=True),
    ]
    submit = render.line("declare_submit")
    return blocks.form(render.line("declare_title"), DECLARE, about, inputs, submit=submit)


def levels(bot: Bot) -> dict[str, str]:
    """The severities to choose from, each with what it means."""
    return {str(level): f"{level}: {told}" for level, told in bot.policy.severities.items()}


def severity(chosen: str | None) -> Severity | None:
    return Severity(chosen) if chosen and chosen in {*Severity} else None
