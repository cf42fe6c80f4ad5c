"""An Asterisk and its bridge, played as infra/asterisk/protocol.md has them: signed webhooks out, orders in.

It knows legs, scripts, conferences and holds, and no sound: what a leg hears are the texts of its script. What is told
is told in order, again every second until it is taken or definitely refused. Signatures are made by the words of
Standard Webhooks, not by our code.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from local.carrier.scheduling import VirtualTime
from tests.fakes.fifo import FifoQueues

TAKES_SECONDS = 0.02
"""From an order's arrival in its queue until it is carried out."""

SILENCE_SECONDS = 2.0
"""How long a prompt lasts here, before the time for digits begins."""

REFUSED = (400, 404, 410)
_OF_RECORDINGS = ("start_recording", "pause_recording", "resume_recording", "stop_recording")
_CONFERENCE = ("hold", "retrieve", "mute", "coach", "send_digits")

Tell = Callable[[str, Mapping[str, str], bytes], tuple[int, str]]


@dataclass(slots=True)
class Leg:
    """A leg: where it is (ringing, script, conference, gone), and what it hears away from the others (None: is not)."""

    pbx: "PlayedPbx"
    call: str
    leg: str
    channel: str
    at: str = "script"
    caller: str = ""
    called: str = ""
    heard: list[str] = field(default_factory=list)
    gather: Mapping[str, Any] = field(default_factory=dict)
    keyed: str = ""
    asked: int = 0
    sound: str | None = None
    muted: bool = False
    coaches: str = ""
    vocid: str = ""
    keys: str = ""

    def presses(self, keys: str) -> None:
        """Press keys: in a script they are gathered, in the conference each is told."""
        for key in keys:
            if self.at == "conference" and self.sound is None:
                self.pbx.tells("leg.key", self, key=key)
            elif self.gather:
                self.pbx.keys(self, key)

    def answers(self) -> None:
        """Pick up what rings."""
        assert self.at == "ringing", self.at
        self.pbx.tells("leg.answered", self)
        self.pbx.enters(self)

    def hangs_up(self, cause: str = "completed") -> None:
        """Hang up, or decline what rings."""
        self.pbx.ends(self, cause)

    @property
    def company(self) -> set[str]:
        """The legs that are in the conference with it, nobody for one that is held."""
        if self.at != "conference" or self.sound is not None:
            return set()
        others = self.pbx.legs.values()
        return {
            leg.leg
            for leg in others
            if leg.call == self.call and leg is not self and leg.at == "conference" and leg.sound is None
        }


