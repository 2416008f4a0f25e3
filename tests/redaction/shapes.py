"""Generate random values of documented formats. None of them is or ever was a real secret."""

import base64
import string
from collections.abc import Callable
from random import Random
from typing import NamedTuple

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM, HEX = string.ascii_letters + DIGITS, "0123456789abcdef"
URL_SAFE, BASE64, BASE32 = ALNUM + "-_", ALNUM + "+/", UPPER + "234567"
SYMBOLS = "!#$%^*+?=~.-"
Value = Callable[[Random], str]


class Planted(NamedTuple):
    """A text, and the secret in it that redaction must remove."""

    text: str
    secret: str


class Kind(NamedTuple):
    """A kind of secret.

    `make` returns a value that is recognized by itself, or, with `names`, one that needs a name
    next to it. `written` returns a complete text, such as a command line.
    """

    name: str
    make: Value | None = None
    names: tuple[str, ...] = ()
    written: Callable[[Random], Planted] | None = None


def chars(random: Random, alphabet: str, length: int) -> str:
    """Return a random text with at least one letter and one digit, as far as the alphabet allows."""
    required = [
        kind for kind in (DIGITS, string.ascii_letters) if length > 3 and set(alphabet) & set(kind)
    ]
    while True:
        candidate = "".join(random.choice(alphabet) for _ in range(length))
        mixed = all(set(candidate) & set(kind) for kind in required)
        if mixed and candidate[0] in ALNUM and candidate[-1] in ALNUM:
            return candidate


def shape(*parts: str | tuple[str, int] | tuple[str, int, int]) -> Value:
    """Join fixed texts and random runs: `(alphabet, length)` or `(alphabet, least, most)`."""

    def make(random: Random) -> str:
        pieces = []
        for part in parts:
            if isinstance(part, str):
                pieces.append(part)
            else:
                pieces.append(chars(random, part[0], random.randint(part[1], part[-1])))
        return "".join(pieces)

    return make


def uuid(random: Random) -> str:
    return "-".join(chars(random, HEX, n) for n in (8, 4, 4, 4, 12))


def encoded(size: int) -> Value:
    return lambda random: base64.b64encode(random.randbytes(size)).decode()


def password(random: Random) -> str:
    """A password as people choose them: a word with digits, random characters, or words with separators."""
    words = [
        "hunter",
        "Tiger",
        "summer",
        "Falcon",
        "correct",
        "Horse",
        "battery",
        "Staple",
        "dragon",
    ]
    style = random.randrange(5)
    if style == 0:
        return random.choice(words) + str(random.randint(2, 9999)) + random.choice(["", "!", "#"])
    if style == 1:
        return chars(random, ALNUM + SYMBOLS, random.randint(10, 20))
    if style == 2:
        return "-".join(random.choice(words) for _ in range(3)) + str(random.randint(1, 99))
    if style == 3:
        return random.choice(words) + random.choice("!@#$%&*") + chars(random, ALNUM, 6)
    return chars(random, ALNUM, random.randint(8, 24))


def lines(text: str, width: int = 64) -> str:
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def jwt(random: Random) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = (
        base64.urlsafe_b64encode(b'{"sub":"%d"}' % random.randint(10**6, 10**9))
        .decode()
        .rstrip("=")
    )
    return f"{head}.{body}.{chars(random, URL_SAFE, 43)}"


def pem(label: str) -> Callable[[Random], Planted]:
    def make(random: Random) -> Planted:
        body = lines(base64.b64encode(random.randbytes(random.choice((120, 600)))).decode())
        dashes = "-" * 5
        text = f"{dashes}BEGIN {label}{dashes}\n{body}\n{dashes}END {label}{dashes}"
        return Planted(text, body)

    return make
