"""Tokens of monitoring, messaging, payment and model services, recognized by their format.

Prefixes and lengths come from the page named in each row; `gitleaks` means that its default configuration
(github.com/gitleaks/gitleaks, config/gitleaks.toml, MIT) was consulted too.
"""

from bot.redaction.rule import END, Rule, make_token_rule

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

MONITORING: tuple[Rule, ...] = (
    make_token_rule("Grafana token", "glsa_", r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}", "grafana.com/docs service accounts"),
    make_token_rule("Grafana token", "glc_", r"glc_[A-Za-z0-9+/]{32,400}={0,3}", "grafana.com/docs access policies; gitleaks"),
    make_token_rule("Grafana key", "eyjrijoi", r"eyJrIjoi[A-Za-z0-9+/]{50,400}={0,3}", "grafana.com/docs API keys; gitleaks"),
    make_token_rule("New Relic key", "nrak- nrii- nriq- nrjs- nraa- nrra-", r"NR(?:AK|II|IQ|JS|AA|RA)-[A-Za-z0-9_-]{19,40}",
          "docs.newrelic.com API keys"),
    make_token_rule("New Relic key", "nral", r"[a-f0-9]{36}NRAL" + END, "docs.newrelic.com licence keys"),
    make_token_rule("Datadog key", "ddapi ddapp ddpat_ ddsat_", r"dd(?:api|app|pat|sat)_[A-Za-z0-9_]{30,60}", "docs.datadoghq.com"),
    make_token_rule("Datadog token", "pub", r"pub[a-f0-9]{32}" + END, "docs.datadoghq.com client tokens"),
    make_token_rule("PagerDuty key", "u+", r"(?<![A-Za-z0-9+/])u\+[A-Za-z0-9_-]{18}" + END, "developer.pagerduty.com user tokens"),
    make_token_rule("Dynatrace token", "dt0", r"dt0[a-z]\d{2}\.[A-Z0-9a-z-]{8,40}\.[A-Za-z0-9]{64}", "docs.dynatrace.com token format"),
    make_token_rule("Sentry token", "sntrys_", r"sntrys_[A-Za-z0-9+/=_-]{40,500}", "docs.sentry.io organisation tokens"),
    make_token_rule("Sentry token", "sntryu_", r"sntryu_[a-f0-9]{64}", "docs.sentry.io user tokens"),
    make_token_rule("Honeycomb key", "hcaik_ hcxik_ hcamk_ hcalk_ hcxlk_", r"hc[ax][imlb]k_[a-z0-9]{50,64}", "docs.honeycomb.io API keys"),
    make_token_rule("Splunk token", "splunk", r"(?<=Splunk )" + _UUID, "docs.splunk.com HTTP Event Collector"),
    make_token_rule("Sumo Logic id", "su", r"(?<=accessId=)su[A-Za-z0-9]{12}" + END, "help.sumologic.com; gitleaks"),
    make_token_rule("Logz.io token", "logzio", r"(?<=token=)[A-Za-z]{32}" + END, "docs.logz.io shipping tokens"),
    make_token_rule("Opsgenie key", "geniekey", r"(?<=GenieKey )" + _UUID, "docs.opsgenie.com authentication"),
    make_token_rule("Healthchecks key", "hcw_ hcr_", r"hc[wr]_[A-Za-z0-9]{28}" + END, "healthchecks.io/docs/api"),
    make_token_rule("PostHog key", "phx_ phs_", r"ph[xs]_[A-Za-z0-9]{40,60}", "posthog.com/docs/api"),
    make_token_rule("Rollbar and Statuspage key", "oauth", r"(?<=Authorization: OAuth )[\w-]{20,64}", "developer.statuspage.io"),
    make_token_rule("incident.io key", "inc_", r"inc_(?:live|dev)?_?[a-f0-9]{40,64}", "api-docs.incident.io"),
    make_token_rule("Better Stack token", "btstk_", r"btstk_[\w-]{20,64}", "betterstack.com/docs"),
)  # fmt: skip

