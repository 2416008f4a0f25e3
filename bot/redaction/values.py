"""Pattern fragments for the text after a name such as `password`: separators, values, and non-values."""

_QUOTES = r"""(?:\\{0,2}["'`]|[*_]|&quot;|[“”‘’]){0,4}"""
_SEPARATOR = r"(?::=|=>|=&gt;|={1,3}|[:：]{1,2}|%3[dDaA]|→|->|-&gt;)"
IS = rf"(?:\[\d{{0,4}}\])?{_QUOTES}[ \t]{{0,20}}{_SEPARATOR}[*_]{{0,2}}[ \t]{{0,20}}[*_]{{0,2}}"
EQUALS = rf"{_QUOTES}[ \t]{{0,20}}(?::=|=>|=&gt;|={{1,3}}|%3[dD])[ \t]{{0,20}}"
# YAML's block scalars, and people who put the value on a line of its own.
BELOW = rf"{_QUOTES}[ \t]{{0,3}}[:=]?[*_]{{0,2}}[ \t]{{0,3}}(?:[|>][-+]?)?[ \t]{{0,3}}\n[ \t]{{0,12}}(?:```)?\n?"

_STATES = (
    "rotated|resets?|changed|expir(?:ed|es|ing|y)|wrong|missing|invalid|incorrect|none"
    "|null|nil|true|false|undefined|"
    "yes|no|not|required|optional|unset|unknown|empty|blank|revoked|leaked|exposed"
    "|compromised|redacted|removed|hidden|masked|"
    "the|is|it|was|we|i|in|see|ok|okay|held|kept|stored|same|still|now|only|found|set|tbd"
    "|todo|n/a|na|default|"
    "managed|provided|generated|encrypted|hashed|plaintext|string|str|bytes|text|secret"
    "|passwords?|token|accepted|"
    "reject(?:ed|s)|fail(?:ed|s|ing|ure)|work(?:s|ing)|valid|updated|(?:dis|en)abled"
    "|denied|ask|check|use|from|via|by|for|with|and|or|"
    "on|at|to|of|an?|any|all|this|that|your|my|our|their|please|dm|vault|kms|1password"
    "|lastpass|bitwarden|okta|sso|prod|staging|"
    "production|needs?|must|should|will|can|cannot|has|have|had|too|mismatch|unchanged"
    "|rotation|rotating|broken|auth|count|"
    "case-sensitive|up-to-date|self-service|read-only|write-only|two-factor|single-use"
    "|one-time|short-lived|long-lived|per-user"
)
# Code that reads the value from elsewhere, if unquoted.
_CODE = (
    r"(?:os|process|env|config|settings|self|this|secrets|secretsmanager|vars?|local|data"
    r"|module|cfg|conf|app|options|opts|params|args|request|"
    r"req|ctx|values|each|terraform|system|inputs|github|context|environ|credentials|user"
    r"|form|props|state)(?:\.|\[|::)"
    r"|[a-z_][\w.]{1,60}\("
)
_REFERENCES = (
    r"(?:projects|arn|secrets?|kv|vault|ssm|sm|op|k8s|kms|env|file|ref|akv|keyvault|gcp"
    r"|aws|azure|awssm|doppler|sops|path|keychain|resolve|pass)(?::/{0,2}[a-z]|\+[a-z]"
    r"|/[a-z\d])"
    r"|https?://[^\s:@]{1,300}(?:\s|$)"
    r"|(?:\.{0,2}|~|[a-z]:\\?)/[\w.-]{1,80}(?:/[\w.-]{0,80}){1,20}(?:[\s,;\"'`)<]|$)"
    r"|@[\w./-]{1,60}(?:\s|$)"
)
_PLACEHOLDERS = (
    r"\$[{(]|\$[a-z_]\w{0,60}(?:[\s\"'`,;)}/.]|$)|%\w{1,60}%|\{\{|\{[a-z_.]{1,60}\}"
    r"|[*•·]{3,}|x{3,}(?:[\s,;\"'`]|$)|\.{3}|…|_{3,}|-(?:\s|$)"
    r"|<[a-z][a-z _-]{1,60}>|&lt;[a-z][a-z _-]{1,60}&gt;|<[@#!]|\[[a-z_ -]{3,40}\]"
    r"|!(?:ref|sub|getatt|vault|secret)\b|%s\b|\?(?:[\s,;)]|$)"
)
_MEASURES = (
    r"(?:base64|sha-?\d|md5|bcrypt|argon2|oauth2?|utf-?8|aes-?\d|rsa-?\d|tls-?\d"
    r"|v\d{1,3}(?=[\s.])|ed25519)[\w+./-]{0,20}(?:[\s,.;)]|$)"
    r"|\d{1,4}[-+]?[ \t][a-z]|\d{1,4}[-+ ]?(?:chars?|characters?|days?|hours?|minutes?"
    r"|times?|bits?|bytes?|weeks?|months?|years?|retries|attempts|tries|users?|people|ms"
    r"|s|m|h|d|%)(?:[\s,.;:)]|$)"
)
_QUOTE = r"(?:\\?[\"'`“‘”’]|&quot;)"
NO_SECRET = (
    rf"(?!(?i:{_QUOTE}{{1,3}}(?:{_STATES}){_QUOTE}"
    rf"|(?:{_STATES})(?:[\s,.;:!?)*\"'`\]}}<\\]|$)|{_CODE}|{_MEASURES}"
    rf"|{_QUOTE}{{0,3}}(?:{_PLACEHOLDERS}|{_REFERENCES})|\[removed))"
)
# A plain word in the middle of a sentence: "password: ana has it".
NO_PROSE = r"(?![A-Za-z]{1,20}(?:'s)?,?[ \t]{1,2}[A-Za-z(])"

