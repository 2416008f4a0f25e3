"""Render a draft even if a team's template was broken after startup."""

from pathlib import Path

import structlog

from bot.domain.draft import Completeness, Draft
from bot.rendering import documents
from bot.rendering.team_templates import describe
from bot.rendering.template_mistakes import MISTAKES

log = structlog.get_logger()


def render_or_fall_back(
    draft: Draft, template: str, folder: Path | None
) -> tuple[str, str, str, Completeness]:
    """Render a draft, with the `standard` template if the team's was broken after startup.

    Return the name of the template used, Markdown, HTML, and how complete the document is.
    """
    try:
        return template, *documents.render_all(draft, template, folder)
    except MISTAKES as error:
        if folder is None:
            raise
        log.warning("template failed", template=template, error=describe(error))
    return "standard", *documents.render_all(draft)
