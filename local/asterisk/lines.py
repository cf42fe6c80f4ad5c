"""Lines outside for the phone page: a browser calls and is called as any number that it wants, by SIP.

Each is written into Asterisk's memory by ARI, as the bridge writes agents' browsers: like the pattern `browser`, but
that it calls as somebody at a provider does, and shows its number.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from yarl import URL

from local.asterisk.instance import APP, Instance

_PLACE: Final = "asterisk/config/dynamic/res_pjsip"
_PATTERN: Final = "browser"
_OWN: Final = frozenset({"auth", "aors", "callerid", "context", "stir_shaken", "contact"})
"""What a line has of its own, or what Asterisk does not take back as it gives it."""

Attributes = dict[str, str]


class NoLineError(Exception):
    """There is no such line; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a browser registers with."""

    user: str
    secret: str


class Lines:
    """Gives lines on an Asterisk; the pages that ask for one number share its secret, and the last to come is rung."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._secrets: dict[str, str] = {}

    async def give(self, number: str, shown: str) -> Line:
        """Give the line of a number in E.164, which shows it as in `shown`.

        Raises:
            NoLineError: the number is a SIP telephone's of its own, or Asterisk does not answer.
        """
        line = Line(number, self._secrets.setdefault(number, secrets.token_hex(16)))
        try:
            signed_in = {"Authorization": aiohttp.encode_basic_auth(APP, self._instance.secret)}
            async with aiohttp.ClientSession(headers=signed_in) as ari:
                await self._write(ari, line, shown)
        except (aiohttp.ClientError, TimeoutError):
            raise NoLineError("Asterisk does not answer.") from None
        return line

    async def _write(self, ari: aiohttp.ClientSession, line: Line, shown: str) -> None:
        sign_in = {"auth_type": "digest", "username": line.user, "password": line.secret}
        own = {"auth": line.user, "aors": line.user, "context": "from-trunk", "callerid": f"<{shown}>"}
        await self._put(ari, "auth", line.user, sign_in)
        await self._put(ari, "aor", line.user, await self._pattern(ari, "aor"))
        await self._put(ari, "endpoint", line.user, await self._pattern(ari, "endpoint") | own)

    async def _pattern(self, ari: aiohttp.ClientSession, kind: str) -> Attributes:
        async with ari.get(self._address(kind, _PATTERN)) as answer:
            answer.raise_for_status()
            found: list[Mapping[str, str]] = await answer.json()
        pairs = ((each["attribute"], each["value"]) for each in found)
        return {name: value for name, value in pairs if value and name not in _OWN}

    async def _put(self, ari: aiohttp.ClientSession, kind: str, name: str, attributes: Attributes) -> None:
        fields: Any = [{"attribute": attribute, "value": value} for attribute, value in attributes.items()]
        async with ari.put(self._address(kind, name), json={"fields": fields}) as answer:
            if answer.status == HTTPStatus.FORBIDDEN:
                raise NoLineError("This number is a SIP telephone's: call from there, or take another number.")
            answer.raise_for_status()

    def _address(self, kind: str, name: str) -> URL:
        """Give the address of an object; a + would be a blank there."""
        return URL(f"{self._instance.ari}/{_PLACE}/{kind}/{quote(name, safe='')}", encoded=True)
