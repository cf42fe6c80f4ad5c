"""A telephone network of its own for many at once: SIP over UDP and sound over RTP on loopback, in one thread.

pjsua2 knows four calls at a time; this knows some hundred. It is as little SIP as a provider's side needs to speak with
Asterisk (RFC 3261 without proxies, RFC 4733 for keys), and as forgiving as Asterisk's own messages allow.
"""

import asyncio
import random
import re
import secrets
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Self

import numpy as np

from tests.carriers import tones

STEP, FRAMES, MOSTLY = 0.02, 25, 0.8
"""Sound comes in frames of 20 ms; what was the same for half a second is heard."""
FRESH = 0.3
"""Seconds after the last packet in which a line is not dead."""
DEAD = 8.0
KEY_EVENT, EVENTS, ENDS = 101, 6, 3
FIRST_WAIT, LAST_WAIT = 0.5, 4.0
PATIENCE = 10.0
MOST_SENT = 11
OK, RINGING = 200, 180
_REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    481: "No Call",
    486: "Busy",
    487: "Terminated",
    503: "Out of order",
}
_KEYS = "0123456789*#ABCD"

Headers = Mapping[str, str]


def _linear() -> np.ndarray:
    """Give what each code of mu-law (G.711) is in 16 bit."""
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84) << (code >> 4 & 7)
    return np.where(code & 0x80, 0x84 - magnitude, magnitude - 0x84).astype(np.int16)


_LINEAR = _linear()


def _ulaw(samples: np.ndarray) -> bytes:
    """Give samples in mu-law: for each the code that is nearest."""
    order = np.argsort(_LINEAR, kind="stable")
    places = np.clip(np.searchsorted(_LINEAR[order], samples), 0, 255)
    return order[places].astype(np.uint8).tobytes()


