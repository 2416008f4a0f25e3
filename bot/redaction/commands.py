"""Secrets in command-line options and in SQL."""

from bot.redaction.rule import Rule
from bot.redaction.values import NO_SECRET, ONLY_MIXED

# One argument: quoted, or up to the next space. A variable or a substitution isn't a secret.
_NOT_GIVEN = r"(?!\$[({A-Za-z_]|[\"']\$[({A-Za-z_]|%\w{1,40}%|\{\{|&lt;|<|@|-|\*{3}|\.\.\.|stdin\b)"
_ARGUMENT = (
    _NOT_GIVEN + r"(?:\"(?P<double>[^\"\n]{1,300})\"|'(?P<single>[^'\n]{1,300})'"
    r"|“(?P<curly>[^”\n]{1,300})”|(?P<secret>(?:&(?:amp|lt|gt);"
    r"|[^\s\"'`<>|&;])[^\s\"'`<>|]{0,300}))"
)
_PAIR = r"[^\s:\"'`<>|]{1,100}:"
_GAP = r"(?:[ \t]{1,4}|=|[ \t]{0,4}\\\n[ \t]{0,8})"
_REST = r"[^\n|]{0,300}?[ \t]"

_SECRET_OPTION = (
    r"(?:[a-z]{1,20}-){0,4}(?:password|passwd|passphrase|pass|pwd|secret|token|api-?key"
    r"|access-?key|secret-?key|"
    r"auth-?key|private-?key|account-?key|master-?key|client-?secret|credential"
    r"|license-?key|sas-?token|auth-?token|storage-?key|app-?key)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "password",
        ("pass", "pwd", "secret", "token", "key", "credential"),
        rf"(?i:(?<![\w-])(?:--|—|–){_SECRET_OPTION}){_GAP}{_ARGUMENT}",
        "long options, as in mysql(1), az, helm(1)",
    ),
    Rule(
        "password",
        ("pass", "pwd", "secret", "token", "key"),
        r"(?i:(?<![\w-])-(?:password|passwd|pass|pwd|secret|token|apikey|storepass"
        r"|keypass|AccessKey|SecretKey))[ \t]{1,4}" + _ARGUMENT,
        "single-dash options, as in keytool(1), PowerShell",
    ),
    Rule(
        "password",
        ("curl", "http ", "https ", "wget", "xh "),
        rf"(?i:(?<![A-Za-z0-9])(?:curl|https?|xh)\b){_REST}(?:-u|-U|-a|--user"
        r"|--proxy-user|--auth)(?:[ \t]{0,3}"
        rf"|=)[\"']?{_PAIR}(?P<secret>(?!\$)[^\s\"'`<>|]{{1,200}})",
        "curl(1), httpie.io/docs",
    ),
    Rule(
        "password",
        ("curl",),
        rf"(?i:(?<![A-Za-z0-9])curl\b){_REST}(?:-u"
        r"|--user)[ \t]{0,3}[\"']?[^\s:\"'`<>|]{0,60}<mailto:[^\s<>|]{1,200}\|[^\s:<>|]{1,100}>:(?P<secret>[^\s\"'`<>|]{1,200})",
        "curl(1); docs.slack.dev formatting",
    ),
    Rule(
        "password",
        ("-u ", "-u\t", "--user"),
        rf"(?<![\w-])(?:-u|--user)[ \t=]{{1,3}}[\"']?{_PAIR}(?P<secret>(?!\$"
        r"|\d{1,5}(?:\s|$|:))[^\s\"'`<>|]{3,200})",
        "curl(1) options alone",
    ),
    Rule(
        "password",
        ("mysql", "mariadb"),
        r"(?i:(?<![A-Za-z0-9])(?:mysql(?:dump|admin|import)?"
        rf"|mariadb(?:-dump|-admin)?)\b)(?:{_REST})?-p{_ARGUMENT}",
        "mysql(1): no space after -p",
    ),
    Rule(
        "password",
        ("sshpass",),
        rf"(?<![A-Za-z0-9])sshpass[ \t]{{1,3}}-p[ \t]{{0,3}}{_ARGUMENT}",
        "sshpass(1)",
    ),
    Rule(
        "password",
        ("login", "mongo", "sqlcmd", "htpasswd", "7z", "zip", "unzip", "winexe", "xfreerdp", "bcp"),
        r"(?i:(?<![A-Za-z0-9])(?:docker|podman|az|oc|nerdctl|buildah|skopeo"
        rf"|helm)\b{_REST}login\b|(?<![A-Za-z0-9])(?:mongo(?:sh|dump|restore|export"
        rf"|import)?|sqlcmd|bcp|7z|zip|unzip|cqlsh)\b)(?:{_REST}|[ \t])(?:-p"
        rf"|-P)[ \t]{{0,3}}{_ARGUMENT}",
        "docker-login(1), mongosh, sqlcmd, zip(1)",
    ),
    Rule(
        "password",
        (
            "redis-cli",
            "ldap",
            "smbclient",
            "rpcclient",
            "mosquitto",
            "kinit",
            "rabbitmqctl",
            "rclone",
            "expect",
        ),
        rf"(?i:(?<![A-Za-z0-9])redis-cli\b{_REST}(?:-a|--pass)"
        rf"|(?<![A-Za-z0-9])ldap\w{{3,10}}\b{_REST}-w"
        rf"|(?<![A-Za-z0-9])mosquitto_\w{{3}}\b{_REST}-P"
        rf"|(?<![A-Za-z0-9])rabbitmqctl\b{_REST}(?:add_user"
        r"|change_password)[ \t]{1,3}\S{1,60}|\brclone "
        rf"obscure)[ \t]{{1,3}}{_ARGUMENT}",
        "redis-cli, ldapsearch(1), mosquitto_pub(1), rabbitmqctl(8)",
    ),
    Rule(
        "password",
        ("smbclient", "rpcclient", "smbmap", "net "),
        r"(?i:(?<![A-Za-z0-9])(?:smbclient|rpcclient"
        rf"|net)\b){_REST}-U[ \t]{{0,3}}[\"']?[^\s%\"']{{1,80}}%(?P<secret>[^\s\"'`<>|]{{1,200}})",
        "smbclient(1)",
    ),
    Rule(
        "password",
        ("net user", "htpasswd", "chpasswd", "--stdin", "sudo -s", "password-stdin", "passwd"),
        r"(?i:(?<![A-Za-z0-9])echo)[ \t]{1,3}(?:-n[ \t]{1,3})?"
        + _ARGUMENT
        + r"(?=[ \t]{0,3}\|[ \t]{0,3}(?:sudo[ \t]{1,3})?(?i:\S{0,40}[^\n|]{0,200}(?:--password-stdin|--stdin|chpasswd|passwd|sudo -S)))",
        "docker-login(1), chpasswd(8)",
    ),
    Rule(
        "password",
        ("chpasswd",),
        r"(?i:(?<![A-Za-z0-9])echo)[ \t]{1,3}[\"']?[\w.-]{1,40}:(?P<secret>[^\s\"'`|]{1,200})[\"']?[ \t]{0,3}\|[ \t]{0,3}(?:sudo )?chpasswd",
        "chpasswd(8)",
    ),
    Rule(
        "password",
        ("net user", "htpasswd"),
        r"(?i:(?<![A-Za-z0-9])net user[ \t]{1,3}\S{1,60}"
        rf"|(?<![A-Za-z0-9])htpasswd[ \t]{{1,3}}-\w{{0,5}}b\w{{0,5}}[ \t]{{1,3}}\S{{1,100}}[ \t]{{1,3}}\S{{1,60}})[ \t]{{1,3}}(?!/){_ARGUMENT}",
        "htpasswd(1), net user",
    ),
    Rule(
        "password",
        ("pass:",),
        r"(?<![\w-])(?:-passin|-passout|-pass"
        r"|-k)[ \t]{1,3}[\"']?pass:(?P<secret>[^\s\"'`<>|]{1,200})",
        "openssl-passphrase-options(1)",
    ),
    Rule(
        "password",
        ("openssl",),
        rf"(?<![A-Za-z0-9])openssl\b{_REST}-(?:k|K)[ \t]{{1,3}}{_ARGUMENT}",
        "openssl-enc(1)",
    ),
    Rule(
        "password",
        (
            "identified",
            "password '",
            'password "',
            "with password",
            "encrypted password",
            "set password",
            "password(",
            "secret ",
        ),
        r"(?i:(?<![A-Za-z0-9])identified (?:with \w{1,40} )?(?:by|as)(?: password)?"
        r"|(?<![A-Za-z0-9])(?:with |encrypted |set |user \S{1,60} "
        r"|role \S{1,60} ){1,3}password(?:[ \t]{0,3}=)?(?: for \S{1,60}[ \t]{0,3}=)?"
        r"|\bpassword\()[ \t]{0,3}(?P<q>[\"'‘“])(?P<secret>[^\"'’”\n]{1,200})",
        "dev.mysql.com, postgresql.org: CREATE ROLE",
    ),
    Rule(
        "token",
        ("vault", "login", "set-auth-token", "add-authtoken", "authtoken", "gh auth"),
        r"(?i:(?<![A-Za-z0-9])vault login|\bngrok (?:config add-authtoken|authtoken)"
        r"|\bnpm config set \S{0,80}_authToken|\bsentry-cli login --auth-token"
        r"|\bflyctl auth token|\bkubectl config set-credentials \S{1,60} "
        r"--token)[ \t=]{1,3}(?P<secret>(?!-)[\w.+/=-]{8,300})",
        "vault(1), ngrok, npm(1)",
    ),
    Rule(
        "token",
        ("--from-literal",),
        r"--from-literal[= \t]{1,3}[\"']?[\w.-]{1,80}=(?P<secret>(?!\$)[^\s\"'`<>|]{1,300})",
        "kubectl create secret",
    ),
    Rule(
        "password",
        ("login", "user"),
        r"(?i:(?<![A-Za-z0-9])(?:login"
        r"|user)[ \t\n]{1,8}\S{1,100}[ \t\n]{1,8}pass(?:word)?[ \t\n]{1,8})"
        + NO_SECRET
        + ONLY_MIXED,
        "netrc(5)",
    ),
    Rule(
        "password",
        ("machine",),
        r"(?i:(?<![A-Za-z0-9])machine[ \t\n]{1,8}\S{1,100}[ \t\n]{1,8}password[ \t\n]{1,8})(?P<secret>[^\s\"'`<>|]{2,200})",
        "netrc(5)",
    ),
    Rule(
        "password",
        (":",),
        r"(?<![^\s`\"'*_])[\w.*-]{1,80}:(?:\d{4,5}"
        r"|\*):[\w.*-]{1,60}:[\w.*-]{1,60}:(?P<secret>[^\s:`\"'*]{4,200})(?=[\s`\"'*]|$)",
        "postgresql.org .pgpass",
    ),
)