# Slack links anything that looks like an address, even half a password. `&name=` is the next field of a URL.
_LINK = r"<(?:mailto:|https?://)[^\s<>]{1,300}>"
_AMPERSAND = r"&(?!(?:amp;)?[\w.\[\]-]{1,40}=|quot;)"
_PIECE = (
    rf"(?:{_LINK}|{_AMPERSAND}|<(?![^\s<>]{{0,200}}>)|>(?=[\w!#$%^*])|\\(?![nrt\"'`])"
    r"|[^\s\"'`<>|&\\“”])"
)
_HAS_LETTER = r"(?=[^\s]{0,80}?[^\W_])"
# Letters and a digit, or a symbol inside: not a word in a sentence.
_MIXED = (
    r"(?=(?:[^\s\d]{0,80}\d)[^\s]{0,80})(?=[^\s]{5})(?=[^A-Za-z\s]{0,60}[A-Za-z])"
    r"|(?=[^\s]{6})(?=[A-Za-z0-9._-]{0,60}[!@#$%^*+=?~&;][A-Za-z0-9!@#$%^*+~])"
)
QUOTED = (
    r"(?:\\\"(?P<escaped>[^\"\n]{1,500}?)\\\"|&quot;(?P<entity>[^\s&]{1,300})&quot;"
    r"|\"(?P<double>(?:[^\"\\\n]|\\[^\n]){1,500})\"|'(?P<single>[^'\n]{1,500})'"
    r"|`{1,3}(?P<code>[^`\n]{1,500})`{1,3}|“(?P<curly>[^”“\n]{1,300})[”“]"
    r"|‘(?P<low>[^’‘\n]{1,300})[’‘])"
)
ANY = rf"(?:{QUOTED}|{_HAS_LETTER}(?P<bare>{_PIECE}{{1,500}}))"
MIXED = rf"(?:{QUOTED}|(?:{_MIXED})(?P<bare>{_PIECE}{{1,500}}))"
ONLY_MIXED = rf"[*_]{{0,2}}(?:{_MIXED})(?P<bare>{_PIECE}{{1,500}})"
# A password directly after its name: a digit, and capitals or symbols in places where no word has them.
CHOSEN = (
    r"[*_]{0,2}(?=[^\s]{7})(?=[^\s\d]{0,60}\d)(?=[^\s]{0,60}?(?:[!@#$%^*+?]"
    r"|\d[A-Z]|[a-z][A-Z]|[A-Z][a-z]{1,20}\d))"
    rf"(?P<bare>{_PIECE}{{1,500}})"
)
# Randomly generated: long, with digits, in hex, base64 or a similar alphabet.
RANDOM = r"[\"'`“*_\\]{0,4}(?=[^\s\d]{0,80}\d)(?P<random>[A-Za-z0-9_+/=~.-]{16,2000})"
