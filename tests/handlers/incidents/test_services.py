"""Affected services: set by command or form, shown on the card and in the draft, and searchable."""

from storage import incidents
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import LiveBot


def _newest_channel(live_bot: LiveBot) -> str:
    return str(live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])


def test_services_appear_on_the_card_and_in_the_announcement(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    assert "none set yet" in live_bot.command("ana", "services", channel)
    answer = live_bot.command("ana", "services Checkout, payments api", channel)
    assert answer == "Services affected by INC-2026-001: checkout, payments-api."
    live_bot.settle()
    assert "set the affected services to *checkout, payments-api*" in live_bot.text_in(channel)
    (card,) = [
        m for m in live_bot.messages(channel) if "Lead:" in m["text"] or "No lead" in m["text"]
    ]
    assert "*Services:* checkout, payments-api" in str(card["blocks"])
    assert "Services: checkout, payments-api." in live_bot.text_in("incidents")


def test_services_appear_in_the_draft_and_in_searches(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 Payments cannot be made")
    live_bot.command("ana", "services ledger-writer", channel)
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    postmortem = latest_postmortem(live_bot, channel)
    assert postmortem.document["incident"]["services"] == ["ledger-writer"]
    assert "| Services | ledger-writer |" in postmortem.markdown
    assert "Affected services: ledger-writer" in postmortem.markdown
    assert "INC-2026-001" in live_bot.command("mei", "search service:ledger-writer")


def test_setting_services_again_replaces_them(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "services checkout", channel)
    assert "already" in live_bot.command("ben", "services checkout", channel)
    assert "none set yet" in live_bot.command("ben", "services none", channel)
    assert "isn't a service name" in live_bot.command("ben", "services <!here>!", channel)
    live_bot.settle()
    assert "Services" not in live_bot.text_in("incidents")


def test_the_declare_form_sets_services_and_rejects_invalid_ones(live_bot: LiveBot) -> None:
    live_bot.workspace.shortcut("ana", "declare")
    answer = live_bot.workspace.submit(
        "ana", {"services": {"services": "???"}, "title": {"title": "it is down"}}
    )
    assert "isn't a service name" in answer["errors"]["services"]
    with live_bot.store.begin() as session:
        assert incidents.list_open(session) == []
    live_bot.workspace.submit(
        "ana", {"services": {"services": "search, login"}, "title": {"title": "it is down"}}
    )
    live_bot.settle()
    assert "Services: search, login." in live_bot.text_in(_newest_channel(live_bot))


def test_the_note_form_sets_services_and_rejects_invalid_ones(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.choose("ben", channel, "Add note")
    answer = live_bot.workspace.submit(
        "ben", {"kind": {"kind": "services"}, "text": {"text": "all of it!"}}
    )
    assert "isn't a service name" in answer["errors"]["text"]
    live_bot.workspace.submit("ben", {"kind": {"kind": "services"}, "text": {"text": "search"}})
    live_bot.settle()
    assert "set the affected services to *search*" in live_bot.text_in(channel)
