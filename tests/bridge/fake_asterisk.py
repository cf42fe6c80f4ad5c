"""An Asterisk in memory, as strict as the real one where the bridge touches it: ARI's statuses and events.

What it does was seen on Asterisk 22.10: a channel can be dialled, bridged and the like only once its StasisStart was
told; one that is not up cannot be muted; a recording of a bridge ends when nobody is in it any more; who called and
hangs up leaves Stasis and is not told as destroyed.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OK, NONE, BAD, CONFLICT, STATE, UNPROCESSABLE, FAULT, MISSING = 200, 204, 400, 409, 412, 422, 500, 404
SILENT = 0


@dataclass(eq=False)
class Channel:
    id: str
    name: str
    state: str = "Down"
    args: tuple[str, ...] = ()
    exten: str = ""
    caller: str = ""
    in_app: bool = False
    bridge: str = ""
    sounds: deque[tuple[str, str]] = field(default_factory=deque)
    muted: bool = False
    listens_to: str = ""
    whispers: bool = False
    dialled: bool = False
    shown: str = ""
    keys_heard: str = ""


@dataclass(eq=False)
class Tape:
    name: str
    bridge: str = ""
    channel: str = ""
    muted: bool = False
    seconds: int = 5


class FakeAsterisk:
    """Channels, bridges, sounds and recordings; `events` are those that were not fetched yet."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, set[str]] = {}
        self.tones: dict[str, str] = {}
        self.tapes: dict[str, Tape] = {}
        self.stored: dict[str, int] = {}
        self.events: deque[dict[str, Any]] = deque()
        self.asked: list[str] = []
        self.unknown: set[str] = set()
        """Endpoints that cannot be dialled."""
        self.silent = False
        self.next_status: int | None = None
        """What the next request gets in place of its answer, and whether it is carried out all the same."""
        self.but_done = False
        self.went_on: list[tuple[str, str]] = []
        """Channels that went on in the dialplan, and where."""

    def perform(self, request: Any) -> tuple[int, Any]:
        """Carry out a request of ARI's."""
        if self.silent:
            return SILENT, None
        self.asked.append(f"{request.method} {'/'.join(request.path)}")
        if self.next_status is not None:
            status, self.next_status = self.next_status, None
            if self.but_done:
                self._carry_out(request)
            return status, None
        return self._carry_out(request)

    def _carry_out(self, request: Any) -> tuple[int, Any]:  # noqa: C901, PLR0911 - a table of what ARI knows
        query = dict(request.query)
        match (request.method, *request.path):
            case ("POST", "channels", "create"):
                return self._create(query, dict(request.variables))
            case ("GET", "channels", id_):
                channel = self.channels.get(id_)
                return (OK, {"id": id_, "state": channel.state}) if channel else (MISSING, None)
            case ("GET", "channels"):
                return OK, [self._shown(channel) for channel in self.channels.values()]
            case ("GET", "bridges"):
                return OK, [{"id": id_, "channels": sorted(inside)} for id_, inside in self.bridges.items()]
            case ("GET", "endpoints", _):
                return OK, []
            case ("GET", "recordings", "live", name):
                return (OK if name in self.tapes else MISSING), None
            case (method, "channels", id_, *rest):
                return self._on_channel(method, id_, rest, query), None
            case (method, "bridges", id_, *rest):
                return self._on_bridge(method, id_, rest, query), None
            case ("DELETE", "playbacks", id_):
                return self._stop_sound(id_), None
            case (method, "recordings", "live", name, what):
                return self._on_tape(method, name, what), None
            case ("DELETE", "recordings", "stored", name):
                return (NONE if self.stored.pop(name, None) is not None else MISSING), None
        raise AssertionError(f"no such request: {request}")

    # What people do.

    def somebody_calls(self, number: str, caller: str = "+8613800138000", id_: str = "ch1") -> str:
        """A call comes in."""
        channel = Channel(id_, f"PJSIP/trunk-{id_}", "Ring", exten=number, caller=caller)
        self.channels[id_] = channel
        self._tell("StasisStart", channel, args=[])
        return id_

    def rings(self, id_: str) -> None:
        """The device that is dialled rings."""
        self.channels[id_].state = "Ringing"
        self._tell("ChannelStateChange", self.channels[id_])

    def progresses(self, id_: str) -> None:
        """The far end sends sound."""
        channel = self.channels[id_]
        self.events.append({"type": "Dial", "peer": self._shown(channel), "dialstatus": "PROGRESS"})

    def picks_up(self, id_: str) -> None:
        """The device is answered."""
        assert self.channels[id_].dialled, "nobody dialled it"
        self.channels[id_].state = "Up"
        self._tell("ChannelStateChange", self.channels[id_])

    def hangs_up(self, id_: str, cause: int = 16) -> None:
        """The far end hangs up, or refuses."""
        self._end(self.channels[id_], cause)

    def presses(self, id_: str, keys: str) -> None:
        for key in keys:
            self._tell("ChannelDtmfReceived", self.channels[id_], digit=key)

    def tells_key(self, id_: str, key: str, at: str) -> None:
        """A key is told as one that was let go at a moment of this minute (seconds, as 07.125)."""
        moment = f"2026-11-26T19:41:{at}+0000"
        self._tell("ChannelDtmfReceived", self.channels[id_], digit=key, duration_ms=200, timestamp=moment)

    def sound_ends(self, id_: str) -> None:
        """What a channel hears has come to its end."""
        playback, _ = self.channels[id_].sounds.popleft()
        self.events.append({"type": "PlaybackFinished", "playback": {"id": playback, "state": "done"}})

    # What can be heard.

    def hears(self, id_: str) -> set[str]:
        """Give the channels whose people this one hears, and the sounds in it."""
        channel = self.channels[id_]
        heard = {sound for _, sound in list(channel.sounds)[:1]}
        heard |= self._in_bridge(channel)
        for mouth in self.channels.values():
            if mouth.listens_to == id_ and mouth.whispers:
                heard |= self._in_bridge(mouth)
        return heard

    def _in_bridge(self, channel: Channel) -> set[str]:
        inside = self.bridges.get(channel.bridge, set()) - {channel.id}
        heard = {tone for bridge, tone in self.tones.items() if bridge == channel.bridge}
        for id_ in inside:
            other = self.channels[id_]
            if other.listens_to:
                heard |= ({other.listens_to} | self.hears(other.listens_to)) - {channel.id}
            elif not other.muted and other.state == "Up":
                heard.add(id_)
        return heard

    # Requests.

    def _create(self, query: Mapping[str, str], variables: Mapping[str, str]) -> tuple[int, Any]:
        id_ = query["channelId"]
        if id_ in self.channels:
            return CONFLICT, None
        if query["endpoint"] in self.unknown:
            return FAULT, None
        assert set(variables) in (set(), {"CONNECTEDLINE(num)", "CONNECTEDLINE(num-pres)"}), "CALLERID would be its own"
        channel = Channel(id_, query["endpoint"], args=(query["appArgs"],))
        channel.shown = variables.get("CONNECTEDLINE(num)", "")
        self.channels[id_] = channel
        self._tell("StasisStart", channel, args=list(channel.args))
        return OK, None

    def _on_channel(  # noqa: C901, PLR0911, PLR0912 - as above
        self, method: str, id_: str, rest: list[str], query: Mapping[str, str]
    ) -> int:
        channel = self.channels.get(id_)
        if channel is None:
            return MISSING
        if method == "DELETE" and not rest:
            self._end(channel, {"busy": 17}.get(query["reason"], 16))
            return NONE
        if not channel.in_app:
            return CONFLICT
        match (method, *rest):
            case ("POST", "answer"):
                channel.state = "Up"
                self._tell("ChannelStateChange", channel)
            case ("POST", "dial"):
                if channel.dialled:
                    return CONFLICT
                channel.dialled = True
            case ("POST", "mute"):
                if channel.state != "Up":
                    return STATE
                channel.muted = True
            case ("DELETE", "mute"):
                channel.muted = False
            case ("POST", "play", playback):
                channel.sounds.append((playback, query["media"].removeprefix("sound:")))
            case ("POST", "dtmf"):
                channel.keys_heard += query["dtmf"]
            case ("POST", "snoop", listener):
                self._snoop(id_, listener, query)
            case ("POST", "record"):
                return self._record(Tape(query["name"], channel=id_))
            case ("POST", "continue"):
                self.went_on.append((id_, query["context"]))
                self._leave(channel)
                self._tell("StasisEnd", channel)
                channel.in_app = False
            case _:
                raise AssertionError(rest)
        return NONE

    def _snoop(self, id_: str, listener: str, query: Mapping[str, str]) -> None:
        assert query["spy"] == "both"
        whispers = query["whisper"] == "out"
        mouth = Channel(listener, f"Snoop/{id_}", "Up", args=("snoop",), listens_to=id_, whispers=whispers)
        self.channels[listener] = mouth
        self._tell("StasisStart", mouth, args=["snoop"])

    def _on_bridge(  # noqa: C901, PLR0911 - as above
        self, method: str, id_: str, rest: list[str], query: Mapping[str, str]
    ) -> int:
        if (method, rest) == ("POST", []):
            if id_ in self.bridges:
                return CONFLICT
            assert id_ not in self.channels, "Asterisk takes the two for one, and tells nothing of the bridge"
            self.bridges[id_] = set()
            return OK
        if id_ not in self.bridges:
            return MISSING
        match (method, *rest):
            case ("DELETE",):
                for inside in list(self.bridges[id_]):
                    self._leave(self.channels[inside])
                del self.bridges[id_]
                self.tones.pop(id_, None)
            case ("POST", "addChannel"):
                return self._add(id_, query["channel"])
            case ("POST", "removeChannel"):
                channel = self.channels.get(query["channel"])
                if channel is None:
                    return BAD
                if channel.bridge != id_:
                    return UNPROCESSABLE
                self._leave(channel)
            case ("POST", "play", playback):
                self.tones[id_] = query["media"]
                self.asked[-1] += f" {playback}"
                self._tone = (playback, id_)
            case ("POST", "record"):
                return self._record(Tape(query["name"], bridge=id_))
            case _:
                raise AssertionError(rest)
        return NONE

    def _add(self, bridge: str, id_: str) -> int:
        channel = self.channels.get(id_)
        if channel is None:
            return BAD
        if not channel.in_app:
            return UNPROCESSABLE
        if any(tape.channel == id_ for tape in self.tapes.values()):
            return CONFLICT
        if channel.bridge != bridge:
            self._leave(channel)
            channel.bridge = bridge
            self.bridges[bridge].add(id_)
            self._tell("ChannelEnteredBridge", channel, bridge={"id": bridge})
        return NONE

    def _record(self, tape: Tape) -> int:
        if tape.name in self.tapes or (tape.channel and self.channels[tape.channel].bridge):
            return CONFLICT
        self.tapes[tape.name] = tape
        return OK

    def _stop_sound(self, playback: str) -> int:
        if getattr(self, "_tone", ("", ""))[0] == playback:
            return NONE if self.tones.pop(self._tone[1], None) else MISSING
        for channel in self.channels.values():
            for sound in channel.sounds:
                if sound[0] == playback:
                    channel.sounds.remove(sound)
                    self.events.append({"type": "PlaybackFinished", "playback": {"id": playback, "state": "done"}})
                    return NONE
        return MISSING

    def _on_tape(self, method: str, name: str, what: str) -> int:
        tape = self.tapes.get(name)
        if tape is None:
            return MISSING
        if what == "stop":
            self._close(tape)
        else:
            assert what == "mute"
            tape.muted = method == "POST"
        return NONE

    # What follows.

    def _end(self, channel: Channel, cause: int) -> None:
        del self.channels[channel.id]
        self._tell("ChannelHangupRequest", channel, cause=cause)
        self._leave(channel)
        for snoop in [each for each in self.channels.values() if each.listens_to == channel.id]:
            self._end(snoop, 16)
        for tape in [tape for tape in self.tapes.values() if tape.channel == channel.id]:
            self._close(tape)
        if channel.in_app or channel.args:
            self._tell("StasisEnd", channel)
        if channel.args and not channel.listens_to:
            self._tell("ChannelDestroyed", channel, cause=cause)

    def _leave(self, channel: Channel) -> None:
        bridge, channel.bridge = channel.bridge, ""
        if not bridge:
            return
        self.bridges[bridge].discard(channel.id)
        self._tell("ChannelLeftBridge", channel, bridge={"id": bridge})
        if not self.bridges[bridge]:
            for tape in [tape for tape in self.tapes.values() if tape.bridge == bridge]:
                self._close(tape)

    def _close(self, tape: Tape) -> None:
        del self.tapes[tape.name]
        self.stored[tape.name] = self.stored.get(tape.name, 0) + tape.seconds
        recording = {"name": tape.name, "state": "done", "duration": self.stored[tape.name]}
        self.events.append({"type": "RecordingFinished", "recording": recording})

    def next_event(self) -> dict[str, Any]:
        """Fetch the next event; who comes into the application is there from now on."""
        event = self.events.popleft()
        if event["type"] == "StasisStart" and (channel := self.channels.get(event["channel"]["id"])):
            channel.in_app = True
        return event

    def _tell(self, kind: str, channel: Channel, **more: Any) -> None:
        self.events.append({"type": kind, "channel": self._shown(channel)} | more)

    def _shown(self, channel: Channel) -> dict[str, Any]:
        words = ",".join(("icall", *channel.args))
        return {
            "id": channel.id,
            "name": channel.name,
            "state": channel.state,
            "caller": {"number": channel.caller},
            "dialplan": {"exten": channel.exten, "app_name": "Stasis", "app_data": words},
        }
