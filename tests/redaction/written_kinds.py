"""Kinds of secrets that redaction must recognize by the name next to them, or by how they are written."""

import base64
from collections.abc import Callable
from random import Random

from tests.redaction.shapes import (
    ALNUM,
    DIGITS,
    HEX,
    LOWER,
    URL_SAFE,
    Kind,
    Planted,
    chars,
    encoded,
    lines,
    password,
    pem,
    shape,
    uuid,
)

HEX_32, HEX_40, HEX_64 = shape((HEX, 32)), shape((HEX, 40)), shape((HEX, 64))
ALNUM_40 = shape((ALNUM, 40))

NAMED: tuple[Kind, ...] = (
    Kind("password", password, ("password", "DB_PASSWORD", "spring.datasource.password")),
    Kind("DB_PASS", password, ("DB_PASS", "SMTP_PASS", "mysql_pass")),
    Kind("pwd", password, ("pwd", "DB_PWD", "Pwd")),
    Kind("passphrase", password, ("passphrase", "KEY_PASSPHRASE")),
    Kind("pw", password, ("pw", "db_pw")),
    Kind("PGPASSWORD", password, ("PGPASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD")),
    Kind("AWS secret access key", encoded(30), ("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key")),
    Kind("Azure storage account key", encoded(64), ("AccountKey", "AZURE_STORAGE_KEY", "account_key")),
    Kind("Azure Service Bus key", encoded(32), ("SharedAccessKey",)),
    Kind("Datadog API key", HEX_32, ("DD_API_KEY", "datadog_api_key")),
    Kind("Datadog application key", HEX_40, ("DD_APP_KEY", "DATADOG_APP_KEY", "dd-application-key")),
    Kind("PagerDuty routing key", HEX_32, ("routing_key", "PAGERDUTY_ROUTING_KEY", "integration_key")),
    Kind("kubeconfig client key", lambda r: base64.b64encode(b"-----BEGIN RSA " b"PRIVATE KEY-----\n" + r.randbytes(90)).decode(), ("client-key-data",)),
    Kind("Heroku API key", uuid, ("HEROKU_API_KEY",)),
    Kind("Cloudflare global key", shape((HEX, 37)), ("CLOUDFLARE_API_KEY", "X-Auth-Key")),
    Kind("Cloudflare token", shape((URL_SAFE, 40)), ("CLOUDFLARE_API_TOKEN", "CF_API_TOKEN")),
    Kind("Fastly token", shape((URL_SAFE, 32)), ("FASTLY_API_TOKEN", "Fastly-Key-Token")),
    Kind("Okta token", shape("00", (URL_SAFE, 40)), ("OKTA_API_TOKEN",)),
    Kind("Algolia admin key", HEX_32, ("ALGOLIA_ADMIN_KEY", "algolia_api_key")),
    Kind("Twilio auth token", HEX_32, ("TWILIO_AUTH_TOKEN", "auth_token")),
    Kind("Snyk token", uuid, ("SNYK_TOKEN",)),
    Kind("Opsgenie key", uuid, ("OPSGENIE_API_KEY",)),
    Kind("Travis token", shape((ALNUM, 22)), ("TRAVIS_TOKEN",)),
    Kind("CircleCI token", HEX_40, ("CIRCLE_TOKEN", "CIRCLECI_TOKEN")),
    Kind("Codecov token", uuid, ("CODECOV_TOKEN",)),
    Kind("OAuth client secret", ALNUM_40, ("client_secret", "OAUTH_CLIENT_SECRET", "clientSecret")),
    Kind("OAuth access token", shape((URL_SAFE, 60)), ("access_token", "accessToken")),
    Kind("OAuth refresh token", shape((URL_SAFE, 80)), ("refresh_token", "REFRESH_TOKEN")),
    Kind("Slack signing secret", HEX_32, ("SLACK_SIGNING_SECRET", "signing_secret")),
    Kind("webhook secret", HEX_40, ("WEBHOOK_SECRET", "github_webhook_secret")),
    Kind("Django secret key", shape((LOWER + DIGITS + "!@#$%^*(-_=+)", 48), (ALNUM, 2)), ("SECRET_KEY", "DJANGO_SECRET_KEY")),
    Kind("Rails secret key base", shape((HEX, 128)), ("SECRET_KEY_BASE", "secret_key_base")),
    Kind("encryption key", encoded(32), ("ENCRYPTION_KEY", "encryption_key", "master_key")),
    Kind("private key value", HEX_64, ("private_key", "PRIVATE_KEY")),
    Kind("X-Api-Key header", ALNUM_40, ("X-Api-Key", "x-api-key", "Api-Key")),
    Kind("Vault token header", shape((ALNUM, 26)), ("X-Vault-Token", "VAULT_TOKEN")),
    Kind("npm auth token", uuid, ("//registry.npmjs.org/:_authToken",)),
    Kind("Jenkins token", HEX_32, ("JENKINS_API_TOKEN", "jenkinsToken")),
    Kind("Consul token", uuid, ("CONSUL_HTTP_TOKEN",)),
    Kind("session token", encoded(90), ("AWS_SESSION_TOKEN", "aws_session_token")),
    Kind("Sumo Logic access key", shape((ALNUM, 64)), ("SUMO_ACCESS_KEY", "sumologic_access_key")),
    Kind("Mailgun API key", shape((HEX, 32), "-", (HEX, 8), "-", (HEX, 8)), ("MAILGUN_API_KEY",)),
)  # fmt: skip


