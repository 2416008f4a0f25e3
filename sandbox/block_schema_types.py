"""The kinds of things that the fields of a block can hold, and the shapes that are made of them."""

from dataclasses import dataclass, field

MESSAGE, MODAL, HOME = "message", "modal", "home"
EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})


@dataclass(frozen=True)
class TextObject:
    """A text object."""

    most: int
    plain: bool = False  # plain_text only
    required: bool = False


@dataclass(frozen=True)
class String:
    most: int
    required: bool = False


@dataclass(frozen=True)
class ListOf:
    """A list of things of one kind."""

    most: int
    of: "Rule"
    least: int = 1
    required: bool = False


@dataclass(frozen=True)
class ObjectOf:
    """One nested object: an element of one of these types, or a shape by name."""

    types: frozenset[str] = frozenset()
    shape: str = ""
    required: bool = False


@dataclass(frozen=True)
class Any:
    """Not looked into."""

    required: bool = False


Rule = TextObject | String | ListOf | ObjectOf | Any


@dataclass(frozen=True)
class Schema:
    """The fields of one type. `open` shapes may have more fields than are listed here."""

    fields: dict[str, Rule]
    surfaces: frozenset[str] = EVERYWHERE
    one_of: tuple[str, ...] = field(default=())  # at least one of these has to be there
    open: bool = False
