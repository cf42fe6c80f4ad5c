"""The life of a leg: made, rung, answered, ended; and what the product is told of it.

queued -> initiated -> ringing -> in-progress -> completed
|          |
+----------+--> busy, no-answer, failed, canceled
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local.carrier.calls import ENDED, WAITING, Call, Document, Status
from local.carrier.conferences import Conferences
from local.carrier.devices import Device, Devices
from local.carrier.plant import API_VERSION, Plant, rfc2822
from local.carrier.recordings import Recordings
from local.carrier.scheduling import Timer
from local.carrier.settings import Number
from local.carrier.twilio_webhooks import Callback, Webhook

SET_UP = 0.2
"""From the request to the first ring."""
TOO_MANY_CALLS = 10004
DECLINED = "603"
SIP_CODES: Mapping[Status, str] = {
    "completed": "200", "busy": "486", "no-answer": "487", "failed": "404", "canceled": "487",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """An outbound leg that is wanted; times in seconds."""

    from_: str
    to: str
    answered: Callable[[Call], None]
    timeout: float = 60.0
    time_limit: float | None = None
    progress: Callback | None = None
    document: Document = field(default_factory=Document)


class TooManyCallsError(Exception):
    """The account's limit of concurrent calls is reached."""


class Switchboard:
    """All legs of the account."""

    def __init__(self, plant: Plant, devices: Devices, conferences: Conferences, recordings: Recordings) -> None:
        self._plant = plant
        self._devices = devices
        self._conferences = conferences
        self._recordings = recordings
        self._free_at = 0.0
        self.calls: dict[str, Call] = {}

    def incoming(self, from_: str, number: Number, extra: Mapping[str, str]) -> Call:
        """A customer calls one of our numbers."""
        self.refuse_above_limit()
        callback = Callback(number.status_callback, frozenset({"completed"})) if number.status_callback else None
        call = Call(
            sid=self._plant.ids.new("CA"),
            from_=from_,
            to=number.number,
            direction="inbound",
            created_at=self._plant.time.now,
            status="ringing",
            progress=callback,
            call_token=self._plant.ids.token(),
            extra=extra,
        )
        self._enter(call)
        self._tell(call, "rings")
        return call

    def originate(self, order: Order) -> Call:
        """Call somebody; everything that follows comes later."""
        self.refuse_above_limit()
        call = Call(
            sid=self._plant.ids.new("CA"),
            from_=order.from_,
            to=order.to,
            direction="outbound-api",
            created_at=self._plant.time.now,
            progress=order.progress,
            document=order.document,
            time_limit=order.time_limit,
        )
        self._enter(call)
        call.queue_seconds = self._queue_seconds()
        self._plant.time.after(call.queue_seconds, lambda: self._initiate(call, order))
        return call

    def refuse_above_limit(self) -> None:
        """Raise TooManyCallsError when the account may have no further call."""
        limit = self._plant.settings.concurrent_calls
        if limit is not None and sum(not call.ended for call in self.calls.values()) >= limit:
            self._plant.error(TOO_MANY_CALLS, "call concurrency limit exceeded", "account")
            raise TooManyCallsError(f"the account may have {limit} calls at a time")

    def answer(self, call: Call) -> None:
        """The party picks up, or for an inbound call the carrier does."""
        if call.status != "ringing":
            return
        call.status = "in-progress"
        call.answered_at = self._plant.time.now
        self._tell(call, "answered")
        self._watch_limit(call)
        self._announce(call, "answered")

    def end(self, call: Call, status: Status) -> None:
        """The leg is over; whatever hangs on it is taken down first."""
        if call.ended:
            return
        call.status = status
        call.ended_at = self._plant.time.now
        call.unplug()
        self._tell(call, f"ended: {status}")
        hooks, call.on_end = call.on_end, []
        for hook in hooks:
            hook()
        self._announce(call, "completed")

    def hang_up(self, call: Call) -> None:
        """The party at the far end hangs up; what has not been answered was not answered."""
        self.end(call, "completed" if call.answered else "no-answer")

    def decline(self, call: Call) -> None:
        """The called party refuses."""
        call.sip_code = DECLINED
        self.end(call, "busy")

    def drop(self, call: Call) -> None:
        """The product ends the leg."""
        self.end(call, "canceled" if call.status in WAITING else "completed")

    def limit(self, call: Call, seconds: float) -> None:
        """End the leg when it has lasted so long, counted from its answer; a later limit takes an earlier one's place.

        Twilio: the Calls resource's TimeLimit.
        """
        call.time_limit = seconds
        if call.answered_at is not None:
            self._watch_limit(call)

    def _watch_limit(self, call: Call) -> None:
        """End the leg in time, unless its limit is another one by then."""
        limit, answered = call.time_limit, call.answered_at
        if limit is None or answered is None:
            return

        def over() -> None:
            if call.time_limit == limit:
                self.end(call, "completed")

        timer = self._plant.time.after(max(0.0, answered + limit - self._plant.time.now), over)
        call.on_end.append(timer.cancel)

    def note(self, call: Call, text: str) -> None:
        """Write into the party's transcript."""
        call.transcript.add(self._plant.time.now, "event", text)

    def _tell(self, call: Call, text: str) -> None:
        self.note(call, text)
        self._plant.journal.told(call.from_, call.to, text)

    def _enter(self, call: Call) -> None:
        self.calls[call.sid] = call
        call.on_end.append(lambda: self._conferences.leave(call, "participant_hung_up"))
        call.on_end.append(lambda: self._recordings.stop_all(call_sid=call.sid))

    def _queue_seconds(self) -> float:
        rate = self._plant.settings.outbound_per_second
        now = self._plant.time.now
        if rate is None:
            return 0.0
        start = max(self._free_at, now)
        self._free_at = start + 1 / rate
        return start - now

    def _initiate(self, call: Call, order: Order) -> None:
        if call.ended:
            return
        call.status = "initiated"
        self._announce(call, "initiated")
        device = self._devices.called(call.to)
        self._plant.time.after(SET_UP, lambda: self._connect(call, order, device))

    def _connect(self, call: Call, order: Order, device: Device) -> None:
        if call.ended:
            return
        if device.mode == "unreachable":
            self.end(call, "no-answer" if device.address.startswith("client:") else "failed")
        elif device.mode == "busy":
            self.end(call, "busy")
        else:
            self._ring(call, order, device)

    def _ring(self, call: Call, order: Order, device: Device) -> None:
        call.status = "ringing"
        device.calls.append(call)
        call.on_end.append(lambda: device.calls.remove(call))
        self._tell(call, "rings")
        self._announce(call, "ringing")
        after = self._plant.time.after
        giving_up = after(order.timeout + self._plant.settings.ring_buffer, lambda: self._give_up(call))
        call.on_end.append(giving_up.cancel)
        call.on_answer = lambda: self._picked_up(call, order, giving_up)
        if device.mode == "auto":
            after(device.answers_after, lambda: self.pick_up(call))

    def pick_up(self, call: Call) -> None:
        """The called party answers, if it still rings there."""
        if call.status == "ringing":
            call.on_answer()

    def _picked_up(self, call: Call, order: Order, giving_up: Timer) -> None:
        giving_up.cancel()
        self.answer(call)
        order.answered(call)

    def _give_up(self, call: Call) -> None:
        if call.status == "ringing":
            self.end(call, "no-answer")

    def _announce(self, call: Call, event: str) -> None:
        number, call.sequence = call.sequence, call.sequence + 1
        if call.progress is None or event not in call.progress.events:
            return
        fields = call_fields(self._plant, call) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(number),
            "Timestamp": rfc2822(self._plant.time.now),
        }
        if call.status in ENDED:
            fields |= self._closing(call)
        webhook = Webhook("status", call.progress.url, fields, call.progress.method, call.sid)
        self._plant.webhooks.tell(webhook)

    def _closing(self, call: Call) -> dict[str, str]:
        seconds = call.seconds(self._plant.time.now)
        minutes = -(-seconds // 60)
        return {
            "CallDuration": str(seconds),
            "Duration": str(minutes),
            "SipResponseCode": call.sip_code or SIP_CODES[call.status],
        }


def call_fields(plant: Plant, call: Call) -> dict[str, str]:
    """The fields every webhook about a leg carries."""
    fields = {
        "AccountSid": plant.settings.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": call.status,
        "Direction": call.direction,
    }
    if call.call_token:
        fields["CallToken"] = call.call_token
    return fields | call.parties()
