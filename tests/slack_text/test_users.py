from typing import Any

import pytest

from bot.slack_text.users import user_name

NAMES: list[tuple[dict[str, Any], str]] = [
    ({"profile": {"display_name": "cy", "real_name": "Cy Adams"}, "name": "cy.adams"}, "Cy Adams"),
    ({"profile": {"display_name": "", "real_name": "Cy Adams"}, "name": "cy.adams"}, "Cy Adams"),
    ({"profile": {"display_name": "  "}, "real_name": "Cy Adams", "name": "cy.adams"}, "Cy Adams"),
    ({"display_name": "cy", "real_name": "Cy Adams"}, "Cy Adams"),
    ({"profile": {"display_name": "cy", "real_name": ""}, "name": "cy.adams"}, "cy"),
    ({"profile": None, "real_name": None, "name": " cy.adams "}, "cy.adams"),
    ({"profile": {"display_name": 5}, "id": "U1"}, ""),
    ({"real_name": "Cy\nAdams\u202e", "profile": {"display_name": "\u200b"}}, "Cy Adams"),
    ({}, ""),
]


@pytest.mark.parametrize(("user", "name"), NAMES)
def test_a_person_has_their_full_name_if_slack_knows_it(user: dict[str, Any], name: str) -> None:
    assert user_name(user) == name
