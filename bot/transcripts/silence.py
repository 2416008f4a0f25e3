"""Notice two incidents in one channel by the days without a message between them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.timeline import SPOKEN, TimelineEvent
from bot.transcripts.errors import LongSilence

# In seven published incidents, one of which took three days, the longest silence was 15 hours.
LONGEST = timedelta(days=2)


def warnings(events: Sequence[TimelineEvent]) -> list[str]:
    """Return a warning if there may be several incidents in one channel's messages."""
    said = [event.happened_at for event in events if event.kind in SPOKEN and not event.deleted]
    gaps = [(later - earlier, earlier, later) for earlier, later in pairwise(said)]
    long = [gap for gap in gaps if gap[0] >= LONGEST]
    if not long:
        return []
    length, last, following = max(long)
    more = f", the longest of {len(long)} such gaps" if len(long) > 1 else ""
    return [str(LongSilence(days=length.days, last=_iso(last), next=_iso(following), more=more))]


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"
