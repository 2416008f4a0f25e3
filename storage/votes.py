"""Votes for a quarter's best postmortem: the candidates, and each person's newest vote."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.engine.statements import insert_if_absent, upsert_if_newer
from storage.tables import BallotRow, OutboxRow, VoteRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballot:
    """One vote. `quarter` is like 2026-Q1, `candidates` are incident ids.

    `job` is the id of the job that posted it.
    """

    quarter: str
    candidates: tuple[int, ...]
    closes_at: datetime
    job: int | None = None
    closed: bool = False


def add(session: Session, ballot: Ballot) -> bool:
    """Store a quarter's vote; return False if the quarter already has one."""
    return insert_if_absent(
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


def save_job(session: Session, quarter: str, job: int) -> None:
    session.get_one(BallotRow, quarter).posting = job


def find_by_message(session: Session, channel_id: str, message_id: str) -> Ballot | None:
    """Return the vote that a message of ours asks for, or None."""
    query = (
        select(BallotRow)
        .join(OutboxRow, col(OutboxRow.id) == BallotRow.posting)
        .where(OutboxRow.channel_id == channel_id, OutboxRow.message_id == message_id)
    )
    row = session.exec(query).first()
    return _ballot(row) if row else None


def with_candidate(session: Session, incident_id: int) -> list[Ballot]:
    """Return the votes in which an incident's postmortem is or was a candidate."""
    ballots = [_ballot(row) for row in session.exec(select(BallotRow))]
    return [ballot for ballot in ballots if incident_id in ballot.candidates]


def won_by(session: Session, incident_id: int) -> list[str]:
    """Return quarters of closed votes where no postmortem had more votes than this incident's."""
    closed = [ballot.quarter for ballot in with_candidate(session, incident_id) if ballot.closed]
    counts = ((quarter, count_votes(session, quarter)) for quarter in closed)
    return [
        quarter
        for quarter, count in counts
        if count.get(incident_id) and count[incident_id] == max(count.values())
    ]


def list_ended(session: Session, at: datetime) -> list[Ballot]:
    """Return votes that have ended by now and aren't closed yet."""
    query = select(BallotRow).where(col(BallotRow.closed).is_(False), BallotRow.closes_at <= at)
    return [_ballot(row) for row in session.exec(query)]


def close(session: Session, quarter: str) -> None:
    session.get_one(BallotRow, quarter).closed = True


def vote(session: Session, quarter: str, person: str, incident_id: int, version: str) -> bool:
    """Store a person's vote, unless a newer one is stored; 0 withdraws it."""
    keys: dict[str, object] = {"quarter": quarter, "person": person}
    return upsert_if_newer(session, VoteRow, keys=keys, incident_id=incident_id, version=version)


def of_person(session: Session, quarter: str, person: str) -> int | None:
    """Return the incident a person votes for, or None."""
    query = select(VoteRow.incident_id).where(VoteRow.quarter == quarter, VoteRow.person == person)
    return session.exec(query).first() or None


def count_votes(session: Session, quarter: str) -> dict[int, int]:
    """Return each incident's number of votes; incidents without votes are left out."""
    votes = session.exec(select(VoteRow.incident_id).where(VoteRow.quarter == quarter))
    return dict(Counter(incident_id for incident_id in votes if incident_id))


def _ballot(row: BallotRow) -> Ballot:
    return Ballot(
        quarter=row.quarter,
        candidates=tuple(row.candidates),
        closes_at=row.closes_at,
        job=row.posting,
        closed=row.closed,
    )
