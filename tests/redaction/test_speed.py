"""Redaction takes linear time: twice the text takes at most 2.5 times as long."""

import re
from time import process_time

import pytest

from bot.redaction import redact
from bot.redaction.redacting import FINDERS

LENGTH = 40_000
MOST_TIMES = 2.5
NOTICEABLE = 0.05  # seconds of CPU time; the clock is too coarse to compare anything below
UNITS = (
    "a", "A1", "a.", "a_", "-", "--", "=", "==", "/", "+", "A/+9", "eyJa.", "sk-", "://", "://a:", "http://a:", "@", "a@",
    "password ", "password: x1 ", "password = ", "password is ", "password for a ", "password (a", "password:\n", "pass: ",
    "token=", "token is ", "token:\n```\n", "xoxb-1-", "'", '"', "`", "“", "\\", "\\n", "\n", " ", "\t", "<", "<mailto:",
    "<http://", "1:", "a:1:", "secret key ", "secret key is ", "key: ", "curl -u ", "curl -u a:", "--a-", "--pass ", "echo 'a' | ",
    "machine ", "login a pass ", "user user ", "with with ", "set user role ", "name: password\n", "</", "<password>",
    "&lt;password&gt;", "&amp;", "creds a/", "cookie: a=b; ", "Private-Lines: 1\n", "MIIEowIBAAKCAQEA",
    "-----BEGIN PRIVATE KEY-----", "x" * 63 + "\n", "A" * 16 + " ", "> ", "$6$", "pbkdf2_sha256$", "AAAA", "s.", "1//0",
    "sha256~", "digest ", "authorization: ", "bearer ", "?a=b&", "is now ", "cl_key=", "cos_hmac_secret_key ", "softlayer",
    "[removed: password]",
)  # fmt: skip


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    started = process_time()
    for _ in pattern.finditer(text):
        pass
    return process_time() - started


@pytest.mark.parametrize("unit", UNITS)
def test_each_pattern_takes_linear_time(unit: str) -> None:
    text = (unit * LENGTH)[:LENGTH]
    for finder in FINDERS:
        whole = _seconds(finder.pattern, text)
        if whole > NOTICEABLE:
            half = max(_seconds(finder.pattern, text[: LENGTH // 2]) for _ in range(2))
            assert whole / half <= MOST_TIMES, (finder.name, finder.pattern.pattern)


@pytest.mark.parametrize(
    "unit",
    [
        "password=a1b2c3d4 ",
        "ghp_" + "a1" * 18 + " ",
        "://u:x1@h ",
        "secret is x1y2z3 ",
        "password=password=",
    ],
)
def test_redacting_takes_linear_time(unit: str) -> None:
    text = (unit * LENGTH)[:LENGTH]

    def seconds(text: str) -> float:
        started = process_time()
        redact(text)
        return process_time() - started

    half = max(seconds(text[: LENGTH // 2]) for _ in range(2))
    assert seconds(text) / half <= MOST_TIMES
