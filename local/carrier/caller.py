"""A customer on the command line: by a script that must come true, or by hand."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import aiohttp

Out = Callable[[str], None]
Verb = Literal["hear", "press", "say", "wait", "stay", "hang-up"]
PATIENCE = 30.0
LONG_POLL = 20.0
SPOKEN = frozenset({"hears", "plays"})
CAME_TRUE, FAILED = 0, 1
ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and the terminal's window closed."""

_BY_SIGNAL: Final = 128
"""Shells add it to a signal's number for the exit code of what the signal ended."""


class ScriptError(Exception):
    """The script did not come true, or cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the caller does: "hear TEXT", "press KEYS", "say WORDS", "wait SECONDS", "stay", "hang-up"."""

    verb: Verb
    text: str = ""


def read_step(line: str) -> Step:
    """A step from a line; "hear /PATTERN/" takes a regular expression."""
    verb, _, text = line.strip().partition(" ")
    for known in get_args(Verb):
        if verb == known:
            return Step(known, text.strip())
    raise ScriptError(f"a step begins with one of {', '.join(get_args(Verb))}, not {verb!r}")


@dataclass(slots=True)
class Conversation:
    """One call from the caller's side, over the control API."""

    session: aiohttp.ClientSession
    address: str
    out: Out
    patience: float = PATIENCE
    heard: list[str] = field(default_factory=list)
    unread: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        """Print the conversation as it happens, until it is over."""
        place = 0
        while not self.over.is_set():
            query = f"{self.address}/transcript?after={place}&wait={LONG_POLL:g}"
            async with self.session.get(query) as answer:
                told = await answer.json()
            place = told["next"]
            async with self.news:
                for entry in told["entries"]:
                    self._note(entry)
                if told["over"]:
                    self.over.set()
                self.news.notify_all()

    def _note(self, entry: dict[str, Any]) -> None:
        kind, text = entry["kind"], entry["text"]
        if kind in SPOKEN:
            self.heard.append(text)
            self.out(f"  {kind}: {text}")
        elif kind == "event":
            self.out("☎ rings" if text == "rings" else f"· {text}")
            if text == "answered":
                self.answered.set()

    async def carry_out(self, step: Step) -> None:
        """Do one step; ScriptError when it cannot be done."""
        actions = {
            "hear": self._hear,
            "press": self._press,
            "say": self._say,
            "wait": self._wait,
            "stay": self._stay,
            "hang-up": self._hang_up,
        }
        await actions[step.verb](step.text)

    async def _hear(self, wanted: str) -> None:
        pattern = re.compile(wanted[1:-1] if _is_pattern(wanted) else re.escape(wanted))
        await self._until(lambda: self._find(pattern) is not None, f"did not hear {wanted!r}")
        self.unread = (self._find(pattern) or 0) + 1

    def _find(self, pattern: re.Pattern[str]) -> int | None:
        return next((place for place in range(self.unread, len(self.heard)) if pattern.search(self.heard[place])), None)

    async def _press(self, digits: str) -> None:
        """People press when they have been spoken to; keys before that would be lost."""
        await self._until(lambda: bool(self.heard), "heard nothing before pressing")
        self.out(f"  presses: {digits}")
        await self._post("press", {"digits": digits})

    async def _say(self, words: str) -> None:
        await self._until(lambda: bool(self.heard), "heard nothing before speaking")
        self.out(f"  says: {words}")
        await self._post("say", {"words": words})

    async def _wait(self, seconds: str) -> None:
        await asyncio.sleep(float(seconds))

    async def _stay(self, _text: str) -> None:
        await self.over.wait()

    async def _hang_up(self, _text: str) -> None:
        if not self.over.is_set():
            await self._post("hang-up", {})
            await self.over.wait()

    async def _post(self, action: str, body: dict[str, Any]) -> None:
        if self.over.is_set():
            raise ScriptError(f"cannot {action}: the call is over")
        async with self.session.post(f"{self.address}/{action}", json=body) as answer:
            answer.raise_for_status()

    async def _until(self, holds: Callable[[], bool], otherwise: str) -> None:
        async def come_true() -> None:
            async with self.news:
                await self.news.wait_for(lambda: holds() or self.over.is_set())

        try:
            await asyncio.wait_for(come_true(), self.patience)
        except TimeoutError:
            raise ScriptError(f"{otherwise} within {self.patience:g} s; last heard: {self._last()}") from None
        if not holds():
            raise ScriptError(f"{otherwise} before the call ended; last heard: {self._last()}")

    def _last(self) -> str:
        return repr(self.heard[-1]) if self.heard else "nothing"


