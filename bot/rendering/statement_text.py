"""The text of a statement as a document shows it."""

from bot.domain.draft import Statement
from bot.drafting.wording import as_sentence


def sentence_of(statement: Statement) -> str:
    """Return a statement as a sentence; what people wrote themselves stays as it is."""
    return statement.text if statement.written else as_sentence(statement.text)