class PlayedPbx:
    """One pbx: `tell(path, headers, body)` posts a webhook and gives status and text, the queue brings orders."""

    def __init__(self, name: str, key: bytes, queues: FifoQueues, url: str, time: VirtualTime, tell: Tell) -> None:
        self.name, self.key, self.url = name, key, url
        self._queues, self._time, self._tell = queues, time, tell
        self._numbers, self._news = count(1), count(1)
        self._seq: dict[str, int] = {}
        self._untold: dict[str, list[bytes]] = {}
        self._telling: set[str] = set()
        self.legs: dict[str, Leg] = {}
        self.orders: list[Mapping[str, Any]] = []
        self.refused: list[tuple[int, str]] = []
        self.told: list[Mapping[str, Any]] = []
        self.recording: dict[str, str] = {}
        self.stored: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.refuses: set[str] = set()
        self.failed_uploads = 0
        self.offline = False
        self._doing = {
            "ring": self._rings,
            "credentials": self._lets_in,
            "upload_recording": self._uploads,
            "delete_recording": self._removes,
            **dict.fromkeys(("look", "hang_up"), self._looks_or_hangs_up),
            **dict.fromkeys(("join", "take_turn"), self._moves),
            **dict.fromkeys(_OF_RECORDINGS, self._records),
        }

    def rings_in(self, caller: str, called: str) -> Leg:
        """Somebody calls a number of ours."""
        channel = f"asterisk-{next(self._numbers)}.0"
        digest = hashlib.sha256(f"asterisk:{self.name}:{channel}".encode()).hexdigest()[:20]
        leg = Leg(self, f"c{digest}.{self.name}", "customer", channel, caller=caller, called=called)
        self.legs[channel] = leg
        leg.asked += 1
        self.tells("call.arrived", leg, caller=caller, called=called)
        return leg

    def rung(self, leg: str, within: float = 30) -> Leg:
        """Wait until this leg rings."""

        def found() -> Leg | None:
            return next((each for each in self.legs.values() if each.leg == leg and each.at == "ringing"), None)

        self._time.run_until(lambda: found() is not None, within)
        ringing = found()
        assert ringing, f"{leg} does not ring: {[(each.leg, each.at) for each in self.legs.values()]}"
        return ringing

    def takes_orders(self) -> None:
        """Take what is in the queue, and carry it out."""
        while not self.offline and (
            messages := self._queues.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        ):
            for message in messages["Messages"]:
                self.carries_out(json.loads(message["Body"]))
                self._queues.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def tells(self, kind: str, leg: Leg | None = None, *, call: str = "", **fields: Any) -> None:
        """Tell something of a leg, or of a call, after all that was told of that call before."""
        of = leg.call if leg else call
        self._seq[of] = self._seq.get(of, 0) + 1
        common = {"type": kind, "call": of, "leg": leg.leg if leg else "", "channel": leg.channel if leg else ""}
        told = {**common, "at": int(self._time.now * 1000), "seq": self._seq[of], **fields}
        self._untold.setdefault(of, []).append(json.dumps(told).encode())
        self._time.after(0, lambda: self._goes_on(of))

    def _goes_on(self, call: str) -> None:
        while self._untold.get(call) and call not in self._telling:
            self._telling.add(call)
            body = self._untold[call][0]
            status, text = self._tell(f"/carriers/asterisk/{self.name}/events", self._signed(body), body)
            self._telling.discard(call)
            if status >= 300 and status not in REFUSED:
                self._time.after(1, lambda: self._goes_on(call))
                return
            self._untold[call].pop(0)
            self.told.append(json.loads(body))
            if status in REFUSED:
                self.refused.append((status, text))
            self._answered(json.loads(body), json.loads(text) if status < 300 else {})

    def _signed(self, body: bytes) -> dict[str, str]:
        told, at = f"n-{next(self._news)}", str(int(self._time.now))
        digest = hmac.new(self.key, f"{told}.{at}.".encode() + body, hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(digest).decode()
        headers = {"webhook-id": told, "webhook-timestamp": at, "webhook-signature": signature}
        return headers | {"Content-Type": "application/json"}

    def _answered(self, told: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        leg = self.legs.get(told["channel"])
        if leg and "script" in answer and leg.at == "script" and not leg.gather:
            self._obeys(leg, answer["script"])

    def _obeys(self, leg: Leg, script: list[Mapping[str, Any]]) -> None:
        for each in script:
            if each["do"] in ("say", "play"):
                leg.heard.append(each.get("text") or each["sound"])
            elif each["do"] == "gather":
                leg.heard += [prompt.get("text") or prompt.get("sound", "") for prompt in each["prompts"]]
                self._gathers(leg, each)
                return
            elif each["do"] == "join":
                leg.vocid = each["vocid"]
                self.enters(leg)
                return
            elif each["do"] != "pause":
                break
        self.ends(leg, "completed")

    def _gathers(self, leg: Leg, gather: Mapping[str, Any]) -> None:
        leg.gather, leg.keyed, asked = gather, "", leg.asked
        seconds = SILENCE_SECONDS * len(gather["prompts"]) + gather["timeout"]
        self._time.after(seconds, lambda: self._is_silent(leg, asked))

    def _is_silent(self, leg: Leg, asked: int) -> None:
        if leg.gather and leg.asked == asked:
            self._asks(leg, leg.gather["turn"], leg.keyed)

    def keys(self, leg: Leg, key: str) -> None:
        """Gather a key."""
        finished = key in leg.gather["finish_on"]
        leg.keyed += "" if finished else key
        if finished or len(leg.keyed) == leg.gather["max_digits"]:
            self._asks(leg, leg.gather["turn"], leg.keyed)

    def _asks(self, leg: Leg, turn: str, digits: str | None) -> None:
        leg.at, leg.gather, leg.sound, leg.asked = "script", {}, None, leg.asked + 1
        self.tells("turn.taken", leg, turn=turn, digits=digits, dialled=None)

    def enters(self, leg: Leg) -> None:
        """Bring a leg into its conference, which is recorded if who comes first wished it."""
        empty = not any(each.call == leg.call and each.at == "conference" for each in self.legs.values())
        leg.at, leg.gather, leg.sound = "conference", {}, None
        if empty and leg.vocid:
            self.recording[leg.call] = leg.vocid
        self.tells("leg.joined", leg)

    def ends(self, leg: Leg, cause: str) -> None:
        """End a leg; with the last of a conference its recording is over."""
        if leg.at == "gone":
            return
        leg.at, leg.gather, leg.sound = "gone", {}, None
        more = {"caller": leg.caller, "called": leg.called} if leg.called else {}
        self.tells("leg.ended", leg, cause=cause, **more)
        self._conference_changed(leg.call)

    def _conference_changed(self, call: str) -> None:
        there = any(each.call == call and each.at == "conference" for each in self.legs.values())
        vocid = "" if there else self.recording.pop(call, "")
        if vocid:
            self.tells("recording.ended", call=call, vocid=vocid, status="completed", seconds=9)

    def carries_out(self, order: Mapping[str, Any]) -> None:
        """Carry one order out."""
        self.orders.append(order)
        if order["do"] in self.refuses:
            self._fails(order, "refused")
            return
        doing = self._doing.get(order["do"], self._in_conference)
        doing(order, self._leg_of(order))

    def _lets_in(self, order: Mapping[str, Any], _leg: Leg | None) -> None:
        self.secrets[order["user"]] = order["secret"]

    def _uploads(self, order: Mapping[str, Any], _leg: Leg | None) -> None:
        if self.failed_uploads:
            self.failed_uploads -= 1
            self.tells("recording.ended", call=order["call"], vocid=order["vocid"], status="completed", seconds=9)
            return
        self.stored[order["vocid"]] = order["url"]
        self.tells("recording.stored", call=order["call"], vocid=order["vocid"])

    def _removes(self, order: Mapping[str, Any], _leg: Leg | None) -> None:
        self.stored[order["vocid"]] = ""

    def _records(self, order: Mapping[str, Any], _leg: Leg | None) -> None:
        if order["leg"] == "" and order["call"] not in self.recording:
            self._fails(order, "gone")

    def _rings(self, order: Mapping[str, Any], _leg: Leg | None) -> None:
        channel = f"{order['call']}.{order['leg']}"
        if channel in self.legs:
            return
        leg = Leg(self, order["call"], order["leg"], channel, "ringing", vocid=order["vocid"])
        leg.muted, leg.coaches = order["muted"], order["coaches"]
        self.legs[channel] = leg
        if order["early_media"]:
            self.tells("leg.rang", leg)
        self._time.after(order["ring_seconds"] + 5, lambda: leg.at == "ringing" and self.ends(leg, "no-answer"))

    def _looks_or_hangs_up(self, order: Mapping[str, Any], leg: Leg | None) -> None:
        if leg and order["do"] == "hang_up":
            self.ends(leg, "cancelled" if leg.at == "ringing" else "completed")
        elif order["do"] == "look" and (leg is None or leg.at == "gone"):
            gone = leg or Leg(self, order["call"], order["leg"], order["channel"], "gone")
            self.tells("leg.ended", gone, cause="completed")

    def _moves(self, order: Mapping[str, Any], leg: Leg | None) -> None:
        if leg is None or leg.at == "gone":
            self._fails(order, "gone")
        elif order["do"] == "join" and leg.at != "conference":
            leg.vocid = order["vocid"]
            self.enters(leg)
        elif order["do"] == "take_turn" and (leg.at == "conference" or not order["again"]):
            leg.at = "script"
            self._conference_changed(leg.call)
            self._asks(leg, order["turn"], None)

    def _in_conference(self, order: Mapping[str, Any], leg: Leg | None) -> None:
        assert order["do"] in _CONFERENCE, order
        if leg is None or leg.at != "conference":
            self._fails(order, "gone")
            return
        if order["do"] in ("hold", "retrieve"):
            leg.sound = order.get("sound")
        leg.muted = order.get("muted", leg.muted)
        leg.coaches = order.get("coaches", leg.coaches)
        leg.keys += order.get("digits", "")

    def _fails(self, order: Mapping[str, Any], why: str) -> None:
        at = Leg(self, order["call"], order["leg"], order["channel"], "gone")
        self.tells("command.failed", at, command=order["do"], why=why, again=order["again"])

    def _leg_of(self, order: Mapping[str, Any]) -> Leg | None:
        known = [leg for leg in self.legs.values() if (leg.call, leg.leg) == (order["call"], order["leg"])]
        return known[-1] if known else None


def connect(queues: FifoQueues, time: VirtualTime, *pbxs: PlayedPbx) -> None:
    """Let each pbx take its orders a moment after they came."""
    by_url: dict[str, PlayedPbx] = {pbx.url: pbx for pbx in pbxs}
    queues.came = lambda url: time.after(TAKES_SECONDS, by_url[url].takes_orders)


def told_of(pbx: PlayedPbx, kind: str) -> Iterator[Mapping[str, Any]]:
    """Give what the pbx told of this kind."""
    return (told for told in pbx.told if told["type"] == kind)
