"""Twilio's webhooks, translated at the wall: a proved form becomes one of our events, or None when it tells us nothing.

Which call, leg or recording it is about stands in the address, which is signed and our own; Twilio's ids are only
attributes. Fields that we do not know are ignored: Twilio adds some without notice. An error names the field and
never its value, which may be a caller's.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from chalicelib.adapters.twilio.forms import Form
from chalicelib.core.calls.call import CUSTOMER
from chalicelib.core.carrier.events import (
    CallArrived,
    CarrierEvent,
    Cause,
    LegAnswered,
    LegEnded,
    LegRang,
    ParticipantJoined,
    RecordingReported,
    TurnTaken,
)
from chalicelib.core.ground.errors import BadRequest

_ENDINGS: Mapping[str, Cause] = {
    "completed": Cause.COMPLETED,
    "busy": Cause.BUSY,
    "no-answer": Cause.NO_ANSWER,
    "failed": Cause.FAILED,
    "canceled": Cause.CANCELLED,
}
_PROGRESS: Mapping[str, type[LegRang | LegAnswered]] = {
    "ringing": LegRang,
    "in-progress": LegAnswered,
    "answered": LegAnswered,
}
_SAYS_NOTHING = frozenset({"queued", "initiated"})
_DECLINED = frozenset({"603", "607", "608"})
"""SIP's Decline, Unwanted and Rejected."""

_PARTED_FOR_GOOD = frozenset({"participant_hung_up", "participant_add_failed"})
"""Reasons of a leave after which the leg may have ended; a redirect or an API request may leave it alive (R8)."""

_FILE_STATES = frozenset({"completed", "absent", "failed"})

# What Twilio puts in From when the caller's number is withheld: the word's letters on a telephone's keypad
# (ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE), or the word itself.
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
_WITHHELD_WORDS = frozenset({"anonymous", "restricted", "blocked", "unknown", "unavailable"})


_LONGEST_CALLER = 256


def call_id_of(sid: str) -> str:
    """Give our id of the call that arrived as this CallSid: the same for every webhook about it, stored or not."""
    return "c" + sha256(f"twilio:{sid}".encode()).hexdigest()[:20]


def arrived(form: Form) -> CallArrived:
    """Read an incoming call; a withheld number is an empty caller."""
    sid = _sid(form, "CallSid", "CA")
    called = form.one("To")
    if not called:
        raise BadRequest("The field To is blank.")
    return CallArrived(call_id_of(sid), sid, _caller(form.one("From")), called)


def turn(form: Form, call: str, turn: str) -> TurnTaken:
    """Read a request for the next instructions; the digits are None when none were asked for."""
    _sid(form, "CallSid", "CA")
    return TurnTaken(call, turn, form.maybe("Digits"), _dialled(form))


def caller_status(form: Form) -> CarrierEvent | None:
    """Read how the caller's own leg is getting on; its end tells who called whom, for it may come first of all."""
    event = leg_status(form, call_id_of(_sid(form, "CallSid", "CA")), CUSTOMER)
    if isinstance(event, LegEnded):
        return replace(event, caller=_caller(form.maybe("From") or ""), called=form.maybe("To") or "")
    return event


def leg_status(form: Form, call: str, leg: str) -> CarrierEvent | None:
    """Read how a leg is getting on."""
    sid = _sid(form, "CallSid", "CA")
    status = form.one("CallStatus")
    if status in _PROGRESS:
        return _PROGRESS[status](call, leg, sid)
    if status in _ENDINGS:
        return LegEnded(call, leg, sid, _cause(status, form.maybe("SipResponseCode")))
    if status in _SAYS_NOTHING:
        return None
    raise BadRequest("The field CallStatus has no value that is known.")


def conference(form: Form, call: str) -> CarrierEvent | None:
    """Read who came into the call's conference, or is gone for good; nothing else tells what the legs do not."""
    sid = _sid(form, "ConferenceSid", "CF")
    event = form.one("StatusCallbackEvent")
    leg = form.maybe("ParticipantLabel")
    if event == "participant-join" and leg:
        return ParticipantJoined(call, leg, _sid(form, "CallSid", "CA"), sid)
    return _left(form, call, leg) if event == "participant-leave" and leg else None


def recording(form: Form, call: str, vocid: str) -> RecordingReported | None:
    """Read what became of a recording; that it is still running tells nothing new."""
    sid = _sid(form, "RecordingSid", "RE")
    status = form.one("RecordingStatus")
    if status == "in-progress":
        return None
    if status not in _FILE_STATES:
        raise BadRequest("The field RecordingStatus has no value that is known.")
    return RecordingReported(call, vocid, sid, status, _seconds(form))


def _dialled(form: Form) -> Cause | None:
    """Give how a Dial went, None when there was none; to Twilio one that was "answered" is over, too."""
    status = form.maybe("DialCallStatus")
    if status is None:
        return None
    if status == "answered":
        return Cause.COMPLETED
    if status not in _ENDINGS:
        raise BadRequest("The field DialCallStatus has no value that is known.")
    return _ENDINGS[status]


def _left(form: Form, call: str, leg: str) -> CarrierEvent | None:
    sid = _sid(form, "CallSid", "CA")
    cause = _ENDINGS.get(form.maybe("ParticipantCallStatus") or "")
    # Busy may mean declined, which only the leg's own callback tells by its SIP code.
    if cause and cause is not Cause.BUSY and form.maybe("ReasonParticipantLeft") in _PARTED_FOR_GOOD:
        return LegEnded(call, leg, sid, cause)
    return None


def _cause(status: str, sip_code: str | None) -> Cause:
    declined = status != "completed" and sip_code in _DECLINED
    return Cause.REJECTED if declined else _ENDINGS[status]


def _caller(sent: str) -> str:
    """Give who calls; a SIP caller writes their address themselves, and is known by no more of it than is kept."""
    withheld = sent in _WITHHELD or sent.lower() in _WITHHELD_WORDS
    return "" if withheld else sent[:_LONGEST_CALLER]


def _sid(form: Form, name: str, prefix: str) -> str:
    sid = form.one(name)
    if not re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", sid):
        raise BadRequest(f"The field {name} is not an id of Twilio's.")
    return sid


def _seconds(form: Form) -> int:
    """Give the length; a recording without a file has -1, or none."""
    length = form.maybe("RecordingDuration") or "0"
    if not re.fullmatch(r"-1|\d{1,6}", length, re.ASCII):
        raise BadRequest("The field RecordingDuration is not a number of seconds.")
    return max(0, int(length))
