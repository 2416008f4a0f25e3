"""Placeholder texts that Slack and client libraries use for messages without text."""

_PLACEHOLDERS = {
    "this content can't be displayed",
    "this message contains interactive elements",
    "no preview available",
    "no fallback defined",
    "no fallback text",
    "required plain-text summary of the attachment",
    "attachment",
}


def is_placeholder(value: str) -> bool:
    """Return whether a text is empty or a placeholder."""
    bare = value.strip(" \n\t.[]()").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower()
    return not bare or bare in _PLACEHOLDERS
