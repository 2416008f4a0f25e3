"""Generated ids and tokens in Slack's formats, the same on every run."""

import hashlib
import itertools
import uuid
from dataclasses import dataclass, field

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digest(*parts: object) -> str:
    return hashlib.sha256(":".join(str(part) for part in parts).encode()).hexdigest()


def slack_id(prefix: str, *parts: object) -> str:
    """Return an id like `U0…`: a prefix and ten capitals and digits, derived from the parts."""
    number = int(digest(prefix, *parts), 16)
    letters = []
    for _ in range(9):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return f"{prefix}0{''.join(letters)}"


@dataclass
class Ids:
    """A generator of ids. They're hashes of a counter, so that runs can be compared."""

    seed: str
    _count: "itertools.count[int]" = field(default_factory=itertools.count)

    def next(self, prefix: str) -> str:
        return slack_id(prefix, self.seed, next(self._count))

    def secret(self, length: int = 24) -> str:
        return digest("secret", self.seed, next(self._count))[:length]

    def uuid(self) -> str:
        return str(uuid.UUID(digest("uuid", self.seed, next(self._count))[:32], version=4))


@dataclass(frozen=True)
class Identity:
    """The app's identity in this workspace, and its tokens."""

    seed: str
    team_name: str = "Loopback"
    team_domain: str = "loopback"
    enterprise_id: str = ""  # in an Enterprise Grid organisation, otherwise empty

    @property
    def team_id(self) -> str:
        return slack_id("T", self.seed)

    @property
    def app_id(self) -> str:
        return slack_id("A", self.seed)

    @property
    def bot_id(self) -> str:
        return slack_id("B", self.seed)

    @property
    def bot_user_id(self) -> str:
        return slack_id("U", self.seed, "bot")

    @property
    def bot_token(self) -> str:
        return f"xoxb-{self._digits('bot')}-{self._digits('user')}-{digest(self.seed, 'bot')[:24]}"

    @property
    def app_token(self) -> str:
        return f"xapp-1-{self.app_id}-{self._digits('app')}-{digest(self.seed, 'app')}"

    @property
    def signing_secret(self) -> str:
        return digest(self.seed, "signing")[:32]

    @property
    def verification_token(self) -> str:
        return digest(self.seed, "verification")[:24]

    def _digits(self, purpose: str) -> str:
        return str(int(digest(self.seed, purpose), 16))[:12]
