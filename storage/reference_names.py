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
    """Return the names of those that are known; those of private incidents' channels stay unknown."""
    wanted = sorted({each for each in ids if is_reference(each)})
    if not wanted:
        return {}
    row = IncidentRow
    asked = select(row.channel_id, row.channel_name, row.private)
    ours = session.exec(asked.where(col(row.channel_id).in_(wanted))).all()
    kept = select(SettingRow).where(col(SettingRow.name).in_([_PREFIX + each for each in wanted]))
    found = {each.name.removeprefix(_PREFIX): each.value for each in session.exec(kept)}
    found |= {channel: name for channel, name, _ in ours if channel}
    private = {channel for channel, _, is_private in ours if is_private}  # perhaps public once
    return {each: name for each, name in found.items() if each not in private}
