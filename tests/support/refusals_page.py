"""`python -m tests.support.refusals_page`: write `docs/refusals.md` from the table in the code and its sentences."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.job import JobKind
from bot.domain.refusals import ALWAYS, NEVER, ON_REFUSAL, Audience, Refusal
from bot.rendering import render

PAGE = Path(__file__).parents[2] / "docs" / "refusals.md"
_HEAD = """# What Slack refuses

When Slack refuses something for good, Debrief doesn't retry it blindly. The person who asked for it is told what
didn't happen, why, and what to do. They see it where they asked (only visible to them), or else in a direct
message or in the incident's channel. `debrief outbox` lists everything that was refused, and
`debrief outbox --retry` tries it again.

This page is written by `python -m tests.support.refusals_page`.

## By job

*Done later*: if the bot wasn't in the channel, or the channel was archived or didn't exist yet, the bot does the job
once it can.

| job | message | who is told | done later |
|---|---|---|---|
"""
_REASONS = """
## By reason

| Slack's error | why | what to do |
|---|---|---|
"""
# One code per group, in the order of the page; the groups are in the template.
CODES = (
    "missing_scope", "restricted_action", "is_archived", "not_in_channel", "channel_not_found",
    "not_visible", "no_channel", "cannot_check", "internal", "cant_invite", "user_not_found",
    "messages_tab_disabled", "name_taken", "too_long", "too_many", "message_not_found",
    "file_uploads_disabled", "canvases_disabled", "some_other_error",
)  # fmt: skip


def sentence(kind: JobKind) -> str:
    """Return the sentence about a refused job, before names are filled in."""
    return str(_words().not_done(kind)).strip()


def why(code: str, scope: str = "") -> str:
    return str(_words().why(_words().group(code).strip(), scope)).strip()


def page() -> str:
    rows = [_row(kind, ON_REFUSAL[kind]) for kind in JobKind]
    return _HEAD + "".join(rows) + _REASONS + "".join(_reasons())


def _row(kind: JobKind, row: Refusal) -> str:
    whom = row.audience.value
    if row.audience is Audience.LOG:
        whom += f" ({row.because})"
    if row.once:
        whom += ", once per incident and reason"
    message = "" if row.audience is Audience.LOG else sentence(kind)
    return f"| {kind.replace('_', ' ')} | {message} | {whom} | {_later(row.useful_for)} |\n"


def _later(useful_for: timedelta) -> str:
    return {NEVER: "no", ALWAYS: "yes"}.get(useful_for, f"within {useful_for.days} days")


def _reasons() -> Iterator[str]:
    words = _words()
    codes = {code: [code] for code in CODES}
    for code, group in words.GROUPS.items():
        codes[group].append(code)
    for group, codes_in_group in codes.items():
        do = words.what_to_do(group, "/incident", "debrief", "INC-2026-001").strip()
        yield f"| {', '.join(f'`{alike_code}`' for alike_code in codes_in_group)} | {why(group)} | {do} |\n"


def _words() -> Any:
    """Return the macros of the template with the sentences."""
    return render._environment("mrkdwn").get_template("refusal_words.j2").module


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
