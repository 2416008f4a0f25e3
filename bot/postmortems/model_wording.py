"""Have the optional model word parts of a draft. Without its answer, the draft stays as it is."""

import structlog

from bot.config.context import Bot
from bot.domain.draft import Draft
from bot.domain.drafting_model import DraftingModel, DraftingModelError
from bot.domain.timeline import Record
from bot.drafting.rewriting.prompt import fingerprint
from bot.drafting.rewriting.rewrite import Request, apply_answer, make_request
from storage import model_answers

log = structlog.get_logger()


def word(bot: Bot, record: Record, draft: Draft) -> Draft:
    """Return the draft with the configured model's wording, asked for once per record.

    Call it outside of transactions, because the model may take minutes.
    """
    model = bot.drafting_model
    if model is None or (record.incident.private and not model.may_read_private):
        return draft
    request = make_request(record, draft)
    try:
        answer = _find_answer(bot, model, record, request)
        worded, tally = apply_answer(record, draft, request, answer=answer, model=model.name)
    except DraftingModelError as error:
        log.warning("drafted without the model", incident=record.incident.key, reason=error.plain)
        return draft
    rejected = {str(problem): count for problem, count in sorted(tally.rejected.items())}
    log.info(
        "draft worded by the model",
        incident=record.incident.key,
        used=tally.used,
        rejected=rejected,
    )
    return worded


def word_unstored(model: DraftingModel, record: Record, draft: Draft) -> Draft:
    """Return the draft of a transcript with the model's wording. Raises DraftingModelError."""
    request = make_request(record, draft)
    answer = model.complete(request.messages)
    return apply_answer(record, draft, request, answer=answer, model=model.name)[0]


def _find_answer(bot: Bot, model: DraftingModel, record: Record, request: Request) -> str:
    """Return the stored answer to this request, or else ask the model and store its answer."""
    incident_id, key = record.incident.id, fingerprint(request.messages, model.name)
    with bot.store.begin() as session:
        stored = model_answers.find(session, incident_id, key)
        if stored is not None:
            return stored
        model_answers.clear(session, incident_id)  # it may quote messages edited since
    answer = model.complete(request.messages)
    with bot.store.begin() as session:
        model_answers.save(session, incident_id, key, answer, bot.now())
    return answer
