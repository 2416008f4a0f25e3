"""The client of an OpenAI-compatible server: one chat completion per call, within a time limit.

https://platform.openai.com/docs/api-reference/chat; Ollama and vLLM offer the same endpoint.
"""

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.domain.drafting_model import (
    ChatMessage,
    DraftingModelError,
    ModelBusy,
    ModelKeyNotAccepted,
    ModelMoved,
    ModelRejected,
    ModelTooSlow,
    ModelUnknown,
    ModelUnreachable,
    NotACompletion,
)
from bot.domain.markup import shorten
from bot.redaction import redact, redact_all
from handlers.slack.threads import run_in_background

MAX_ANSWER_BYTES = 1_000_000
MAX_RETRIES = 2
FIRST_WAIT = 1.0  # seconds before the first retry, if the server doesn't say how long
MAX_MESSAGE_LENGTH = 200  # characters of the server's own message shown to people
_CHECK = ChatMessage("user", 'Answer with this JSON and nothing else: {"ok": true}')


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelServer:
    """A server, a model on it, and the time limit of a call in seconds, including retries."""

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 60


class _Unavailable(Exception):
    """The server is overloaded or failing; it may work after `wait` seconds, if it says so."""

    def __init__(self, said: str, wait_seconds: float | None) -> None:
        super().__init__(said)
        self.wait_seconds = wait_seconds


class ModelClient:
    """A model on a server. Every call has a time limit as a whole, however slowly bytes arrive."""

    def __init__(
        self,
        server: ModelServer,
        *,
        may_read_private: bool = False,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        """`pause` waits between two tries, for a number of seconds."""
        self._server, self.may_read_private, self._pause = server, may_read_private, pause
        self._label = urlsplit(server.base_url).netloc
        self._trusted = httpx.create_ssl_context()  # created once: that takes longer than a call

    @property
    def name(self) -> str:
        return self._server.model

    def complete(self, messages: Sequence[ChatMessage]) -> str:
        """Return the model's answer, without secrets."""
        body = {
            "model": self._server.model,
            "messages": [{"role": each.role, "content": each.content} for each in messages],
            "temperature": 0,
            "response_format": {"type": "json_object"},
        }
        until = time.monotonic() + self._server.timeout
        work = partial(self._post_patiently, redact_all(body), until)
        # On a thread, because httpx limits each step of a call, but not the whole call.
        call = run_in_background(work, "drafting model")
        if wait([call], timeout=self._server.timeout).not_done:
            raise self._make_too_slow_error()
        outcome = call.result()
        if isinstance(outcome, Exception):
            raise outcome
        return redact(self._read_content(outcome))[0]

    def check(self) -> None:
        self.complete([_CHECK])

    def _make_too_slow_error(self) -> ModelTooSlow:
        return ModelTooSlow(server=self._label, seconds=f"{self._server.timeout:g}")

    def _post_patiently(self, body: Any, until: float) -> bytes:
        """Post, and retry if the server is overloaded and there's time for it."""
        for number in range(MAX_RETRIES + 1):
            try:
                return self._post(body, until)
            except _Unavailable as error:
                wait_seconds = error.wait_seconds
                if wait_seconds is None:
                    wait_seconds = FIRST_WAIT * 2**number
                if number == MAX_RETRIES or time.monotonic() + wait_seconds >= until:
                    raise ModelBusy(server=self._label, said=str(error)) from error
                self._pause(wait_seconds)
        raise AssertionError  # the last try returns or raises

    def _post(self, body: Any, until: float) -> bytes:
        try:
            with self._client(until) as client, client.stream("POST", self._url, json=body) as got:
                content = self._read_body(got, until)
        except httpx.TimeoutException as error:
            raise self._make_too_slow_error() from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = str(error) or type(error).__name__
            raise ModelUnreachable(server=self._label, said=said) from error
        if got.is_success:
            return content
        raise self._make_error(got, content)

    @property
    def _url(self) -> str:
        return f"{self._server.base_url}/chat/completions"

    def _client(self, until: float) -> httpx.Client:
        key = self._server.key
        return httpx.Client(
            headers={
                "User-Agent": "debrief",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # so that a small answer can't become a large one
                **({"Authorization": f"Bearer {key}"} if key else {}),
            },
            verify=self._trusted,
            timeout=max(until - time.monotonic(), 0.001),
            follow_redirects=False,  # they would send the record somewhere else
        )

    def _read_body(self, answer: httpx.Response, until: float) -> bytes:
        content = b""
        for part in answer.iter_raw():
            content += part
            if len(content) > MAX_ANSWER_BYTES:
                said = f"the answer is longer than {MAX_ANSWER_BYTES:,} bytes"
                raise NotACompletion(server=self._label, said=said)
            if time.monotonic() > until:
                raise self._make_too_slow_error()
        return content

    def _make_error(
        self, answer: httpx.Response, content: bytes
    ) -> DraftingModelError | _Unavailable:
        status, said = answer.status_code, _read_message(answer, content)
        if answer.has_redirect_location or answer.is_redirect:
            return ModelMoved(server=self._label)
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            return ModelKeyNotAccepted(server=self._label)
        if status == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            return _Unavailable(said, _parse_wait(answer))
        if status == httpx.codes.NOT_FOUND:
            return ModelUnknown(server=self._label, model=self._server.model, said=said)
        return ModelRejected(server=self._label, said=said)

    def _read_content(self, body: bytes) -> str:
        """Return the text of a chat completion."""
        try:
            content = json.loads(body)["choices"][0]["message"]["content"]
        except (ValueError, RecursionError):
            raise NotACompletion(server=self._label, said="it isn't JSON") from None
        except (LookupError, TypeError):
            raise NotACompletion(server=self._label, said="it has no message") from None
        if not isinstance(content, str):
            raise NotACompletion(server=self._label, said="its message has no text")
        return content


def _parse_wait(answer: httpx.Response) -> float | None:
    """Return the seconds that the server asks us to wait, if it gives a number."""
    seconds = answer.headers.get("retry-after", "")
    return float(seconds) if seconds.isdecimal() and seconds.isascii() else None


def _read_message(answer: httpx.Response, content: bytes) -> str:
    """Return the server's own message, shortened and without secrets, or else the status."""
    status = f"status {answer.status_code}"
    try:
        error = json.loads(content)["error"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return status
    message = error.get("message") if isinstance(error, dict) else error
    text = " ".join(redact(str(message or ""))[0].split())
    return shorten(text, MAX_MESSAGE_LENGTH).rstrip(".") or status