def _with(template: str, make: Callable[[Random], str] = password) -> Callable[[Random], Planted]:
    def written(random: Random) -> Planted:
        secret = make(random)
        return Planted(template.replace("@@", secret), secret)

    return written


def _putty(random: Random) -> Planted:
    body = lines(base64.b64encode(random.randbytes(300)).decode())
    mac = chars(random, HEX, 64)
    text = f"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: deploy\nPrivate-Lines: 7\n{body}\nPrivate-MAC: {mac}"
    return Planted(text, f"{body}\n{mac}")


def _key_body(start: str) -> Callable[[Random], Planted]:
    def written(random: Random) -> Planted:
        body = lines(start + base64.b64encode(random.randbytes(300)).decode())
        return Planted(body, body)

    return written


def _url_password(random: Random) -> str:
    return password(random) + random.choice(["/", "@", "/x", "@y"]) + chars(random, ALNUM, 5)


def _strong(random: Random) -> str:
    return (
        random.choice(["Tiger", "Falcon", "Horse"])
        + random.choice("!#%*")
        + chars(random, ALNUM, 7)
    )


def _docker_secret(random: Random) -> Planted:
    held = '{"auths":{"r.io":{"auth":"' + random.randbytes(20).hex() + '"}}}'
    value = base64.b64encode(held.encode()).decode()
    return Planted(f".dockerconfigjson: {value}", value)


def _service_account(random: Random) -> Planted:
    key = pem("PRIVATE KEY")(random)
    escaped = key.text.replace("\n", "\\n")
    return Planted('{"type": "service_account", "private_key": "' + escaped + '"}', key.secret)


SAS = shape((ALNUM, 43), "%3D")

