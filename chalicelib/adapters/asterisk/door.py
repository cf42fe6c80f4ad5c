"""Asterisk's door: webhooks in, each proved before it is read; a pbx speaks of its own calls alone."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from chalicelib.adapters.asterisk.fields import read_told
from chalicelib.adapters.asterisk.happenings import happened
from chalicelib.adapters.asterisk.pbxs import PBX_NAME, pbx_of
from chalicelib.adapters.asterisk.proof import prove
from chalicelib.adapters.asterisk.scripts import CONTENT_TYPE, write
from chalicelib.core.carrier.events import CarrierEvent
from chalicelib.core.carrier.script import Script
from chalicelib.core.ground.errors import NotFound
from chalicelib.ports import Clock

_PATH = re.compile(rf"/carriers/asterisk/({PBX_NAME})/events")


class AsteriskDoor:
    """The only way in for the bridges' webhooks; `keys` gives those now valid of a pbx, when they are first needed."""

    def __init__(self, pbxs: Collection[str], keys: Callable[[str], Sequence[bytes]], clock: Clock) -> None:
        self._pbxs = pbxs
        self._keys = keys
        self._clock = clock

    def read(self, path: str, headers: Mapping[str, str], body: bytes) -> CarrierEvent | None:
        """Prove the webhook, then give what happened; None when it tells nothing we need.

        Args:
            path: the path that was called, below the public address; it names the pbx.
            headers: by their names in lower case.
            body: as it came.

        Raises:
            NotSigned: it is not signed as from that pbx, or that pbx is none of ours.
            BadRequest: the body is malformed, or a field is missing or has no value that is known.
            NotFound: the call that it tells of is another pbx's.
        """
        named = _PATH.fullmatch(path)
        pbx = named[1] if named else ""
        prove(headers, body, self._keys(pbx) if pbx in self._pbxs else (), self._clock.now())
        event = happened(read_told(body), pbx)
        if event and event.call and pbx_of(event.call, self._pbxs) != pbx:
            raise NotFound("This pbx has no such call.")
        return event

    def write(self, script: Script) -> tuple[str, str]:
        """Give the script as JSON, with its content type."""
        return write(script), CONTENT_TYPE
