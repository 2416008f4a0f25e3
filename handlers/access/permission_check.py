"""Permission check for each request: may this person do this here?

Members of the workspace may. For guests and people from other workspaces, `bot.people.outsiders`
decides. People's standing is read from Slack once and cached, because Slack waits only three
seconds for a response.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import BotError
from bot.people import outsiders
from bot.people.outsiders import MembershipTypeNotYetKnown, MembershipTypeUnknown
from handlers import errors
from handlers.access.access_requests import AccessRequest, find_access_request
from handlers.interactions.modals import show_error
from handlers.slack import people, reply_deduplication
from handlers.slack.identity import Identity
from handlers.slack.requests import Delivery, DeliveryKind
from handlers.slack.threads import run_in_background
from storage import incidents
from storage import people as stored
from storage.engine.store import DatabaseError, Session

RECHECK_AFTER = timedelta(hours=1)  # outsiders may have become members, and members outsiders
MAX_LOOKUPS, LOOKUP_SECONDS = 3, 1.0  # people looked up per request, and the time for that


@dataclass(frozen=True)
class AccessCheck:
    """Bolt middleware. `lookup_client` times out early enough to respond to Slack."""

    bot: Bot
    identity: Identity
    client: WebClient
    lookup_client: WebClient

    def pass_on(
        self,
        context: BoltContext,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """Continue, or respond with a refusal that only the person sees."""
        request, delivery = find_access_request(self.bot, context["request"]), context["delivery"]
        if request is not None:
            try:
                is_claimed = delivery.is_claimed_outsider(self.identity.team_id)
                self._check(request, is_claimed_outsider=is_claimed)
            except (BotError, DatabaseError) as error:
                return self._refuse(request, delivery, error)
        next()
        return None

    def _check(self, request: AccessRequest, *, is_claimed_outsider: bool) -> None:
        until = monotonic() + LOOKUP_SECONDS
        unknown = self._look_up_actor(request.actor, is_claimed_outsider=is_claimed_outsider)
        if request.is_conversation:
            return  # always recorded; `bot.action_items.thread_replies` checks it if it's about an item
        with self.bot.store.begin() as session:
            channel, word = _find_channel(session, request), request.command
            if unknown is None:
                person = request.actor.person
                outsiders.require_granted(session, self.bot, person, channel, word)
            elif (
                is_claimed_outsider
                or not isinstance(
                    unknown, MembershipTypeNotYetKnown
                )  # Slack won't tell later either
                or not outsiders.may_act_unknown(session, channel, word)
            ):
                raise unknown
        self._look_up_named(request, until)

    def _look_up_actor(
        self, actor: Actor, *, is_claimed_outsider: bool
    ) -> MembershipTypeUnknown | None:
        """Ask Slack about the actor unless known; return why they stay unknown.

        While Slack doesn't respond, what was known before is used.
        """
        with self.bot.store.begin() as session:
            if _is_known(session, actor, is_claimed_outsider=is_claimed_outsider):
                return None
            known = stored.find(session, actor.person)
        try:
            people.look_up_now(self.bot, self.lookup_client, actor.person)
        except (SlackApiError, OSError) as error:
            if known is None or known.standing is None:
                return _unknown(error)
        return None

    def _look_up_named(self, request: AccessRequest, until: float) -> None:
        """Look up the people who are assigned something, if Slack responds in time."""
        if not request.named:
            return
        with self.bot.store.begin() as session:
            unknown = [
                person
                for person in request.named
                if not stored.is_membership_type_known(session, person)
            ]
        for person in unknown[:MAX_LOOKUPS]:
            if monotonic() >= until:
                return
            errors.run_guarded(
                partial(people.look_up, self.bot, self.lookup_client, [person]),
                "looking up the requester",
            )

    def _refuse(
        self, request: AccessRequest, delivery: Delivery, error: BotError | DatabaseError
    ) -> BoltResponse:
        if delivery.kind is DeliveryKind.EVENT:
            return self._refuse_event(request, error)
        if delivery.must_reply_in_modal:
            show_error(
                self.client,
                delivery.trigger_id,
                errors.explain(error),
                on_top=request.is_in_modal,
            )
            return BoltResponse(status=200)
        raise error

    def _refuse_event(
        self, request: AccessRequest, error: BotError | DatabaseError
    ) -> BoltResponse:
        if isinstance(error, DatabaseError):
            raise error
        if isinstance(error, MembershipTypeNotYetKnown):
            return BoltResponse(status=errors.SERVER_ERROR)  # Slack delivers it again
        if request.is_refusal_sent and reply_deduplication.claim_reply(
            self.bot, request.actor.request_id
        ):
            run_in_background(partial(self._send_refusal, request, str(error)), "sending a refusal")
        return BoltResponse(status=200)

    def _send_refusal(self, request: AccessRequest, text: str) -> None:
        self.client.chat_postEphemeral(
            channel=request.actor.channel_id,
            user=request.actor.person,
            text=text,
            thread_ts=request.thread,
        )


def _find_channel(session: Session, request: AccessRequest) -> str:
    """Return the channel of a request; a form has none, but belongs to an incident.

    Empty if the request is about a different incident from the channel's.
    """
    incident_id = request.find_incident(session, request.about) if request.about else None
    incident = incidents.find(session, incident_id) if incident_id is not None else None
    channel = request.actor.channel_id
    home = (incident.channel_id or "") if incident else channel
    return home if channel in {"", home} else ""


def _is_known(session: Session, actor: Actor, *, is_claimed_outsider: bool) -> bool:
    is_member = stored.is_member(session, actor.person) and not is_claimed_outsider
    since = actor.at - (people.MAX_AGE if is_member else RECHECK_AFTER)
    return bool(stored.known_since(session, [actor.person], since))


def _unknown(error: SlackApiError | OSError) -> MembershipTypeUnknown:
    reason = "no answer" if isinstance(error, OSError) else errors.describe_slack_error(error)
    kind = MembershipTypeNotYetKnown if errors.is_transient(error) else MembershipTypeUnknown
    return kind(reason=reason)