class Message:
    """A request or response that came."""

    def __init__(self, text: str) -> None:
        head, _, self.body = text.partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.vias: list[str] = []
        self.headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() in ("via", "v"):
                self.vias.append(value.strip())
            else:
                self.headers.setdefault(name.lower(), value.strip())

    @property
    def status(self) -> int:
        """The response's status; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """What it is, or is an answer to."""
        return self.headers["cseq"].split()[1]


class Call:
    """One conversation of a telephone."""

    def __init__(self, exchange: "Exchange", telephone: "Telephone", call_id: str, *, incoming: bool) -> None:
        self.exchange, self.telephone, self.id, self.incoming = exchange, telephone, call_id, incoming
        self.tag, self.branch = secrets.token_hex(4), ""
        self.ours = self.theirs = self.target = ""
        self.invite: Message | None = None
        self.sequence = 1
        self.answered = self.over = False
        self.status = 0
        self.heard: deque[bytes] = deque(maxlen=FRAMES)
        self.came = 0.0
        self.first_answered = 0.0
        self.listens: Callable[[bytes, float], None] | None = None
        self._resending: asyncio.Task[None] | None = None
        self._sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sound.bind((exchange.host, 0))
        self._sound.setblocking(False)  # noqa: FBT003 - the name of the library's argument is none
        self._to: tuple[str, int] | None = None
        self._stream = random.getrandbits(31)
        self._number = self._time = 0
        self._keys: deque[bytes] = deque()
        exchange.loop.add_reader(self._sound, self._hears)

    @property
    def description(self) -> str:
        """Our SDP."""
        host, port = self._sound.getsockname()
        return (
            f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0 {KEY_EVENT}\r\n"
            f"a=rtpmap:0 PCMU/8000\r\na=rtpmap:{KEY_EVENT} telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n"
        )

    def described(self, body: str) -> None:
        """Take their SDP."""
        host, port = re.search(r"c=IN IP4 (\S+)", body), re.search(r"m=audio (\d+)", body)
        if host and port:
            self._to = host[1], int(port[1])

    def sends(self, text: str, *, until_answered: bool) -> None:
        """Send a message, again and again if need be."""
        self.answered_now()
        self.exchange.send(text)
        if until_answered:
            self._resending = self.exchange.loop.create_task(self._resend(text))

    def answered_now(self) -> None:
        """Send the last message no more."""
        if self._resending:
            self._resending.cancel()
            self._resending = None

    def ends(self) -> None:
        """It is over."""
        self.over = True
        if self._sound.fileno() >= 0:
            self.exchange.loop.remove_reader(self._sound)
            self._sound.close()

    def speaks(self, tone: bytes) -> None:
        """Send 20 ms: the tone, or the key that is being pressed."""
        if self._to is None or self.over:
            return
        self._number += 1
        self._time += tones.FRAME
        payload, kind, at = (self._keys.popleft(), KEY_EVENT, self._pressed) if self._keys else (tone, 0, self._time)
        with suppress(OSError):
            header = struct.pack("!BBHII", 0x80, kind, self._number & 0xFFFF, at & 0xFFFFFFFF, self._stream)
            self._sound.sendto(header + payload, self._to)

    def press(self, key: str) -> None:
        """Press a key for 120 ms."""
        self._pressed = self._time + tones.FRAME
        code = _KEYS.index(key)
        for step in range(1, EVENTS + ENDS + 1):
            volume = 0x8A if step > EVENTS else 0x0A
            self._keys.append(struct.pack("!BBH", code, volume, min(step, EVENTS) * tones.FRAME))

    def tones(self) -> frozenset[int] | None:
        """Give the tones of the last half second, None while they change."""
        frames = list(self.heard)
        if len(frames) < FRAMES or time.monotonic() - self.came > FRESH:
            return None
        counted = Counter(tone for frame in frames for tone in tones.tones_in(_LINEAR[np.frombuffer(frame, np.uint8)]))
        if any(FRAMES * (1 - MOSTLY) < times < FRAMES * MOSTLY for times in counted.values()):
            return None
        return frozenset(tone for tone, times in counted.items() if times >= FRAMES * MOSTLY)

    def hears_something(self) -> bool:
        """Tell whether it has heard anything but silence of late."""
        if time.monotonic() - self.came > FRESH:
            return False
        return any(np.abs(_LINEAR[np.frombuffer(frame, np.uint8)]).max() > 50 for frame in list(self.heard))

    def _hears(self) -> None:
        with suppress(OSError):
            packet = self._sound.recv(2048)
            if packet[1] & 0x7F == 0 and len(packet) == 12 + tones.FRAME:
                self.heard.append(packet[12:])
                self.came = time.monotonic()
                if self.listens:
                    self.listens(packet[12:], self.came)

    async def _resend(self, text: str) -> None:
        wait = FIRST_WAIT
        for _ in range(MOST_SENT):
            await asyncio.sleep(wait)
            self.exchange.send(text)
            wait = min(2 * wait, LAST_WAIT)
        self.ends()


class Telephone:
    """A telephone in the network; asked from any thread."""

    def __init__(self, exchange: "Exchange", number: str, tone: int) -> None:
        self._exchange, self.number, self.tone = exchange, number, tone
        self.sound = exchange.tone(tone)
        self.calls: list[Call] = []

    @property
    def call(self) -> Call | None:
        """Its last conversation."""
        return self.calls[-1] if self.calls else None

    def dial(self, number: str) -> None:
        self._exchange.does(lambda: self._exchange.invites(self, number))

    def is_ringing(self) -> bool:
        call = self.call
        return bool(call and call.incoming and not call.over and not call.answered)

    def is_connected(self) -> bool:
        call = self.call
        return bool(call and not call.over and (call.answered or not call.incoming))

    def is_answered(self) -> bool:
        return bool(self.call and self.call.answered)

    def pick_up(self) -> None:
        self._with_call(self._exchange.picks_up)

    def put_down(self) -> None:
        self._with_call(self._exchange.hangs_up)

    def press(self, key: str) -> None:
        self._with_call(lambda call: call.press(key))

    def sounds(self) -> frozenset[int] | None:
        return self.call.tones() if self.call and self.is_connected() else None

    def hears_something(self) -> bool:
        return bool(self.call and self.call.hears_something())

    def is_dead(self) -> bool:
        """Tell whether not even silence has come for long."""
        return bool(self.is_answered() and time.monotonic() - self.calls[-1].came > DEAD)

    def _with_call(self, act: Callable[[Call], Any]) -> None:
        call = self.call
        if call and not call.over:
            self._exchange.does(lambda: act(call))


class Exchange(asyncio.DatagramProtocol):
    """The provider's switch, from `with` to its end; `server` is where it brings its calls (host:port)."""

    def __init__(self, host: str) -> None:
        self.host, self.server = host, ""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="exchange", daemon=True)
        self._telephones: dict[str, Telephone] = {}
        self._calls: dict[str, Call] = {}
        self._tones: dict[int, bytes] = {}
        self.lost: list[str] = []
        """What went wrong in the thread."""

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self.loop).result(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()

    @property
    def address(self) -> str:
        """Where it listens, as host:port."""
        return f"{self.host}:{self._socket.getsockname()[1]}"

    def telephone(self, number: str, tone: int) -> Telephone:
        """Put up a telephone."""
        put_up = self._telephones[number] = Telephone(self, number, tone)
        return put_up

    def does(self, act: Callable[[], Any]) -> Any:
        """Do something in the thread of the network."""

        async def acts() -> Any:
            return act()

        return asyncio.run_coroutine_threadsafe(acts(), self.loop).result(PATIENCE)

    def tone(self, hertz: int) -> bytes:
        """Give 20 ms of a tone."""
        if hertz not in self._tones:
            self._tones[hertz] = _ulaw(tones.tone(hertz, STEP))
        return self._tones[hertz]

    @staticmethod
    def linear(frame: bytes) -> np.ndarray:
        """Give what a frame that came sounds like, in 16 bit."""
        return _LINEAR[np.frombuffer(frame, np.uint8)]

    def send(self, text: str) -> None:
        """Send a message to the server."""
        host, port = self.server.split(":")
        with suppress(OSError):
            self._socket.sendto(text.encode(), (host, int(port)))

    # What telephones do.

    def invites(self, telephone: Telephone, number: str) -> Call:
        """Call the server for a telephone."""
        call = Call(self, telephone, secrets.token_hex(8), incoming=False)
        self._calls[call.id] = call
        telephone.calls.append(call)
        call.ours = f"<sip:{telephone.number}@{self.host}>;tag={call.tag}"
        call.theirs = f"<sip:{number}@{self.server}>"
        call.target = f"sip:{number}@{self.server}"
        call.sends(self._request(call, "INVITE", call.description), until_answered=True)
        return call

    def picks_up(self, call: Call) -> None:
        """Answer, until the answer is acknowledged."""
        if call.invite and not call.answered:
            call.answered = True
            call.sends(self._response(call, call.invite, OK, call.description), until_answered=True)

    def hangs_up(self, call: Call) -> None:
        """End a call, whatever it is doing."""
        if call.answered:
            call.sequence += 1
            call.sends(self._request(call, "BYE"), until_answered=True)
            call.ends()
        elif call.incoming and call.invite:
            self.send(self._response(call, call.invite, 486))
            call.ends()
        else:
            call.answered_now()
            self.send(self._request(call, "CANCEL", branch=call.branch))

    def vanishes(self, call: Call) -> None:
        """End it without a word."""
        call.answered_now()
        call.ends()

    # What comes.

    def datagram_received(self, data: bytes, _address: Any) -> None:
        """Take a message."""
        text = data.decode(errors="replace")
        if not text.strip():
            return
        try:
            message = Message(text)
            if message.status:
                self._answered(message)
            else:
                self._asked(message)
        except Exception as mistake:  # noqa: BLE001 - told at the end
            self.lost.append(repr(mistake))

    def _answered(self, message: Message) -> None:
        call = self._calls.get(message.headers["call-id"])
        if call is None or message.method == "CANCEL":
            return
        call.answered_now()
        if message.method != "INVITE":
            return
        call.status = message.status
        if message.status < OK:
            return
        call.theirs = message.headers["to"]
        if message.status // 100 == OK // 100:
            self._is_picked_up(call, message)
        else:
            self.send(self._request(call, "ACK", branch=call.branch))
            call.ends()

    def _is_picked_up(self, call: Call, message: Message) -> None:
        found = re.search(r"<([^>]+)>", message.headers.get("contact", ""))
        call.target = found[1] if found else call.target
        self.send(self._request(call, "ACK"))
        if not call.answered and not call.over:
            call.described(message.body)
            call.answered, call.first_answered = True, time.monotonic()

    def _asked(self, message: Message) -> None:
        call = self._calls.get(message.headers["call-id"])
        match message.method:
            case "INVITE" if call is None:
                self._rings(message)
            case "INVITE" if call and "tag=" in message.headers["to"]:
                self.send(self._response(call, message, OK, call.description))
            case "ACK":
                if call:
                    call.answered_now()
            case "CANCEL" if call:
                self.send(self._response(call, message, OK))
                if call.invite and not call.answered:
                    self.send(self._response(call, call.invite, 487))
                    call.ends()
            case "BYE":
                self.send(self._response(call, message, OK))
                if call:
                    call.answered_now()
                    call.ends()
            case _:
                self.send(self._response(call, message, OK))

    def _rings(self, message: Message) -> None:
        number = message.first.split()[1].removeprefix("sip:").partition("@")[0]
        telephone = self._telephones.get(number)
        if telephone is None:
            self.send(self._response(None, message, 503))
            return
        call = Call(self, telephone, message.headers["call-id"], incoming=True)
        self._calls[call.id] = call
        call.invite, call.theirs = message, message.headers["from"]
        call.ours = f"{message.headers['to']};tag={call.tag}"
        found = re.search(r"<([^>]+)>", message.headers["contact"])
        call.target = found[1] if found else ""
        call.described(message.body)
        telephone.calls.append(call)
        self.send(self._response(call, message, RINGING))

    def _request(self, call: Call, method: str, body: str = "", branch: str = "") -> str:
        if not branch:
            branch = f"z9hG4bK{secrets.token_hex(8)}"
            call.branch = branch if method == "INVITE" else call.branch
        theirs = call.theirs.partition(";tag=")[0] if method == "CANCEL" else call.theirs
        lines = [
            f"{method} {call.target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: {call.ours}",
            f"To: {theirs}",
            f"Call-ID: {call.id}",
            f"CSeq: {call.sequence} {method}",
            f"Contact: <sip:{call.telephone.number}@{self.address}>",
        ]
        return _written(lines, body)

    def _response(self, call: Call | None, message: Message, status: int, body: str = "") -> str:
        to = message.headers["to"]
        if "tag=" not in to:
            to = f"{to};tag={call.tag if call else 'nobody'}"
        lines = [
            f"SIP/2.0 {status} {_REASONS[status]}",
            *(f"Via: {via}" for via in message.vias),
            f"From: {message.headers['from']}",
            f"To: {to}",
            f"Call-ID: {message.headers['call-id']}",
            f"CSeq: {message.headers['cseq']}",
            f"Contact: <sip:{call.telephone.number if call else 'nobody'}@{self.address}>",
        ]
        return _written(lines, body)

    async def _open(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.host, 0))
        self._transport, _ = await self.loop.create_datagram_endpoint(lambda: self, sock=self._socket)
        self._talking = self.loop.create_task(self._talk())

    async def _close(self) -> None:
        for call in self._calls.values():
            call.answered_now()
            call.ends()
        self._transport.close()
        self._talking.cancel()
        await asyncio.gather(self._talking, return_exceptions=True)

    async def _talk(self) -> None:
        """Let everybody speak, every 20 ms; what was missed on a busy machine is made up for."""
        next_time = self.loop.time()
        while True:
            for call in list(self._calls.values()):
                if call.over:
                    continue
                if call.answered:
                    call.speaks(call.telephone.sound)
            next_time += STEP
            await asyncio.sleep(max(0.0, next_time - self.loop.time()))


def _written(lines: list[str], body: str) -> str:
    kind = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([*lines, *kind, f"Content-Length: {len(body.encode())}", "", body])
