"""Remove secrets before anything is stored or sent.

The rules are tables: `keys`, `platform_tokens`, `service_tokens`, `addresses`, `commands`, `assignments`,
and `library` for the detectors of detect-secrets.
"""

from bot.redaction.redacting import redact, redact_all

__all__ = ["redact", "redact_all"]
