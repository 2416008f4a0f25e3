"""Word a draft with a model's answer: the request, and the draft made from the answer."""

from dataclasses import dataclass, replace

from bot.domain.draft import Draft, ModelWording
from bot.domain.drafting_model import ChatMessage
from bot.domain.timeline import Record
from bot.drafting.draft import complete_draft
from bot.drafting.rewriting.answer import parse_answer
from bot.drafting.rewriting.merge import Tally, merge
from bot.drafting.rewriting.prompt import build_request
from bot.drafting.rewriting.sources import Sources, collect_sources


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the model is asked, and what its answer may cite."""

    messages: tuple[ChatMessage, ...]
    sources: Sources


def make_request(record: Record, draft: Draft) -> Request:
    """Return the request to word a record's built-in draft."""
    sources = collect_sources(record, draft)
    return Request(messages=build_request(sources, draft), sources=sources)


def apply_answer(
    record: Record, draft: Draft, request: Request, *, answer: str, model: str
) -> tuple[Draft, Tally]:
    """Return the draft with the model's sentences that pass the check, and how many did.

    Raises AnswerNotUsable.
    """
    merged, tally = merge(draft, parse_answer(answer), request.sources)
    by_model = ModelWording(name=model, sentences=tally.used, rejected=tally.rejected.total())
    worded = replace(merged, model=by_model)
    return complete_draft(worded, request.sources.lines, record), tally
