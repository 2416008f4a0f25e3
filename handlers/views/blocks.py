"""Block Kit: rendered text in, Slack's block dicts out. The limits are Slack's.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.markup import shorten, to_plain_text

Block = dict[str, Any]

HEADER, SECTION, LABEL = 150, 3_000, 75
CHART, CHART_TITLE = "data_visualization", 50


def header(text: str) -> Block:
    """Return a heading.

    It's plain text: mentions don't notify, and Slack's escapes aren't interpreted.
    """
    return {"type": "header", "text": _plain(shorten(to_plain_text(text, {}), HEADER))}


def section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(shorten(text, SECTION))}


def fields(texts: Sequence[str]) -> Block:
    return {"type": "section", "fields": [_mrkdwn(shorten(text, 2_000)) for text in texts if text]}


def context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(shorten(text, SECTION))]}


def markdown(text: str) -> Block:
    return {"type": "markdown", "text": text}


def bars(title: str, categories: Sequence[str], series: Mapping[str, Sequence[int]]) -> Block:
    """Return a bar chart with a value of each series per category.

    Older Slack versions don't support it.

    At most 20 categories and 6 series; names are at most 20 characters long.
    https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
    """
    chart_series = [
        {
            "name": name,
            "data": [
                {"label": label, "value": value}
                for label, value in zip(categories, values, strict=True)
            ],
        }
        for name, values in series.items()
    ]
    axis = {"categories": list(categories)}
    chart = {"type": "bar", "series": chart_series, "axis_config": axis}
    return {"type": CHART, "title": shorten(title, CHART_TITLE), "chart": chart}


def actions(buttons: Sequence[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action: str, value: str, *, primary: bool = False) -> Block:
    element: Block = {
        "type": "button",
        "text": _plain(shorten(label, LABEL)),
        "action_id": f"{action}:{value}",
        "value": value,
    }
    return element | ({"style": "primary"} if primary else {})


def link_button(label: str, action: str, address: str) -> Block:
    """Return a button that opens a page. Slack reports the click too; it's ignored."""
    return {"type": "button", "text": _plain(label), "action_id": action, "url": address}


def select(action: str, label: str, options: Mapping[str, str], chosen: str) -> Block:
    """Return a menu next to a text, with `label` as placeholder.

    `options` maps values to labels.
    """
    choices = {value: _option(value, text) for value, text in options.items()}
    menu: Block = {
        "type": "static_select",
        "action_id": action,
        "placeholder": _plain(label),
        "options": [*choices.values()],
    }
    return menu | ({"initial_option": choices[chosen]} if chosen in choices else {})


def menu(action: str, options: Mapping[str, str]) -> Block:
    """Return an overflow menu of a few actions. `options` maps values to labels."""
    choices = [_option(value, label) for value, label in options.items()]
    return {"type": "overflow", "action_id": action, "options": choices}


def view(title: str, callback: str, about: str, content: Sequence[Block]) -> Block:
    """Return a read-only modal. `about` comes back with every click in it."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": about,
        "title": _plain(shorten(title, 24)),
        "close": _plain("Close"),
        "blocks": list(content),
    }


def form(
    title: str, callback: str, about: str, inputs: Sequence[Block], *, submit: str = "Save"
) -> Block:
    """Return a modal with inputs. `about` comes back with it: put an id there, never data."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": about,
        "title": _plain(shorten(title, 24)),
        "submit": _plain(shorten(submit, 24)),
        "close": _plain("Close"),
        "blocks": list(inputs),
    }


def person_input(name: str, label: str, chosen: str | None) -> Block:
    element: Block = {"type": "users_select", "action_id": name}
    return _input(name, label, element | ({"initial_user": chosen} if chosen else {}))


def date_input(name: str, label: str, chosen: str | None) -> Block:
    element: Block = {"type": "datepicker", "action_id": name}
    return _input(name, label, element | ({"initial_date": chosen} if chosen else {}))


def text_input(  # noqa: PLR0913 - the options of an input
    name: str,
    label: str,
    value: str = "",
    *,
    hint: str = "",
    long: bool = False,
    optional: bool = False,
    longest: int = 3_000,
) -> Block:
    """Return a text field. `hint` is shown below it; `longest` is in characters."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": long,
        "max_length": longest,
    }
    field = _input(name, label, element | ({"initial_value": value[:longest]} if value else {}))
    return field | {"optional": optional} | ({"hint": _plain(hint)} if hint else {})


def choice_input(  # noqa: PLR0913 - the options of an input
    name: str,
    label: str,
    options: Mapping[str, str],
    chosen: str | None = None,
    *,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Return a selection field. `options` maps values to labels."""
    choices = {value: _option(value, text) for value, text in options.items()}
    element: Block = {"type": "static_select", "action_id": name, "options": [*choices.values()]}
    element |= {"initial_option": choices[chosen]} if chosen in choices else {}
    field = _input(name, label, element) | {"optional": optional}
    return field | ({"hint": _plain(hint)} if hint else {})


def _option(value: str, label: str) -> Block:
    return {"text": _plain(shorten(label, LABEL)), "value": value}


def _input(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
