"""Identifiers in the carrier's own shapes."""

import random
import uuid

BITS = 128


class Ids:
    """Makes ids that look like Twilio's; the same seed gives the same ids in the same order."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._ages: dict[str, int] = {}

    def new(self, prefix: str) -> str:
        """A sid: two letters (CA, CF, RE) and 32 hexadecimal digits."""
        sid = f"{prefix}{self._random.getrandbits(BITS):032x}"
        self._ages[sid] = len(self._ages)
        return sid

    def age(self, sid: str) -> int | None:
        """As which in the row a sid was made, None for one that never was."""
        return self._ages.get(sid)

    def token(self) -> str:
        """An idempotency token, one for each webhook and the same on its retry."""
        return str(uuid.UUID(int=self._random.getrandbits(BITS), version=4))
