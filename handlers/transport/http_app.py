"""The web app: Slack's requests in HTTP mode; health and metrics in both modes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.config.context import Bot
from handlers.slack.slack_clock import SlackClock
from handlers.transport.request_body import BodyReader, BodyTooLarge
from handlers.transport.signed_http import UNSIGNED_RESPONSE, SignedHttp, may_be_signed
from handlers.transport.startup import Startup
from storage import outbox
from storage.engine.store import DatabaseError, Session

EVENTS = "/slack/events"


@dataclass
class Health:
    """What the health endpoints report. In HTTP mode, the bot is `connected` once it has started."""

    bot: Bot
    connected: Callable[[], bool]
    startup: Startup
    clock: SlackClock | None = None


def build_app(slack: SignedHttp | None, health: Health) -> Starlette:
    """Return the web app; without `slack` it serves only health and metrics."""
    routes = [
        Route("/healthz", _healthy),
        Route("/readyz", partial(_ready, health)),
        Route("/metrics", partial(_metrics, health)),
    ]
    if slack is not None:
        routes.append(Route(EVENTS, partial(_slack, slack, BodyReader()), methods=["POST"]))
    return Starlette(routes=routes)


async def _slack(slack: SignedHttp, bodies: BodyReader, request: Request) -> Response:
    if not may_be_signed(request.headers):
        return to_starlette_response(UNSIGNED_RESPONSE)
    try:
        body = await bodies.read(request)
    except BodyTooLarge:
        return PlainTextResponse("the body is too large\n", 413)
    except ClientDisconnect:
        return PlainTextResponse("", 400)  # the client has gone
    # Listeners write to the database, so they run in a thread pool and not on the event loop.
    answer = await run_in_threadpool(slack.answer, body, request.headers)
    return to_starlette_response(answer)


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _ready(health: Health, _request: Request) -> Response:
    troubles = await run_in_threadpool(_troubles, health)
    return JSONResponse({"ready": not troubles, "troubles": troubles}, 503 if troubles else 200)


async def _metrics(health: Health, _request: Request) -> Response:
    metrics = await run_in_threadpool(_render_metrics, health)
    return Response(metrics, media_type=CONTENT_TYPE_LATEST)


def _troubles(health: Health) -> list[str]:
    troubles = (
        [] if health.connected() else [health.startup.waiting_for or "no connection to Slack"]
    )
    try:
        with health.bot.store.begin() as session:
            outbox.unfinished(session)
    except DatabaseError as error:
        troubles.append(f"the database isn't responding: {error.reason}")
    damage = health.bot.store.damage
    if damage is not None:
        troubles.append(str(damage))
    return troubles


def _render_metrics(health: Health) -> bytes:
    registry = CollectorRegistry()
    connected = Gauge("debrief_slack_connected", "1 while connected to Slack", registry=registry)
    connected.set(health.connected())
    if health.clock is not None:
        help_text = "Seconds that this machine's clock is ahead of Slack's"
        skew = Gauge("debrief_clock_skew_seconds", help_text, registry=registry)
        skew.set(health.clock.skew.total_seconds())
    working = Gauge("debrief_database_working", "1 while the database responds", registry=registry)
    damaged = Gauge(
        "debrief_database_damaged", "1 if the database has damaged pages", registry=registry
    )
    damaged.set(health.bot.store.damage is not None)
    try:
        with health.bot.store.begin() as session:
            _count(session, registry)
        working.set(1)
    except DatabaseError:  # its figures are unknown and left out
        working.set(0)
    return generate_latest(registry)


def _count(session: Session, registry: CollectorRegistry) -> None:
    waiting = outbox.unfinished(session)
    retrying = outbox.retrying(session)
    set_aside = len(outbox.list_set_aside(session))
    for name, help_text, count in (
        ("debrief_outbox_waiting", "Messages and other Slack API calls that are waiting", waiting),
        ("debrief_outbox_retrying", "Waiting calls that failed and will be retried", retrying),
        ("debrief_outbox_set_aside", "Calls that Slack refused for good", set_aside),
    ):
        Gauge(name, help_text, registry=registry).set(count)
