"""The agent in a terminal: what is typed is sent, what comes is told, a supervisor's own leg is picked up."""

import asyncio
from collections.abc import Mapping
from typing import Any

from local.agent import Agent, typed

MEMBERS = [
    {"leg": "customer", "role": "customer", "who": "83366857", "owner": False, "state": "held", "muted": False},
    {"leg": "c1-1", "role": "agent", "who": "100", "owner": True, "state": "connected", "muted": False},
]


class Socket:
    """The page's end of a socket whose centre answers every request with 0."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []
        self.agent: Agent | None = None

    async def send_json(self, frame: Mapping[str, Any]) -> None:
        """Take a frame, and answer it."""
        self.sent.append(frame)
        assert self.agent
        tags = {"REQID": frame["requestId"], "MSG": ""}
        asyncio.get_running_loop().call_soon(asyncio.ensure_future, self._answers({"iParam": 0, "tags": tags}))

    async def _answers(self, answer: Mapping[str, Any]) -> None:
        assert self.agent
        await self.agent._take({"type": "ActionResult", **answer})


class Terminal(Agent):
    """An agent whose telephone only says that it was picked up."""

    async def _device(self, action: str) -> None:
        self.out(f"telephone: {action}")


def an_agent(told: list[str]) -> tuple[Terminal, Socket]:
    socket = Socket()
    agent = Terminal(None, "", "", "100", {}, socket, told.append, epoch=1)
    socket.agent = agent
    return agent, socket


def event(seq: int, kind: str, i_param: int, data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": kind,
        "id": f"1.{seq}",
        "epoch": 1,
        "seq": seq,
        "sliceNo": 1,
        "iParam": i_param,
        "tags": {},
        "data": data,
    }


def test_what_is_typed_goes_over_the_socket_and_its_result_is_told() -> None:
    async def story() -> tuple[list[str], list[Mapping[str, Any]]]:
        agent, socket = an_agent([])
        lines = [("consult", "agent 200"), ("whisper", "2"), ("whisper", ""), ("dance", ""), ("help", "")]
        return [await typed(agent, *line) for line in lines], socket.sent

    answers, sent = asyncio.run(story())
    asked = [{name: value for name, value in frame.items() if name != "requestId"} for frame in sent]
    assert asked == [
        {"type": "action", "act": 6, "iParam": 2, "sParam": "200"},
        {"type": "control", "target": 2, "control": 6},
    ]
    assert answers[:4] == [
        "  -> 0 ",
        "  -> 0 ",
        "  A seat's number belongs there.",
        "  dance? help tells what can be typed; q ends.",
    ]
    assert "consult [KIND] TARGET" in answers[4]


def test_an_event_is_told_with_everybody_in_the_call() -> None:
    told: list[str] = []

    async def story() -> None:
        agent, _ = an_agent(told)
        await agent._take(event(1, "Consult", 2, {"members": MEMBERS}))

    asyncio.run(story())
    assert told == [
        "  Consult(1, 2, '')",
        "    customer: customer 83366857, held",
        "    c1-1: agent 100, connected, owner",
    ]


def test_a_supervisors_own_leg_is_picked_up() -> None:
    told: list[str] = []

    async def story() -> list[Mapping[str, Any]]:
        agent, socket = an_agent(told)
        await agent._take(event(1, "Ring", 1, {}))
        assert not agent.tasks
        await agent._take(event(2, "Ring", 3, {}))
        await asyncio.gather(*agent.tasks)
        return socket.sent

    assert [frame["act"] for frame in asyncio.run(story())] == [1]
    assert told[-1] == "telephone: answer"


def test_who_has_called_a_flow_presses_keys_at_their_own_telephone() -> None:
    own = {"leg": "customer", "role": "customer", "who": "100", "owner": False, "state": "connected", "muted": False}
    pressed: list[str] = []

    class AtTheTelephone(Terminal):
        async def _presses(self, keys: str) -> Mapping[str, Any]:
            pressed.append(keys)
            return {"iParam": 0, "tags": {"MSG": ""}}

    async def story() -> list[Mapping[str, Any]]:
        socket = Socket()
        agent = socket.agent = AtTheTelephone(None, "", "", "100", {}, socket, lambda _: None, epoch=1)
        await agent._take(event(1, "Talk", 0, {"members": [own]}))
        await typed(agent, "digits", "12#")
        await agent._take(event(2, "Hangup", 2, {}))
        await typed(agent, "digits", "3")
        return socket.sent

    assert [frame["sParam"] for frame in asyncio.run(story())] == ["3"]
    assert pressed == ["12#"]
