"""Twilio as the port `Carrier`: what it tells, what it is told, its recordings, its telephone in the browser."""

from collections.abc import Mapping

from chalicelib.adapters.twilio.carrier import TwilioCommands
from chalicelib.adapters.twilio.door import TwilioDoor
from chalicelib.adapters.twilio.softphone import TwilioSoftphone, softphone_name
from chalicelib.core.carrier.commands import Command
from chalicelib.core.carrier.events import CarrierEvent
from chalicelib.core.carrier.script import Script
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import SoftphoneCredentials


@dataclass(frozen=True, slots=True)
class Twilio:
    """Keeps ports.Carrier; each part knows one side of Twilio."""

    door: TwilioDoor
    commands: TwilioCommands
    softphone: TwilioSoftphone

    def check(self) -> None:
        """Raise NotConfigured if the account's token is missing."""
        self.commands.check()

    def read(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> CarrierEvent | None:
        """See TwilioDoor.read."""
        return self.door.read(path, params, headers, body)

    def write(self, script: Script, call: str) -> tuple[str, str]:
        """Give the script as TwiML, with its content type."""
        return self.door.write(script, call)

    def execute(self, command: Command, *, again: bool) -> None:
        """See TwilioCommands.execute."""
        self.commands.execute(command, again=again)

    def lives(self, call: str, leg: str, sid: str) -> bool:  # noqa: ARG002 - Twilio knows legs by its own id
        """Tell whether Twilio still has this call going on, or raise CarriersFault."""
        return self.commands.lives(sid)

    def hand_over_recording(self, sid: str, address: str) -> bytes:  # noqa: ARG002 - Twilio waits for us to fetch it
        """Give the recording's WAV file, or raise CarriersFault."""
        return self.commands.recordings.fetch(sid)

    def delete_recording(self, sid: str) -> None:
        """Remove the recording; one that is gone already is no error."""
        self.commands.recordings.delete(sid)

    def softphone_credentials(self, agent_id: str, until: int) -> SoftphoneCredentials:
        """Give what the agent's browser registers with."""
        name = softphone_name(agent_id)
        return SoftphoneCredentials(name, self.softphone.token(name, until), until)
