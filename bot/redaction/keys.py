"""Private keys, password hashes and other secrets whose encoding gives them away."""

from bot.redaction.rule import END, START, Rule

_BEGIN = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_END = r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
# Lines of base64, also quoted (`> `), escaped (`\n`) or inside JSON.
# Possessive, to avoid backtracking.
_LINES = r"(?:(?:\s|\\[nr]|&gt;|[>|\"',]){1,12}+[\w+/=]{16,4000}+)"
_BODY = r"[A-Za-z0-9+/=]{16,4000}+" + _LINES + r"{0,200}+"
# The first bytes of a DER or OpenSSH private key, in base64: they all start with version and algorithm,
# which certificates and public keys don't.
_KEY_STARTS = (
    r"(?:MII[A-Za-z0-9+/]{3}IBAAKC|MII[A-Za-z0-9+/]{3}IBADANBgkqhkiG"
    r"|MI[CG][A-Za-z0-9+/]{1,2}AgEAM|MIICX[A-Za-z0-9+/]{1,2}IBAAKB|"
    r"MII[A-Za-z0-9+/]{3}AgEAM|MHcCAQEEI|MIGkAgEBBD|MIHcAgEBBEI|MIGHAgEAMBMGByqG"
    r"|MIG2AgEAMBAGByqG|MC4CAQAwBQYDK2Vw|"
    r"MEcCAQAwBQYDK2Vx|MII[A-Za-z0-9+/]{3}BOBgkqhkiG9w0BBQ0"
    r"|MII[A-Za-z0-9+/]{3}BXBgkqhkiG9w0BBQ0|MIH[A-Za-z0-9+/]{3}BXBgkqhkiG9w0BBQ0"
    r"|b3BlbnNzaC1rZXktdjE|lQOYB|lQOsB|lQPGB|lQVYB)"
)
# "-----BEGIN … PRIVATE KEY" in base64, for each of its usual names.
_PEM_IN_BASE64 = (
    r"LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURS|BQUklWQVRFIEtFWS|BFQyBQUklWQVRF"
    r"|BPUEVOU1NIIFBSSVZBVEUg|BFTkNSWVBURUQgUFJJVkFURS|BEU0EgUFJJVkFURS|BQR1AgUFJJVkFURS)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "private key",
        ("private key",),
        rf"{_BEGIN}(?:(?:[^-]|-(?!----)){{0,20000}}+{_END}|{_LINES}{{0,400}}+)",
        "RFC 7468; RFC 4880",
    ),
    Rule(
        "private key",
        ("private key",),
        rf"(?<![\w+/=])[\w+/=]{{16,4000}}+{_LINES}{{0,80}}+\s{{0,8}}{_END}",
        "RFC 7468, its end alone",
    ),
    Rule(
        "private key",
        ("private-lines:",),
        r"Private-Lines: ?\d{1,4}(?P<secret>"
        + _LINES
        + r"{1,400}+(?:\s{1,4}Private-(?:MAC|Hash): ?[0-9a-f]{16,128})?)",
        "the.earth.li/~sgtatham/putty, appendix C: PPK",
    ),
    Rule(
        "private key",
        ("private-mac:", "private-hash:"),
        r"Private-(?:MAC|Hash): ?(?P<secret>[0-9a-f]{32,128})",
        "the.earth.li/~sgtatham/putty, appendix C: PPK",
    ),
    Rule(
        "private key",
        ("mii", "mhc", "mig", "mih", "mic", "mc4", "mec", "b3blbnnzac1rzxkt", "lqo", "lqp", "lqv"),
        rf"(?<![A-Za-z0-9+/])(?={_KEY_STARTS}){_BODY}",
        "RFC 5208, 5915, 8017; openssh PROTOCOL.key",
    ),
    Rule(
        "private key",
        ("ls0tls1crudjti",),
        rf"{_PEM_IN_BASE64}[\w+/=]{{20,20000}}",
        "RFC 7468 in base64 (kubeconfig)",
    ),
    Rule(
        "private key",
        ("@rsa", "dnssec", "privatekey:", "privateexponent:"),
        r"Private(?:Key|Exponent): ?(?P<secret>[A-Za-z0-9+/=]{20,800})",
        "bind9 private-key format",
    ),
    Rule(
        "private key",
        ('"d":', "&quot;d&quot;", "'d':"),
        r"""["']d["']\s{0,3}:\s{0,3}["'](?P<secret>[\w-]{20,800})["']""",
        "RFC 7517 JSON Web Key",
    ),
    Rule(
        "private key",
        ("privatekey",),
        r"(?i:privatekey)\s{0,3}=\s{0,3}(?P<secret>[A-Za-z0-9+/]{42,43}=?)",
        "wireguard.com wg(8)",
    ),
    Rule(
        "private key",
        ("xprv", "yprv", "zprv"),
        START + r"[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112}",
        "BIP 32",
    ),
    Rule(
        "JSON web token",
        ("eyj",),
        START + r"eyJ[\w=-]{8,8000}\.[\w=-]{8,8000}(?:\.[\w=-]{0,8000}){0,3}",
        "RFC 7519, RFC 7516",
    ),
    Rule(
        "registry password",
        ("eyjhdxrocyi6",),
        START + r"eyJhdXRocyI6[A-Za-z0-9+/=]{20,8000}",
        "kubernetes.io, .dockerconfigjson",
    ),
    Rule("password hash", ("$2",), r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}", "bcrypt(5)"),
    Rule(
        "password hash",
        ("$1$", "$5$", "$6$", "$7$", "$y$", "$gy$", "$apr1$", "$md5", "$sha1$"),
        r"\$(?:[1567]|y|gy|apr1|md5|sha1)\$[^\s:\"'`<>|]{1,160}\$[./A-Za-z0-9]{20,120}",
        "crypt(5)",
    ),
    Rule(
        "password hash",
        ("$argon2", "$scrypt", "$pbkdf2"),
        r"\$(?:argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha\d{1,3})?)\$[\w$=,+/.-]{30,400}",
        "PHC string format",
    ),
    Rule(
        "password hash",
        ("pbkdf2_sha", "bcrypt_sha", "scrypt-sha", "scram-sha"),
        r"(?:pbkdf2_sha\d{1,3}|bcrypt_sha\d{1,3}|SCRAM-SHA-\d{1,3})\$[^\s\"'`<>|]{30,300}",
        "docs.djangoproject.com; postgresql.org pg_authid",
    ),
    Rule(
        "password hash",
        ("sha}", "md5}", "crypt}", "sha256}", "sha512}"),
        r"\{(?:S?SHA\d{0,3}|S?MD5|CRYPT)\}[A-Za-z0-9+/=.$]{12,200}",
        "RFC 2307",
    ),
    Rule(
        "password hash", (":::",), r"(?<=:)[a-fA-F0-9]{32}:[a-fA-F0-9]{32}(?=:::)", "pwdump format"
    ),
    Rule(
        "password hash",
        ("identified", "mysql_native"),
        r"\*[0-9A-F]{40}" + END,
        "dev.mysql.com password hashing",
    ),
)
