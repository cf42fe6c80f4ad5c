"""SIP telephones that speak their tone and know what they hear: pjsua2, with no sound card.

The library knows one endpoint for a process, eight accounts, and threads that it must be told of. So there is one
`Switchboard` for a process, everything that is asked of the library is done by its one thread, and everybody outside
shares one line, as at a provider. Whoever looks at a telephone reads plain attributes, which that thread writes.
"""

import ctypes
import queue
import re
import sys
import tempfile
import threading
import time
import wave
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pjsua2 as pj

from tests.carriers import tones
from tests.carriers.backstage import Behaviour

INSIDE, OUTSIDE, STRANGE = "127.0.0.1", "127.0.0.2", "127.0.0.3"
"""Where desk telephones are, the provider, and who is known to nobody: loopback has many addresses."""

STEADY = 0.5
"""Seconds after which a sound is no passing moment."""
MOSTLY = 0.8
"""In so many of these 20 ms a tone must be, to be heard: a busy machine loses one now and then."""
SWITCH_SECONDS = 0.0005
PATIENCE = 10.0
LOST = 4.0
"""Seconds for which a call's end is waited for when all is put down."""

_RINGING, _OK, _BUSY, _NOT_HERE, _DECLINED = 180, 200, 486, 503, 603


class Switchboard:
    """The library: made once for a process, and closed at its end.

    What sounds for `steady` seconds is heard, but for the tones that nobody listens to.
    """

    def __init__(self, steady: float = STEADY, unheard: frozenset[int] = frozenset()) -> None:
        self.frames = round(steady * tones.STEP)
        self.unheard = unheard
        # The library's clock waits for Python when a sound is heard, and with it all sound.
        sys.setswitchinterval(SWITCH_SECONDS)
        self._orders: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._open = True
        self._calls: list[_Call] = []
        """Every call there was: the destructor of a forgotten one would hang up whatever has its place now."""
        self._accounts: list[_Account] = []
        """Every account there was: it may be destroyed by the library's thread alone, and Python would use any."""
        self._transports: dict[tuple[str, int], int] = {}
        self._voices: dict[int, pj.AudioMediaPlayer] = {}
        self._ears: list[_Ear] = []
        """Those that listen to nothing: the library has room for 250 of all kinds, and may destroy none elsewhere."""
        self._folder = tempfile.TemporaryDirectory(prefix="icall-phones-")
        self._thread = threading.Thread(target=self._run, name="telephones", daemon=True)
        self._thread.start()
        self.does(lambda: None)

    def does(self, act: Callable[[], Any]) -> Any:
        """Do something in the library's own thread, and give what it gives."""
        if threading.current_thread() is self._thread:
            return act()
        done: Future[Any] = Future()
        self._orders.put((act, done))
        return done.result(PATIENCE)

    def close(self) -> None:
        """Hang up, and end the library."""
        self.does(self._endpoint.hangupAllCalls)
        deadline = time.monotonic() + LOST
        while time.monotonic() < deadline and not all(call.over for call in self._calls):
            time.sleep(0.02)
        self._open = False
        self._thread.join(PATIENCE)

    def line(self, host: str, server: str) -> "Line":
        """Give a way for many numbers at once to and from the server (host:port), as a provider has."""
        return self.does(lambda: Line(self, host, server))

    def desk(self, name: str, secret: str, tone: int, server: str, *, encrypted: bool = False) -> "DeskTelephone":
        """Put up a telephone that registers with the server; over TLS, and with secret sound, if encrypted."""
        return self.does(lambda: DeskTelephone(self, name, secret, tone, server, encrypted=encrypted))

    def transport(self, host: str, kind: int = pj.PJSIP_TRANSPORT_UDP) -> int:
        """Give the library's transport at the address."""
        if (host, kind) not in self._transports:
            config = pj.TransportConfig()
            config.boundAddress = host
            self._transports[host, kind] = self._endpoint.transportCreate(kind, config)
        return self._transports[host, kind]

    def address(self, host: str) -> str:
        """Give the host:port under which our telephones there are called."""
        return self.does(lambda: self._endpoint.transportGetInfo(self.transport(host)).localAddress)

    def voice(self, tone: int) -> pj.AudioMediaPlayer:
        """Give something that speaks the tone for ever."""
        if tone not in self._voices:
            file = Path(self._folder.name) / f"{tone}.wav"
            with wave.open(str(file), "wb") as sound:
                sound.setparams((1, 2, tones.RATE, 0, "NONE", ""))
                sound.writeframes(tones.tone(tone, 1).tobytes())
            player = self._voices[tone] = pj.AudioMediaPlayer()
            player.createPlayer(str(file))
        return self._voices[tone]

    def ear(self) -> "_Ear":
        """Give an ear that has heard nothing yet."""
        ear = self._ears.pop() if self._ears else _Ear(self.frames, self.unheard)
        ear.frames.clear()
        return ear

    def takes_back(self, ear: "_Ear") -> None:
        """Take an ear that is needed no more."""
        self._ears.append(ear)

    def keep(self, call: "_Call") -> None:
        """Never let it be collected."""
        self._calls.append(call)

    def account(self, config: pj.AccountConfig, rings: Callable[[int], None]) -> "_Account":
        """Make an account whose calls are told to `rings` by their number in the library."""
        account = _Account(rings)
        account.create(config)
        self._accounts.append(account)
        return account

    def _run(self) -> None:
        self._endpoint = self._made()
        while self._open:
            self._endpoint.libHandleEvents(5)
            while not self._orders.empty():
                act, done = self._orders.get()
                try:
                    done.set_result(act())
                except BaseException as error:  # noqa: BLE001 - whoever asked is told
                    done.set_exception(RuntimeError(error.info()) if isinstance(error, pj.Error) else error)
        # Whatever tests still hold of the library's is destroyed by nobody after it: it would not survive that.
        ears = (call.ear for call in self._calls if call.ear)
        for its_own in (*self._calls, *self._accounts, *self._voices.values(), *self._ears, *ears):
            its_own.this.disown()
        self._endpoint.libDestroy()
        self._folder.cleanup()

    @staticmethod
    def _made() -> pj.Endpoint:
        endpoint, config = pj.Endpoint(), pj.EpConfig()
        config.logConfig.level = config.logConfig.consoleLevel = 0
        endpoint.libCreate()
        config.uaConfig.threadCnt = 0
        config.uaConfig.maxCalls = 32
        config.medConfig.clockRate = config.medConfig.sndClockRate = tones.RATE
        config.medConfig.audioFramePtime = 20
        config.medConfig.noVad = True
        config.medConfig.ecTailLen = 0
        endpoint.libInit(config)
        endpoint.libStart()
        endpoint.audDevManager().setNullDev()
        for codec in endpoint.codecEnum2():
            endpoint.codecSetPriority(codec.codecId, 200 if codec.codecId.startswith("PCMU") else 0)
        return endpoint


