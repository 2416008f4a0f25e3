"""Affected services: set by command or form, shown on the card and in the draft, and searchable."""

from storage import incidents
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import Town


def _newest_channel(town: Town) -> str:
    return str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])


def test_services_appear_on_the_card_and_in_the_announcement(town: Town) -> None:
    channel = town.declare()
    assert "none are named yet" in town.incident("ana", "services", channel)
    answer = town.incident("ana", "services Checkout, payments api", channel)
    assert answer == "Services affected by INC-2026-001: checkout, payments-api."
    town.settle()
    assert "says which services are affected: *checkout, payments-api*" in town.texts(channel)
    (card,) = [m for m in town.said(channel) if "Lead:" in m["text"] or "Nobody leads" in m["text"]]
    assert "*Services:* checkout, payments-api" in str(card["blocks"])
    assert "Services: checkout, payments-api." in town.texts("incidents")


def test_services_appear_in_the_draft_and_in_searches(town: Town) -> None:
    channel = town.declare("P1 Payments cannot be made")
    town.incident("ana", "services ledger-writer", channel)
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    postmortem = latest_postmortem(town, channel)
    assert postmortem.document["incident"]["services"] == ["ledger-writer"]
    assert "| Services | ledger-writer |" in postmortem.markdown
    assert "Services affected: ledger-writer" in postmortem.markdown
    assert "INC-2026-001" in town.incident("mei", "search service:ledger-writer")


def test_setting_services_again_replaces_them(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "services checkout", channel)
    assert "already" in town.incident("ben", "services checkout", channel)
    assert "none are named" in town.incident("ben", "services none", channel)
    assert "is no name of a service" in town.incident("ben", "services <!here>!", channel)
    town.settle()
    assert "Services" not in town.texts("incidents")


def test_the_declare_form_sets_services_and_rejects_invalid_ones(town: Town) -> None:
    town.ws.shortcut("ana", "declare")
    answer = town.ws.submit(
        "ana", {"services": {"services": "???"}, "title": {"title": "it is down"}}
    )
    assert "is no name of a service" in answer["errors"]["services"]
    with town.store.begin() as session:
        assert incidents.list_open(session) == []
    town.ws.submit(
        "ana", {"services": {"services": "search, login"}, "title": {"title": "it is down"}}
    )
    town.settle()
    assert "Services: search, login." in town.texts(_newest_channel(town))


def test_the_note_form_sets_services_and_rejects_invalid_ones(town: Town) -> None:
    channel = town.declare()
    town.choose("ben", channel, "Add a note")
    answer = town.ws.submit("ben", {"kind": {"kind": "services"}, "text": {"text": "all of it!"}})
    assert "is no name of a service" in answer["errors"]["text"]
    town.ws.submit("ben", {"kind": {"kind": "services"}, "text": {"text": "search"}})
    town.settle()
    assert "are affected: *search*" in town.texts(channel)
