"""A draft names people as a reader who doesn't know them would: never by an ID."""

from dataclasses import replace

from bot.domain.incident import Role
from bot.domain.timeline import EventKind
from bot.drafting.draft import draft
from bot.rendering import document_json, documents
from tests.drafting.records import NOON, event, incident, record

ANA, BEN = "U0ANA", "U0BEN"


def test_people_without_a_name_are_numbered_in_the_order_of_the_record() -> None:
    conversation = record(
        event("12:00", ANA, "checkout is failing"),
        event("12:01", BEN, f"rolling back the config, <@{ANA}> please watch the error rate"),
        event("12:09", ANA, "error rates are back to normal"),
    )
    lead = Role(name="lead", person=BEN, since=NOON)
    postmortem = draft(replace(conversation, incident=replace(incident(), roles=(lead,))))
    assert [row.author for row in postmortem.timeline] == ["Person 1", "Person 2", "Person 1"]
    assert "@Person 1 please watch" in postmortem.timeline[1].text
    assert postmortem.incident.lead == "Person 2"
    output = documents.html(postmortem, "full") + document_json.as_json(postmortem)
    assert ANA not in output.replace(f"-{ANA}-", "")  # as a part of a message ID
    assert BEN not in output.replace(f"-{BEN}-", "")


def test_known_people_and_apps_keep_their_names() -> None:
    conversation = record(
        event("12:00", ANA, "checkout is failing"), event("12:01", "Pager", "checkout is down")
    )
    postmortem = draft(replace(conversation, people={ANA: "Ana Lopes"}))
    assert [row.author for row in postmortem.timeline] == ["Ana Lopes", "Pager"]


def test_a_role_names_its_holder_without_an_at_sign() -> None:
    text = f"lead: <@{BEN}>, taking over from <@{ANA}>"
    conversation = record(
        event("12:00", ANA, text, kind=EventKind.ROLE, detail="lead"),
        event("12:01", ANA, f"<@{BEN}> the checkout is failing"),
    )
    postmortem = draft(replace(conversation, people={ANA: "Ana Lopes", BEN: "Ben Okafor"}))
    assert [row.text for row in postmortem.timeline] == [
        "Lead: Ben Okafor, taking over from Ana Lopes",
        "The checkout is failing",
    ]
