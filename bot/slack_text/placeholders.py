"""Texts that Slack and client libraries put where a message has no words of its own."""

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
    """Whether a text says nothing: it is empty, or stands there in place of one."""
    bare = value.strip(" \n\t.[]()").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower()
    return not bare or bare in _PLACEHOLDERS
