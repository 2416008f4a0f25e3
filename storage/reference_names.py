"""Names of channels and user groups that messages refer to by id."""

from collections.abc import Collection, Mapping

from sqlmodel import Session, col, select

from bot.domain.markup import is_reference
from storage import settings
from storage.tables import IncidentRow, SettingRow

_PREFIX = "name of "


def keep(session: Session, names: Mapping[str, str]) -> None:
    for reference, name in sorted(names.items()):
        settings.save(session, _PREFIX + reference, name)


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return known names by id, without those of private incidents' channels."""
    references = sorted({reference for reference in ids if is_reference(reference)})
    if not references:
        return {}
    row = IncidentRow
    query = select(row.channel_id, row.channel_name, row.private)
    incident_channels = session.exec(query.where(col(row.channel_id).in_(references))).all()
    learned = select(SettingRow).where(
        col(SettingRow.name).in_([_PREFIX + reference for reference in references])
    )
    known = {
        reference.name.removeprefix(_PREFIX): reference.value for reference in session.exec(learned)
    }
    known |= {channel: name for channel, name, _ in incident_channels if channel}
    private = {
        channel for channel, _, is_private in incident_channels if is_private
    }  # perhaps public once
    return {reference: name for reference, name in known.items() if reference not in private}
