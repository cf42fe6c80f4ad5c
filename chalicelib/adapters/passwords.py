"""Passwords, hashed with scrypt."""

import hashlib
import hmac
import os
import unicodedata
from base64 import b64decode, b64encode
from typing import Self

from chalicelib.core.ground.values import dataclass

_FORM = "scrypt"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hash costs: `n` rounds over blocks of `r`, `p` times.

    The default is one of the equivalent settings of OWASP's Password Storage Cheat Sheet, the one that takes 32 MB:
    a Lambda function of ordinary size can afford it.
    """

    n: int = 2**15
    r: int = 8
    p: int = 3

    @property
    def memory(self) -> int:
        """Give the bytes that OpenSSL may take: scrypt's 128 * n * r, and some room."""
        return 128 * self.n * self.r + 128 * self.r * (self.p + 2) + 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Stored:
    """A hash with all that is needed to make it again."""

    cost: Cost
    salt: bytes
    digest: bytes

    def __str__(self) -> str:
        salt, digest = b64encode(self.salt).decode(), b64encode(self.digest).decode()
        return "$".join([_FORM, str(self.cost.n), str(self.cost.r), str(self.cost.p), salt, digest])

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the form that `str` gives, or raise ValueError."""
        form, n, r, p, salt, digest = text.split("$")
        if form != _FORM:
            raise ValueError(form)
        return cls(Cost(int(n), int(r), int(p)), b64decode(salt), b64decode(digest))


class ScryptPasswords:
    """Hashes and checks passwords; what was hashed at another cost is still checked."""

    def __init__(self, cost: Cost | None = None) -> None:
        self._cost = cost or Cost()

    def hash(self, password: str) -> str:
        """Give `scrypt$n$r$p$salt$digest` with a new salt."""
        return str(self._hashed(password, self._cost, os.urandom(16)))

    def verify(self, password: str, hashed: str | None) -> bool:
        """Tell whether the password fits; without a usable hash the answer is no, and takes as long."""
        try:
            stored = _Stored.read(hashed or "")
        except ValueError:
            self._hashed(password, self._cost, bytes(16))
            return False
        return hmac.compare_digest(self._hashed(password, stored.cost, stored.salt).digest, stored.digest)

    def seal(self, key: str, password: str, hashed: str) -> str:
        """Give HMAC-SHA256 over hash and password: worth nothing to who has the table but not the key."""
        sealed = hmac.new(key.encode(), f"{hashed}\0{_normal(password)}".encode(), hashlib.sha256)
        return b64encode(sealed.digest()).decode()

    def _hashed(self, password: str, cost: Cost, salt: bytes) -> _Stored:
        digest = hashlib.scrypt(
            _normal(password).encode(),
            salt=salt,
            n=cost.n,
            r=cost.r,
            p=cost.p,
            maxmem=cost.memory,
        )
        return _Stored(cost, salt, digest)


def _normal(password: str) -> str:
    """Give the password in one normal form (NFKC): keyboards differ in how they compose a character."""
    return unicodedata.normalize("NFKC", password)
