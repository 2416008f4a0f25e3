"""Types of the fields of blocks, and the schemas made of them."""

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
    """A list of items of one type."""

    most: int
    of: "Rule"
    least: int = 1
    required: bool = False


@dataclass(frozen=True)
class ObjectOf:
    """A nested object: an element of one of these types, or an object by its schema's name."""

    types: frozenset[str] = frozenset()
    shape: str = ""
    required: bool = False


@dataclass(frozen=True)
class Any:
    """Any value; not checked."""

    required: bool = False


Rule = TextObject | String | ListOf | ObjectOf | Any


@dataclass(frozen=True)
class Schema:
    """The fields of one type. An `open` schema allows fields beyond those listed here."""

    fields: dict[str, Rule]
    surfaces: frozenset[str] = EVERYWHERE
    one_of: tuple[str, ...] = field(default=())  # at least one of these is required
    open: bool = False
