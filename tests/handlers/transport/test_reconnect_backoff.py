"""Reconnecting backs off exponentially and never retries before Slack allows it."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from handlers.transport.reconnect_backoff import Backoff, ReconnectSettings


def refusal(status: int, **headers: str) -> SlackApiError:
    body = {"ok": False, "error": "no"}
    response = SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=body,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        status_code=status,
    )  # fmt: skip
    return SlackApiError("no", response)  # type: ignore[no-untyped-call]


def test_waits_double_up_to_a_maximum_and_have_jitter() -> None:
    waits = Backoff(ReconnectSettings())
    assert waits.next() == 0
    for expected in (1, 2, 4, 8, 16):
        assert 0.75 * expected <= waits.next() <= 1.25 * expected
    for _ in range(2_000):
        assert 22 < waits.next() <= 30
    first, second = Backoff(ReconnectSettings()), Backoff(ReconnectSettings())
    assert [first.next() for _ in range(5)] != [second.next() for _ in range(5)]


def test_a_success_resets_the_waits() -> None:
    waits = Backoff(ReconnectSettings())
    assert [waits.next() for _ in range(5)][-1] > 5
    waits.reset()
    assert waits.next() == 0


@pytest.mark.parametrize(
    ("error", "least", "most"),
    [
        (refusal(429, Retry_After="77"), 77, 77),
        (refusal(429), 30, 30),
        (refusal(429, Retry_After="soon"), 30, 30),
        (refusal(503, Retry_After="77"), 77, 77),
        (refusal(200, retry_after="77"), 77, 77),
        (refusal(503), 0, 0),
        (OSError("no route"), 0, 0),
    ],
    ids=[
        "429 with a time",
        "429 without a time",
        "429 with an invalid time",
        "503 with a time",
        "200 with a time",
        "503 without a time",
        "no route",
    ],
)
def test_a_retry_after_time_sets_the_next_wait(error: Exception, least: float, most: float) -> None:
    waits = Backoff(ReconnectSettings())
    waits.apply_retry_after(error)
    assert least <= waits.next() <= most
    assert waits.next() < 2  # only once