class _Ear(pj.AudioMediaPort):
    """Takes the sound of one call, 20 ms after 20 ms, in a thread of the library's own."""

    def __init__(self, frames: int, unheard: frozenset[int]) -> None:
        super().__init__()
        self._wanted, self._unheard = frames, unheard
        self.frames: deque[bytes] = deque(maxlen=frames)
        self.since = time.monotonic()
        wanted = pj.MediaFormatAudio()
        wanted.init(pj.PJMEDIA_FORMAT_PCM, tones.RATE, 1, 20_000, 16)
        self.createPort("ear", wanted)

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802 - the library's name
        sound = _copied(frame.buf, frame.size) if frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO else b""
        self.frames.append(sound or bytes(2 * tones.FRAME))

    def tones(self) -> frozenset[int] | None:
        """Give the tones that were heard all the time, None while they change."""
        frames, wanted = list(self.frames), self._wanted
        if len(frames) < wanted:
            return None
        sounds = (tones.tones_in(np.frombuffer(frame, np.int16)) - self._unheard for frame in frames)
        heard = Counter(tone for sound in sounds for tone in sound)
        if any(wanted * (1 - MOSTLY) < times < wanted * MOSTLY for times in heard.values()):
            return None
        return frozenset(tone for tone, times in heard.items() if times >= wanted * MOSTLY)


