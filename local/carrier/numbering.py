"""The account's numbers: who is asked when one of them is called."""

from collections.abc import Iterable

from local.carrier.settings import Number


class UnknownNumberError(Exception):
    """Nobody has this number."""


class Numbering:
    """The numbers by themselves and what belongs to them."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        self._by_number = {number.number: number for number in numbers}

    def assign(self, number: Number) -> None:
        """Take a number into the account, or change its addresses."""
        self._by_number[number.number] = number

    def owns(self, number: str) -> bool:
        """Whether the account may show this number."""
        return number in self._by_number

    def find(self, number: str) -> Number:
        """The number, or an UnknownNumberError that names the ones there are."""
        found = self._by_number.get(number)
        if found is None:
            known = ", ".join(sorted(self._by_number)) or "none"
            raise UnknownNumberError(f"{number} is not a number of this account (known: {known})")
        return found

    def all(self) -> list[Number]:
        """Every number of the account."""
        return list(self._by_number.values())
