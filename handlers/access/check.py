"""Permission check for each request: may this person do this here?

Members of the workspace may. For guests and people from other workspaces, `bot.people.outsiders`
decides. People's standing is read from Slack once and cached, because Slack waits only three
seconds for a response.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.people import outsiders
from bot.people.outsiders import MembershipTypeNotYetKnown, MembershipTypeUnknown
from handlers import errors
from handlers.access import requests
from handlers.access.requests import AccessRequest
from handlers.fields import Payload, text
from handlers.interactions.opening import show_error
from handlers.slack import answered_once, membership_type, people
from handlers.slack.payloads import Identity
from handlers.slack.threads import run_in_background
from storage import incidents
from storage import people as stored
from storage.engine.store import DatabaseError, Session

RECHECK_AFTER = timedelta(hours=1)  # outsiders may have become members, and members outsiders
MAX_LOOKUPS, LOOKUP_SECONDS = 3, 1.0  # people looked up per request, and the time for that


@dataclass(frozen=True)
class AccessCheck:
    """Bolt middleware. `asking` is a client that times out early enough to respond to Slack."""

    bot: Bot
    identity: Identity
    client: WebClient
    asking: WebClient

    def pass_on(
        self,
        body: Payload,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """Continue, or respond with a refusal that only the person sees."""
        request = requests.parse(self.bot, body, self.identity.bot_user_id)
        if request is not None:
            try:
                self._check(request, body)
            except (BotError, DatabaseError) as refused:
                return self._refuse(request, body, refused)
        next()
        return None

    def _check(self, request: AccessRequest, body: Payload) -> None:
        until = monotonic() + LOOKUP_SECONDS
        trouble = self._learn(request.person, body)
        if request.is_talk:
            return  # always recorded; `bot.action_items.thread_replies` checks it if it's about an item
        with self.bot.store.begin() as session:
            place, word = _find_channel(session, request), request.rule.word
            if trouble is None:
                outsiders.require_granted(session, self.bot, request.person, place, word)
            elif _is_doubtful(session, body, trouble) or not outsiders.may_act_unknown(
                session, place, word
            ):
                raise trouble
        self._learn_named(request, until)

    def _learn(self, person: str, body: Payload) -> MembershipTypeUnknown | None:
        """Ask Slack about a person unless known.

        While Slack doesn't respond, known answers are used.
        """
        with self.bot.store.begin() as session:
            claimed = membership_type.is_claimed_outsider(
                body, membership_type.get_workspace(session)
            )
            if _is_known(session, person, self.bot.now(), claimed=claimed):
                return None
            kept = stored.find(session, person)
        try:
            people.look_up_now(self.bot, self.asking, person)
        except (SlackApiError, OSError) as error:
            if kept is None or kept.standing is None:
                return _unknown(error)
        return None

    def _learn_named(self, request: AccessRequest, until: float) -> None:
        """Look up the people who are assigned something, if Slack responds in time."""
        if not request.named:
            return
        with self.bot.store.begin() as session:
            unknown = [
                each for each in request.named if not stored.is_membership_type_known(session, each)
            ]
        for person in unknown[:MAX_LOOKUPS]:
            if monotonic() >= until:
                return
            errors.run_guarded(
                partial(people.look_up, self.bot, self.asking, [person]), "asking who"
            )

    def _refuse(self, request: AccessRequest, body: Payload, refused: Exception) -> BoltResponse:
        if text(body, "type") == "event_callback":
            return self._refuse_event(request, refused)
        if request.trigger_id and not text(body, "response_url"):
            is_on_top = request.press is not None and not request.press.in_home
            told = errors.explain(refused)
            show_error(self.client, request.trigger_id, told, on_top=is_on_top)
            return BoltResponse(status=200)
        raise refused

    def _refuse_event(self, request: AccessRequest, refused: Exception) -> BoltResponse:
        if isinstance(refused, DatabaseError):
            raise refused
        if isinstance(refused, MembershipTypeNotYetKnown):
            return BoltResponse(status=errors.SERVER_ERROR)  # Slack delivers it again
        if request.is_told and answered_once.is_first(self.bot, request.request_id):
            run_in_background(partial(self._tell, request, str(refused)), "refusing")
        return BoltResponse(status=200)

    def _tell(self, request: AccessRequest, sentence: str) -> None:
        self.client.chat_postEphemeral(
            channel=request.channel_id,
            user=request.person,
            text=sentence,
            thread_ts=request.thread,
        )


def _find_channel(session: Session, request: AccessRequest) -> str:
    """Return the channel of a request; a form has none, but belongs to an incident.

    Empty if the request is about a different incident from the channel's.
    """
    incident_id = request.rule.subject(session, request.about) if request.about else None
    incident = incidents.find(session, incident_id) if incident_id is not None else None
    home = (incident.channel_id or "") if incident else request.channel_id
    return home if request.channel_id in {"", home} else ""


def _is_doubtful(session: Session, body: Payload, trouble: MembershipTypeUnknown) -> bool:
    """Return whether the payload marks an outsider, or Slack won't tell later either."""
    is_lasting = not isinstance(trouble, MembershipTypeNotYetKnown)
    return is_lasting or membership_type.is_claimed_outsider(
        body, membership_type.get_workspace(session)
    )


def _is_known(session: Session, person: str, at: datetime, *, claimed: bool) -> bool:
    lasting = stored.is_member(session, person) and not claimed
    since = at - (people.MAX_AGE if lasting else RECHECK_AFTER)
    return bool(stored.known_since(session, [person], since))


def _unknown(error: SlackApiError | OSError) -> MembershipTypeUnknown:
    reason = "no answer" if isinstance(error, OSError) else errors.describe_slack_error(error)
    kind = MembershipTypeNotYetKnown if errors.is_transient(error) else MembershipTypeUnknown
    return kind(reason=reason)