MESSAGING: tuple[Rule, ...] = (
    make_token_rule("Slack token", "xox xapp-", r"(?:xapp|xox[a-z](?:\.xox[a-z])?)-[A-Za-z0-9-]{10,400}", "docs.slack.dev token types"),
    Rule("Slack webhook", ("hooks.slack.com",),
         r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<secret>[A-Za-z0-9+/]{20,120})",
         "docs.slack.dev incoming webhooks"),
    Rule("Discord webhook", ("/api/webhooks/",), r"/api/webhooks/\d{15,22}/(?P<secret>[\w-]{50,90})",
         "discord.com/developers webhooks"),
    Rule("Teams webhook", ("webhook.office.com", "/incomingwebhook/"),
         r"/IncomingWebhook/(?P<secret>[a-f0-9]{32}/[A-Fa-f0-9-]{36}(?:/[\w-]{10,60})?)",
         "learn.microsoft.com incoming webhooks; gitleaks"),
    Rule("Google Chat webhook", ("chat.googleapis.com",),
         r"chat\.googleapis\.com/v1/spaces/[\w-]{5,40}/messages\?(?P<secret>[^\s\"'`<>|]{20,300})",
         "developers.google.com/workspace/chat webhooks"),
    Rule("Zapier webhook", ("hooks.zapier.com",), r"hooks\.zapier\.com/hooks/catch/(?P<secret>[\w/]{8,60})",
         "zapier.com webhooks"),
    make_token_rule("Telegram token", ":aa", r"\d{8,12}:AA[\w-]{32,36}", "core.telegram.org/bots"),
    make_token_rule("Discord token", "m n o", r"[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}", "discord.com/developers reference"),
    make_token_rule("Twilio key", "sk", r"SK[0-9a-f]{32}" + END, "twilio.com/docs API keys; gitleaks"),
    make_token_rule("SendGrid key", "sg.", r"SG\.[\w-]{16,32}\.[\w-]{30,64}", "twilio.com/docs/sendgrid"),
    make_token_rule("Mailchimp key", "-us", r"[0-9a-f]{32}-us\d{1,2}" + END, "mailchimp.com/developer"),
    make_token_rule("Mandrill key", "md-", r"md-[A-Za-z0-9_-]{22}" + END, "mailchimp.com/developer/transactional"),
    make_token_rule("Mailgun key", "key-", r"key-[0-9a-z]{32}" + END, "documentation.mailgun.com; gitleaks"),
    make_token_rule("Mailgun key", "-", r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}" + END, "documentation.mailgun.com signing keys; gitleaks"),
    make_token_rule("Brevo key", "xkeysib- xsmtpsib-", r"x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}", "developers.brevo.com; gitleaks"),
    make_token_rule("Resend key", "re_", r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}" + END, "resend.com/docs"),
    make_token_rule("MessageBird key", "accesskey", r"(?<=AccessKey )[A-Za-z0-9]{25}" + END, "developers.messagebird.com"),
    make_token_rule("Intercom token", "dg9roj", r"dG9rOj[A-Za-z0-9+/_-]{40,80}={0,2}", "developers.intercom.com"),
    make_token_rule("HubSpot token", "pat-na pat-eu pat-ap", r"pat-(?:na|eu|ap)\d-" + _UUID, "developers.hubspot.com private apps"),
    make_token_rule("Firebase key", "aaaa", r"AAAA[\w-]{7}:[\w-]{130,160}", "firebase.google.com server keys"),
    make_token_rule("Webex token", "_", r"[A-Za-z0-9]{64}_[A-Z0-9]{4}_" + _UUID, "developer.webex.com"),
)  # fmt: skip

