"""Find the incidents that a click, form or shortcut is about; the person needs access to each."""

from collections.abc import Iterator
from contextlib import suppress

from handlers.interactions import BUTTONS, MODAL_HANDLERS, SUBMISSION_HANDLERS
from handlers.slack.fields import NotUnderstood
from handlers.slack.requests import ButtonClick, Shortcut, Submission
from storage import incidents
from storage.engine.store import Session

_INTERACTIONS = {**BUTTONS, **SUBMISSION_HANDLERS}


def of_click(session: Session, click: ButtonClick) -> Iterator[int | None]:
    """Yield the incident that a button is about, and the incident whose channel it's in."""
    yield incidents.id_of_channel(session, click.actor.channel_id)
    about = click.about if click.action in MODAL_HANDLERS else click.value
    yield from _find_named(session, click.action, about)


def of_submission(session: Session, submission: Submission) -> Iterator[int | None]:
    yield from _find_named(session, submission.form, submission.about)


def of_shortcut(session: Session, shortcut: Shortcut) -> Iterator[int | None]:
    yield incidents.id_of_channel(session, shortcut.actor.channel_id)


def _find_named(session: Session, name: str, about: str) -> Iterator[int | None]:
    if name in _INTERACTIONS:
        with suppress(NotUnderstood):  # the handler reports it
            yield _INTERACTIONS[name].find_incident(session, about)