def _copied(vector: pj.ByteVector, size: int) -> bytes:
    """Give a vector's content: its first word says where that is.

    Byte by byte, as Python does it, takes a hundred times longer, and nobody could speak meanwhile.
    """
    return ctypes.string_at(ctypes.c_void_p.from_address(int(vector.this)).value, size)


class _Call(pj.Call):
    """One conversation of a telephone; all its methods run in the switchboard's thread."""

    def __init__(self, account: Any, board: Switchboard, telephone: "SipTelephone", call_id: int | None = None) -> None:
        super().__init__(account, pj.PJSUA_INVALID_ID if call_id is None else call_id)
        self.board, self.telephone = board, telephone
        self.incoming = call_id is not None
        self.picked_up = False
        self.state = pj.PJSIP_INV_STATE_NULL
        self.status = 0
        self.keys = ""
        self.answers: list[int] = []
        """What requests within the call were answered, REFER and INFO for example."""
        self.ear: _Ear | None = None
        board.keep(self)

    @property
    def over(self) -> bool:
        return self.state == pj.PJSIP_INV_STATE_DISCONNECTED

    @property
    def answered(self) -> bool:
        return self.state == pj.PJSIP_INV_STATE_CONFIRMED

    def onCallState(self, _: Any) -> None:  # noqa: N802 - the library's name
        told = self.getInfo()
        self.state, self.status = told.state, told.lastStatusCode
        if self.over and self.ear:
            self.board.takes_back(self.ear)
            self.ear = None

    def onCallMediaState(self, _: Any) -> None:  # noqa: N802 - the library's name
        told = self.getInfo()  # a temporary would be freed under the loop
        for media in told.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                sound = self.getAudioMedia(media.index)
                self.ear = self.ear or self.board.ear()
                sound.startTransmit(self.ear)
                self.board.voice(self.telephone.tone).startTransmit(sound)

    def onDtmfDigit(self, told: Any) -> None:  # noqa: N802 - the library's name
        self.keys += told.digit

    def onCallTsxState(self, told: Any) -> None:  # noqa: N802 - the library's name
        transaction = told.e.body.tsxState.tsx
        ours = transaction.role == pj.PJSIP_ROLE_UAC and transaction.method in ("REFER", "INFO")
        if ours and transaction.state == pj.PJSIP_TSX_STATE_COMPLETED:
            self.answers.append(transaction.statusCode)


