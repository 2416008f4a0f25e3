"""Slack's errors for a manifest beyond its limits."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from sandbox.manifest_limits import Refused, check_complete
from tests.support.harness import ROOT

MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))


def with_changed(*path: str | int, to: object) -> dict[str, Any]:
    manifest: Any = deepcopy(MANIFEST)
    inner = manifest
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return dict(manifest)


def test_our_manifest_is_valid() -> None:
    check_complete(MANIFEST)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("features", "shortcuts", 0, "name"), "x" * 25, r"shortcuts\[0\].name has 25"),
        (("features", "shortcuts", 0, "description"), "x" * 151, "description has 151"),
        (
            ("features", "shortcuts"),
            [MANIFEST["features"]["shortcuts"][0]] * 11,
            "shortcuts has 11",
        ),
        (("features", "shortcuts", 1, "type"), "channel", "'channel'"),
        (("features", "shortcuts", 1, "callback_id"), None, "callback_id is missing"),
        (("features", "slash_commands", 0, "command"), "incident", "'incident'"),
        (("features", "slash_commands", 0, "command"), "/Incident", "'/Incident'"),
        (("features", "slash_commands", 0, "command"), "/" + "x" * 32, "command has 33"),
        (("features", "bot_user", "display_name"), "", "display_name has 0"),
        (("display_information", "name"), "x" * 36, "name has 36"),
        (("display_information", "description"), "x" * 141, "description has 141"),
        (("display_information", "long_description"), "too short", "long_description has 9"),
        (("settings", "interactivity"), {}, "is_enabled is missing"),
    ],
)
def test_a_manifest_beyond_a_limit_is_refused_with_the_reason(
    path: tuple[str | int, ...], value: object, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        check_complete(with_changed(*path, to=value))
