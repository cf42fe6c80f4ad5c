"""What a person on a phone can do and hear, and what somebody with a phone in front of them can do."""

import re
from collections.abc import Callable
from typing import Protocol

from local.carrier.legs.calls import Call, Heard
from local.carrier.legs.conferences import Conferences, audible_to
from local.carrier.legs.devices import Device
from local.carrier.legs.switchboard import Switchboard
from local.carrier.scheduling import Time
from local.carrier.wire.journal import ProviderError

BETWEEN_KEYS = 0.25
PATIENCE = 30.0


class NotHeardError(AssertionError):
    """What was waited for did not come; the message tells what did."""


class Lines(Protocol):
    """What people with phones need of the exchange."""

    @property
    def time(self) -> Time:
        """The time that passes while they wait."""

    @property
    def conferences(self) -> Conferences:
        """Who sits with whom."""

    @property
    def switchboard(self) -> Switchboard:
        """Where they hang up, answer and decline."""

    @property
    def errors(self) -> list[ProviderError]:
        """What went wrong, for whoever waits in vain."""

    def handle(self, call: Call) -> "CallHandle":
        """The party's end of a leg."""

    def call(self, sid: str) -> Call:
        """A leg by its sid."""

    def press(self, call: Call, digit: str) -> None:
        """One key."""

    def speak(self, call: Call, words: str) -> None:
        """Words."""

    def pause(self, seconds: float) -> None:
        """Let time pass."""


class CallHandle:
    """One party's end of a leg."""

    def __init__(self, lines: Lines, call: Call) -> None:
        self._lines = lines
        self._call = call
        self._read = 0

    @property
    def sid(self) -> str:
        """The leg's CallSid."""
        return self._call.sid

    @property
    def party(self) -> str:
        """Whose end this is."""
        return self._call.party

    @property
    def from_to(self) -> tuple[str, str]:
        """Who calls whom."""
        return self._call.from_, self._call.to

    @property
    def state(self) -> str:
        """The leg's status, in the carrier's words."""
        return self._call.status

    @property
    def over(self) -> bool:
        """Whether the leg has ended."""
        return self._call.ended

    @property
    def transcript(self) -> list[Heard]:
        """Everything so far."""
        return list(self._call.transcript.entries)

    @property
    def on_hold(self) -> bool:
        """Whether the party is held in a conference."""
        seat = self._lines.conferences.seat_of(self._call)
        return seat is not None and seat.hold

    @property
    def talks_with(self) -> list[str]:
        """Whom the party hears now, by address."""
        if self._call.bridged:
            return [self._call.bridged.party]
        with self._lines.time.lock:
            seat = self._lines.conferences.seat_of(self._call)
            return [speaker.call.party for speaker in audible_to(seat)] if seat and seat.joined else []

    @property
    def heard_by(self) -> list[str]:
        """Who hears the party now, by address."""
        if self._call.bridged:
            return [self._call.bridged.party]
        with self._lines.time.lock:
            seat = self._lines.conferences.seat_of(self._call)
            joined = seat.conference.joined if seat else []
            return [other.call.party for other in joined if seat in audible_to(other)]

    def hears(self, wanted: str | re.Pattern[str], within: float = PATIENCE) -> Heard:
        """Wait until the party hears (or is played) this; what came before it counts as heard."""
        self.waits_until(lambda: self._find(wanted) is not None, within, f"hears {wanted!r}")
        place = self._find(wanted)
        self._read = (place or 0) + 1
        return self._call.transcript.entries[place or 0]

    def presses(self, digits: str, between: float = BETWEEN_KEYS) -> None:
        """Press keys one by one; returns when the last one has been pressed."""
        for digit in digits:
            self.press(digit)
            self._lines.pause(between)

    def press(self, digit: str) -> None:
        """Press one key, without waiting for what comes of it."""
        with self._lines.time.lock:
            self._lines.press(self._call, digit)

    def says(self, words: str) -> None:
        """Speak into the phone."""
        with self._lines.time.lock:
            self._lines.speak(self._call, words)
        self._lines.pause(0)

    def hang_up(self) -> None:
        """Put the phone down."""
        with self._lines.time.lock:
            self._lines.switchboard.hang_up(self._call)

    def ends(self, within: float = PATIENCE) -> str:
        """Wait until the leg is over; says how it ended."""
        self.waits_until(lambda: self._call.ended, within, "the call ends")
        return self._call.status

    def waits_until(self, holds: Callable[[], bool], within: float, what: str) -> None:
        """Let time pass until the condition holds, else NotHeardError with the transcript."""
        if not self._lines.time.run_until(holds, within):
            raise NotHeardError(
                f"{self.party} ({self.state}): not within {within:g} s: {what}\n{self._call.transcript}"
                + "".join(f"\n{error}" for error in self._lines.errors),
            )

    def _find(self, wanted: str | re.Pattern[str]) -> int | None:
        return self._call.transcript.find(wanted, self._read)


class DeviceHandle:
    """Somebody with a phone or a browser."""

    def __init__(self, lines: Lines, device: Device) -> None:
        self._lines = lines
        self._device = device

    @property
    def address(self) -> str:
        """Where the device is called."""
        return self._device.address

    @property
    def mode(self) -> str:
        """How it behaves when it is called."""
        return self._device.mode

    def ringing(self) -> list[CallHandle]:
        """What rings now."""
        return [self._lines.handle(call) for call in self._device.ringing]

    def talking(self) -> list[CallHandle]:
        """What has been answered and is not over."""
        return [self._lines.handle(call) for call in self._device.talking]

    def rings(self, within: float = PATIENCE) -> CallHandle:
        """Wait until it rings."""
        if not self._lines.time.run_until(lambda: bool(self._device.ringing), within):
            errors = "".join(f"\n{error}" for error in self._lines.errors)
            raise NotHeardError(f"{self.address} does not ring within {within:g} s{errors}")
        return self.ringing()[0]

    def answer(self, within: float = PATIENCE) -> CallHandle:
        """Wait until it rings, then pick up."""
        ringing = self.rings(within)
        with self._lines.time.lock:
            self._lines.switchboard.pick_up(self._lines.call(ringing.sid))
        return ringing

    def reject(self, within: float = PATIENCE) -> None:
        """Wait until it rings, then decline: the other side is told busy, with SIP's 603."""
        ringing = self.rings(within)
        with self._lines.time.lock:
            self._lines.switchboard.decline(self._lines.call(ringing.sid))

    def hang_up(self) -> None:
        """Put the phone down: every answered call here ends."""
        for handle in self.talking():
            handle.hang_up()
