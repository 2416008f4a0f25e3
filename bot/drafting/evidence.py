"""The messages that a draft's statements are based on, for readers to look up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain import message_links
from bot.domain.app_updates import original_message_id
from bot.domain.draft import Cited, Draft
from bot.domain.timeline import Record
from bot.drafting.reading.lines import Line, quote

# The fields of a draft with statements.
_STATEMENT_LISTS = (
    "summary", "impact", "detection", "root_cause", "five_whys", "contributing_factors", "resolution",
    "went_well", "went_poorly", "lucky", "lessons", "action_items", "dropped_items",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportedStatement:
    """A statement and its messages. `by` is the person who wrote or set it, or empty."""

    text: str
    messages: tuple[Cited, ...]
    by: str = ""


def find_cited_messages(draft: Draft, lines: Sequence[Line], record: Record) -> tuple[Cited, ...]:
    """Return the messages that a draft cites, in the order of the record."""
    cited = {message for evidence in _all_evidence(draft) for message in evidence}
    return tuple(
        Cited(
            id=line.id,
            at=line.event.happened_at,
            author=line.author,
            text=quote(line.prose or line.text),
            link=message_links.build_link(
                record.workspace, line.event.channel_id, original_message_id(line.id)
            ),
        )
        for line in lines
        if line.id in cited
    )


def list_supported_statements(draft: Draft) -> Iterator[tuple[str, tuple[SupportedStatement, ...]]]:
    """Yield each part's name and its statements with their messages; the timeline comes last."""
    for name, statements in _parts_by_name(draft) if draft.cited else ():
        if supported := tuple(
            statement for statement in statements if statement.messages or statement.by
        ):
            yield name, supported


def _parts_by_name(draft: Draft) -> Iterator[tuple[str, tuple[SupportedStatement, ...]]]:
    messages = {message.id: message for message in draft.cited}
    for name in _STATEMENT_LISTS:
        yield name, tuple(_with_messages(statement, messages) for statement in getattr(draft, name))
    moments = ((name, moment) for name, moment in draft.moments.named() if moment)
    yield (
        "moments",
        tuple(
            SupportedStatement(
                text=name, messages=_cited_messages(moment.evidence, messages), by=moment.set_by
            )
            for name, moment in moments
        ),
    )
    rows = (row for row in draft.timeline if not row.is_silence)
    yield "timeline", tuple(_with_messages(row, messages) for row in rows)


def _with_messages(statement: object, messages: Mapping[str, Cited]) -> SupportedStatement:
    written = getattr(statement, "written", None)
    return SupportedStatement(
        text=getattr(statement, "text", ""),
        messages=_cited_messages(getattr(statement, "evidence", ()), messages),
        by=written.by if written else "",
    )


def _cited_messages(evidence: Iterable[str], messages: Mapping[str, Cited]) -> tuple[Cited, ...]:
    return tuple(messages[message] for message in evidence if message in messages)


def _all_evidence(draft: Draft) -> Iterator[tuple[str, ...]]:
    for name in (*_STATEMENT_LISTS, "timeline"):
        yield from (statement.evidence for statement in getattr(draft, name))
    yield from (moment.evidence for _, moment in draft.moments.named() if moment)
