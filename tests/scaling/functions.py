"""Functions that are given what people and applications wrote, each as a function of that text alone."""

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
from bot.rendering import canvas_text, document_json, documents, message_chunks, render
from bot.transcripts import read_with_warnings
from handlers.commands import action_text
from handlers.slack import fields, message_payloads
from tests.drafting.records import NOON, event, record
from tests.scaling.patterns import modules
from tests.scaling.pumps import Pump

TODAY = NOON.date()
SPAN = typed_times.Span(since=NOON, until=NOON, now=NOON)
MESSAGES = 10
# Each a sort of text that took far too long in some way of reading it, or looks as if it might.
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
    """A record of ten such messages, of each sort of event, the first of them with every mark."""
    kinds = [_SPOKEN[number % len(_SPOKEN)] for number in range(MESSAGES)]
    said = [
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
    whole = record(*said)
    return replace(whole, incident=replace(whole.incident, title=text, resolution=text))


def _section(text: str) -> Section:
    return Section(name=SectionName.IMPACT, text=text, by="alice", at=NOON)


def _document(text: str) -> None:
    """A document with the text as people wrote it in every section, in all its forms."""
    sections = tuple(replace(_section(text), name=name) for name in SectionName)
    made = draft(replace(_of("it fails"), sections=sections))
    page = documents.markdown(made)
    documents.page(made, page)
    document_json.as_json(made)
    documents.public_json(made)
    canvas_text.fit_to_canvas(page, "the rest is in the thread")
    message_chunks.split_message(page, 9_000)


def _drafted(text: str) -> None:
    made = draft(_of(text))
    traits.find_traits_with_causes(_of(text), made)
    document_json.as_json(made)
    documents.page(made, documents.markdown(made))
    documents.public_json(made)


def _transcript(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "talk.jsonl"
        path.write_text(text)
        read_with_warnings(path, lenient=True)


def _message(text: str) -> None:
    """A message with the text in each of its parts, read and redacted as it is recorded."""
    many = [
        {"pretext": text, "title": text, "text": text, "fields": [{"title": text, "value": text}]}
    ] * 2
    said = {
        "ts": "1.0",
        "user": "U1",
        "text": text,
        "topic": text,
        "attachments": many,
        "files": [{"name": text}],
    }
    read = message_payloads.parse_posted_message("C1", said)
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
    "mrkdwn": lambda text: render.quoted(text, {}),
    "channel name": lambda text: channel_name.make_channel_name("INC-1", text),
    "services": service_names.parse_service_names,
    "due date": lambda text: due_dates.parse_due_date(text, today=TODAY),
    "trailing date": lambda text: due_dates.take_trailing_date(text, today=TODAY),
    "time at the head": lambda text: typed_times.take_time(text, near=SPAN, zone=UTC),
    "time": lambda text: typed_times.parse_time(text, near=SPAN, zone=UTC),
    "action": lambda text: action_text.parse(f"{text} <@U1> {text}", TODAY, "/incident"),
    "answer": reply_parsing.parse_reply,
    "numbered": reply_parsing.split_number,
    "update": update_parsing.parse_update,
    "command": lambda text: commands.parse(commands.split_key(text)[1]),
    "search": library_query.parse_query,
    "alike items": lambda text: similarity.is_similar(text, text + "x"),
    "written lines": lambda text: list(written_sections.parse_measures(text)),
    "figures": lambda text: written_sections.parse_figures(_section(text)),
    "traits": lambda text: traits.find_traits(_of(text)),
    "transcript": _transcript,
}


def _forgiving(function: Callable[[str], object]) -> Callable[[str], object]:
    """What is refused was read as well; some functions are meant for texts of another form."""

    def call(text: str) -> None:
        with suppress(Exception):
            _spent(function(text))

    return call


def _spent(made: object) -> None:
    if isinstance(made, Iterator):
        for _ in made:
            pass


def _of_one_text() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Every function of the domain and of `handlers` that takes one text and nothing else."""
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
                taken = [*inspect.signature(function).parameters.values()]
                if function.__module__ == module.__name__ and [
                    each.annotation for each in taken
                ] == [str]:
                    yield f"{module.__name__}.{name}", function


FUNCTIONS |= dict(_of_one_text())
FUNCTIONS = {name: _forgiving(function) for name, function in FUNCTIONS.items()}
