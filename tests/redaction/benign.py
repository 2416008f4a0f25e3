"""Lines without secrets that are common in incident channels."""

import base64
from random import Random

from tests.redaction.shapes import ALNUM, BASE32, DIGITS, HEX, LOWER, URL_SAFE, chars, uuid

PROSE = """\
pwd: /srv/app
secret: projects/1/secrets/checkout-db/versions/3
password = os.environ['DB_PASSWORD']
password = os.environ["DB_PASSWORD"]
password = os.getenv("DB_PASSWORD")
password: process.env.DB_PASSWORD,
password = settings.DB_PASSWORD
password: ${DB_PASSWORD}
password: {{ .Values.db.password }}
password: "{{ vault_db_password }}"
DB_PASSWORD=$DB_PASSWORD
DB_PASSWORD=${DB_PASSWORD:-}
api_key = get_secret("checkout/api")
apiKey: config.apiKey
token: ${{ secrets.GITHUB_TOKEN }}
token = request.headers.get("Authorization")
client_secret = var.client_secret
master key: held by KMS
encryption key: managed by the platform team
the password was rotated at 14:32
the password is wrong, the login page says so
the password is expired for the service user
the password is 12 characters long
the password is in 1Password
the password is case-sensitive
the password is base64-encoded in the secret
password: rotated
password: ****
password: ********
password: <redacted>
password: [hidden]
password: ask Ana
password: see the vault
password reset flow is broken, 500s since 14:18
password authentication failed for user "app"
FATAL: password authentication failed for user "postgres"
Password for user app is missing in the secret
passwords are hashed with bcrypt
who has the root password?
we should rotate the password for db-1 and db-2
forgot password page returns 502
login with password fails, SSO works
pass: 12, fail: 3, skipped: 1
pass=120 fail=0
3 tests pass, 2 fail
the pass rate is 98.2%
boarding pass service is slow
AUTH_BYPASS=false
bypass: enabled for the admin network
compass: north
tokens=4096, max_tokens: 8192
token expired: 401
token bucket: 100 per minute
token: expired
the token is invalid, 401 from the gateway
the token was revoked at 15:02
csrf token mismatch on POST /login
invalid token at position 42
access token: expired two hours ago
secret rotation job failed twice
the secret is out
secret: checkout-db-credentials
secretName: checkout-tls-2024
secretKeyRef: name checkout-db key password
imagePullSecrets: regcred
kubectl get secret checkout-db -n prod
kubectl describe secret db-credentials-v2
Error: secret "checkout-db" not found
MountVolume.SetUp failed for volume "tls": secret "tls-prod" not found
vault kv get secret/checkout/db
vault: secret/data/checkout is sealed
key=value pairs are missing in the log line
cache key: user:1234:profile
primary key: id
primary key violation on orders_pkey
duplicate key value violates unique constraint "orders_pkey"
partition key: customer_id
sort key: created_at
routing key: orders.created.v2
foreign key: orders.customer_id references customers.id
public key: see the wiki
ssh key fingerprint mismatch
api key: none
api key: missing
API key quota exceeded, 429
the api key is missing in staging
the API key is not valid for this project
license key: expired
key rotation is due on 2026-12-01
idempotency key reuse: 409
auth: enabled
auth=none
auth: oauth2
auth service p99 is 3.2 s
authorization: required
Authorization: Bearer <token>
Authorization: Bearer $TOKEN
authorization failed for role deployer
basic troubleshooting steps, bearer of bad news
bearer token is missing
cookie consent banner broken
cookies: disabled in the browser
Cookie header too large, 431
session expired for 300 users
session=closed
sessions: 12500
credentials: missing for 3 of 5 hosts
creds are in Vault
login: 500 errors since 14:02
log in with SSO
log in as admin / support and look at the queue
credential provider returned 403
sk-checkout-service-prod-eu-west-1 is down
pk-checkout is fine
s.checkout.internal.example.com times out
see docs at https://docs.example.com/auth/tokens#refresh
https://grafana.example.com/d/abc?from=1763470800000&to=now
https://github.com/example/app/commit/9fceb02d0ae598e95dc970b74767f19372d61af8
https://github.com/example/app/pull/1234/files#diff-2c26b46b68ffc68ff99b453c1d304134
https://example.com:8443/path@2x.png
http://localhost:8080/@app/main.js
https://user@example.com/repo.git
ssh://git@github.com:22/org/repo
git clone git@github.com:example/app.git
postgres://db1.example.com:5432/orders
postgres://app@db1.example.com:5432/orders
postgres://app:$PGPASSWORD@db1/orders
postgres://app:${PW}@db1/orders
redis://cache1:6379/0
amqp://mq1:5672/%2Fvhost
jdbc:postgresql://db1:5432/orders?user=app&ssl=true
jdbc:oracle:thin:@//db1:1521/orders
mongodb://a1:27017,a2:27017/?replicaSet=rs0
<@U0123ABCD> see <https://x.example/z:1@2|the graph> in <#C0123|checkout>
<mailto:ana@example.com|ana@example.com> is on call
curl -sS https://api.example.com/health
curl -u $USER:$PASS https://api.example.com
curl -H "X-Request-Id: 42" https://api.example.com
docker run -p 8080:80 nginx
docker login registry.example.com
mysql -h db1 -P 3306 orders
mysql -u app -p orders
ssh -p 2222 deploy@db1
mkdir -p /srv/app/releases
psql -h db1 -U app -d orders
redis-cli -h cache1 ping
kubectl logs -l app=checkout --since=10m
kubectl create secret generic db --from-file=./db.env
helm upgrade checkout ./chart --set image.tag=v1.2.3
git push origin HEAD:refs/heads/fix
terraform apply -var-file=prod.tfvars
--password-file=/run/secrets/db
--token-file /var/run/token
--password $DB_PASSWORD was empty
user: app password: required
user login failed: bad password
login page pass rate
ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.5' (using password: YES)
the key is to restart the broker first
the secret to a calm on-call is a good runbook
passphrase: required by policy
PASSWORD_MAX_AGE=90
password_policy: strong
password.min.length=12
PASS 12 tests
SHA256:abc in the host key log
arn:aws:iam::123456789012:role/deployer
arn:aws:secretsmanager:eu-west-1:123456789012:secret:checkout-db-AbCdEf
arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:checkout-db-AbCdEf
password: !vault checkout/db
password: ref+vault://secret/checkout#password
rolled checkout back to 9fceb02, error rate 0.3%
error rate back to 0.3% at 14:40
p99 12.4s, 503s on 3 of 40 pods
failover: db-2 -> db-1 took 41 s
retry 3/5: connection reset by peer
deploy 2026-11-30.4 to eu-west-1a done
feature flag checkout_new_cart is off
queue depth 12,500 and growing
OOMKilled: checkout-6d5f9c7b8-x2v9q
exit code 137
we reset passwords for 12 users
password length: 16
password age: 42 days
the token bucket has 5 tokens
secret santa is on friday
the secret sauce: caching
api keys: 3 active, 2 revoked
key: value
keys: [a, b, c]
auth: failing since 14:02
auth-service v2.3.1 is slow
authorization-service: 502
tokenizer v3 deployed
password-reset-worker-7d9f is crash looping
secrets-store-csi-driver 1.4.2 upgraded
credentials-provider timeout after 30s
session-cache hit rate 93%
cookie-banner A/B test on
pass through proxy is up
passing 14/15 checks
bypass the CDN for /static
login p95 4.2s
login: p95 4.2s, errors 3%
logins: 1200/min
log in as usual
user admin login failed 3x
sign in with Google is down
accounts: 42k affected
access key rotation finished for 14 of 15 users
the access key was last used 42 days ago
private key and certificate do not match
the private key is stored in KMS, alias/checkout-2
certificate expires 2026-12-01
ssh-rsa key type is disabled in 9.0
Host key verification failed
client secret expires 2026-12-24 in Entra
client_id=web-checkout-prod
app key for Datadog is missing
routing key not found: 404
webhook secret mismatch, signature invalid
signing key id: 2026-03-a
signing key: alias/signing-prod
kid=2026-03-10-a
encryption key: arn:aws:kms:eu-west-1:123456789012:alias/x
session id: see the log
session_id is null
user=app db=orders host=10.0.3.7 port=5432
curl -X POST https://api.example.com/v1/orders -d @order.json
curl -k https://10.0.0.3:8443/healthz
docker pull registry.example.com/app:1.2.3@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
export AWS_PROFILE=prod AWS_REGION=eu-west-1
password=$(vault kv get -field=password secret/db)
PGPASSWORD="$(cat /run/secrets/pg)" psql
mysql --defaults-file=/etc/mysql/debian.cnf
http://10.1.2.3:9090/graph?g0.expr=rate(x[5m])
https://user.example.com:8443/login?next=/a@b
jwt: invalid signature
jwt expired at 2026-03-10T14:00:00Z
token refresh took 12.5s
ok 👍""".splitlines()


