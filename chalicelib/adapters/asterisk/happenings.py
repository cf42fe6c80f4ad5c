"""The bridges' webhooks, translated at the wall: a proved body becomes one of our events."""

import re
from collections.abc import Callable, Mapping

from chalicelib.adapters.asterisk.fields import Told
from chalicelib.adapters.asterisk.orders import KIND_OF
from chalicelib.adapters.asterisk.pbxs import call_id_of, sid_of
from chalicelib.core.calls.call import CUSTOMER
from chalicelib.core.carrier.events import (
    CallArrived,
    CarrierEvent,
    Cause,
    CommandRefused,
    ExchangeReported,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegRang,
    ParticipantJoined,
    RecordingReported,
    RecordingStored,
    TurnTaken,
)
from chalicelib.core.ground.errors import BadRequest

Reader = Callable[[Told, str], CarrierEvent | None]

_CAUSES = frozenset(cause.value for cause in Cause)
_FILE_STATES = frozenset({"completed", "absent", "failed"})
_STATES = frozenset({"working", "frozen", "away"})
_KEY = re.compile(r"[0-9*#A-D]")
_DIGITS = re.compile(r"[0-9*#A-D]{0,256}")
_UNANSWERABLE = frozenset({"look", "upload_recording", "delete_recording", "credentials"})
"""Orders that no rule of ours is waiting for: what comes of them is told otherwise, or asked again."""


def happened(told: Told, pbx: str) -> CarrierEvent | None:
    """Give the event that this pbx tells, None when it is nothing we need.

    Raises:
        BadRequest: a field is missing or has no value that is known.
    """
    return _READERS[told.word("type", _READERS)](told, pbx)


def _arrived(told: Told, pbx: str) -> CarrierEvent:
    channel, called = told.channel(), told.text("called")
    if not called:
        raise BadRequest("The field called is blank.")
    if told.id("call") != call_id_of(pbx, channel):
        raise BadRequest("The field call is not the id that a call on this channel has.")
    return CallArrived(told.id("call"), sid_of(pbx, channel), told.text("caller"), called)


def _turn(told: Told, _pbx: str) -> CarrierEvent:
    digits = told.matching("digits", _DIGITS) if told.has("digits") else None
    dialled = Cause(told.word("dialled", _CAUSES)) if told.has("dialled") else None
    return TurnTaken(told.id("call"), told.id("turn"), digits, dialled)


def _rang(told: Told, pbx: str) -> CarrierEvent:
    return LegRang(told.id("call"), told.id("leg"), sid_of(pbx, told.channel()))


def _answered(told: Told, pbx: str) -> CarrierEvent:
    return LegAnswered(told.id("call"), told.id("leg"), sid_of(pbx, told.channel()))


def _joined(told: Told, pbx: str) -> CarrierEvent:
    call = told.id("call")
    return ParticipantJoined(call, told.id("leg"), sid_of(pbx, told.channel()), call)


def _ended(told: Told, pbx: str) -> CarrierEvent:
    """Read a leg's end; one that never came about has no channel. A caller's own tells who called whom."""
    channel, leg = told.maybe_channel(), told.id("leg")
    caller, called = (told.text(name) if told.has(name) else "" for name in ("caller", "called"))
    from_outside = leg == CUSTOMER and channel and told.id("call") == call_id_of(pbx, channel)
    return LegEnded(
        told.id("call"),
        leg,
        sid_of(pbx, channel) if channel else "",
        Cause(told.word("cause", _CAUSES)),
        caller if from_outside else "",
        called if from_outside else "",
    )


def _key(told: Told, _pbx: str) -> CarrierEvent:
    return KeyPressed(told.id("call"), told.id("leg"), told.matching("key", _KEY), told.count("seq"))


def _recorded(told: Told, pbx: str) -> CarrierEvent:
    vocid, status = told.id("vocid"), told.word("status", _FILE_STATES)
    seconds = told.count("seconds") if told.has("seconds") or status == "completed" else 0
    return RecordingReported(told.id("call"), vocid, sid_of(pbx, vocid), status, seconds)


def _stored(told: Told, _pbx: str) -> CarrierEvent:
    return RecordingStored(told.id("call"), told.id("vocid"))


def _failed(told: Told, _pbx: str) -> CarrierEvent | None:
    """Read that an order came to nothing; who does not say whether it was a second try is not asked for a third."""
    do, why = told.word("command", {*KIND_OF, *_UNANSWERABLE}), told.word("why", {"gone", "refused"})
    if do in _UNANSWERABLE:
        return None
    again = told.flag("again", otherwise=True)
    return CommandRefused(told.id("call"), told.maybe_id("leg"), KIND_OF[do].__name__, why == "gone", again)


def _alive(told: Told, pbx: str) -> CarrierEvent:
    return ExchangeReported(pbx, told.word("state", _STATES))


_READERS: Mapping[str, Reader] = {
    "call.arrived": _arrived,
    "turn.taken": _turn,
    "leg.rang": _rang,
    "leg.answered": _answered,
    "leg.joined": _joined,
    "leg.ended": _ended,
    "leg.key": _key,
    "recording.ended": _recorded,
    "recording.stored": _stored,
    "command.failed": _failed,
    "pbx.alive": _alive,
}
