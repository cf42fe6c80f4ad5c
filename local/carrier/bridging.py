"""Dial to numbers, clients and SIP addresses: second legs, of which the first to answer is bridged with the first leg.

Several nouns ring at once, or one after the other when the Dial is `sequential`. Twilio: <Dial>, <Number>, <Client>,
<Sip> in its TwiML reference.
"""

from collections import deque
from typing import TYPE_CHECKING

from local.carrier.calls import Call
from local.carrier.forms import PHONE, SIP
from local.carrier.sound import tones_seconds
from local.carrier.switchboard import Order, TooManyCallsError
from local.carrier.twilio_webhooks import Callback
from local.carrier.twiml import Verb

if TYPE_CHECKING:
    from local.carrier.interpreter import Run

BAD_CALLER_ID, BAD_NUMBER, BAD_SIP = 13214, 13224, 13243
DEFAULT_RING = 30.0
RING_BACK = "(ringing)"
HANG_UP_KEY = "*"


class PartyDial:
    """One Dial with Numbers, Clients and Sips being carried out."""

    def __init__(self, run: "Run", verb: Verb) -> None:
        self._run = run
        self._dial = verb
        self._waiting = deque(verb.children)
        self._ringing: list[Call] = []
        self._taken: Call | None = None

    def start(self) -> None:
        """Ring the other parties, or say why not and go on."""
        self._run.cleanup = self._part
        self._listen()
        self._ring_next()
        if self._ringing:
            self._run.house.prompts.write(lambda: [self._run.call], "plays", RING_BACK)
        else:
            self._done(None)

    def _ring_next(self) -> None:
        """Ring everybody who is left; of a sequential Dial the next one that can be rung."""
        one_by_one = self._dial.flag("sequential", default=False)
        while self._waiting and not (one_by_one and self._ringing):
            self._ring(self._waiting.popleft())

    def _ring(self, noun: Verb) -> None:
        obstacle = self._obstacle(noun)
        if obstacle:
            self._run.house.plant.error(*obstacle, self._run.call.sid)
            return
        try:
            leg = self._run.house.switchboard.originate(self._order(noun))
        except TooManyCallsError:
            return
        leg.direction, leg.parent_sid = "outbound-dial", self._run.call.sid
        leg.on_end.append(self._run.guarded(lambda: self._ended(leg)))
        self._ringing.append(leg)

    def _obstacle(self, noun: Verb) -> tuple[int, str] | None:
        if noun.name == "Number" and not PHONE.fullmatch(noun.text):
            return BAD_NUMBER, "<Number> is no number in E.164 form"
        if noun.name == "Sip" and not SIP.fullmatch(noun.text):
            return BAD_SIP, "<Sip> is no SIP address"
        own = self._run.house.numbering.owns(self._caller_id()) or self._caller_id() == self._run.call.from_
        if noun.name == "Number" and not own:
            return BAD_CALLER_ID, "<Dial>: callerId is neither the caller's number nor one of this account"
        return None

    def _order(self, noun: Verb) -> Order:
        limit = self._dial.get("timeLimit")
        return Order(
            from_=self._caller_id(),
            to=f"client:{noun.text}" if noun.name == "Client" else noun.text,
            answered=lambda leg: self._answered(leg, noun.get("sendDigits")),
            timeout=self._dial.seconds("timeout", DEFAULT_RING),
            time_limit=float(limit) if limit else None,
            progress=self._callback(noun),
        )

    def _caller_id(self) -> str:
        return self._dial.get("callerId", self._run.call.from_)

    def _callback(self, noun: Verb) -> Callback | None:
        address = noun.get("statusCallback")
        if not address:
            return None
        events = frozenset(noun.get("statusCallbackEvent", "completed").split())
        return Callback(self._run.absolute(address), events, noun.get("statusCallbackMethod", "POST"))

    def _answered(self, leg: Call, digits: str) -> None:
        """The first to answer is taken, the others are let go; keys are sent before the two are bridged."""
        self._taken = leg
        self._waiting.clear()
        self._drop(*(other for other in self._ringing if other is not leg))
        if digits:
            self._run.house.switchboard.note(leg, f"tones {digits}")
            self._run.house.plant.time.after(tones_seconds(digits), self._run.guarded(lambda: self._bridge(leg)))
        else:
            self._bridge(leg)

    def _bridge(self, leg: Call) -> None:
        """Let the two talk; a caller that still rings is answered by that, as `answerOnBridge` wishes it."""
        if leg.ended:
            return
        self._run.house.switchboard.answer(self._run.call)
        leg.bridged, self._run.call.bridged = self._run.call, leg

    def _ended(self, leg: Call) -> None:
        self._ringing.remove(leg)
        if leg is not self._taken:
            self._ring_next()
        if leg is self._taken or not (self._taken or self._ringing):
            self._done(leg)

    def _listen(self) -> None:
        if self._dial.flag("hangupOnStar", default=False):
            self._run.call.keypad = lambda key: self._give_up() if key == HANG_UP_KEY else None

    def _give_up(self) -> None:
        """Nobody further is rung, and who rings or talks is let go."""
        self._waiting.clear()
        self._drop(*self._ringing)

    def _drop(self, *legs: Call) -> None:
        for leg in legs:
            self._run.house.switchboard.drop(leg)

    def _part(self) -> None:
        """The first leg is taken away: the others have nobody to talk to."""
        self._run.call.bridged = None
        self._give_up()

    def _done(self, leg: Call | None) -> None:
        self._run.cleanup = None
        self._run.call.bridged = None
        self._run.call.unplug()
        action = self._dial.get("action")
        if action:
            self._run.fetch(action, self._dial.get("method", "POST"), self._result(leg))
        else:
            self._run.next()

    def _result(self, leg: Call | None) -> dict[str, str]:
        if leg is None:
            return {"DialCallStatus": "failed"}
        answered = leg.answered_at is not None
        duration = {"DialCallDuration": str(leg.seconds(self._run.house.plant.time.now))} if answered else {}
        bridged = {"DialBridged": "true" if answered else "false"}
        return {"DialCallSid": leg.sid, "DialCallStatus": leg.status} | duration | bridged
