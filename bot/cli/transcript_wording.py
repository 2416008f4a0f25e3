"""Have the configured model word a transcript's draft. Few drafts need it, so it's imported late."""

from bot.cli.exit_codes import warn
from bot.cli.progress import Report
from bot.config import settings as environment
from bot.config.policy import Policy
from bot.domain.draft import Draft
from bot.domain.drafting_model import DraftingModelError
from bot.domain.timeline import Record
from bot.postmortems import model_wording
from handlers.drafting_model import build_model


def word_if_possible(policy: Policy, record: Record, built: Draft, report: Report) -> Draft:
    """Return the draft with the model's wording; without it, and with a warning, if that fails."""
    model = build_model(environment.load(), policy.drafting.model)
    if model is None:
        return built
    report(f"Waiting for {model.name}")
    try:
        return model_wording.word_unstored(model, record, built)
    except DraftingModelError as error:
        warn(f"Drafted without the model: {error.plain}")
        return built
