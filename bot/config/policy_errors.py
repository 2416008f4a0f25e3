"""Describe an invalid key or value of the configuration file, with the most similar valid one."""

import re
from collections.abc import Sequence

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.config.did_you_mean import suggest
from bot.domain.letter_case import lower_first
from bot.redaction import redact_all


def describe(error: ErrorDetails, configuration: BaseModel) -> str:
    """Return an error as a clause that names the key, its value and what's expected."""
    path = [str(part) for part in error["loc"] if part != "[key]"]
    key, value = ".".join(path), error["input"]
    match error["type"]:
        case "extra_forbidden":
            return f"{key} isn't a setting{_suggest_key(path, configuration)}"
        case "enum" | "literal_error":
            return f"{key} is {value!r}{_suggest_value(str(value), error)}"
        case "model_type" | "dict_type":
            return f"{key} is {value!r}: it must be a table, [{key}]"
        case "too_short" | "string_too_short":
            return f"{key} is empty: enter a value, or remove the setting"
    displayed = "wrong" if isinstance(value, dict) else repr(redact_all(value))
    return (
        f"{key} is {displayed}: {lowercase_first(error['msg']).replace('input should', 'it must')}"
    )


def _suggest_key(path: Sequence[str], part: BaseModel) -> str:
    """Suggest the valid key of the same table that is most similar to an unknown one, or all."""
    for name in path[:-1]:
        part = getattr(part, name)
    return suggest(path[-1].lower(), list(type(part).model_fields))


def _suggest_value(value: str, error: ErrorDetails) -> str:
    expected = re.findall(r"'([^']+)'", str(error.get("ctx", {}).get("expected", "")))
    return suggest(value.lower(), expected)


def lowercase_first(text: str) -> str:
    return lower_first(text)
