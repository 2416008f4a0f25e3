"""The votes on a quarter's postmortems: what stands for election, and the newest word of each person."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.engine.store import add_unless_there, put_newer
from storage.tables import BallotRow, OutboxRow, VoteRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballot:
    """One vote: `quarter` is 2026-Q1, `candidates` are ids of incidents, `posting` what it was said with."""

    quarter: str
    candidates: tuple[int, ...]
    closes_at: datetime
    job: int | None = None
    closed: bool = False


def add(session: Session, ballot: Ballot) -> bool:
    """Keep the vote of a quarter; False when that quarter has one already."""
    return add_unless_there(
        session,
        BallotRow,
        quarter=ballot.quarter,
        candidates=[*ballot.candidates],
        closes_at=ballot.closes_at,
        posting=ballot.job,
        closed=ballot.closed,
    )


def of_quarter(session: Session, quarter: str) -> Ballot | None:
    row = session.get(BallotRow, quarter)
    return _ballot(row) if row else None


def said_with(session: Session, quarter: str, job: int) -> None:
    session.get_one(BallotRow, quarter).posting = job


def at_place(session: Session, channel_id: str, message_id: str) -> Ballot | None:
    """The vote that a message of ours asks for."""
    asked = (
        select(BallotRow)
        .join(OutboxRow, col(OutboxRow.id) == BallotRow.posting)
        .where(OutboxRow.channel_id == channel_id, OutboxRow.message_id == message_id)
    )
    row = session.exec(asked).first()
    return _ballot(row) if row else None


def with_candidate(session: Session, incident_id: int) -> list[Ballot]:
    """Those in which an incident's postmortem stands or stood."""
    found = [_ballot(row) for row in session.exec(select(BallotRow))]
    return [each for each in found if incident_id in each.candidates]


def won_by(session: Session, incident_id: int) -> list[str]:
    """The quarters whose vote is over and in which no postmortem had more votes than an incident's."""
    closed = [each.quarter for each in with_candidate(session, incident_id) if each.closed]
    counts = ((quarter, counted(session, quarter)) for quarter in closed)
    return [
        quarter
        for quarter, count in counts
        if count.get(incident_id) and count[incident_id] == max(count.values())
    ]


def over(session: Session, at: datetime) -> list[Ballot]:
    """Those that end by now and were not closed yet."""
    asked = select(BallotRow).where(col(BallotRow.closed).is_(False), BallotRow.closes_at <= at)
    return [_ballot(row) for row in session.exec(asked)]


def close(session: Session, quarter: str) -> None:
    session.get_one(BallotRow, quarter).closed = True


def vote(session: Session, quarter: str, person: str, incident_id: int, version: str) -> bool:
    """Keep what a person votes for, unless a newer word of theirs is there; 0 takes it back."""
    keys: dict[str, object] = {"quarter": quarter, "person": person}
    return put_newer(session, VoteRow, keys=keys, incident_id=incident_id, version=version)


def of_person(session: Session, quarter: str, person: str) -> int | None:
    """What a person votes for; None for nothing."""
    asked = select(VoteRow.incident_id).where(VoteRow.quarter == quarter, VoteRow.person == person)
    return session.exec(asked).first() or None


def counted(session: Session, quarter: str) -> dict[int, int]:
    """How many votes each incident's postmortem has; one without any is not in it."""
    votes = session.exec(select(VoteRow.incident_id).where(VoteRow.quarter == quarter))
    return dict(Counter(each for each in votes if each))


def _ballot(row: BallotRow) -> Ballot:
    return Ballot(
        quarter=row.quarter,
        candidates=tuple(row.candidates),
        closes_at=row.closes_at,
        job=row.posting,
        closed=row.closed,
    )
