"""The detectors of detect-secrets, as rules.

Plugins left out: the entropy detectors (they report every git commit), public addresses (not secrets), and
`keyword`, `basic_auth`, `private_key`, `npm`, `jwt`, `openai`, `artifactory`, because our rules find more,
match no further than the secret, or are linear. Nothing here asks a service whether a secret works.
"""

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

# The trigger words are ours: without one of them, the detector finds nothing.
DETECTORS: tuple[tuple[str, str, type[RegexBasedDetector]], ...] = (
    ("Cloudant key", "cl", CloudantDetector),
    ("Discord token", ".", DiscordBotTokenDetector),
    ("GitHub token", "gh", GitHubTokenDetector),
    ("GitLab token", "gl", GitLabTokenDetector),
    ("IBM key", "ibm bx key pwd pass token", IbmCloudIamDetector),
    ("IBM key", "cos hmac secret", IbmCosHmacDetector),
    ("Mailchimp key", "-us", MailchimpDetector),
    ("PyPI token", "pypi-", PypiTokenDetector),
    ("SendGrid key", "sg.", SendGridDetector),
    ("Slack token", "xox hooks.slack.com", SlackDetector),
    ("SoftLayer key", "sl softlayer", SoftlayerDetector),
    ("Square token", "sq0csp", SquareOAuthDetector),
    ("Stripe key", "_live_", StripeDetector),
    ("Telegram token", ":", TelegramBotTokenDetector),
    ("Twilio key", "ac sk", TwilioKeyDetector),
)
