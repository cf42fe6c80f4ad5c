"""Identifiers in the carrier's own shapes."""

import random
import uuid

BITS = 128


class Ids:
    """Makes ids that look like Twilio's; the same seed gives the same ids in the same order."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)

    def new(self, prefix: str) -> str:
        """A sid: two letters (CA, CF, RE) and 32 hexadecimal digits."""
        return f"{prefix}{self._random.getrandbits(BITS):032x}"

    def token(self) -> str:
        """An idempotency token, one for each webhook and the same on its retry."""
        return str(uuid.UUID(int=self._random.getrandbits(BITS), version=4))
