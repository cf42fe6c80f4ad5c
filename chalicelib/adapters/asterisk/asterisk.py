"""Asterisk as the port `Carrier`: what its bridges tell, what they are told by their queues, recordings, browsers."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.adapters.asterisk.door import AsteriskDoor
from chalicelib.adapters.asterisk.orders import order, order_of
from chalicelib.adapters.asterisk.pbxs import chosen, pbx_of, told_by
from chalicelib.adapters.asterisk.queues import Queues
from chalicelib.core.carrier.commands import Command, SendDigits
from chalicelib.core.carrier.events import CarrierEvent
from chalicelib.core.carrier.script import Script
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import SoftphoneCredentials


def softphone_name(agent_id: str) -> str:
    """Name an agent's browser at its Asterisk: the user that it registers as."""
    return f"agent_{agent_id}"


@dataclass(frozen=True, slots=True)
class Asterisk:
    """Keeps ports.Carrier; `keys` raises NotConfigured where a pbx has none, `new_secret` gives what nobody guesses."""

    door: AsteriskDoor
    queues: Queues
    keys: Callable[[str], object]
    new_secret: Callable[[], str]

    def check(self) -> None:
        """Raise NotConfigured if a pbx has no keys to be known by."""
        for pbx in self.queues.urls:
            self.keys(pbx)

    def read(
        self,
        path: str,
        params: Mapping[str, str],  # noqa: ARG002 - the path says it all
        headers: Mapping[str, str],
        body: bytes,
    ) -> CarrierEvent | None:
        """See AsteriskDoor.read."""
        return self.door.read(path, headers, body)

    def write(self, script: Script, call: str) -> tuple[str, str]:  # noqa: ARG002 - who asks knows which call it is
        """Give the script as JSON, with its content type."""
        return self.door.write(script)

    def execute(self, command: Command, *, again: bool) -> None:
        """Order the command of the call's pbx, or raise CarriersFault; that it cannot be done is told later.

        Keys are sent once: nobody can see whether they were heard, and heard twice they do more harm than not at all.
        """
        if not (again and isinstance(command, SendDigits)):
            pbx = pbx_of(command.call, self.queues.urls)
            self.queues.send(pbx, command.call, order_of(command, again=again))

    def lives(self, call: str, leg: str, sid: str) -> bool:
        """Say that a leg lives and let its pbx look, which tells if it does not; those of a pbx that is none are over.

        That a pbx says nothing, however long, ends no leg: people may be talking there while the line to us is cut.
        """
        pbx, channel = told_by(sid)
        if pbx not in self.queues.urls:
            return False
        self.queues.send(pbx, call, order("look", call, leg, channel))
        return True

    def hand_over_recording(self, sid: str, address: str) -> None:
        """Let the pbx put the recording to this address; it tells when that is done."""
        self._about_recording("upload_recording", sid, url=address)

    def delete_recording(self, sid: str) -> None:
        """Let the pbx remove the recording; one that is gone already is no error."""
        self._about_recording("delete_recording", sid)

    def softphone_credentials(self, agent_id: str, until: int) -> SoftphoneCredentials:
        """Give what the agent's browser registers with at its pbx, which is told of it; the name says at which.

        The order may come a moment after the page's first try to register.
        """
        user, secret = softphone_name(agent_id), self.new_secret()
        pbx = chosen(user, self.queues.urls)
        self.queues.send(pbx, user, order("credentials", "", user=user, secret=secret, until=until))
        return SoftphoneCredentials(f"{user}@{pbx}", secret, until)

    def _about_recording(self, do: str, sid: str, **more: Any) -> None:
        pbx, vocid = told_by(sid)
        call = vocid.rpartition("-")[0]
        self.queues.send(pbx, call or vocid, order(do, call, vocid=vocid, **more))
