"""Events of ARI, translated at the wall: what happened, and the id of the channel, sound or recording it is about."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from icall_bridge.heart.happenings import (
    ChannelAnswered,
    ChannelCame,
    ChannelDestroyed,
    ChannelEntered,
    ChannelExited,
    ChannelHangsUp,
    ChannelLeft,
    ChannelProgressed,
    ChannelRang,
    Happening,
    KeyCame,
    PlaybackEnded,
    RecordingOver,
    RecordingRan,
)

Translated = tuple[str, Happening]
Document = Mapping[str, Any]

_ASTERISKS_OWN = ("Local/", "Announcer/", "Recorder/")
"""Channels that Asterisk makes for itself."""

_WITHHELD = frozenset({"", "anonymous", "restricted", "unavailable", "unknown"})
_LONGEST_CALLER = 256


def translate(event: Document) -> Translated | None:
    """Give what an event says and the id of what it is about; None for what says nothing to us."""
    known = _EVENTS.get(str(event.get("type")))
    channel = event.get("channel") or event.get("peer") or {}
    if known is None or str(channel.get("name", "")).startswith(_ASTERISKS_OWN):
        return None
    return known(event)


def is_ours(event: Document) -> bool:
    """Tell of a channel that comes into our application whether we made it: then it brings a word along."""
    return bool(event.get("args"))


def _came(event: Document) -> Translated:
    channel = event["channel"]
    if is_ours(event):
        return channel["id"], ChannelCame(channel["id"])
    number = str(channel.get("caller", {}).get("number", ""))[:_LONGEST_CALLER]
    caller = "" if number.lower() in _WITHHELD else number
    return channel["id"], ChannelCame(channel["id"], caller, str(channel.get("dialplan", {}).get("exten", "")))


def _changed(event: Document) -> Translated | None:
    channel = event["channel"]
    if channel["state"] == "Up":
        return channel["id"], ChannelAnswered(channel["id"])
    return (channel["id"], ChannelRang(channel["id"])) if channel["state"] == "Ringing" else None


def _dial(event: Document) -> Translated | None:
    peer = event["peer"]["id"]
    return (peer, ChannelProgressed(peer)) if event.get("dialstatus") == "PROGRESS" else None


def _hangs_up(event: Document) -> Translated:
    channel, cause = event["channel"]["id"], event.get("cause")
    return channel, ChannelHangsUp(channel, cause if isinstance(cause, int) else None)


def _destroyed(event: Document) -> Translated:
    channel = event["channel"]["id"]
    return channel, ChannelDestroyed(channel, int(event.get("cause", 0)))


def _entered(event: Document) -> Translated:
    channel = event["channel"]["id"]
    return channel, ChannelEntered(channel, event["bridge"]["id"])


def _exited(event: Document) -> Translated:
    channel = event["channel"]["id"]
    return channel, ChannelExited(channel, event["bridge"]["id"])


def _key(event: Document) -> Translated:
    channel = event["channel"]["id"]
    return channel, KeyCame(channel, str(event["digit"])[:1], _ms(event))


def _ms(event: Document) -> int:
    """Give when Asterisk says that it happened, in ms since 1970; 0: it does not."""
    try:
        return int(datetime.strptime(str(event.get("timestamp")), "%Y-%m-%dT%H:%M:%S.%f%z").timestamp() * 1000)
    except ValueError:
        return 0


def _left(event: Document) -> Translated:
    channel = event["channel"]["id"]
    return channel, ChannelLeft(channel)


def _playback(event: Document) -> Translated:
    playback = event["playback"]
    return playback["id"], PlaybackEnded(playback["id"], playback.get("state") == "failed")


def _recording_ran(event: Document) -> Translated:
    name = event["recording"]["name"]
    return name, RecordingRan(name)


def _recording_over(event: Document) -> Translated:
    recording = event["recording"]
    failed = event["type"] == "RecordingFailed"
    return recording["name"], RecordingOver(recording["name"], int(recording.get("duration") or 0), failed)


_EVENTS: Mapping[str, Callable[[Document], Translated | None]] = {
    "StasisStart": _came,
    "ChannelStateChange": _changed,
    "Dial": _dial,
    "ChannelHangupRequest": _hangs_up,
    "ChannelDestroyed": _destroyed,
    "ChannelEnteredBridge": _entered,
    "ChannelLeftBridge": _exited,
    "ChannelDtmfReceived": _key,
    "StasisEnd": _left,
    "PlaybackFinished": _playback,
    "RecordingStarted": _recording_ran,
    "RecordingFinished": _recording_over,
    "RecordingFailed": _recording_over,
}
