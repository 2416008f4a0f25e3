import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import redact

# Put together here so that secret scanners don't report this file.
GITHUB = "ghp_" + "a1" * 18
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"
SLACK = "xoxb" + "-123456789012-abcdefABCDEF"
STRIPE = "sk_" + "live_" + "a1" * 12
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
LINE = "MIIEowIBAAKCAQEA1234"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"the key is {AWS}, revoke it", "the key is [removed: AWS key], revoke it"),
        ("AWS_SECRET_ACCESS_KEY=wJalrX/K7MDENG+b", "AWS_SECRET_ACCESS_KEY=[removed: AWS key]"),
        (f"push with {GITHUB}", "push with [removed: GitHub token]"),
        (f"{SLACK} leaked", "[removed: Slack token] leaked"),
        ("xapp" + "-1-A01-456-abcdef0123", "[removed: Slack token]"),
        (STRIPE, "[removed: Stripe key]"),
        (f"cookie={JWT}", "cookie=[removed: JSON web token]"),
        ("password: hunter2", "password: [removed: password]"),
        ("*password:* `hunter2`", "*password:* `[removed: password]`"),
        ("the password is hunter2!", "the password is [removed: password]"),
        ('{"password": "a b c", "n": 1}', '{"password": "[removed: password]", "n": 1}'),
        ("password=x&user=y", "password=[removed: password]&user=y"),
        ("password: a&amp;b&lt;c", "password: [removed: password]"),
        ("export PGPASSWORD=abc", "export PGPASSWORD=[removed: password]"),
        ("secret=abc", "secret=[removed: secret]"),
        ('api_key: "my key"', 'api_key: "[removed: secret]"'),
        ("token=abcdefgh12345", "token=[removed: token]"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [removed: bearer token]"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [removed: password]"),
        ("postgres://user:pa55@db/x", "postgres://user:[removed: password]@db/x"),
        ("<redis://:pa55@db:6379|cache>", "<redis://:[removed: password]@db:6379|cache>"),
        (
            "postgres://u:<mailto:pa55@db.io|pa55@db.io>/x",
            "postgres://u:[removed: password]/x",
        ),
        (f"see {BEGIN}\n{LINE}\n{END} ok", "see [removed: private key] ok"),
        (f"{BEGIN}\n{LINE}\n{LINE}\ncut off here", "[removed: private key]\ncut off here"),
    ],
)
def test_a_secret_is_replaced_by_its_kind(text: str, clean: str) -> None:
    assert redact(text)[0] == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rollback done, error rate back to 0.3%",
        "deployed 9fceb02d0ae598e95dc970b74767f19372d61af8 to prod",
        "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "request 550e8400-e29b-41d4-a716-446655440000 failed",
        "https://grafana.example.com/d/abc?from=1763470800000&to=now",
        "<@U0123ABCD> see <https://x.example/z:1@2|the graph> in <#C0123|checkout>",
        "ssh://git@github.com:22/org/repo",
        "the password was rotated at 14:32",
        "password: rotated",
        "password reset flow is broken, 500s since 14:18",
        "password: ****",
        "tokens=4096, max_tokens: 8192",
        "token expired: 401",
        "basic troubleshooting steps, bearer of bad news",
        "sk-checkout-service-prod-eu-west-1 is down",
        "the secret is out",
    ],
)
def test_text_without_secrets_is_unchanged(text: str) -> None:
    assert redact(text) == (text, [])


def test_each_kind_is_reported_once() -> None:
    clean, kinds = redact(f"{AWS} {AWS} password=x")
    assert clean == "[removed: AWS key] [removed: AWS key] password=[removed: password]"
    assert sorted(kinds) == ["AWS key", "password"]


PIECES = [AWS, GITHUB, JWT, BEGIN, END, LINE, "password", "secret", "token", "Bearer ", ": ", "="]
PIECES += ["is ", "://", "u:x1@h", "[removed: ", "[removed: password]", "]", "'", '"', "`", "*"]
PIECES += ["<", ">", "&", "&amp;", "|", "<mailto:", "\n", " "]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=15).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    clean, _ = redact(text)
    assert redact(clean) == (clean, [])
