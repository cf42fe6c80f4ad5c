"""The requests to ARI that the heart makes, each in one place."""

import re

from icall_bridge.heart.state import Call, Leg, Ways

NOT_THERE = frozenset({404})
NOT_THERE_OR_NOT_SO = frozenset({400, 404, 409, 412, 422})


def answer(call: Call, leg: Leg) -> None:
    """Answer who arrived, once."""
    if leg.answered or leg.rung is not None:
        return
    leg.answered = True
    call.effects.ask("POST", "channels", leg.channel, "answer", about=leg.channel)


def hang_up(call: Call, channel: str, reason: str = "normal", about: str = "") -> None:
    """End a channel; `about` is given where its end is still to be told."""
    fine = frozenset() if about else NOT_THERE
    call.effects.ask("DELETE", "channels", channel, about=about, fine=fine, reason=reason)


def create(call: Call, channel: str, endpoint: str, caller_id: str) -> None:
    """Make a channel that can be brought into a bridge before it is dialled.

    Whom it is shown is its connected line: CALLERID would be the number of who is rung.
    """
    shown = {"CONNECTEDLINE(num)": caller_id, "CONNECTEDLINE(num-pres)": "allowed"} if caller_id else {}
    call.effects.ask(
        "POST",
        "channels",
        "create",
        makes=channel,
        variables=shown,
        endpoint=endpoint,
        app=call.ways.application,
        appArgs="leg",
        channelId=channel,
    )


def dial(call: Call, channel: str, seconds: int) -> None:
    """Let a channel ring; Asterisk gives up later than we do."""
    call.effects.ask("POST", "channels", channel, "dial", about=channel, timeout=str(seconds))


def play(call: Call, channel: str, path: str) -> str:
    """Let a channel hear a file (`path` without its extension); give the playback."""
    playback = f"{call.id}.p{call.number()}"
    call.effects.ask(
        "POST", "channels", channel, "play", playback, about=channel, makes=playback, media=f"sound:{path}"
    )
    return playback


def ring_tone(call: Call, bridge: str) -> str:
    """Let a bridge hear that somebody is rung; give the playback."""
    playback = f"{call.id}.p{call.number()}"
    call.effects.ask(
        "POST", "bridges", bridge, "play", playback, makes=playback, fine=NOT_THERE_OR_NOT_SO, media="tone:ring"
    )
    return playback


def hush(call: Call, playback: str) -> None:
    """Stop a playback; one that has ended is no error."""
    if playback:
        call.effects.ask("DELETE", "playbacks", playback, fine=NOT_THERE)


def mute(call: Call, leg: Leg, *, muted: bool) -> None:
    """Let nothing more in from a channel, or everything again."""
    if leg.line.muted != muted:
        leg.line.muted = muted
        method = "POST" if muted else "DELETE"
        call.effects.ask(method, "channels", leg.channel, "mute", about=leg.channel, direction="in")


def make_bridge(call: Call, bridge: str) -> None:
    """Make a bridge; one that stands is taken as it is."""
    call.effects.ask("POST", "bridges", bridge, makes=bridge, fine=frozenset({409}), type="mixing")


def drop_bridge(call: Call, bridge: str) -> None:
    """End a bridge; who is in it is in none afterwards."""
    call.effects.ask("DELETE", "bridges", bridge, fine=NOT_THERE)


def put_in(call: Call, channel: str, bridge: str, about: str = "") -> None:
    """Put a channel into a bridge."""
    call.effects.ask("POST", "bridges", bridge, "addChannel", about=about or channel, channel=channel)


def take_out(call: Call, channel: str, bridge: str) -> None:
    """Take a channel out of a bridge; one that is not in it is as it should be."""
    call.effects.ask(
        "POST", "bridges", bridge, "removeChannel", about=channel, fine=NOT_THERE_OR_NOT_SO, channel=channel
    )


def snoop(call: Call, channel: str, listener: str, whisper: str = "none") -> None:
    """Make a channel that hears what another says and hears, and may speak to it."""
    call.effects.ask(
        "POST",
        "channels",
        channel,
        "snoop",
        listener,
        about=channel,
        makes=listener,
        spy="both",
        whisper=whisper,
        app=call.ways.application,
        appArgs="snoop",
    )


_NAME = re.compile(r"[A-Za-z0-9_.+-]{1,128}", re.ASCII)


def endpoint(ways: Ways, wanted: str) -> str:
    """Give Asterisk's dial string for whom the stack names (agent:<id>, sip:user@host, E.164); empty: nobody can be so.

    What could mean more than a name in a dial string (`&`, `/`) names nobody.
    """
    kind, _, rest = wanted.rpartition(":")
    name = rest.partition("@")[0]
    way = {"agent": ways.agent, "sip": ways.sip, "": ways.outside}.get(kind)
    return way.replace("{name}", name) if way and _NAME.fullmatch(name) else ""