def _generate(random: Random) -> list[str]:
    """Hashes, IDs and log lines with random parts, which look like secrets and aren't."""
    log = base64.b64encode(
        f"GET /orders/{random.randint(1, 10**6)} 500 in 31 ms upstream reset".encode()
    ).decode()
    return [
        f"deployed {chars(random, HEX, 40)} to prod",
        f"commit {chars(random, HEX, 40)} broke it",
        f"image: registry.example.com/app@sha256:{chars(random, HEX, 64)}",
        f"sha256:{chars(random, HEX, 64)}",
        f"md5 {chars(random, HEX, 32)}  backup.tar.gz",
        f"{chars(random, HEX, 64)}  app-1.2.3.tar.gz",
        f'"integrity": "sha512-{base64.b64encode(random.randbytes(64)).decode()}"',
        f"h1:{base64.b64encode(random.randbytes(32)).decode()} go.sum",
        f"request {uuid(random)} failed",
        f"request_id={uuid(random)} status=500",
        f"trace_id={chars(random, HEX, 32)} span_id={chars(random, HEX, 16)}",
        f"traceparent: 00-{chars(random, HEX, 32)}-{chars(random, HEX, 16)}-01",
        f"X-Amzn-Trace-Id: Root=1-{chars(random, HEX, 8)}-{chars(random, HEX, 24)}",
        f'etag: "{chars(random, HEX, 32)}"',
        f"log line: {log}",
        f"payload {base64.b64encode(random.randbytes(90)).decode()}",
        f"pod checkout-{chars(random, LOWER + DIGITS, 9)}-{chars(random, LOWER + DIGITS, 5)} restarted",
        f"i-{chars(random, HEX, 17)} is unhealthy",
        f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/{chars(random, HEX, 16)}",
        f"sg-{chars(random, HEX, 17)} allows 0.0.0.0/0",
        f"/var/lib/docker/overlay2/{chars(random, HEX, 64)}/merged is full",
        f"s3://logs-prod/2026/11/30/{chars(random, HEX, 16)}.gz",
        f"fingerprint SHA256:{chars(random, ALNUM, 43)}",
        f"session {chars(random, HEX, 8)} closed after 30 s",
        f"order {random.randint(10**9, 10**10)} paid twice, customer {uuid(random)}",
        f"cache key: user:{random.randint(1, 10**6)}:{chars(random, HEX, 32)}",
        f"https://example.slack.com/archives/C0{chars(random, BASE32, 8)}/p{random.randint(10**15, 10**16)}",
        f"https://logs.example.com/x?trace={chars(random, HEX, 32)}&from=now-1h",
        f"next_page_token={chars(random, URL_SAFE, 40)}",
        f"{random.randint(1, 255)}.{random.randint(1, 255)}.0.1:{random.randint(1024, 65535)} refused",
    ]


def lines(seed: int) -> list[str]:
    random = Random(seed)
    return PROSE + [line for _ in range(4) for line in _generate(random)]