async def converse(
    control_url: str, from_: str, to: str, script: Sequence[Step], out: Out, *, patience: float = PATIENCE
) -> int:
    """Call and follow a script; hangs up at its end.

    Args:
        control_url: The running carrier, as "http://127.0.0.1:8020".
        from_: The caller's number.
        to: The number called.
        script: The steps; a last step "stay" waits for the other side to hang up.
        out: Gets the conversation line by line.
        patience: Seconds to wait for each thing that must be heard.

    Returns:
        0 when the script came true, else 1 after a line that says why.
    """

    async def follow(conversation: Conversation) -> None:
        for step in script:
            await conversation.carry_out(step)

    return await _with_call(Line(control_url, from_, to, out, patience), follow)


async def talk(control_url: str, from_: str, to: str, lines: AsyncIterator[str], out: Out) -> int:
    """Call and do what is typed: digits are pressed, `h` hangs up, other words are spoken."""

    async def type_along(conversation: Conversation) -> None:
        async for line in lines:
            await _typed(conversation, line.strip())

    async def until_over(conversation: Conversation) -> None:
        typing = asyncio.create_task(type_along(conversation))
        over = asyncio.create_task(conversation.over.wait())
        await asyncio.wait({typing, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if not typing.cancel():
            await typing

    return await _with_call(Line(control_url, from_, to, out, PATIENCE), until_over)


async def _typed(conversation: Conversation, line: str) -> None:
    if line in {"h", "q"}:
        await conversation.carry_out(Step("hang-up"))
    elif re.fullmatch(r"[0-9*#A-D]+", line):
        await conversation.carry_out(Step("press", line))
    elif line:
        await conversation.carry_out(Step("say", line))


async def hanging_up_when_told(call: Awaitable[int], out: Out) -> int:
    """Carry a call through; a signal that would end the process lets the caller hang up first, a second one does not.

    Returns:
        The call's own, or 128 and the signal's number, as shells have it.
    """
    told: list[int] = []
    loop, doing = asyncio.get_running_loop(), asyncio.ensure_future(call)

    def end(number: int) -> None:
        told.append(number)
        _listen_for_none(loop)
        doing.cancel()

    for number in ENDINGS:
        loop.add_signal_handler(number, end, number)
    try:
        return await doing
    except asyncio.CancelledError:
        if not told:
            raise
        out("· told to end: hung up")
        return _BY_SIGNAL + told[0]
    finally:
        _listen_for_none(loop)


def _listen_for_none(loop: asyncio.AbstractEventLoop) -> None:
    for number in ENDINGS:
        loop.remove_signal_handler(number)


@dataclass(frozen=True, slots=True)
class Line:
    """Where the carrier is, who calls whom, and who is told."""

    control_url: str
    from_: str
    to: str
    out: Out
    patience: float


Act = Callable[[Conversation], Awaitable[None]]


async def _with_call(line: Line, act: Act) -> int:
    try:
        async with aiohttp.ClientSession() as session:
            return await _call(session, line, act)
    except aiohttp.ClientConnectorError:
        line.out(f"✗ no carrier answers at {line.control_url}: is the laptop running (make run)?")
        return FAILED


async def _call(session: aiohttp.ClientSession, line: Line, act: Act) -> int:
    calls = f"{line.control_url}/control/calls"
    async with session.post(calls, json={"from": line.from_, "to": line.to}) as answer:
        told = await answer.json()
    if answer.status != 201:  # noqa: PLR2004  HTTP: created
        line.out(f"✗ {told['error']}")
        return FAILED
    conversation = Conversation(session, f"{calls}/{told['sid']}", line.out, line.patience)
    listening = asyncio.create_task(conversation.listen())
    try:
        await act(conversation)
    except ScriptError as error:
        line.out(f"✗ {error}")
        return FAILED
    else:
        return CAME_TRUE
    finally:
        await conversation.carry_out(Step("hang-up"))
        await listening


def _is_pattern(text: str) -> bool:
    return len(text) > 2 and text.startswith("/") and text.endswith("/")  # noqa: PLR2004  two slashes
