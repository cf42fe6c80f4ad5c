"""What Twilio is told: one function for each command.

Every leg is labelled with our leg id and every conference named by our call id, so what Twilio made of an earlier
try can be found again, even if its answer was lost. A second try (`again`) looks first and acts only if the effect
is missing.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.api import Fields, TwilioApi, TwilioRefused, TwilioSettings
from chalicelib.adapters.twilio.conferences import conference_of, live_conference
from chalicelib.adapters.twilio.recordings import TwilioRecordings
from chalicelib.adapters.twilio.sealing import sealed
from chalicelib.adapters.twilio.softphone import softphone_name
from chalicelib.adapters.twilio.transport import PooledTransport, Transport
from chalicelib.adapters.twilio.twiml import CONFERENCE_EVENTS, RECORDING_EVENTS, write
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    RetrieveParticipant,
    SendDigits,
    TakeTurn,
)
from chalicelib.core.carrier.script import Join
from chalicelib.core.ground.errors import CarrierGone

_SILENCE = "media:silence"
_LABEL_TAKEN = frozenset({16025, 16026})
_GOING_ON = frozenset({"queued", "initiated", "ringing", "in-progress"})
_RING_SECONDS = range(5, 601)
_RINGING = {True: ("ringing",), False: ()}
"""That a leg rings is news for an agent who calls out and hears its tones; of an agent's own device we know it."""


InConference = HoldParticipant | RetrieveParticipant | MuteParticipant | CoachParticipant | SendDigits
"""Commands about a leg that is in its conference."""


