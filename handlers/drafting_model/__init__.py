"""The optional language model that words parts of a draft, on any OpenAI-compatible server."""

from bot.config.policy_drafting import DraftingModelPolicy
from bot.config.settings import Settings
from bot.domain.drafting_model import DraftingModel
from handlers.drafting_model.client import ModelClient, ModelServer


def build_model(settings: Settings, policy: DraftingModelPolicy) -> DraftingModel | None:
    """Return the configured model, or None. A server may need no key."""
    if policy.base_url is None or policy.model is None:
        return None
    key = settings.debrief_model_key
    server = ModelServer(
        base_url=policy.base_url,
        model=policy.model,
        key=key.get_secret_value() if key else "",
        timeout=policy.timeout,
    )
    return ModelClient(server, may_read_private=policy.private_incidents)