class SipTelephone:
    """A telephone of `tests.carriers.backstage.Telephone`, with the bad habits of real ones besides."""

    def __init__(self, board: Switchboard, number: str, tone: int, behaviour: Behaviour = Behaviour.PERSON) -> None:
        self._board = board
        self.number, self.tone, self.behaviour = number, tone, behaviour
        self.calls: list[_Call] = []

    @property
    def call(self) -> _Call | None:
        """Its last conversation, which may be over."""
        return self.calls[-1] if self.calls else None

    def dial(self, number: str) -> None:
        self._board.does(lambda: self._dial(number))

    def is_ringing(self) -> bool:
        call = self.call
        return bool(call and call.incoming and not call.over and not call.answered and not call.picked_up)

    def is_connected(self) -> bool:
        call = self.call
        return bool(call and not call.over and (call.answered or call.picked_up or not call.incoming))

    def is_answered(self) -> bool:
        """Tell whether somebody at the other end has picked up."""
        return bool(self.call and self.call.answered)

    def pick_up(self) -> None:
        if self.call and not self.call.over:
            self.call.picked_up = True
        self._answers(_OK)

    def decline(self) -> None:
        self._answers(_DECLINED)

    def put_down(self) -> None:
        self._with_call(lambda call: call.hangup(_usual()))

    def press(self, key: str) -> None:
        self._with_call(lambda call: call.dialDtmf(key))

    def press_by_info(self, key: str) -> None:
        """Press a key of a telephone that tells it by INFO."""
        told = pj.CallSendDtmfParam()
        told.method, told.digits, told.duration = pj.PJSUA_DTMF_METHOD_SIP_INFO, key, 120
        self._with_call(lambda call: call.sendDtmf(told))

    def hold(self) -> None:
        """Hold the line by the telephone's own key."""
        self._with_call(lambda call: call.setHold(_usual()))

    def unhold(self) -> None:
        again = _usual()
        again.opt.flag = pj.PJSUA_CALL_UNHOLD
        self._with_call(lambda call: call.reinvite(again))

    def refer(self, to: str) -> None:
        """Ask by REFER that the other end be moved."""
        self._with_call(lambda call: call.xfer(to, _usual()))

    def answers(self) -> list[int]:
        """Give how REFER and INFO of the last conversation were answered."""
        return list(self.call.answers) if self.call else []

    def status(self) -> int:
        """Give the last SIP status of the last conversation."""
        return self.call.status if self.call else 0

    def sounds(self) -> frozenset[int] | None:
        ear = self._ear()
        return ear.tones() if ear and self.is_connected() else None

    def is_steady(self) -> bool:
        """Tell whether what comes out of it does not change, or nothing does."""
        return self._ear() is None or self.sounds() is not None or not self.is_connected()

    def hears_something(self) -> bool:
        """Tell whether what came out of it last was no silence."""
        ear = self._ear()
        return bool(ear and any(np.frombuffer(b"".join(list(ear.frames)), np.int16)))

    def keys_heard(self) -> str:
        return self.call.keys if self.call else ""

    def rings(self, call: _Call) -> None:
        """Do with a call that comes in what this telephone does; in the switchboard's thread."""
        if self.is_ringing() or self.is_connected() or self.behaviour is Behaviour.BUSY:
            _answer(call, _BUSY)
        elif self.behaviour is Behaviour.OUT_OF_ORDER:
            _answer(call, _NOT_HERE)
        else:
            self.calls.append(call)
            _answer(call, _RINGING)

    def _ear(self) -> _Ear | None:
        return self.call.ear if self.call else None

    def _dial(self, number: str) -> None:
        raise NotImplementedError

    def _answers(self, status: int) -> None:
        self._with_call(lambda call: _answer(call, status))

    def _with_call(self, act: Callable[[_Call], Any]) -> None:
        """Do something with the conversation, if there is any."""

        def safely() -> None:
            call = self.call
            if call and not call.over:
                act(call)

        self._board.does(safely)


class Line:
    """A provider's line: everybody outside, by their numbers; who calls a number that nobody has hears so."""

    def __init__(self, board: Switchboard, host: str, server: str) -> None:
        self._board, self._host, self._server = board, host, server
        self._telephones: dict[str, OutsideTelephone] = {}
        self._nobody = OutsideTelephone(self, "", 0, Behaviour.OUT_OF_ORDER)
        self.unknown: list[str] = []
        """Numbers that were called and that nobody has."""
        config = _account_config(f"sip:line@{host}", host, board.transport(host))
        self._account = board.account(config, self._rings)

    @property
    def address(self) -> str:
        """The host:port at which the provider is called."""
        return self._board.address(self._host)

    def telephone(
        self, number: str, tone: int, behaviour: Behaviour = Behaviour.PERSON, called: str = ""
    ) -> "OutsideTelephone":
        """Put up a telephone outside, which shows `number` and is `called` so, where that is written otherwise."""
        put_up = self._telephones[called or number] = OutsideTelephone(self, number, tone, behaviour)
        return put_up

    def forget(self) -> None:
        """Take all telephones down."""
        for telephone in self._telephones.values():
            telephone.put_down()
        self._telephones.clear()
        self.unknown.clear()

    def remove(self) -> None:
        """Give the line back."""
        self._board.does(self._account.shutdown)

    def dials(self, telephone: "OutsideTelephone", number: str) -> _Call:
        """Call the server for the telephone; in the switchboard's thread."""
        call = _Call(self._account, self._board, telephone)
        how = _usual()
        how.txOption.localUri = f"<sip:{telephone.number}@{self._host}>"
        call.makeCall(f"sip:{number}@{self._server}", how)
        return call

    def _rings(self, call_id: int) -> None:
        call = _Call(self._account, self._board, self._nobody, call_id)
        number = _user_of(call.getInfo().localUri)
        if number in self._telephones:
            call.telephone = self._telephones[number]
        else:
            self.unknown.append(number)
        call.telephone.rings(call)


