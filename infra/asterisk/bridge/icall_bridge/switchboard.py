"""The switchboard: which call something belongs to, and what the stack orders that belongs to none."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from icall_bridge.ari.translating import is_ours, translate
from icall_bridge.cloud import Teller
from icall_bridge.conversation import Conversation, House
from icall_bridge.heart.happenings import ChannelCame, Happening, Ordered, Refused
from icall_bridge.heart.memory import recall
from icall_bridge.heart.state import Call, Leg, Line, Over, Ways
from icall_bridge.messages import Order


def call_id_of(pbx: str, channel: str) -> str:
    """Give the id of the call that arrived on this channel: the same whenever it is asked for."""
    return f"c{hashlib.sha256(f'asterisk:{pbx}:{channel}'.encode()).hexdigest()[:20]}.{pbx}"


class Switchboard:
    """All calls of this pbx."""

    def __init__(
        self, pbx: str, ways: Ways, house_of: Callable[["Switchboard"], House], teller: Callable[[], Teller]
    ) -> None:
        self._pbx = pbx
        self._ways = ways
        self._teller = teller
        self._owners: dict[str, str] = {}
        self._owned: dict[str, list[str]] = {}
        self._house = house_of(self)
        self.lost = False
        """Whether Asterisk does not move: orders are refused."""
        self.conversations: dict[str, Conversation] = {}

    def owns(self, id_: str, call: str) -> None:
        """Note that something at Asterisk belongs to a call."""
        self._owners[id_] = call
        self._owned.setdefault(call, []).append(id_)

    def event(self, event: Mapping[str, Any]) -> None:
        """Give an event of ARI's to its call."""
        translated = translate(event)
        if translated is None:
            return
        id_, happening = translated
        call = self._owners.get(id_)
        if call is None and isinstance(happening, ChannelCame):
            call = self._newcomer(id_, event)
        if call:
            self._conversation(call).happens(happening)

    def _newcomer(self, channel: str, event: Mapping[str, Any]) -> str | None:
        """A channel of which nothing is known is a caller, or one that we made and have forgotten."""
        if is_ours(event):
            return None
        call = call_id_of(self._pbx, channel)
        self.owns(channel, call)
        return call

    async def order(self, order: Order) -> None:
        """Carry out an order; comes back when that is done."""
        done = asyncio.Event()
        again = self._house.journal.note_order(order.id)
        order = _again(order) if again else order
        self._conversation(order.call).happens(Refused(order) if self.lost else Ordered(order), done.set)
        await done.wait()

    def _conversation(self, call: str) -> Conversation:
        known = self.conversations.get(call)
        if known is None:
            known = self.conversations[call] = self._begin(self._remembered(call))
        return known

    def _begin(self, call: Call) -> Conversation:
        return Conversation(call, self._teller(), self._house)

    def _remembered(self, call: str) -> Call:
        """Give a call with the legs that it had once, so that none of them is rung again."""
        ends = self._house.journal.ends(call)
        return Call(call, self._ways, legs={each["leg"]: _ended(each) for each in ends})

    def owner(self, id_: str) -> Conversation | None:
        """Give the call to which something at Asterisk belongs."""
        call = self._owners.get(id_)
        return self.conversations.get(call) if call else None

    def everybody(self, happening: Happening) -> None:
        """Let something happen to all calls."""
        for conversation in self.conversations.values():
            conversation.happens(happening)

    def sweep(self) -> None:
        """Let go of calls that are over, and remember how their legs ended."""
        for call, conversation in list(self.conversations.items()):
            if conversation.over:
                self._let_go(call, conversation)

    def _let_go(self, call: str, conversation: Conversation) -> None:
        for leg in conversation.call.legs.values():
            self._house.journal.keep_end(call, leg.id, json.dumps(_end(leg)))
        self._house.journal.drop_call(call)
        conversation.stop()
        del self.conversations[call]
        for id_ in self._owned.pop(call, ()):
            self._owners.pop(id_, None)

    def recall(self) -> None:
        """Take up the calls that an earlier life of the bridge has kept."""
        for kept in self._house.journal.calls():
            call = recall(kept, self._ways)
            self.conversations[call.id] = conversation = self._begin(call)
            conversation.recalled = True
            for id_ in _ids(call):
                self.owns(id_, call.id)
        for news in self._house.journal.untold():
            self._conversation(news.call).teller.tell_again(news)

    def stop(self) -> None:
        """Do nothing more."""
        for conversation in self.conversations.values():
            conversation.stop()


def _again(order: Order) -> Order:
    return Order(order.id, order.at, again=True, call=order.call, leg=order.leg, channel=order.channel, wish=order.wish)


def _end(leg: Leg) -> dict[str, str]:
    return {
        "leg": leg.id,
        "channel": leg.channel,
        "ended": leg.ended,
        "caller": leg.caller,
        "called": leg.called,
    }


def _ended(kept: Mapping[str, str]) -> Leg:
    return Leg(
        kept["leg"],
        Line(kept["channel"]),
        caller=kept["caller"],
        called=kept["called"],
        doing=Over(),
        ended=kept["ended"],
    )


def _ids(call: Call) -> list[str]:
    found = [leg.channel for leg in call.live()]
    found += [leg.line.playback for leg in call.live() if leg.line.playback]
    return found + [id_ for tape in call.recordings for id_ in (tape.vocid, tape.snoop) if id_]
