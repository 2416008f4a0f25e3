"""Score every family with a reader that never saw it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.drafting.recovery_course import CachedLines
from bot.drafting.roles.model import LinearReader
from bot.drafting.roles.reading import set_roles
from training import role_model
from training.incidents import Incident


def read_left_out(incidents: Sequence[Incident]) -> Iterator[Incident]:
    """Yield each incident with its roles read by a model that was fitted without its family."""
    bank = role_model.list_bank()
    for family in sorted({incident.family for incident in incidents}):
        others = [incident for incident in incidents if incident.family != family]
        content = role_model.fit(role_model.list_samples(others), bank)
        reader = LinearReader(content["bias"], content["weights"])
        for incident in incidents:
            if incident.family == family:
                yield with_reader(incident, reader)


def with_reader(incident: Incident, reader: LinearReader) -> Incident:
    """Return an incident whose lines are read by this reader."""
    lines = CachedLines(incident.lines)
    set_roles(lines, reader.read(lines))
    return replace(incident, lines=lines)
