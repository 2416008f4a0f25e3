"""Functions that process text from people and applications, each as a function of that text alone."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.action_items import due_dates, reply_parsing, similarity
from bot.blameless import language
from bot.domain import commands, library_query, markup, typed_times
from bot.domain.section import Section, SectionName
from bot.domain.timeline import Mark, Record
from bot.drafting import written_sections
from bot.drafting.draft import draft
from bot.drafting.library import traits
from bot.drafting.reading.lines import SPEECH_KINDS
from bot.incidents import channel_name, message_title, service_names, update_parsing
from bot.postmortems import checks, markdown
from bot.redaction import redact
from bot.rendering import (
    canvas_text,
    document_json,
    documents,
    message_chunks,
    render,
    text_filters,
)
from bot.transcripts import read_with_warnings
from handlers.commands import action_text
from handlers.commands.command_help import suggest_command
from handlers.slack import fields, message_payloads
from tests.drafting.records import NOON, event, record
from tests.scaling.patterns import modules
from tests.scaling.pumps import Pump

TODAY = NOON.date()
SPAN = typed_times.Span(since=NOON, until=NOON, now=NOON)
MESSAGES = 10
# Texts that took far too long in some function, or look as if they might.
KINDS = tuple(
    Pump("", unit, tail)
    for unit, tail in (
        (" ", ""), ("\xa0", "x"), ("\n", "x"), ("a", ""), ("1", ""), ("a ", ""), ("1,111 ", ""), ("((", ""), ("**", "x"), ("`", "x"), ("``` ", ""),
        ("> ", "x"), ("> - ", "x"), ("  - ", "x"), ("[](", "x"), ("![", "x"), ("<http://", ""), ("<@U1> ", ""), ("@", ""), (", ", ""), (" - ", ""),
        ("- ", ""), ("| ", "|\n|-|\n"), ("\\", ""), ("<!--", ""), ("&lt;", ""), ("root cause: a. ", ""), ("rolled back at 10:00 ", ""),
        ("is it failing? ", ""), ("action item: fix it by friday ", ""), ("**a", ""), ("_a ", ""), ("[a]: b\n", ""), ("a\n\n", ""), ('"', ""),
    )
)  # fmt: skip
_SPOKEN = sorted(SPEECH_KINDS)


def _of(text: str) -> Record:
    """A record of ten messages with the text, covering all kinds of events; the first has every mark."""
    kinds = [_SPOKEN[number % len(_SPOKEN)] for number in range(MESSAGES)]
    events = [
        event(
            f"12:{number:02}",
            "alice",
            text,
            kind=kind,
            detail=text,
            marks=frozenset(Mark if not number else ()),
        )
        for number, kind in enumerate(kinds)
    ]
    full_record = record(*events)
    return replace(full_record, incident=replace(full_record.incident, title=text, resolution=text))


def _section(text: str) -> Section:
    return Section(name=SectionName.IMPACT, text=text, by="alice", at=NOON)


def _document(text: str) -> None:
    """Render a document with the text in every section, in all formats."""
    sections = tuple(replace(_section(text), name=name) for name in SectionName)
    drafted = draft(replace(_of("it fails"), sections=sections))
    page = documents.markdown(drafted)
    documents.page(drafted)
    document_json.as_json(drafted)
    documents.public_json(drafted)
    canvas_text.fit_to_canvas(page, "the rest is in the thread")
    message_chunks.split_message(page, 9_000)


def _drafted(text: str) -> None:
    drafted = draft(_of(text))
    traits.find_traits_with_causes(_of(text), drafted)
    document_json.as_json(drafted)
    documents.page(drafted)
    documents.public_json(drafted)


def _transcript(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "talk.jsonl"
        path.write_text(text)
        read_with_warnings(path, lenient=True)


def _message(text: str) -> None:
    """Read and redact a message with the text in each of its parts, as recording does."""
    attachments = [
        {"pretext": text, "title": text, "text": text, "fields": [{"title": text, "value": text}]}
    ] * 2
    message = {
        "ts": "1.0",
        "user": "U1",
        "text": text,
        "topic": text,
        "attachments": attachments,
        "files": [{"name": text}],
    }
    read = message_payloads.parse_posted_message("C1", message)
    if read:
        redact(read.text)


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "drafting ten messages": _drafted,
    "sections, page, canvas": _document,
    "recording a message": _message,
    "redaction": redact,
    "shortened": lambda text: fields.redact_and_shorten(text + text),
    "blameless check": lambda text: checks.check(text, ["alice"]),
    "blame": lambda text: list(language.locate_blame(text, ["alice"])),
    "postmortem text": markdown.parse_markdown,
    "canvas": lambda text: canvas_text.fit_to_canvas(text, ""),
    "canvas, cut": lambda text: canvas_text.fit_to_canvas(text, "", 1_000),
    "title": lambda text: message_title.find_title(text, {}),
    "chunks": lambda text: message_chunks.split_message(text, 9_000),
    "plain text": lambda text: markup.to_plain_text(text, {}),
    "styled Markdown": render.styled_markdown,
    "cut": lambda text: markup.shorten(text, len(text) - 1),
    "markdown": render.markdown,
    "mrkdwn": lambda text: text_filters.quoted(text, {}),
    "channel name": lambda text: channel_name.make_channel_name("INC-1", text),
    "services": service_names.parse_service_names,
    "due date": lambda text: due_dates.parse_due_date(text, today=TODAY),
    "trailing date": lambda text: due_dates.take_trailing_date(text, today=TODAY),
    "time at the head": lambda text: typed_times.take_time(text, near=SPAN, zone=UTC),
    "time": lambda text: typed_times.parse_time(text, near=SPAN, zone=UTC),
    "action": lambda text: action_text.parse(f"{text} <@U1> {text}", TODAY, "/incident"),
    "answer": reply_parsing.parse_reply,
    "numbered": reply_parsing.split_number,
    "numbered anywhere": lambda text: list(reply_parsing.split_item_numbers(text)),
    "nearest command": lambda text: suggest_command(f"x{text}", "/incident"),
    "update": update_parsing.parse_update,
    "command": lambda text: commands.parse(commands.split_key(text)[1]),
    "search": library_query.parse_query,
    "alike items": lambda text: similarity.is_similar(text, text + "x"),
    "written lines": lambda text: list(written_sections.parse_measures(text)),
    "figures": lambda text: written_sections.parse_figures(_section(text)),
    "traits": lambda text: traits.find_traits(_of(text)),
    "transcript": _transcript,
}


def _ignore_errors(function: Callable[[str], object]) -> Callable[[str], object]:
    """Call the function and ignore errors: a refused text was processed as well."""

    def call(text: str) -> None:
        with suppress(Exception):
            _exhaust(function(text))

    return call


def _exhaust(result: object) -> None:
    if isinstance(result, Iterator):
        for _ in result:
            pass


def _of_one_text() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield every function of the domain and of `handlers` that takes one text and nothing else."""
    for module in modules():
        if module.__name__.startswith(
            (
                "bot.domain",
                "bot.drafting",
                "bot.blameless",
                "handlers.",
                "bot.action_items.due_dates",
                "bot.action_items.reply_parsing",
                "bot.action_items.similarity",
                "bot.incidents.channel_name",
                "bot.incidents.message_title",
                "bot.incidents.service_names",
                "bot.incidents.update_parsing",
                "bot.rendering.canvas_text",
                "bot.rendering.message_chunks",
                "bot.rendering.render",
                "bot.slack_text.styles",
                "bot.timeline.quotes",
            )
        ):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                parameters = [*inspect.signature(function).parameters.values()]
                if function.__module__ == module.__name__ and [
                    parameter.annotation for parameter in parameters
                ] == [str]:
                    yield f"{module.__name__}.{name}", function


FUNCTIONS |= dict(_of_one_text())
FUNCTIONS = {name: _ignore_errors(function) for name, function in FUNCTIONS.items()}
