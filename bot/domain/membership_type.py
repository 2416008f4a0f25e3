"""A person's standing in the workspace: member, guest, or from another workspace."""

import re
from enum import StrEnum

_MARK = re.compile(r" \((?:[^()]{1,80}, )?(?:external|guest)\)$")


class MembershipType(StrEnum):
    """A person's status in Slack. Guests and external people are *outsiders*."""

    MEMBER = "member"  # of our workspace or of another one in the same Enterprise Grid organization
    GUEST = "guest"  # single-channel or multi-channel
    EXTERNAL = "external"  # from another workspace, through Slack Connect


def outsider_label(standing: MembershipType | None, organisation: str = "") -> str:
    """Return the label shown after an outsider's name; empty for a member."""
    if standing is None or standing is MembershipType.MEMBER:
        return ""
    return f"{organisation}, {standing}" if organisation else str(standing)


def add_outsider_label(name: str, mark: str) -> str:
    """Return a name with its outsider label; unchanged for a member."""
    return f"{name} ({mark})" if mark else name


def remove_outsider_label(name: str) -> str:
    """Return a name without its outsider label."""
    return _MARK.sub("", name)
