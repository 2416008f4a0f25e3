"""Names of channels and user groups that messages refer to by id."""

from collections.abc import Collection, Mapping

from sqlmodel import Session, col, select

from bot.domain.markup import is_reference
from storage import settings
from storage.tables import IncidentRow, SettingRow

_PREFIX = "name of "


def keep(session: Session, names: Mapping[str, str]) -> None:
    for reference, name in sorted(names.items()):
        settings.keep(session, _PREFIX + reference, name)


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the names of those that are known; those of private incidents' channels stay unknown."""
    wanted = sorted({each for each in ids if is_reference(each)})
    if not wanted:
        return {}
    ours = select(IncidentRow.channel_id, IncidentRow.channel_name).where(
        col(IncidentRow.channel_id).in_(wanted), col(IncidentRow.private).is_(False)
    )
    kept = select(SettingRow).where(col(SettingRow.name).in_([_PREFIX + each for each in wanted]))
    found = {channel: name for channel, name in session.exec(ours) if channel}
    return found | {row.name.removeprefix(_PREFIX): row.value for row in session.exec(kept)}
