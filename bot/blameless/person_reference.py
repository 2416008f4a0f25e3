"""How a sentence refers to a person."""

from enum import StrEnum

from bot.blameless.vocabulary import words


class PersonReference(StrEnum):
    """How a clause refers to its subject."""

    PERSON = "person"  # a role, a mention, a participant's name, "he", "someone"
    NAMED = "named"  # a capitalized word, which may also be a system
    UNSURE = "unsure"  # "they" or "the manager", which are more often systems
    WE = "we"  # the authors themselves
    SELF = "self"  # "I"
    NOBODY = "nobody"


PRONOUNS = {
    **dict.fromkeys(
        words("he she you someone somebody anyone anybody whoever people who everyone everybody"),
        PersonReference.PERSON,
    ),
    "i": PersonReference.SELF,
    "we": PersonReference.WE,
    "they": PersonReference.UNSURE,
    **dict.fromkeys(("nobody", "no-one", "none"), PersonReference.NOBODY),
}
