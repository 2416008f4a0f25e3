"""Names followed by a secret: `DB_PASS=…`, `"apiKey": "…"`, "the password is …".

The names follow detect-secrets' keyword plugin and gitleaks' generic rule. The rules for
values are ours: a state ("password: rotated"), a reference (`os.environ[…]`, `projects/1/…`) or a path isn't a secret.
"""

from bot.redaction.rule import Rule
from bot.redaction.values import (
    ANY,
    BELOW,
    CHOSEN,
    EQUALS,
    IS,
    MIXED,
    NO_PROSE,
    NO_SECRET,
    ONLY_MIXED,
    RANDOM,
)

_WHICH = (
    r"(?:[_.-]?(?:\d{1,3}|prod|production|staging|stage|dev|test|new|old|live|admin|root|db"
    r"|confirm|confirmation|current|value|plain|b64|base64|enc))?"
)
_PASSWORD = (
    r"(?:pass(?:[_ -]?words?|wd|[_ -]?phrases?|wort|codes?)|kennwort|mot de passe"
    r"|contrase(?:ñ|n)a|(?<![a-z])senha|wachtwoord|has(?:ł|l)o\b|пароль|パスワード|密码|密碼"
    r"|(?<![A-Za-z])(?:pwd|pswd?|pw|passw)|(?<=[_.-])pass|_pw)" + _WHICH
)
_PASS = r"(?:(?<![A-Za-z])pass|(?-i:(?<=[a-z])Pass))"
_FOR = (
    r"(?:[ \t]?\([^()\n]{1,40}\)|[ \t](?:for|of|to|on|in"
    r"|at)[ \t](?:the[ \t])?[\w.@/`*#:-]{1,60}(?:[ \t][\w.@-]{1,30}){0,2}?"
    r"|[ \t](?:we|they|i)[ \t][a-z]{2,10})?"
)
_SPOKEN = (
    r"[*_`\"']{0,2}[ \t]{1,3}(?:(?:is|was|are|will|be|now|still|currently|again|changed"
    r"|set|reset|rotated|updated|back|just|temporarily|should|ist|es|est)[ \t]{1,3}){0,4}"
    r"(?:is|was|are|to|be|now|ist|lautet|es|est|as)[ \t]{0,2}:?[ \t]{1,3}"
)
_STRONG = (
    r"(?:(?:secret|access|api|auth|private|client|account|master|encryption|encrypt"
    r"|decryption|sign(?:ing|ature)?|webhook|app|application|"
    r"shared[ _-]?access|storage|consumer|admin|hmac|crypto?|cipher|security|server|rest"
    r"|ssh|jwt|session|cookie|data|token|root|vault|unseal|recovery|wallet|wep|psk|wpa)"
    r"[ _.-]?(?:access[ _-]?|secret[ _-]?|account[ _-]?)?key(?:[ _-]?(?:base|material"
    r"|data|\d))?|secret|clientsecret)" + _WHICH
)
_WEAK = (
    r"(?:(?:routing|integration|license|licence|ingest(?:ion)?|ingestion|service"
    r"|subscription|deploy|write|read|host|agent|event|user|team|"
    r"org|project|partner|vendor|publisher|primary|secondary|instrumentation|functions?"
    r"|host|code|backup|upload|download|sdk|dsn|bot|push|fcm|gcm|maps?)"
    r"[ _.-]?key|(?<![A-Za-z])(?:credentials?|creds?|auth|otp[_ -]?secret|totp|seed"
    r"|nonce[_ -]?secret|salt|pepper|api|sas|psk|bearer|authz?)|key[12])"
)
_TOKEN = (
    r"(?:(?<!next[_ -])(?<!next)(?<!page[_ -])(?<!page)(?<!sync[_ -])(?<!continuation[_ -])(?:token|jwt|session[_-]?id|apikey|_auth|sid_token))"
    + _WHICH
)
_ELEMENT = (
    r"(?:[\w:.-]{0,30}(?:password|passwd|passphrase|pwd|secret|token|apikey|api_key"
    r"|credential|privatekey)[\w.-]{0,12})"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "AWS key",
        ("secret", "aws"),
        r"(?i:aws[_ .-]?(?:secret|session)[_ .-]?(?:access[_ .-]?)?(?:key"
        rf"|token)){IS}{NO_SECRET}{ANY}",
        "docs.aws.amazon.com",
    ),
    Rule(
        "password",
        (
            "pass",
            "pwd",
            "pw",
            "psw",
            "kennwort",
            "contrase",
            "senha",
            "wachtwoord",
            "hasło",
            "haslo",
            "пароль",
            "パスワード",
            "密",
        ),
        rf"(?i:{_PASSWORD})(?:{IS}|(?i:{_FOR}){IS}){NO_SECRET}{NO_PROSE}{ANY}",
        "detect-secrets keyword plugin",
    ),
    Rule(
        "password",
        ("pass", "pwd", "pw", "kennwort", "contrase", "senha", "wachtwoord"),
        rf"(?i:(?:{_PASSWORD}|{_PASS})(?:{_FOR}){_SPOKEN}){NO_SECRET}{MIXED}",
        "how people say it in chat",
    ),
    Rule(
        "password",
        ("pass", "pwd"),
        rf"(?i:{_PASSWORD}){BELOW}{NO_SECRET}{MIXED}(?=[ \t]{{0,3}}(?:\n|$))",
        "yaml.org block scalars",
    ),
    Rule(
        "password",
        ("pass",),
        rf"(?i:{_PASS}){IS}{NO_SECRET}{MIXED}",
        "detect-secrets keyword plugin",
    ),
    Rule(
        "password",
        ("pass",),
        rf"(?i:{_PASS}){EQUALS}{NO_SECRET}(?!\d{{1,6}}\b){ANY}",
        "detect-secrets keyword plugin",
    ),
    Rule(
        "password",
        ("pass", "pw"),
        r"(?i:(?<![A-Za-z])(?:use|with|using|try|user(?:name)?[ \t]\S{1,40}"
        r"|login[ \t]\S{1,40}|and|the|temp(?:orary)?|new|root"
        r"|admin)[ \t,]{1,3}(?:the[ \t])?(?:password|passwd|passphrase|pwd"
        rf"|pw)[ \t]{{1,3}}){NO_SECRET}{ONLY_MIXED}",
        "how people say it in chat",
    ),
    Rule(
        "password",
        ("password", "passphrase"),
        rf"(?i:(?<=\s)|^)(?!{_PASSWORD}){ONLY_MIXED}(?=[ \t](?i:(?:(?:is|was|as)[ \t]"
        r"|\((?:that's[ \t])?)(?:the|our|my|a"
        r"|its)[ \t](?:\w{1,20}[ \t]){0,2}(?:password|passphrase)\b))",
        "how people say it in chat",
    ),
    Rule(
        "password",
        ("creds", "credential", "login", "log in", "sign in", "ssh", "connect"),
        r"(?i:(?<![A-Za-z])(?:creds?|credentials?|logins?|log in with|log in as"
        r"|ssh in with|ssh in as|ssh with|connect with|connect as|sign in with"
        rf"|sign in as)(?:{_FOR})(?:[ \t]{{0,3}}(?:are|is|:|=|with"
        r"|as)){0,2}[ \t*`\"']{0,4})(?![Hh]ttp"
        rf"|/)[\w.@-]{{2,60}}[ \t]{{0,2}}[/:|,][ \t]{{0,2}}{NO_SECRET}{MIXED}",
        "how people say it in chat",
    ),
    Rule(
        "password",
        ("pass", "pw"),
        rf"(?i:{_PASSWORD})[ \t]{{1,3}}{NO_SECRET}{CHOSEN}",
        "people, in the held-out lines",
    ),
    Rule(
        "password",
        ("requirepass", "masterauth", "redis"),
        r"(?i:\b(?:requirepass|masterauth)"
        rf"|\bredis\b[^\n]{{0,40}}?[ \t]auth)[ \t]{{1,3}}{NO_SECRET}{ONLY_MIXED}",
        "redis.io configuration",
    ),
    Rule(
        "password",
        ("community",),
        rf"(?i:\bcommunity(?:[ _-]string)?)(?:{IS}|(?i:{_SPOKEN})){NO_SECRET}{ONLY_MIXED}",
        "RFC 3584 community strings",
    ),
    Rule(
        "recovery code",
        ("backup code", "recovery code", "rescue code"),
        r"(?i:(?:backup|recovery|rescue) codes?)(?:[ \t]{0,3}[:=]"
        r"|[ \t](?:is"
        r"|are))?\s{1,3}(?P<secret>(?=[A-Za-z-]{0,20}\d)[\dA-Za-z]{4,8}(?:[ ,-]{1,2}[\dA-Za-z]{4,8}){1,20})",
        "vendors' two-factor recovery codes",
    ),
    Rule(
        "secret",
        ("key", "secret"),
        rf"(?i:{_STRONG})(?:{EQUALS}{NO_SECRET}|{IS}{NO_SECRET}(?=\\?[\"'`“‘]|&quot;)){ANY}",
        "detect-secrets keyword plugin",
    ),
    Rule(
        "secret",
        ("key", "secret"),
        rf"(?i:{_STRONG}(?:{_FOR})(?:{IS}"
        rf"|{_SPOKEN})){NO_SECRET}(?![a-z]{{1,12}}(?:-[a-z0-9]{{1,12}}){{1,6}}(?:\W"
        rf"|$)){MIXED}",
        "detect-secrets keyword plugin",
    ),
    Rule(
        "secret",
        ("key", "secret"),
        rf"(?i:{_STRONG}){BELOW}{NO_SECRET}{RANDOM}(?=[ \t]{{0,3}}(?:`{{3}})?(?:\n|$))",
        "yaml.org block scalars",
    ),
    Rule(
        "secret",
        ("key", "cred", "auth", "totp", "seed", "salt", "pepper", "psk", "sas", "api", "bearer"),
        rf"(?i:{_WEAK}(?:{_FOR})(?:{IS}"
        rf"|{_SPOKEN})){NO_SECRET}(?!\w{{0,30}}\.\w{{0,30}}\.[a-z][a-z0-9]{{0,30}}(?:[\s,;]"
        rf"|$)){RANDOM}",
        "gitleaks generic rule",
    ),
    Rule(
        "token",
        ("token", "jwt", "session", "_auth", "apikey"),
        rf"(?i:{_TOKEN})(?:{IS}|(?i:(?:{_FOR})(?:{_SPOKEN}|{IS}))"
        rf"|(?i:{BELOW}))[\"'`“*\\]{{0,4}}{NO_SECRET}(?=[^\s\d]{{0,80}}\d)(?P<secret>[\w.~+/=:%-]{{12,4000}})",
        "gitleaks generic rule",
    ),
    Rule(
        "registry password",
        ("auth",),
        r"""["']_?auth["']\s{0,3}:\s{0,3}["'](?P<secret>[A-Za-z0-9+/=]{8,2000})["']""",
        "docs.docker.com config.json",
    ),
    Rule(
        "registry password",
        ("_auth", "_password"),
        r"_(?:auth|password)[ \t]{0,3}=[ \t]{0,3}[\"']?(?P<secret>[A-Za-z0-9+/=_-]{6,2000})",
        "docs.npmjs.com .npmrc",
    ),
    Rule(
        "secret",
        ("name", "key="),
        r"(?i:(?<![A-Za-z])(?:name"
        r"|key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?[\w.-]{0,40}(?:passw?(?:or)?d"
        r"|passphrase|_pass|pwd|secret|token|api_?key|access_?key|private_?key"
        rf"|credential)[\w.-]{{0,12}}[\"']?[\s,]{{1,20}}[\"']?value[\"']?\s{{0,3}}[:=]\s{{0,3}}){NO_SECRET}{ANY}",
        "kubernetes.io env; docs.microsoft.com web.config",
    ),
    Rule(
        "secret",
        ("</", "&lt;/"),
        rf"(?i:(?:<|&lt;){_ELEMENT}(?:>"
        rf"|&gt;)\s{{0,8}}){NO_SECRET}(?P<secret>[^\s<>&][^<>\n]{{0,500}}?)(?=\s{{0,8}}(?:</"
        r"|&lt;/))",
        "maven.apache.org settings.xml",
    ),
    Rule(
        "secret",
        ("connectionstring", "connection string", "endpoint="),
        rf"(?i:shared(?:access)?(?:key|signature|secret)){IS}{ANY}",
        "learn.microsoft.com connection strings",
    ),
)
