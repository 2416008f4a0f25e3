"""Secrets out, before anything is stored.

detect-secrets knows the shapes of services' own tokens; its detectors of randomness are left out
(they take every git commit for a secret), and nothing here asks a service whether a secret works.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

_DETECTORS: tuple[tuple[str, Callable[[], RegexBasedDetector]], ...] = (
    ("AWS key", AWSKeyDetector),
    ("Azure key", AzureStorageKeyDetector),
    ("Cloudant key", CloudantDetector),
    ("Discord token", DiscordBotTokenDetector),
    ("GitHub token", GitHubTokenDetector),
    ("GitLab token", GitLabTokenDetector),
    ("IBM key", IbmCloudIamDetector),
    ("IBM key", IbmCosHmacDetector),
    ("Mailchimp key", MailchimpDetector),
    ("PyPI token", PypiTokenDetector),
    ("SendGrid key", SendGridDetector),
    ("Slack token", SlackDetector),
    ("SoftLayer key", SoftlayerDetector),
    ("Square key", SquareOAuthDetector),
    ("Stripe key", StripeDetector),
    ("Telegram token", TelegramBotTokenDetector),
    ("Twilio key", TwilioKeyDetector),
)

# An assignment: the word, perhaps quoted or bold, then `=` or `:` and the value. After a spoken "is"
# the value must have a digit ("password is hunter2"), and words for a state are never a value, so
# that prose about passwords stays. Repetitions are bounded: nobody can slow us down with a message.
_IS = r"""[*_`"']{0,2}[ \t]{0,3}(?::=|=>|={1,3}|:)[*_`"']{0,2}[ \t]{0,3}[*_`"']{0,2}"""
_SPOKEN = r"""[ \t]{1,3}(?:is|was|to)[ \t]{1,3}[*_`"']{0,2}(?=[^\s\d]{0,80}\d)"""
_VALUE = (
    # Slack makes a link of what looks like an address, also of half a password.
    r"""(?:(?P<linked><mailto:[^\s<>]{1,300}>)"""
    r"""|(?=[^\s"'`<>|]{0,80}[^\W_])(?P<secret>(?:&(?:amp|lt|gt);|[^\s"'`<>&|])+))"""
)
_QUOTED = r"""(?:(?<=")(?P<quoted>[^"\n]{1,500})(?=")|(?<=')(?P<single>[^'\n]{1,500})(?='))"""
_STATE = (
    r"(?!(?:rotated|reset|changed|expired|wrong|missing|invalid|incorrect|none|null|nil|true|false|"
    r"yes|no|not|required|unset|unknown|empty|revoked|the|is|it|was|we|in|see|ok)"
    r"""(?:[\s,.;)*"'`]|$))"""
)
_PHRASE = r"(?:pass(?:word|wd|phrase)|(?<![a-z])pwd|passwort|contraseña)"
_KEY = (
    r"(?:(?:secret|access|api|auth|private|client|account|master|encryption)[ _-]?"
    r"(?:access[ _-]?)?key(?:[_-]base)?|secret)"
)
_BEGIN = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_BEFORE_END = r"[\s\S]{0,10000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_OWN = (
    (
        "private key",
        rf"{_BEGIN}(?:{_BEFORE_END}|(?:(?:\s|\\n){{0,8}}[\w+/=]{{16,}})*)",
    ),
    ("password", r"://[^\s:/@<>|]{0,100}:(?P<secret>[^\s/@<>|]{1,200})@"),
    ("password", r"://[^\s:/@<>|]{0,100}:(?P<linked><mailto:[^\s<>]{1,300}>)"),
    ("JSON web token", r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"),
    ("Slack token", r"(?<![\w-])(?:xapp|xox[a-z](?:\.xox[a-z])?)-[A-Za-z0-9-]{10,}"),
    ("GitHub token", r"(?<!\w)github_pat_\w{22,}"),
    ("API key", r"(?<![\w-])(?:sk-(?:ant|proj|svcacct|or)-[\w-]{20,}|sk-[A-Za-z0-9]{32,})"),
    ("API key", r"(?<![\w-])(?:AIza[\w-]{30,}|hvs\.[\w-]{20,})"),
    ("npm token", r"(?<!\w)npm_\w{30,}|_authToken=(?P<secret>[\w-]{20,})"),
    ("Artifactory key", r"(?<!\w)(?:AKC|AP[\dA-F])(?=[A-Za-z]*\d)[A-Za-z0-9]{20,}"),
    ("bearer token", r"(?i:\bbearer)[ \t]{1,3}(?P<secret>(?=[^\s\d]{0,80}\d)[\w.~+/=-]{16,})"),
    (
        "password",
        rf"""(?i:authorization){_IS}(?i:basic)[ \t]{{1,3}}(?P<secret>[\w+/=]{{4,}})""",
    ),
    ("AWS key", rf"(?i:aws_?secret_?(?:access_?)?key){_IS}(?:{_QUOTED}|{_VALUE})"),
    ("password", rf"(?i:{_PHRASE})(?:{_IS}|{_SPOKEN})(?i:{_STATE})(?:{_QUOTED}|{_VALUE})"),
    ("secret", rf"(?i:{_KEY}){_IS}(?i:{_STATE})(?:{_QUOTED}|{_VALUE})"),
    (
        "token",
        rf"(?i:token)(?:{_IS}|{_SPOKEN})(?=[^\s\d]{{0,80}}\d)(?P<secret>[\w.~+/=-]{{12,}})",
    ),
)


class _Rule(NamedTuple):
    kind: str
    pattern: re.Pattern[str]

    def apply(self, text: str) -> str:
        """Replace what the pattern finds, beside the placeholders and never across or in one."""
        if not self.pattern.search(text):
            return text
        parts = _PLACEHOLDER.split(text)
        parts[::2] = [self.pattern.sub(self._placeholder, part) for part in parts[::2]]
        return "".join(parts)

    def _placeholder(self, match: re.Match[str]) -> str:
        """Keep what stands around the secret: the name of the variable, the host of the address."""
        whole = match[0]
        named = next((value for value in match.groupdict().values() if value), None)
        secret = named or whole.strip()
        head, _, tail = whole.rpartition(secret)
        return f"{head}[removed: {self.kind}]{tail}"


_RULES = tuple(
    [_Rule(kind, re.compile(pattern)) for kind, pattern in _OWN]
    + [_Rule(kind, pattern) for kind, plugin in _DETECTORS for pattern in plugin().denylist]
)
_KINDS = "|".join(sorted({re.escape(rule.kind) for rule in _RULES}))
_PLACEHOLDER = re.compile(rf"(\[removed: (?:{_KINDS})\])")


def redact(text: str) -> tuple[str, list[str]]:
    """Give the text without its secrets, and the kinds of what was taken out, each once.

    Redacting again changes nothing: what one pass brings to light, the next takes out as well.
    """
    found: dict[str, None] = {}
    before = None
    while before != text:
        before = text
        for rule in _RULES:
            clean = rule.apply(text)
            if clean != text:
                text, found[rule.kind] = clean, None
    return text, list(found)
