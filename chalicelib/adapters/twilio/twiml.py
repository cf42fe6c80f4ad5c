"""Scripts as TwiML."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.core.carrier.script import (
    Dial,
    Gather,
    Hangup,
    Instruction,
    Join,
    Pause,
    Play,
    Reject,
    Say,
    Script,
)
from chalicelib.core.ground.errors import OurFault
from chalicelib.core.ground.values import dataclass

RECORDING_EVENTS = ("completed", "absent")
"""Of a conference's recording we want to hear how it ended."""

CONFERENCE_EVENTS = ("join", "leave")
"""Asked for by every leg: only the first joiner's wish counts, and nobody knows who that will be (R12)."""

_MOST_BYTES = 64 * 1024
_MOST_SPEECH = 4096
_KEYS = "dtmf:"

# A voice that does not speak the language makes Say fail, so both come from one table.
_VOICES: Mapping[str, tuple[str, str]] = {
    "zh-CN": ("cmn-CN", "Polly.Zhiyu-Neural"),
    "en-US": ("en-US", "Polly.Joanna-Neural"),
    "en-GB": ("en-GB", "Polly.Amy-Neural"),
}

# What XML 1.0 cannot hold, however it is escaped. (Naming what it can hold takes ten times as long to compile.)
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where elements are being written, and for which call."""

    parent: ET.Element
    call: str
    addresses: Addresses

    def add(self, verb: str, text: str = "", **attributes: str) -> "_Place":
        """Append an element and give the place inside it."""
        element = ET.SubElement(self.parent, verb, {name: _plain(value) for name, value in attributes.items()})
        element.text = _plain(text) or None
        return _Place(element, self.call, self.addresses)


def write(script: Script, call: str, addresses: Addresses) -> str:
    """Give the TwiML document (UTF-8 once encoded) that lets a leg of `call` do what the script says.

    Raises:
        OurFault: it is larger than the 64 KB that Twilio takes.

    """
    response = ET.Element("Response")
    _write_all(script, _Place(response, call, addresses))
    document = '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(response, encoding="unicode")
    if len(document.encode()) > _MOST_BYTES:
        raise OurFault("A script became more than 64 KB of TwiML: its texts are too long.")
    return document


def _write_all(instructions: Iterable[Instruction], place: _Place) -> None:
    for instruction in instructions:
        _WRITERS[type(instruction)](instruction, place)


def _say(say: Say, place: _Place) -> None:
    """Write speech in pieces that Twilio takes; nothing is written for nothing to say, which would be an error."""
    language, voice = _VOICES.get(say.language, (say.language, ""))
    attributes = {"language": language} | ({"voice": voice} if voice else {})
    text = _plain(say.text).strip()
    for start in range(0, len(text), _MOST_SPEECH):
        place.add("Say", text[start : start + _MOST_SPEECH], **attributes)


def _play(play: Play, place: _Place) -> None:
    if play.sound.startswith(_KEYS):
        place.add("Play", digits=play.sound.removeprefix(_KEYS))
    else:
        place.add("Play", place.addresses.sound(play.sound), loop=str(play.loop))


def _pause(pause: Pause, place: _Place) -> None:
    place.add("Pause", length=str(pause.seconds))


def _gather(gather: Gather, place: _Place) -> None:
    """Write a Gather whose silence comes back too, as empty digits, to the same turn."""
    limit = {} if gather.max_digits is None else {"numDigits": str(gather.max_digits)}
    inside = place.add(
        "Gather",
        input="dtmf",
        action=place.addresses.turn(place.call, gather.token),
        method="POST",
        timeout=str(gather.timeout),
        finishOnKey=gather.finish_on,
        actionOnEmptyResult="true",
        **limit,
    )
    _write_all(gather.prompts, inside)


def _join(join: Join, place: _Place) -> None:
    """Write the way into the conference; who comes out of it again is hung up."""
    place.add("Dial").add(
        "Conference",
        join.conference,
        participantLabel=join.leg,
        startConferenceOnEnter="true",
        endConferenceOnExit="false",
        beep="false",
        waitUrl="",
        statusCallback=place.addresses.conference(place.call),
        statusCallbackEvent=" ".join(CONFERENCE_EVENTS),
        statusCallbackMethod="POST",
        **_recorded(join, place),
    )
    place.add("Hangup")


def _recorded(join: Join, place: _Place) -> dict[str, str]:
    """Wish for a recording as the other legs do: who comes in first decides for all."""
    if not join.vocid:
        return {}
    return {
        "record": "record-from-start",
        "trim": "do-not-trim",
        "recordingStatusCallback": place.addresses.recording(place.call, join.vocid),
        "recordingStatusCallbackEvent": " ".join(RECORDING_EVENTS),
        "recordingStatusCallbackMethod": "POST",
    }


def _dial(dial: Dial, place: _Place) -> None:
    place.add(
        "Dial",
        action=place.addresses.turn(place.call, dial.token),
        method="POST",
        timeout=str(dial.ring_seconds),
        callerId=dial.caller_id,
    ).add("Number", dial.number)


def _hangup(_hangup: Hangup, place: _Place) -> None:
    place.add("Hangup")


def _reject(reject: Reject, place: _Place) -> None:
    place.add("Reject", reason=reject.reason)


_WRITERS: Mapping[type[Instruction], Callable[..., None]] = {
    Say: _say,
    Play: _play,
    Pause: _pause,
    Gather: _gather,
    Join: _join,
    Dial: _dial,
    Hangup: _hangup,
    Reject: _reject,
}


def _plain(text: str) -> str:
    return _UNSPEAKABLE.sub("", text)
