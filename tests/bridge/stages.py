"""One call between the bridge's heart and an Asterisk in memory, in virtual time."""

from collections import deque
from typing import Any

from icall_bridge.ari.translating import translate
from icall_bridge.heart.effects import DropTimer, Expect, Fetch, LookAt, Request, SetTimer, Tell
from icall_bridge.heart.happenings import (
    ChannelDestroyed,
    ChannelIsThere,
    Happening,
    Ordered,
    QuestionAnswered,
    RequestFailed,
    SoundReady,
    TimerRang,
)
from icall_bridge.heart.heart import happens
from icall_bridge.heart.state import Call, Ways
from icall_bridge.messages import Instruction, News, Order, Play, Say, Wish
from tests.bridge.fake_asterisk import FakeAsterisk

NOON = 1_800_000_000_000


class Stage:
    """A call, what its bridge tells, and the words in which a test speaks of it."""

    def __init__(self, call: Call | None = None, asterisk: FakeAsterisk | None = None) -> None:
        self.asterisk = asterisk or FakeAsterisk()
        self.call = call or Call("c1", Ways())
        self.told: list[tuple[str, News]] = []
        self.expected: list[Any] = []
        self.questions: dict[str, int] = {}
        self.missing: set[str] = set()
        self.fetches = True
        self.prompt = True
        """Whether everything that follows happens at once, or by `steps`."""
        self.now = 0.0
        self._timers: dict[str, float] = {}
        self._inbox: deque[Happening] = deque()
        self._tickets: list[Fetch] = []
        self._orders = 0

    # What happens.

    def arrives(self, *script: Instruction) -> str:
        """Somebody calls, and is given a script; give the channel."""
        channel = self.asterisk.somebody_calls("+8675583000000")
        self.settles()
        if script:
            self.answers(*script)
        return channel

    def answers(self, *script: Instruction, leg: str = "customer") -> None:
        """The stack answers the leg's last question."""
        self.feed(QuestionAnswered(leg, self.questions[leg], tuple(script)))

    def nobody_answers(self, leg: str = "customer") -> None:
        self.feed(QuestionAnswered(leg, self.questions[leg], None))

    def order(self, leg: str, wish: Wish, *, again: bool = False, seconds_ago: float = 0.0) -> None:
        """The stack orders something."""
        self._orders += 1
        at = self._wall() - round(seconds_ago * 1000)
        self.feed(Ordered(Order(f"o{self._orders}", at, again, self.call.id, leg, "", wish)))

    def joined(self, leg: str, *, wish: Wish) -> str:
        """Somebody is rung, answers, and is in the conference; give the channel."""
        self.order(leg, wish)
        channel = f"{self.call.id}.{leg}"
        self.asterisk.picks_up(channel)
        self.settles()
        return channel

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while due := [(at, name) for name, at in self._timers.items() if at <= until]:
            at, name = min(due)
            self.now = max(self.now, at)
            del self._timers[name]
            self.feed(TimerRang(name))
        self.now = until

    def feed(self, happening: Happening) -> None:
        self._inbox.append(happening)
        if self.prompt:
            self.settles()

    def settles(self) -> None:
        """Let everything that follows happen."""
        for _ in range(10_000):
            if not self.steps():
                return
        raise AssertionError("it never comes to rest")

    def steps(self) -> bool:
        """Let the next thing happen; tell whether there was one."""
        if self._inbox:
            self._one(self._inbox.popleft())
        elif self.asterisk.events:
            if translated := translate(self.asterisk.next_event()):
                self._inbox.append(translated[1])
        else:
            return False
        return True

    # What was told.

    def news(self, leg: str | None = None) -> list[str]:
        """Give what was told, by its types."""
        return [news.type for about, news in self.told if leg in (None, about)]

    def last(self, leg: str) -> News:
        return next(news for about, news in reversed(self.told) if about == leg)

    def hears(self, channel: str) -> set[str]:
        return self.asterisk.hears(channel)

    def fetched(self) -> None:
        """What is being fetched is there now."""
        tickets, self._tickets = self._tickets, []
        for fetch in tickets:
            self.feed(self._ready(fetch))

    # How it is done.

    def _one(self, happening: Happening) -> None:
        for effect in happens(self.call, happening, self._wall()):
            self._carry_out(effect)

    def _carry_out(self, effect: Any) -> None:  # noqa: C901 - one line for each kind
        match effect:
            case Request():
                status, _ = self.asterisk.perform(effect)
                if status // 100 != 2 and status not in effect.fine:
                    self._inbox.append(RequestFailed(effect, status))
            case Tell():
                self.told.append((effect.leg, effect.news))
                if effect.question:
                    self.questions[effect.leg] = effect.question
            case SetTimer():
                self._timers[effect.name] = self.now + effect.seconds
            case DropTimer():
                self._timers.pop(effect.name, None)
            case Expect():
                self.expected.extend(effect.prompts)
            case Fetch():
                self._tickets.append(effect)
                if self.fetches:
                    self._tickets.pop()
                    self._inbox.append(self._ready(effect))
            case LookAt():
                self._look(effect.channel)

    def _ready(self, fetch: Fetch) -> SoundReady:
        name = name_of(fetch.prompt)
        return SoundReady(fetch.ticket, missing=True) if name in self.missing else SoundReady(fetch.ticket, name)

    def _look(self, channel: str) -> None:
        status, found = self.asterisk.perform(Request("GET", ("channels", channel)))
        if status == 404:
            self._inbox.append(ChannelDestroyed(channel, 0))
        elif status == 200:
            self._inbox.append(ChannelIsThere(channel, found["state"] == "Up"))

    def _wall(self) -> int:
        return NOON + round(self.now * 1000)


def name_of(prompt: Any) -> str:
    """Name the file of a prompt; empty: nothing to hear."""
    match prompt:
        case Say():
            return f"speech:{prompt.text}" if prompt.text else ""
        case Play():
            return prompt.sound
    raise AssertionError(prompt)
