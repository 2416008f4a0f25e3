"""Secrets in URLs and HTTP headers, as pasted from a browser or `curl -v`."""

from bot.redaction.rule import Rule

_USER = r"[^\s:/@<>|\[\]\"'`]{0,100}"
# A port, or a placeholder for one, after the colon is not a password.
_NO_PORT = r"(?!\d{1,5}(?:[/?#\s>|]|$)|\$?[{(<]|\$[A-Z_]{1,40}\b|%\w{1,40}%|port\b|PORT\b|\*{3})"
_HOST = r"(?=[A-Za-z0-9_.\[$*-])"
_HEADER_IS = r"""["']{0,2}\s{0,3}[:=]\s{0,3}["']{0,2}"""

ADDRESSES: tuple[Rule, ...] = (
    # Slack turns the end of a password and the host into a mail address.
    Rule(
        "password",
        ("<mailto:",),
        rf"://{_USER}:(?P<secret>[^\s<>|]{{0,100}}<mailto:[^\s<>]{{1,300}}>)",
        "docs.slack.dev formatting; RFC 3986",
    ),
    Rule(
        "password",
        ("://",),
        rf"://{_USER}:{_NO_PORT}(?P<secret>[^\s<>|\"`]{{1,200}})@{_HOST}",
        "RFC 3986 userinfo",
    ),
    Rule(
        "token",
        ("://",),
        r"://(?P<secret>(?=[A-Za-z_-]{0,60}\d)[\w-]{24,120})@(?=[A-Za-z0-9])",
        "RFC 3986 userinfo (Sentry, GitHub)",
    ),
    Rule(
        "password",
        ("jdbc:oracle", "sqlplus", "oracle+"),
        r"(?:jdbc:oracle:\w{2,5}:|sqlplus (?:-\w{1,2} "
        r"){0,3})[\w$.-]{1,40}/(?P<secret>[^\s@<>|]{1,100})@",
        "docs.oracle.com JDBC, SQL*Plus",
    ),
    Rule(
        "signature",
        ("sig=",),
        r"(?:[?&;]|&amp;|\b)sig=(?P<secret>[A-Za-z0-9%+/=_-]{20,120})",
        "learn.microsoft.com SAS tokens",
    ),
    Rule(
        "signature",
        ("-signature=", "&signature=", "?signature=", ";signature="),
        r"(?:X-Amz-|X-Goog-|[?&;])Signature=(?P<secret>[A-Za-z0-9%+/=_~.-]{20,1200})",
        "docs.aws.amazon.com, cloud.google.com signed URLs",
    ),
    Rule(
        "token",
        ("x-amz-security-token=",),
        r"(?i:X-Amz-Security-Token)=(?P<secret>[A-Za-z0-9%+/=_-]{20,3000})",
        "docs.aws.amazon.com signed URLs",
    ),
    Rule(
        "code",
        ("code=",),
        r"[?&;]code=(?P<secret>[\w./%~-]{20,1000}={0,2})",
        "RFC 6749 authorization codes; learn.microsoft.com function keys",
    ),
    Rule(
        "integration key",
        ("/integration/", "/enqueue"),
        r"events\.pagerduty\.com/integration/(?P<secret>[a-f0-9]{32})",
        "developer.pagerduty.com",
    ),
)

HEADERS: tuple[Rule, ...] = (
    Rule(
        "password",
        ("authorization", "www-auth"),
        rf"(?i:(?:proxy-)?authorization){_HEADER_IS}(?i:basic)[ \t]{{1,3}}(?P<secret>[\w+/=-]{{4,2000}})",
        "RFC 7617",
    ),
    Rule(
        "token",
        ("authorization",),
        rf"(?i:(?:proxy-)?authorization){_HEADER_IS}"
        r"(?!(?i:basic|bearer|none|required|failed|missing|header|denied|aws4|digest|negotiate)\b)"
        r"(?:(?i:token|apikey|api-key|ssws|geniekey|splunk|oauth|key|hmac|sso-key|bot"
        r"|discogs|pvaeapitoken|zoho-oauthtoken)[ \t=]{1,3}(?:token=)?)?"
        r"[\"']?(?P<secret>(?=[^\s\d]{0,60}\d)[\w.~+/=:-]{12,2000})",
        "RFC 9110 authorization; vendors' API pages",
    ),
    Rule(
        "signature",
        ("aws4-hmac", "signature="),
        r"(?<=Signature=)(?P<secret>[a-f0-9]{64})",
        "docs.aws.amazon.com Signature Version 4",
    ),
    Rule(
        "password",
        ("digest",),
        r"""(?i:digest\b[^\n]{0,300}?\bresponse)=["']?(?P<secret>[a-f0-9]{32,64})""",
        "RFC 7616",
    ),
    Rule(
        "token",
        ("negotiate", "ntlm"),
        r"(?i:\b(?:negotiate|ntlm))[ \t]{1,3}(?P<secret>(?:YII"
        r"|TlRMTVNTUA)[A-Za-z0-9+/=]{16,4000})",
        "RFC 4559",
    ),
    Rule(
        "bearer token",
        ("bearer",),
        r"(?i:\bbearer)(?:[ \t]{1,3}|%20"
        r"|\+)[\"'`*]{0,2}(?P<secret>(?=[^\s\d]{0,80}\d)[\w.~+/=:-]{12,8000})",
        "RFC 6750",
    ),
    Rule(
        "cookie",
        ("set-cookie",),
        r"(?i:set-cookie)" + _HEADER_IS + r"[\w.%-]{1,80}=(?P<secret>[^\s;\"'`<>|]{6,4000})",
        "RFC 6265",
    ),
    Rule(
        "cookie",
        ("cookie",),
        r"(?i:(?<![\w-])cookies?)"
        + _HEADER_IS
        + r"(?P<secret>[\w.%-]{1,80}=[^\s;\"'`<>|]{4,4000}(?:;[ \t]{0,2}[\w.%-]{1,80}=[^\s;\"'`<>|]{0,4000}){0,60})",
        "RFC 6265",
    ),
    Rule(
        "cookie",
        ("curl",),
        r"(?i:\bcurl\b[^\n]{0,400}?[ \t](?:-b"
        r"|--cookie))[ \t=]{1,3}[\"']?(?P<secret>[\w.%-]{1,80}=[^\s\"'`<>|]{4,2000})",
        "curl(1)",
    ),
    Rule(
        "cookie",
        ("sess", "connect.sid", "sid=", "aspxauth", "remember_"),
        r"(?i:(?:JSESSIONID|PHPSESSID|ASP\.NET_SessionId|\.ASPXAUTH|connect\.sid"
        r"|laravel_session|_?\w{0,24}session(?:_?id)?|remember_(?:user_)?token"
        r"|wordpress_logged_in_\w{0,40}|XSRF-TOKEN))"
        r"=[\"']?(?P<secret>(?=[^\s\d]{0,60}\d)[\w.%+/:=-]{16,2000})",
        "session cookies of Java EE, PHP, ASP.NET, Express, Rails, Laravel",
    ),
)
