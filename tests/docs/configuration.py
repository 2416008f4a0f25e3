"""The reference of the configuration: types from the models, meanings from the two example files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.config.policy import Policy
from bot.config.settings import Settings
from tests.support.harness import ROOT

EXAMPLE = ROOT / "debrief.example.toml"
ENVIRONMENT = ROOT / ".env.example"
_SECTION = re.compile(r"#? ?\[([\w.]+)\]")
_KEY = re.compile(r"#( ?)([\w\"/]+) = (.+)")
_VARIABLE = re.compile(r"#?([A-Z_]+)=(.*)")
_NAMES = (("ge", "minimum"), ("le", "maximum"))
_BOUNDS = {  # the words for a lower and an upper bound
    (True, True): "{}, {:,} to {:,}",
    (True, False): "{}, {:,} or more",
    (False, True): "{0}, at most {2:,}",
    (False, False): "{}",
}


@dataclass
class Section:
    """A table of the configuration file as the example shows it."""

    name: str
    about: str
    lines: list[str] = field(default_factory=list)
    keys: list[tuple[str, str, str]] = field(default_factory=list)  # key, default, meaning


def read_example() -> list[Section]:
    """Read the example file: its sections, keys, defaults and comments. The first has no name."""
    sections, comment = [Section("", "")], [""]
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if found := _SECTION.fullmatch(line):
            sections.append(Section(found[1], " ".join(comment)))
        elif found := _KEY.fullmatch(line):
            is_example, key, value = found.groups()
            sections[-1].lines.append(f"{key} = {value}")
            sections[-1].keys.append((key, "" if is_example else value, " ".join(comment)))
        comment = [*comment, line[2:]] if _is_comment(line) else []
    return sections


def _is_comment(line: str) -> bool:
    return line.startswith("# ") and not _KEY.fullmatch(line)


def sections() -> str:
    """Return every section with an example that has all of its keys, and what each key means."""
    return "\n".join(line for section in read_example() for line in _section(section))


def _section(section: Section) -> Iterator[str]:
    yield f"### `[{section.name}]`\n" if section.name else "### Top level\n"
    if section.about:
        yield f"{section.about.strip()}\n"
    yield "```toml"
    if section.name:
        yield f"[{section.name}]"
    yield from section.lines
    yield "```\n"
    properties, definitions = _properties(section.name)
    for key, default, meaning in section.keys:
        if key in properties:
            kind = _kind(properties[key], definitions)
            facts = f"{kind}, default `{default}`" if default else f"{kind}, not set by default"
            yield f"- `{key}` ({facts}){': ' if meaning else ''}{meaning}"
    yield ""


def _properties(section: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the JSON schema of a section's keys; nothing if people choose the keys."""
    schema = Policy.model_json_schema()
    part, definitions = schema, schema["$defs"]
    for name in filter(None, section.split(".")):
        part = part.get("properties", {}).get(name, {})
        part = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    return part.get("properties", {}), definitions


def _kind(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Say which values are valid."""
    if "anyOf" in schema:
        schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"][:-1]) + (
            f" or `{schema['enum'][-1]}`"
        )
    if schema.get("type") == "array":
        kind = _kind(schema["items"], definitions)
        return f"list of {kind.replace('whole number', 'whole numbers')}"
    return _simple(schema)


def _simple(schema: dict[str, Any]) -> str:
    names = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    formats = {"zoneinfo": "time zone", "path": "path", "password": "secret"}
    name = formats.get(schema.get("format", ""), names.get(schema["type"], schema["type"]))
    name = {"string": "text", "object": "table"}.get(name, name)
    least, most = (schema.get(low, schema.get(high)) for low, high in _NAMES)
    return _BOUNDS[least is not None, most is not None].format(name, least, most)


def environment() -> str:
    """Return every environment variable with its type, default and meaning."""
    return "\n".join(_variables())


def _variables() -> Iterator[str]:
    """Describe each variable by the comment above it, else by the first one of its paragraph."""
    properties = Settings.model_json_schema()["properties"]
    for paragraph in ENVIRONMENT.read_text("utf-8").split("\n\n"):
        comments: list[list[str]] = [[]]
        for line in paragraph.splitlines():
            if found := _VARIABLE.fullmatch(line):
                default = f", default `{found[2]}`" if found[2] else ""
                about = " ".join(comments[-1] or comments[0])
                yield f"- `{found[1]}` ({_kind(properties[found[1].lower()], {})}{default}): {about}"
                comments.append([])
            else:
                comments[-1].append(line.removeprefix("# "))
