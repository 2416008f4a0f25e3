"""The check of `debrief doctor` for the optional model: whether it answers."""

from collections.abc import Iterator

from bot.cli.doctor_finding import CheckState, Finding
from bot.config.policy import Policy
from bot.config.settings import Settings
from bot.domain.errors import BotError
from handlers.drafting_model import build_model

NAME = "model"


def check_model(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Ask the model for a tiny answer. Without a model, there are no findings."""
    model = build_model(settings, policy.drafting.model)
    if model is None:
        return
    try:
        model.check()
    except BotError as error:
        text = f"{error.plain} Until then, drafts are made without it"
        yield Finding(NAME, CheckState.FAILED, text)
        return
    private = "included" if model.may_read_private else "not sent to it"
    yield Finding(NAME, CheckState.OK, f"{model.name} answers; private incidents are {private}")