class TwilioCommands:
    """Carries out commands by Twilio's REST API."""

    def __init__(
        self,
        settings: TwilioSettings,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._addresses = settings.addresses
        self._api = TwilioApi(settings, transport or PooledTransport(), sleep)
        self.recordings = TwilioRecordings(self._api, settings.addresses)

    def execute(self, command: Command, *, again: bool) -> None:
        """Carry the command out, looking first when it may have been done (`again`), or raise CarriersFault."""
        match command:
            case AddParticipant():
                self._add(command, again=again)
            case JoinConference():
                self._join(command, again=again)
            case TakeTurn():
                self._take_turn(command, again=again)
            case HoldParticipant():
                self._hold(command, again=again)
            case RetrieveParticipant():
                self._retrieve(command, again=again)
            case SendDigits():
                self._send_digits(command, again=again)
            case HangUpLeg():
                self._hang_up(command)
            case MuteParticipant() | CoachParticipant():
                self._let_hear(command)
            case _:
                self.recordings.execute(command, again=again)

    def check(self) -> None:
        """Raise NotConfigured if the account's token is missing."""
        self._api.secret()

    def lives(self, sid: str) -> bool:
        """Tell whether a leg has not ended; one that Twilio does not know is over."""
        try:
            return self._api.get("look at a leg", "Calls", sid)["status"] in _GOING_ON
        except CarrierGone:
            return False

    def _add(self, command: AddParticipant, *, again: bool) -> None:
        """Ring a leg into the conference; a label that is taken means that it rings or talks already."""
        if again and self._found(command.call, command.leg):
            return
        form = participant_form(command, self._addresses)
        if command.coaches:
            form = {**form, **self._coaching(command)}
        try:
            self._api.post("add a participant", "Conferences", command.call, "Participants", form=form)
        except TwilioRefused as refused:
            if refused.code not in _LABEL_TAKEN:
                raise

    def _join(self, command: JoinConference, *, again: bool) -> None:
        if again and self._found(command.call, command.leg):
            return
        twiml = write((Join(command.call, command.leg, command.vocid),), command.call, self._addresses)
        self._api.post("bring a leg into the conference", "Calls", command.sid, form={"Twiml": twiml})

    def _take_turn(self, command: TakeTurn, *, again: bool) -> None:
        """Send a leg to a turn. On a second try one that has left the conference is there, or asks soon by itself."""
        if again and not self._found(command.call, command.leg):
            return
        url = self._addresses.turn(command.call, command.token)
        self._api.post("send a leg to its turn", "Calls", command.sid, form={"Url": url, "Method": "POST"})

    def _hold(self, command: HoldParticipant, *, again: bool) -> None:
        if again and self._is_held(command):
            return
        music = self._addresses.sound(command.sound or _SILENCE)
        self._update("hold a participant", command, {"Hold": "true", "HoldUrl": music, "HoldMethod": "GET"})

    def _retrieve(self, command: RetrieveParticipant, *, again: bool) -> None:
        if again and not self._is_held(command):
            return
        self._update("retrieve a participant", command, {"Hold": "false"})

    def _send_digits(self, command: SendDigits, *, again: bool) -> None:
        """Let a leg hear keys, once: nobody can see whether it did, and keys heard twice do more harm than none."""
        if again:
            return
        url = self._addresses.announcement(command.call, sealed(command.digits, self._api.secret()))
        self._update("send digits", command, {"AnnounceUrl": url, "AnnounceMethod": "POST"})

    def _let_hear(self, command: MuteParticipant | CoachParticipant) -> None:
        """Let nobody, everybody or one leg alone hear another; Twilio takes the CallSid of the one who is coached."""
        if isinstance(command, MuteParticipant):
            self._update("mute a participant", command, {"Muted": _said(command.muted)})
            return
        if not command.coaches:
            self._update("end a coaching", command, {"Coaching": "false"})
            return
        self._update("coach a participant", command, self._coaching(command))

    def _coaching(self, command: CoachParticipant | AddParticipant) -> Fields:
        coached = self._found(command.call, command.coaches)
        if coached is None:
            raise CarrierGone("Twilio has nobody left to be coached.")
        return {"Coaching": "true", "CallSidToCoach": str(coached["call_sid"])}

    def _hang_up(self, command: HangUpLeg) -> None:
        """End a leg by its id, or else by its label; one that has ended, or never was, is no error."""
        sid = command.sid or self._sid_of(command)
        if sid:
            with suppress(CarrierGone):
                self._api.post("hang up a leg", "Calls", sid, form={"Status": "completed"})

    def _sid_of(self, command: HangUpLeg) -> str:
        participant = self._found(command.call, command.leg)
        return str(participant["call_sid"]) if participant else ""

    def _is_held(self, command: HoldParticipant | RetrieveParticipant) -> bool:
        path = ("Conferences", conference_of(self._api, command.call, command.conference), "Participants", command.leg)
        return bool(self._api.get("look at a participant", *path)["hold"])

    def _update(self, operation: str, command: InConference, form: Fields) -> None:
        path = ("Conferences", conference_of(self._api, command.call, command.conference), "Participants", command.leg)
        self._api.post(operation, *path, form=form)

    def _found(self, call: str, leg: str) -> Mapping[str, Any] | None:
        """Find a leg by its label in the call's live conference, where it may still ring; None when it is not there."""
        sid = live_conference(self._api, call)
        if not sid:
            return None
        try:
            return self._api.get("look for a participant", "Conferences", sid, "Participants", leg)
        except CarrierGone:
            return None


def endpoint_at_twilio(endpoint: str) -> str:
    """Name what is rung as Twilio does: an agent's browser is a client, by the name that its access token proves."""
    kind, _, name = endpoint.partition(":")
    return f"client:{softphone_name(name)}" if kind == "agent" else endpoint


def _said(wish: bool) -> str:  # noqa: FBT001 - a form's field
    return "true" if wish else "false"


def participant_form(command: AddParticipant, addresses: Addresses) -> Fields:
    """Give the form that rings a leg.

    Twilio adds five seconds to Timeout: so our own deadline comes first, and an agent who said yes in the last
    second still has a device that rings. A leg never ends the conference by leaving: that cannot be changed while it
    is held (R9), so we end every leg ourselves.
    """
    return {
        "From": command.caller_id,
        "To": endpoint_at_twilio(command.endpoint),
        "Label": command.leg,
        "Timeout": str(min(max(command.ring_seconds, _RING_SECONDS.start), _RING_SECONDS[-1])),
        "EarlyMedia": _said(command.early_media),
        "Beep": "false",
        **({"Muted": "true"} if command.muted else {}),
        "StartConferenceOnEnter": "true",
        "EndConferenceOnExit": "false",
        "WaitUrl": "",
        "StatusCallback": addresses.leg_status(command.call, command.leg),
        "StatusCallbackEvent": (*_RINGING[command.early_media], "answered", "completed"),
        "StatusCallbackMethod": "POST",
        "ConferenceStatusCallback": addresses.conference(command.call),
        "ConferenceStatusCallbackEvent": CONFERENCE_EVENTS,
        "ConferenceStatusCallbackMethod": "POST",
        **_recording_fields(command, addresses),
    }


def _recording_fields(command: AddParticipant, addresses: Addresses) -> Fields:
    if not command.vocid:
        return {}
    return {
        "ConferenceRecord": "record-from-start",
        "ConferenceTrim": "do-not-trim",
        "ConferenceRecordingStatusCallback": addresses.recording(command.call, command.vocid),
        "ConferenceRecordingStatusCallbackEvent": RECORDING_EVENTS,
        "ConferenceRecordingStatusCallbackMethod": "POST",
    }