class OutsideTelephone(SipTelephone):
    """A telephone in the telephone network."""

    def __init__(self, line: Line, number: str, tone: int, behaviour: Behaviour) -> None:
        super().__init__(line._board, number, tone, behaviour)
        self._line = line

    def _dial(self, number: str) -> None:
        self.calls.append(self._line.dials(self, number))


class DeskTelephone(SipTelephone):
    """A telephone that registers by itself."""

    def __init__(
        self, board: Switchboard, name: str, secret: str, tone: int, server: str, *, encrypted: bool = False
    ) -> None:
        super().__init__(board, name, tone)
        kind = pj.PJSIP_TRANSPORT_TLS if encrypted else pj.PJSIP_TRANSPORT_UDP
        self._suffix = ";transport=tls" if encrypted else ""
        self._server = server
        config = _account_config(f"sip:{name}@{INSIDE}", INSIDE, board.transport(INSIDE, kind))
        config.regConfig.registrarUri = f"sip:{server}{self._suffix}"
        config.regConfig.retryIntervalSec = 0
        config.regConfig.registerOnAdd = False
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", name, 0, secret))
        if encrypted:
            config.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_MANDATORY
            config.mediaConfig.srtpSecureSignaling = 1
        self._account = board.account(config, lambda call_id: self.rings(_Call(self._account, board, self, call_id)))

    def registers(self) -> int:
        """Register, and give the SIP status that came of it."""
        return self._registration(renew=True)

    def leaves(self) -> int:
        """Take the registration back."""
        return self._registration(renew=False)

    def remove(self) -> None:
        """Take the telephone away."""
        self.put_down()
        self._board.does(self._account.shutdown)

    def _registration(self, *, renew: bool) -> int:
        self._account.registered = queue.SimpleQueue()
        self._board.does(lambda: self._account.setRegistration(renew))
        return self._account.registered.get(timeout=PATIENCE)

    def _dial(self, number: str) -> None:
        call = _Call(self._account, self._board, self)
        self.calls.append(call)
        call.makeCall(f"sip:{number}@{self._server}{self._suffix}", _usual())


class _Account(pj.Account):
    def __init__(self, rings: Callable[[int], None]) -> None:
        super().__init__()
        self._rings = rings
        self.registered: queue.SimpleQueue[int] = queue.SimpleQueue()

    def onIncomingCall(self, told: Any) -> None:  # noqa: N802 - the library's name
        self._rings(told.callId)

    def onRegState(self, told: Any) -> None:  # noqa: N802 - the library's name
        self.registered.put(told.code)


def _account_config(address: str, host: str, transport: int) -> pj.AccountConfig:
    config = pj.AccountConfig()
    config.idUri = address
    config.sipConfig.transportId = transport
    config.mediaConfig.transportConfig.boundAddress = host
    # Our server answers at once; a telephone that asks in vain for a session timer asks again.
    config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
    return config


def _usual() -> pj.CallOpParam:
    return pj.CallOpParam(True)  # noqa: FBT003 - the library's word for: as the account is set


def _answer(call: pj.Call, status: int) -> None:
    how = _usual()
    how.statusCode = status
    call.answer(how)


def _user_of(uri: str) -> str:
    found = re.search(r"sips?:([^@;>]+)@", uri)
    return found[1] if found else ""