WRITTEN: tuple[Kind, ...] = (
    Kind("curl -u", written=_with("curl -u admin:@@ https://api.example.com/v1/health")),
    Kind("curl --user", written=_with("curl -sS --user deploy:@@ https://ci.example.com/job")),
    Kind("--password X", written=_with("mongodump --host db1 --password @@ --out dump")),
    Kind("--password=X", written=_with("helm install db chart --set-string x=1 --password=@@")),
    Kind("mysql -pX", written=_with("mysql -h db1 -u root -p@@ orders", _strong)),
    Kind("sshpass -p", written=_with("sshpass -p '@@' ssh deploy@db1")),
    Kind("docker login -p", written=_with("docker login -u ci -p @@ registry.example.com")),
    Kind("redis-cli -a", written=_with("redis-cli -h cache1 -a @@ ping")),
    Kind("ldapsearch -w", written=_with("ldapsearch -x -D cn=admin -w @@ -b dc=example")),
    Kind("echo into stdin", written=_with("echo '@@' | docker login -u ci --password-stdin")),
    Kind("CREATE USER", written=_with("CREATE USER app WITH PASSWORD '@@';")),
    Kind("IDENTIFIED BY", written=_with("ALTER USER 'app'@'%' IDENTIFIED BY '@@';")),
    Kind("openssl pass:", written=_with("openssl pkcs12 -in a.p12 -passin pass:@@ -nodes")),
    Kind("kubectl create secret", written=_with("kubectl create secret generic db --from-literal=dsn=@@")),
    Kind(".netrc", written=_with("machine api.example.com login deploy password @@")),
    Kind(".netrc on lines", written=_with("machine api.example.com\n  login deploy\n  password @@")),
    Kind(".pgpass", written=_with("db1.example.com:5432:orders:app:@@", shape((ALNUM, 14)))),
    Kind("URL password", written=_with("postgres://app:@@@db1.example.com:5432/orders", shape((ALNUM, 12)))),
    Kind("URL password with / or @", written=_with("amqp://app:@@@mq1.example.com:5672/vhost", _url_password)),
    Kind("MongoDB URL", written=_with("mongodb+srv://app:@@@cluster0.example.net/orders?retryWrites=true", shape((ALNUM, 16)))),
    Kind("JDBC URL", written=_with("jdbc:postgresql://db1:5432/orders?user=app&password=@@", shape((ALNUM, 12)))),
    Kind("JDBC SQL Server", written=_with("jdbc:sqlserver://db1:1433;databaseName=orders;user=sa;password=@@;", shape((ALNUM, 12)))),
    Kind("JDBC Oracle", written=_with("jdbc:oracle:thin:scott/@@@//db1:1521/orders", shape((ALNUM, 12)))),
    Kind("ADO connection string", written=_with("Server=db1;Database=orders;User Id=app;Password=@@;Encrypt=true", shape((ALNUM, 14)))),
    Kind("Azure SAS", written=_with("https://acct.blob.core.windows.net/logs/a.gz?sv=2022-11-02&st=2026-01-01&se=2026-02-01&sr=b&sp=r&sig=@@", SAS)),
    Kind("Azure storage connection string", written=_with("DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=@@;EndpointSuffix=core.windows.net", encoded(64))),
    Kind("Azure Service Bus string", written=_with("Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=@@", encoded(32))),
    Kind("AWS presigned URL", written=_with("https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300&X-Amz-Signature=@@", HEX_64)),
    Kind("GCS signed URL", written=_with("https://storage.googleapis.com/b/k?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=@@", shape((HEX, 512)))),
    Kind("Slack webhook", written=_with("https://hooks.slack" ".com/services/T@@".replace("T@@", "@@"), shape("T", (ALNUM, 9), "/B", (ALNUM, 9), "/", (ALNUM, 24)))),
    Kind("Discord webhook", written=_with("https://discord.com/api/web" "hooks/123456789012345678/@@", shape((URL_SAFE, 68)))),
    Kind("Teams webhook", written=_with("https://x.webhook.office.com/webhookb2/aa@bb/IncomingWebhook/@@", lambda r: chars(r, HEX, 32) + "/" + uuid(r))),
    Kind("Authorization Basic", written=_with("Authorization: Basic @@", encoded(18))),
    Kind("Authorization Bearer", written=_with("Authorization: Bearer @@", ALNUM_40)),
    Kind("Authorization Token", written=_with("Authorization: Token token=@@", HEX_32)),
    Kind("curl header", written=_with('curl -H "Authorization: Bearer @@" https://api.example.com', ALNUM_40)),
    Kind("Cookie", written=_with("Cookie: theme=dark; session=@@", ALNUM_40)),
    Kind("Set-Cookie", written=_with("Set-Cookie: sid=@@; Path=/; HttpOnly", ALNUM_40)),
    Kind("JSESSIONID", written=_with("GET /orders;JSESSIONID=@@ 500", shape((HEX, 32)))),
    Kind("docker config", written=_with('{"auths": {"registry.example.com": {"auth": "@@"}}}', encoded(24))),
    Kind("dockerconfigjson", written=_docker_secret),
    Kind("kubernetes env", written=_with("- name: DB_PASSWORD\n  value: @@")),
    Kind("YAML block scalar", written=_with("password: |\n  @@\nuser: app", _strong)),
    Kind("XML element", written=_with("<server><id>nexus</id><password>@@</password></server>", shape((ALNUM, 14)))),
    Kind("the password is", written=_with("the password is @@ until tonight", _strong)),
    Kind("password for X is", written=_with("root password for db-1 is @@", _strong)),
    Kind("password was changed to", written=_with("the admin password was changed to @@", _strong)),
    Kind("pw: X", written=_with("grafana admin, pw: @@")),
    Kind("creds: user / password", written=_with("creds: admin / @@", _strong)),
    Kind("shadow line", written=_with("root:@@:19700:0:99999:7:::", shape("$6", "$", (ALNUM, 16), "$", (ALNUM + "./", 86)))),
    Kind("htpasswd line", written=_with("admin:@@", shape("$apr1", "$", (ALNUM, 8), "$", (ALNUM + "./", 22)))),
    Kind("LDAP hash", written=_with("userPassword: {SSHA}@@", encoded(24))),
    Kind("RSA private key", written=pem("RSA PRIVATE " "KEY")),
    Kind("EC private key", written=pem("EC PRIVATE " "KEY")),
    Kind("OpenSSH private key", written=pem("OPENSSH PRIVATE " "KEY")),
    Kind("PKCS 8 private key", written=pem("PRIVATE " "KEY")),
    Kind("encrypted private key", written=pem("ENCRYPTED PRIVATE " "KEY")),
    Kind("PGP private key", written=pem("PGP PRIVATE " "KEY BLOCK")),
    Kind("PuTTY key", written=_putty),
    Kind("RSA key body without BEGIN", written=_key_body("MIIE" "owIBAAKCAQEA")),
    Kind("PKCS 8 key body without BEGIN", written=_key_body("MIIE" "vQIBADANBgkqhkiG9w0BAQEFAASC")),
    Kind("OpenSSH key body without BEGIN", written=_key_body("b3BlbnNz" "aC1rZXktdjEAAAAABG5vbmU")),
    Kind("service account JSON", written=_service_account),
    Kind("WireGuard key", written=_with("[Interface]\nPrivateKey = @@\nAddress = 10.0.0.1/24", encoded(32))),
    Kind("JSON web key", written=_with('{"kty": "EC", "crv": "P-256", "d": "@@"}', shape((URL_SAFE, 43)))),
)  # fmt: skip
