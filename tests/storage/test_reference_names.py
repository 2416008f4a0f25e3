"""Channel names in references: incident channels have their current name, private ones none."""

from storage import incidents, reference_names
from storage.engine.store import Session
from tests.storage.conftest import declare


def test_the_channel_of_a_private_incident_has_no_name_in_references(session: Session) -> None:
    reference_names.keep(session, {"C1": "acquisition", "C2": "old-name", "C3": "general"})
    private = declare(session, channel_id="C1", channel_name="acquisition")
    incidents.change(session, private.id, private=True)
    declare(session, 2, channel_id="C2", channel_name="inc-2")
    found = reference_names.names(session, ["C1", "C2", "C3", "C4"])
    assert found == {"C2": "inc-2", "C3": "general"}
