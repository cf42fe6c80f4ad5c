"""The account's numbers: who is asked when one of them is called, and what a number means to its neighbours."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import phonenumbers

from local.carrier.settings import Number

TELEPHONE = re.compile(r"[+(]?[0-9][0-9 ().-]*")
"""What may be the number of a telephone, as people write it."""
KEPT = 1000
"""Addresses that are kept at a time: finding one takes longer than mixing a frame of sound, which asks for several."""


class UnknownNumberError(Exception):
    """Nobody has this number."""


class Numbering:
    """The numbers by themselves and what belongs to them."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        self._by_number = {number.number: number for number in numbers}
        self.address = lru_cache(KEPT)(self._address)

    def assign(self, number: Number) -> None:
        """Take a number into the account, or change its addresses."""
        self._by_number[number.number] = number
        self.address.cache_clear()

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

    def _address(self, written: str) -> str:
        """The one address of an endpoint: a telephone's is its number in E.164, however it is written.

        A number without country or area code is in those of the account's own, as neighbours dial. Inner numbers,
        client: and sip: addresses stay as they are; parameters (`?a=b`, `;transport=tls`) are no part of an address.
        """
        bare = written.partition("?")[0].partition(";")[0]
        return next(self._telephones(bare), bare) if TELEPHONE.fullmatch(bare) else bare

    def _telephones(self, written: str) -> Iterator[str]:
        """The telephones that may be meant, the likeliest first."""
        yield from _in_e164(written)
        for number in self._by_number:
            country, area = _home(number)
            yield from _in_e164(written, country)
            yield from _in_e164(f"{area}{written}")


def _home(number: str) -> tuple[str, str]:
    """Where a number is: its region ("CN"), and what its neighbours leave out ("+86755"); "" where nobody knows."""
    try:
        home = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "", ""
    area = phonenumbers.national_significant_number(home)[: phonenumbers.length_of_geographical_area_code(home)]
    country = home.country_code or 0
    return phonenumbers.region_code_for_country_code(country), f"+{country}{area}"


def _in_e164(written: str, region: str = "") -> Iterator[str]:
    """The number, if there can be such a one."""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return
    if phonenumbers.is_valid_number(number):
        yield phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
