"""A breaker: an Asterisk that says nothing is not asked again and again, until it has shown that it moves."""

SILENCES = 3
"""So many requests without an answer, one after the other, and no more are made."""


class Breaker:
    """Counts silences; what opened it is closed by an answer, which the probe alone still asks for."""

    def __init__(self) -> None:
        self._silences = 0

    @property
    def open(self) -> bool:
        """Tell whether nothing should be asked."""
        return self._silences >= SILENCES

    def silent(self) -> None:
        """Note that there was no answer in time."""
        self._silences += 1

    def answered(self) -> None:
        """Note an answer, whatever it was."""
        self._silences = 0
