"""Whether a person belongs to the workspace: a member, a guest, or somebody of another workspace."""

import re
from enum import StrEnum

_MARK = re.compile(r" \((?:[^()]{1,80}, )?(?:external|guest)\)$")


class Standing(StrEnum):
    """How Slack lists a person. Guests and external people are *outsiders*."""

    MEMBER = (
        "member"  # of our workspace, or of another one of the same Enterprise Grid organisation
    )
    GUEST = "guest"  # of one channel or of several
    EXTERNAL = "external"  # of another workspace, by Slack Connect


def label(standing: Standing | None, organisation: str = "") -> str:
    """How an outsider is marked beside their name; empty for a member."""
    if standing is None or standing is Standing.MEMBER:
        return ""
    return f"{organisation}, {standing}" if organisation else str(standing)


def marked(name: str, mark: str) -> str:
    """A name with the mark of an outsider; as it is for a member."""
    return f"{name} ({mark})" if mark else name


def unmarked(name: str) -> str:
    """A name without the mark of an outsider."""
    return _MARK.sub("", name)
