"""Twilio's door: webhooks in, each proved before it is read; scripts out."""

import re
from collections.abc import Callable, Mapping, Sequence

from chalicelib.adapters.twilio import happenings
from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.forms import Form, fields_as_they_came, read_form
from chalicelib.adapters.twilio.sealing import unsealed
from chalicelib.adapters.twilio.signature import prove
from chalicelib.adapters.twilio.twiml import write
from chalicelib.core.carrier.events import CarrierEvent, OwnQuestion
from chalicelib.core.carrier.script import Play, Script
from chalicelib.core.ground.errors import NotFound
from chalicelib.core.ground.outside import is_id

CONTENT_TYPE = "text/xml; charset=utf-8"

_ANNOUNCEMENT = "announcement"
_SIGNATURE = "x-twilio-signature"
_KIND = re.compile(r"/carriers/twilio/(?:calls/[^/]+/)?([a-z]+)(?:/.*)?")

_READERS: Mapping[str, Callable[[Form, Mapping[str, str]], CarrierEvent | None]] = {
    "voice": lambda form, _at: happenings.arrived(form),
    "status": lambda form, _at: happenings.caller_status(form),
    "turns": lambda form, at: happenings.turn(form, at["call"], at["turn"]),
    "legs": lambda form, at: happenings.leg_status(form, at["call"], at["leg"]),
    "conference": lambda form, at: happenings.conference(form, at["call"]),
    "recordings": lambda form, at: happenings.recording(form, at["call"], at["vocid"]),
}


class TwilioDoor:
    """The only way in for Twilio's webhooks; `keys` gives those now valid (see `prove`), when they are first needed."""

    def __init__(self, addresses: Addresses, keys: Callable[[], Sequence[str]]) -> None:
        self._addresses = addresses
        self._keys = keys

    def read(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> CarrierEvent | None:
        """Prove the webhook, then give what happened; None when it tells nothing we need.

        Args:
            path: the path that was called, below the public address.
            params: the path's segments by name: call, turn, leg, vocid.
            headers: by their names in lower case; the signature is one of them.
            body: the form as it came.

        Raises:
            NotSigned: it is not signed as from our account.
            BadRequest: the form is malformed, or a field is missing or has no value that is known.
            NotFound: no webhook of ours has this path.

        """
        fields = fields_as_they_came(body)
        prove(self._addresses.public_url + path, fields, headers.get(_SIGNATURE), self._keys())
        form = read_form(body)
        kind = _KIND.fullmatch(path)
        if kind is None or kind[1] not in (*_READERS, _ANNOUNCEMENT) or not all(map(is_id, params.values())):
            raise NotFound("No webhook of ours has this path.")
        return self._own_question(params) if kind[1] == _ANNOUNCEMENT else _READERS[kind[1]](form, params)

    def _own_question(self, params: Mapping[str, str]) -> CarrierEvent:
        digits = unsealed(params["sealed"], self._keys()[0])
        return OwnQuestion(params["call"], (Play(f"dtmf:{digits}"),))

    def write(self, script: Script, call: str) -> tuple[str, str]:
        """Give the script as TwiML, with its content type."""
        return write(script, call, self._addresses), CONTENT_TYPE
