"""Dial to a number, a client or a SIP address: a second leg, bridged with the first while both last."""

from typing import TYPE_CHECKING

from local.carrier.calls import Call
from local.carrier.forms import PHONE, SIP
from local.carrier.switchboard import Order, TooManyCallsError
from local.carrier.twiml import Verb
from local.carrier.webhooks import Callback

if TYPE_CHECKING:
    from local.carrier.interpreter import Run

BAD_CALLER_ID, BAD_NUMBER, BAD_SIP = 13214, 13224, 13253
DEFAULT_RING = 30.0
RING_BACK = "(ringing)"
HANG_UP_KEY = "*"


class PartyDial:
    """One Dial with a Number, Client or Sip being carried out."""

    def __init__(self, run: "Run", verb: Verb) -> None:
        self._run = run
        self._dial = verb
        self._noun = verb.children[0]
        self._child: Call | None = None

    def start(self) -> None:
        """Ring the other party, or say why not and go on."""
        obstacle = self._obstacle()
        if obstacle:
            self._run.house.plant.error(*obstacle, self._run.call.sid)
            self._done(None)
            return
        try:
            child = self._run.house.switchboard.originate(self._order())
        except TooManyCallsError:
            self._done(None)
            return
        self._child = child
        child.direction, child.parent_sid = "outbound-dial", self._run.call.sid
        child.on_end.append(self._run.guarded(lambda: self._done(child)))
        self._run.cleanup = self._part
        self._run.house.prompts.write(lambda: [self._run.call], "plays", RING_BACK)
        self._listen()

    def _obstacle(self) -> tuple[int, str] | None:
        if self._noun.name == "Number" and not PHONE.fullmatch(self._noun.text):
            return BAD_NUMBER, "<Number> is no number in E.164 form"
        if self._noun.name == "Sip" and not SIP.fullmatch(self._noun.text):
            return BAD_SIP, "<Sip> is no SIP address"
        own = self._run.house.numbering.owns(self._caller_id()) or self._caller_id() == self._run.call.from_
        if self._noun.name == "Number" and not own:
            return BAD_CALLER_ID, "<Dial>: callerId is neither the caller's number nor one of this account"
        return None

    def _order(self) -> Order:
        address = f"client:{self._noun.text}" if self._noun.name == "Client" else self._noun.text
        limit = self._dial.get("timeLimit")
        return Order(
            from_=self._caller_id(),
            to=address,
            answered=self._bridge,
            timeout=self._dial.seconds("timeout", DEFAULT_RING),
            time_limit=float(limit) if limit else None,
            progress=self._callback(),
        )

    def _caller_id(self) -> str:
        return self._dial.get("callerId", self._run.call.from_)

    def _callback(self) -> Callback | None:
        address = self._noun.get("statusCallback")
        if not address:
            return None
        events = frozenset(self._noun.get("statusCallbackEvent", "completed").split())
        return Callback(self._run.absolute(address), events, self._noun.get("statusCallbackMethod", "POST"))

    def _bridge(self, child: Call) -> None:
        child.bridged, self._run.call.bridged = self._run.call, child

    def _listen(self) -> None:
        if self._dial.flag("hangupOnStar", default=False):
            self._run.call.keypad = lambda key: self._drop() if key == HANG_UP_KEY else None

    def _drop(self) -> None:
        if self._child:
            self._run.house.switchboard.drop(self._child)

    def _part(self) -> None:
        """The first leg is taken away: the second has nobody to talk to."""
        self._run.call.bridged = None
        self._drop()

    def _done(self, child: Call | None) -> None:
        self._run.cleanup = None
        self._run.call.bridged = None
        self._run.call.unplug()
        action = self._dial.get("action")
        if action:
            self._run.fetch(action, self._dial.get("method", "POST"), self._result(child))
        else:
            self._run.next()

    def _result(self, child: Call | None) -> dict[str, str]:
        if child is None:
            return {"DialCallStatus": "failed"}
        answered = child.answered_at is not None
        duration = {"DialCallDuration": str(child.seconds(self._run.house.plant.time.now))} if answered else {}
        bridged = {"DialBridged": "true" if answered else "false"}
        return {"DialCallSid": child.sid, "DialCallStatus": child.status} | duration | bridged
