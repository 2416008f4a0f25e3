"""Shortcuts: what can be begun from anywhere in Slack."""

from tests.harness import Town


def test_an_incident_is_declared_from_anywhere(town: Town) -> None:
    town.ws.shortcut("ana", "declare")
    view = town.ws.open_view("ana")
    assert view["title"]["text"] == "Declare an incident"
    town.ws.submit("ana", {"title": {"title": "checkout is down"}, "severity": {"severity": "P1"}})
    town.settle()
    assert "checkout is down" in town.texts("incidents")
    made = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    assert "P1, declared. checkout is down." in town.texts(made)


def test_nothing_needs_to_be_filled_in(town: Town) -> None:
    town.ws.shortcut("ben", "declare")
    town.ws.submit("ben", {})
    town.settle()
    assert "Unnamed incident" in town.texts("incidents")
