"""An optional language model that words parts of a draft, and the interface to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.domain.errors import BotError


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message of the request to the model: our instructions, or the record."""

    role: Literal["system", "user"]
    content: str


class DraftingModelError(BotError):
    """The model couldn't be used."""


class ModelKeyNotAccepted(DraftingModelError):
    """{server} doesn't accept the key. Set DEBRIEF_MODEL_KEY to a valid one."""


class ModelUnknown(DraftingModelError):
    """{server} doesn't know the model {model} ({said}). Check `base_url` and `model` in `[drafting.model]`.
    With Ollama, run `ollama pull {model}` on the server."""


class ModelUnreachable(DraftingModelError):
    """{server} isn't reachable ({said}). Check `base_url` in `[drafting.model]`, and whether the server is
    running."""


class ModelTooSlow(DraftingModelError):
    """{server} didn't answer within {seconds} s. Raise `timeout` in `[drafting.model]`, or use a smaller
    model."""


class ModelMoved(DraftingModelError):
    """{server} redirects to another address, which isn't followed. Set `base_url` in `[drafting.model]` to
    the final address."""


class ModelBusy(DraftingModelError):
    """{server} is overloaded or rate limiting me ({said}). Try again later, or raise its limits."""


class ModelRejected(DraftingModelError):
    """{server} rejected the request: {said}."""


class NotACompletion(DraftingModelError):
    """{server} didn't return a chat completion: {said}. Check `base_url` in `[drafting.model]`; it usually
    ends in `/v1`."""


class AnswerNotUsable(DraftingModelError):
    """The model's answer can't be used: {problem}."""


class DraftingModel(Protocol):
    """A language model behind an OpenAI-compatible server.

    Methods use the network, and raise `DraftingModelError`.
    """

    @property
    def name(self) -> str:
        """The model's name, as configured."""

    @property
    def may_read_private(self) -> bool:
        """Whether records of private incidents may be sent to it."""

    def complete(self, messages: Sequence[ChatMessage]) -> str:
        """Return the model's answer. Takes at most the configured time, including retries."""

    def check(self) -> None:
        """Ask for a tiny completion, to check address, key and model."""
