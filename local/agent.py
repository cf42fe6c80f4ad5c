"""An agent in a terminal, or in a test: the page's side of protocol icall.v1, with a browser's telephone beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex
from typing import Any

import aiohttp

from chalicelib.core.centre.sections import STATES
from local.agent_words import CONTROL_WORDS, WORDS, CannotRead, action_typed, control_typed, help_text

HEARTBEAT_SECONDS = 20.0
PATIENCE = 15.0

Frame = Mapping[str, Any]
Json = dict[str, Any]

PICKED_UP = ("answer", "call", "pickUp")
"""Words after which the page's telephone rings, to be picked up at once."""

LISTENING = 3
"""iParam of Ring for a supervisor's own leg, which the page answers by itself."""


class AgentFailed(Exception):
    """Something expected did not come; the message says what came instead."""


@dataclass(slots=True)
class Agent:
    """A signed-in agent with an open socket; `events` holds every sequenced event, in order, once.

    `ahead` holds those that came before one of a lower number, which will follow; `members` are who is in the call.
    """

    http: aiohttp.ClientSession
    gateway: str
    carrier: str
    agent_id: str
    session: Mapping[str, Any]
    socket: aiohttp.ClientWebSocketResponse
    out: Callable[[str], None] = lambda _: None
    events: list[Frame] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    ahead: dict[tuple[int, int], Frame] = field(default_factory=dict)
    members: Sequence[Json] = ()
    epoch: int = 0
    seq: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    page: str = field(default_factory=lambda: token_hex(4))
    requests: "count[int]" = field(default_factory=lambda: count(1))
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    @property
    def device(self) -> str:
        """The endpoint of this page's telephone at the carrier."""
        return f"client:agent_{self.agent_id}"

    async def introduced(self) -> str:
        """Give who is signed in, in what state, and what can be typed."""
        snapshot = await self.expects_frame(lambda frame: frame["type"] == "Snapshot", "the state")
        names = {code: name for name, code in STATES.items()}
        state = names[snapshot["data"]["agent"]["state"]]
        who = f"{self.agent_id} {self.session['name']}, seat {self.session['sliceNo']}, {self.session['device']}"
        return f"{who}: signed in, {state}\n  help tells what can be typed; q ends"

    async def act(self, word: str, text: str = "", i_param: int | None = None) -> Frame:
        """Do what is typed and give its ActionResult; `answer` picks up the page's telephone too."""
        code, usual, s_param = action_typed(word, text)
        if word == "digits" and self.is_served:
            return await self._presses(s_param)
        answered = await self.do(code, usual if i_param is None else i_param, s_param)
        if word in PICKED_UP and answered["iParam"] == 0:
            await self._device("answer")
        return answered

    async def control(self, word: str, text: str) -> Frame:
        """Control who sits at a seat, as typed, and give the ActionResult."""
        seat, code = control_typed(word, text)
        return await self._asks({"type": "control", "target": seat, "control": code})

    async def do(self, act: int, i_param: int = 0, s_param: str = "", request: str = "") -> Frame:
        """Send doAction over the socket and give its ActionResult."""
        return await self._asks({"type": "action", "act": act, "iParam": i_param, "sParam": s_param}, request)

    async def _asks(self, frame: Frame, request: str = "") -> Frame:
        request = request or f"{self.page}-{next(self.requests)}"
        await self.socket.send_json({**frame, "requestId": request})
        return await self.expects_frame(
            lambda got: got["type"] == "ActionResult" and got["tags"]["REQID"] == request, "the answer to a request"
        )

    async def expects(self, kind: str, within: float = PATIENCE, **tags: str) -> Frame:
        """Wait for an event not looked at before (earlier ones are passed over), and give it."""

        def fits(event: Frame) -> bool:
            return event["type"] == kind and all(event["tags"].get(name) == value for name, value in tags.items())

        return await self._expects(self.events, fits, kind, within)

    async def expects_frame(self, fits: Callable[[Frame], bool], what: str, within: float = PATIENCE) -> Frame:
        """Wait for a frame that is no sequenced event, and give it."""
        return await self._expects(self.frames, fits, what, within)

    async def _expects(self, kept: list[Frame], fits: Callable[[Frame], bool], what: str, within: float) -> Frame:
        def found() -> int | None:
            return next((place for place, frame in enumerate(kept) if fits(frame)), None)

        try:
            async with self.news:
                await asyncio.wait_for(self.news.wait_for(lambda: found() is not None), within)
        except TimeoutError:
            seen = ", ".join(str(frame["type"]) for frame in kept) or "nothing"
            raise AgentFailed(f"{self.agent_id} waited {within:g} s for {what}; there was {seen}") from None
        place = found() or 0
        frame = kept[place]
        del kept[: place + 1]
        return frame

    @property
    def is_served(self) -> bool:
        """Whether the agent has called a flow, and so is the customer of their call."""
        return any(member["who"] == self.agent_id and member["role"] == "customer" for member in self.members)

    async def _presses(self, keys: str) -> Frame:
        async with self.http.get(f"{self.carrier}/control/devices/{self.device}") as answer:
            talking = (await answer.json())["talking"]
        for leg in talking:
            async with self.http.post(
                f"{self.carrier}/control/calls/{leg['sid']}/press", json={"digits": keys}
            ) as done:
                done.raise_for_status()
        return {"type": "ActionResult", "iParam": 0, "tags": {"MSG": ""}}

    async def _device(self, action: str) -> None:
        url = f"{self.carrier}/control/devices/{self.device}/{action}"
        async with self.http.post(url, json={"wait": 10}) as answer:
            answer.raise_for_status()

    async def listen(self) -> None:
        """Take frames until the socket closes."""
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                await self._take(message.json())

    async def _take(self, frame: Frame) -> None:
        async with self.news:
            for event in frame["events"] if frame["type"] == "resume" else [frame]:
                self._keep(event)
            self.news.notify_all()

    def _keep(self, frame: Frame) -> None:
        if frame["type"] == "Snapshot":
            self.epoch, self.seq = frame["epoch"], frame["seq"]
        if "id" in frame:
            self.ahead[frame["epoch"], frame["seq"]] = frame
        else:
            self.frames.append(frame)
        while following := self.ahead.pop((self.epoch, self.seq + 1), None):
            self.seq += 1
            self._hear(following)

    def _hear(self, frame: Frame) -> None:
        self.events.append(frame)
        tags = "|".join(f"{name}:{value}" for name, value in frame["tags"].items())
        self.out(f"  {frame['type']}({frame['sliceNo']}, {frame['iParam']}, '{tags}')")
        self.members = frame["data"].get("members", () if frame["type"] == "Hangup" else self.members)
        for member in frame["data"].get("members", ()):
            self.out(f"    {in_words(member)}")
        if frame["type"] == "Ring" and frame["iParam"] == LISTENING:
            self.tasks.append(asyncio.create_task(self._picks_up()))

    async def _picks_up(self) -> None:
        try:
            await self.act("answer")
        except (aiohttp.ClientError, AgentFailed) as failed:
            self.out(f"  not picked up: {failed}")

    async def beat(self) -> None:
        """Give a sign of life every 20 s."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self.socket.send_json({"type": "heartbeat", "agentId": self.agent_id})


async def sign_in(http: aiohttp.ClientSession, gateway: str, agent_id: str, **proof: str) -> Json:
    """Sign in by `password` or `code` and give the session."""
    async with http.post(f"{gateway}/agent/sessions", json={"agentId": agent_id} | proof) as answer:
        told: Json = await answer.json()
    if answer.status != 201:  # noqa: PLR2004 - HTTP: created
        raise AgentFailed(f"{agent_id} cannot sign in: {told['message']}")
    return told


async def open_socket(http: aiohttp.ClientSession, gateway: str, token: str) -> aiohttp.ClientWebSocketResponse:
    """Get a ticket and open the socket with it."""
    bearer = {"Authorization": f"Bearer {token}"}
    async with http.post(f"{gateway}/agent/socket-tickets", json={}, headers=bearer) as answer:
        ticket = (await answer.json())["ticket"]
    return await http.ws_connect(
        gateway.replace("http", "ws", 1) + "/socket", protocols=("icall.v1", f"ticket.{ticket}")
    )


@asynccontextmanager
async def signed_in(
    gateway: str,
    carrier: str,
    agent_id: str,
    out: Callable[[str], None] = lambda _: None,
    session: Json | None = None,
    position: tuple[int, int] = (0, 0),
    **proof: str,
) -> AsyncIterator[Agent]:
    """Give a signed-in, listening agent whose telephone is known at the carrier; a `session` goes on at `position`."""
    async with aiohttp.ClientSession() as http:
        held = session or await sign_in(http, gateway, agent_id, **proof)
        socket = await open_socket(http, gateway, held["token"])
        agent = Agent(http, gateway, carrier, agent_id, held, socket, out, epoch=position[0], seq=position[1])
        await http.post(f"{carrier}/control/devices", json={"address": agent.device})
        agent.tasks += [asyncio.create_task(agent.listen()), asyncio.create_task(agent.beat())]
        await socket.send_json({"type": "hello", "epoch": position[0], "lastSeq": position[1]})
        try:
            yield agent
        finally:
            for task in agent.tasks:
                task.cancel()
            await socket.close()


async def work(agent: Agent, lines: AsyncIterator[str]) -> None:
    """Say who is signed in and what can be typed, then do what is typed: a word, and what belongs to it."""
    agent.out(await agent.introduced())
    async for line in lines:
        word, _, text = line.strip().partition(" ")
        if word == "q":
            return
        if word:
            agent.out(await typed(agent, word, text))


async def typed(agent: Agent, word: str, text: str) -> str:
    """Do what was typed, and give what came of it in words."""
    try:
        if word in WORDS:
            result = await agent.act(word, text)
        elif word in CONTROL_WORDS:
            result = await agent.control(word, text)
        else:
            return help_text() if word == "help" else f"  {word}? help tells what can be typed; q ends."
    except CannotRead as wrong:
        return f"  {wrong}"
    return f"  -> {result['iParam']} {result['tags']['MSG']}"


def in_words(member: Json) -> str:
    """Tell of somebody in the call: their leg, who they are, and how they are."""
    kept = [name for name in ("owner", "muted") if member[name]]
    return f"{member['leg']}: {member['role']} {member['who']}, {', '.join([member['state'], *kept])}"
