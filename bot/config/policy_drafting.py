"""The configuration section for the optional model that words parts of a draft."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.policy_parts import make_error


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise make_error('it must be a URL, such as "https://models.example.org/v1"')
    if parts.username or parts.password:
        raise make_error("it must not contain a password: set DEBRIEF_MODEL_KEY instead")
    return value.rstrip("/")


class DraftingModelPolicy(BaseModel):
    """Where the model is, and what it may read. Without `base_url` and `model`, none is used.

    `timeout` is in seconds, and includes retries.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: Annotated[str, AfterValidator(_base_url)] | None = None
    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    private_incidents: bool = False
    timeout: Annotated[int, Field(ge=1, le=600)] = 60

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.base_url is None) != (self.model is None):
            given, missing = ("base_url", "model") if self.base_url else ("model", "base_url")
            raise make_error(f"{given} is set, but {missing} isn't: set both, or neither")
        return self


class Drafting(BaseModel):
    """How drafts are made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: DraftingModelPolicy = DraftingModelPolicy()
