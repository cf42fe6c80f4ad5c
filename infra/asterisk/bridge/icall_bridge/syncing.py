"""After a start, or a loss: Asterisk tells nothing again, so its channels and bridges are read and compared.

A channel that is not there any more is told as ended; one that nobody knows is a caller, or of an earlier life and
ended; one whose leg was told as ended while Asterisk was frozen is ended, too.
"""

from collections.abc import Mapping
from typing import Any

from icall_bridge.ari.client import Ari
from icall_bridge.conversation import Conversation
from icall_bridge.heart.effects import Request
from icall_bridge.heart.happenings import ChannelAnswered, ChannelDestroyed, Resumed
from icall_bridge.heart.state import Call
from icall_bridge.switchboard import Switchboard

_OK = 200
Channel = Mapping[str, Any]


class Syncing:
    """Compares once."""

    def __init__(self, ari: Ari, switchboard: Switchboard, application: str) -> None:
        self._ari = ari
        self._switchboard = switchboard
        self._application = application

    async def run(self) -> bool:
        """Let every call know where its channels are; False: Asterisk was silent, and nothing was done."""
        known = list(self._switchboard.conversations.values())
        channels = await self._list("channels")
        bridges = await self._list("bridges")
        if channels is None or bridges is None:
            return False
        there = {each["id"]: each for each in channels if self._is_ours(each)}
        places = {channel: bridge["id"] for bridge in bridges for channel in bridge["channels"]}
        for conversation in known:
            _miss(conversation, there)
            if conversation.recalled:
                await self._resume(conversation, {channel: places.get(channel, "") for channel in there})
        for channel in there.values():
            await self._found(channel)
        for bridge in bridges:
            await self._found_bridge(bridge)
        return True

    async def _resume(self, conversation: Conversation, places: Mapping[str, str]) -> None:
        conversation.recalled = False
        tapes = [tape.vocid for tape in conversation.call.recordings]
        running = [vocid for vocid in tapes if await self._runs(vocid)]
        conversation.happens(Resumed(places, frozenset(running)))

    async def _found(self, channel: Channel) -> None:
        owner = self._switchboard.owner(channel["id"])
        leg = owner.call.by_channel(channel["id"]) if owner else None
        words = str(channel["dialplan"].get("app_data", "")).split(",")[1:]
        if owner is None and not words:
            self._switchboard.event({"type": "StasisStart", "channel": channel, "args": []})
        elif owner is None or (leg and not leg.live):
            await self._ari.perform(orphan(channel["id"]))
        elif leg and leg.rung and not leg.answered and channel["state"] == "Up":
            owner.happens(ChannelAnswered(channel["id"]))

    async def _found_bridge(self, bridge: Mapping[str, Any]) -> None:
        """End a bridge of ours whose call is over: who was in it was told as ended while Asterisk was frozen."""
        calls = (each.call for each in self._switchboard.conversations.values())
        belongs = any(_is_of(bridge["id"], call) and call.live() for call in calls)
        if bridge["name"] == self._application and not belongs:
            await self._ari.perform(Request("DELETE", ("bridges", bridge["id"]), fine=frozenset({404})))

    def _is_ours(self, channel: Channel) -> bool:
        dialplan = channel.get("dialplan", {})
        application = str(dialplan.get("app_data", "")).split(",")[0]
        return bool(dialplan.get("app_name") == "Stasis" and application == self._application)

    async def _runs(self, vocid: str) -> bool:
        status, _ = await self._ari.perform(Request("GET", ("recordings", "live", vocid)))
        return status == _OK

    async def _list(self, what: str) -> list[Any] | None:
        status, found = await self._ari.perform(Request("GET", (what,)))
        return found if status == _OK and isinstance(found, list) else None


def orphan(channel: str) -> Request:
    """Give the request that ends a channel of which nothing is known, or nothing wanted."""
    return Request("DELETE", ("channels", channel), fine=frozenset({404}))


def _is_of(bridge: str, call: Call) -> bool:
    return bridge == call.id or bridge.startswith(f"{call.id}.")


def _miss(conversation: Conversation, there: Mapping[str, Channel]) -> None:
    """Tell the end of channels that were there and are no more."""
    for leg in conversation.call.live():
        if (leg.came or conversation.recalled) and leg.channel not in there:
            conversation.happens(ChannelDestroyed(leg.channel, 0))