PAYMENTS: tuple[Rule, ...] = (
    make_token_rule("Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_", r"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,110}", "docs.stripe.com/keys"),
    make_token_rule("webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{20,80}", "docs.stripe.com/webhooks; standardwebhooks.com"),
    make_token_rule("Square token", "eaaa sq0", r"(?:EAAA[\w-]{50,70}|sq0(?:atp|csp|idp)-[\w-]{20,50})", "developer.squareup.com"),
    make_token_rule("PayPal token", "access_token$", r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}", "developer.paypal.com (Braintree)"),
    make_token_rule("Shopify token", "shpat_ shpca_ shppa_ shpss_ shpua_", r"shp(?:at|ca|pa|ss|ua)_[a-fA-F0-9]{32}", "shopify.dev token formats"),
    make_token_rule("Plaid token", "access-", r"access-(?:sandbox|development|production)-" + _UUID, "plaid.com/docs; gitleaks"),
    make_token_rule("Flutterwave key", "flwseck", r"FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?", "developer.flutterwave.com; gitleaks"),
    make_token_rule("Razorpay key", "rzp_", r"rzp_(?:live|test)_[A-Za-z0-9]{14}" + END, "razorpay.com/docs API keys"),
    make_token_rule("GoCardless token", "live_ sandbox_", r"(?<![A-Za-z0-9_])(?:live|sandbox)_[A-Za-z0-9_-]{40}" + END, "developer.gocardless.com; gitleaks"),
    make_token_rule("Adyen key", "aqe", r"AQE[a-z][A-Za-z0-9+/=]{60,200}-[A-Za-z0-9+/=]{20,60}-[^\s\"'`<>|]{10,30}", "docs.adyen.com API credentials"),
    make_token_rule("EasyPost key", "ezak eztk", r"EZ[AT]K[A-Za-z0-9]{54}" + END, "docs.easypost.com; gitleaks"),
    make_token_rule("Shippo token", "shippo_", r"shippo_(?:live|test)_[a-fA-F0-9]{40}", "docs.goshippo.com; gitleaks"),
    make_token_rule("Duffel token", "duffel_", r"duffel_(?:test|live)_[\w=-]{43}", "duffel.com/docs; gitleaks"),
    make_token_rule("Facebook token", "eaa", r"EAA[A-Za-z0-9]{80,300}" + END, "developers.facebook.com access tokens"),
    make_token_rule("X token", "aaaaaaaaaaaaaaaaaaaa", r"A{20,24}[A-Za-z0-9%]{60,110}", "docs.x.com bearer tokens; gitleaks"),
    make_token_rule("LinkedIn secret", "wpl_", r"WPL_AP1\.[A-Za-z0-9]{12,20}\.[A-Za-z0-9+/=]{6,12}", "learn.microsoft.com LinkedIn"),
    make_token_rule("Dropbox token", "sl.", r"(?<![\w/.-])sl\.(?:u\.)?[\w=-]{100,1500}", "dropbox.com/developers; gitleaks"),
    make_token_rule("Mapbox token", "sk.eyj", r"sk\.eyJ[\w-]{20,120}\.[\w-]{20,30}", "docs.mapbox.com secret tokens"),
    make_token_rule("MaxMind key", "_mmk", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk", "support.maxmind.com; gitleaks"),
    make_token_rule("Yandex key", "aqvn ycaj", r"(?:AQVN[\w-]{35,40}|YC[AM][\w-]{37,40})", "yandex.cloud/docs; gitleaks"),
    make_token_rule("Yandex token", "t1. y0_", r"(?:t1\.[\w-]{10,300}={0,2}\.[\w-]{80,90}={0,2}|y[0-3]_[\w-]{55,60})", "yandex.cloud/docs IAM tokens"),
    make_token_rule("Ethereum key", "private", r"(?<=private_key=)0x[a-f0-9]{64}" + END, "ethereum.org accounts"),
)  # fmt: skip

MODELS: tuple[Rule, ...] = (
    make_token_rule("API key", "sk-ant- sk-proj- sk-svcacct- sk-or- sk-admin- sk-none-", r"sk-(?:ant|proj|svcacct|or|admin|None)-[\w-]{20,250}", "docs.anthropic.com; platform.openai.com"),
    make_token_rule("API key", "sk-", r"sk-(?:lf-|[a-z]{2,8}-)?(?=[A-Za-z-]{0,60}\d)[A-Za-z0-9]{32,64}" + END, "platform.openai.com"),
    make_token_rule("Hugging Face token", "hf_ api_org_", r"(?:hf_|api_org_)[A-Za-z0-9]{30,40}" + END, "huggingface.co/docs user access tokens"),
    make_token_rule("Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{40,64}", "docs.perplexity.ai; gitleaks"),
    make_token_rule("Groq key", "gsk_", r"gsk_[A-Za-z0-9]{40,60}", "console.groq.com/docs"),
    make_token_rule("xAI key", "xai-", r"xai-[A-Za-z0-9]{60,90}", "docs.x.ai"),
    make_token_rule("Replicate token", "r8_", r"r8_[A-Za-z0-9]{30,44}", "replicate.com/docs"),
    make_token_rule("NVIDIA key", "nvapi-", r"nvapi-[\w-]{60,80}", "docs.nvidia.com NGC keys"),
    make_token_rule("LangSmith key", "lsv2_ ls__", r"(?:lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}|ls__[a-f0-9]{32})", "docs.smith.langchain.com"),
    make_token_rule("Pinecone key", "pcsk_", r"pcsk_[A-Za-z0-9_]{50,80}", "docs.pinecone.io"),
    make_token_rule("Weights & Biases key", "wandb_v1_", r"wandb_v1_[\w-]{40,100}", "docs.wandb.ai"),
    make_token_rule("Azure DevOps token", "azdo", r"[A-Za-z0-9]{70,76}AZDO[A-Za-z0-9]{4}" + END, "learn.microsoft.com Azure DevOps tokens"),
)  # fmt: skip
