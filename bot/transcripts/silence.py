"""Warn of two incidents in one channel, by the days without a message between them."""

from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.timeline import SPOKEN_KINDS, Record
from bot.transcripts.errors import LongSilence, OnlySystemMessages

# In seven published incidents, one of which took three days, the longest silence was 15 hours.
MAX_SILENCE = timedelta(days=2)


def find_warnings(record: Record) -> list[str]:
    """Return a warning if a channel may have several incidents, or has none at all."""
    spoken = [event for event in record.events if event.kind in SPOKEN_KINDS]
    if not spoken:
        return [OnlySystemMessages(channel=record.incident.channel_name).plain]
    times = [event.happened_at for event in spoken if not event.deleted]
    gaps = [(later - earlier, earlier, later) for earlier, later in pairwise(times)]
    long_gaps = [gap for gap in gaps if gap[0] >= MAX_SILENCE]
    if not long_gaps:
        return []
    length, last, following = max(long_gaps)
    more = f", the longest of {len(long_gaps)} such gaps" if len(long_gaps) > 1 else ""
    return [LongSilence(days=length.days, last=_iso(last), next=_iso(following), more=more).plain]


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"
