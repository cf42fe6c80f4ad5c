"""Records what the server tells agents' pages: random working days of two agents who share calls, change by change.

The SDK's tests replay them, so that the page's picture of agent and call is measured against the real one.
Run `PYTHONPATH=. .venv/bin/python web/sdk/tools/record_roads.py` in the project's folder when those rules change;
a test says when (tests/test_recorded_roads.py).
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.core.agents.agent import AT_REST, AgentState, StateCode
from chalicelib.usecases.snapshot import agent_facts, call_facts
from local.carrier.handle import CallHandle, DeviceHandle
from tests.fakes.centre import Centre, Page

DAYS, CHANGES = 3, 60
TARGET = Path(__file__).parent.parent / "test" / "fakes" / "roads.json"
AGENTS = ("100", "200")
STRANGER = "13900139000"
BUSY = "13900139486"
MOST_STEPS = 700

Change = Mapping[str, Any]


def recorded() -> str:
    """Give the roads as the file has them, the same at every time: of each day what one page heard, then the other."""
    roads = [road for seed in range(DAYS) for road in _Day(random.Random(seed)).roads()]  # noqa: S311 - repeatable
    return json.dumps(roads, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass
class _Day:
    """Two agents, a caller at a time, and a stranger outside who can be asked."""

    rng: random.Random
    centre: Centre = field(default_factory=Centre)
    pages: list[Page] = field(default_factory=list)
    stranger: DeviceHandle | None = None
    caller: CallHandle | None = None

    def roads(self) -> list[list[Change]]:
        """Live through the day, and give what each page heard."""
        self.pages = [self.centre.page(name).signs_in() for name in AGENTS]
        self.stranger = self.centre.exchange.device("+86" + STRANGER)
        roads: list[list[Change]] = [[self._told(page)] for page in self.pages]
        for _ in range(MOST_STEPS):
            if all(len(road) >= CHANGES for road in roads):
                break
            if not self._somebody_answers():
                self.rng.choice(HAPPENINGS)(self, self.rng.choice(self.pages))
            self.centre.time.advance(self.rng.choice([0.5, 2, 7]))
            for page, road in zip(self.pages, roads, strict=True):
                if page.events[page.looked :]:
                    road.append(self._told(page))
        return [road[:CHANGES] for road in roads]

    def _told(self, page: Page) -> Change:
        """Give what the page heard since, and what a snapshot has of it now; the SDK's centre connects by itself."""
        events, page.looked = page.events[page.looked :], len(page.events)
        agent, now = page.state, self.centre.clock.now()
        call = self.centre.desk.call(agent.call) if agent.call else None
        return {
            "events": [event for event in events if event["iParam"] != StateCode.DISCONNECTED],
            "facts": {"agent": agent_facts(agent), "call": call_facts(call, agent, now)},
        }

    def _somebody_answers(self) -> bool:
        """Mostly, who is rung picks up."""
        if self.rng.random() < 0.4:  # noqa: PLR2004 - less often than not
            return False
        if self.stranger and self.stranger.ringing():
            self.stranger.answer()
            return True
        rung = [page for page in self.pages if page.state.state is AgentState.RINGING and page.phone.ringing()]
        for page in rung:
            self.answers(page)
        return bool(rung)

    def somebody_calls(self, _page: Page) -> None:
        """A caller asks for a person, while no other is there."""
        if self.caller is None or self.caller.over:
            self.caller = self.centre.calls()
            self.caller.hears("人工服务请按0")
            self.caller.presses("0")

    def answers(self, page: Page) -> None:
        """Whoever is rung picks up."""
        if page.does(1) == 0 and page.phone.ringing():
            page.phone.answer()

    def says_no(self, page: Page) -> None:
        """Whoever is rung rejects it."""
        if page.state.state is AgentState.RINGING:
            page.does(2)

    def does_not_answer(self, page: Page) -> None:
        """Whoever is rung lets it ring."""
        if page.state.state is AgentState.RINGING:
            self.centre.time.advance(40)

    def somebody_outside_leaves(self, _page: Page) -> None:
        """The stranger or the caller hangs up."""
        if self.stranger and self.stranger.talking():
            self.stranger.hang_up()
        elif self.caller and not self.caller.over:
            self.caller.hang_up()

    def comes_to_rest(self, page: Page) -> None:
        """An agent at rest is ready again."""
        if page.state.state in AT_REST:
            page.does(10)

    def goes_on_in_company(self, page: Page) -> None:
        """Whoever consults swaps, confers, hands over or calls it off; in a conference one is held, muted, let go."""
        if page.state.state is AgentState.CONSULTING:
            page.does(self.rng.choice([23, 23, 21, 21, 20, 22]))
        elif page.state.state is AgentState.CONFERENCE:
            act, i_param = self.rng.choice([(3, 0), (4, 0), (24, 1), (24, 0), (2, 2)])
            _to_a_member(act, i_param)(self, page)

    def loses_the_telephone(self, page: Page) -> None:
        """The browser's telephone breaks off, and is rung again, or not."""
        if page.phone.talking():
            page.phone.hang_up()
            self.centre.time.advance(0.5)
            if self.rng.random() < 0.7 and page.does(1) == 0:  # noqa: PLR2004 - more often than not
                self.answers(page)


def _does(act: int, i_param: int = 0, *texts: str) -> Callable[[_Day, Page], None]:
    """Give an action; where it is not legal now, nothing happens."""

    def done(day: _Day, page: Page) -> None:
        page.does(act, i_param, day.rng.choice(texts) if texts else "")

    return done


def _to_the_other(act: int) -> Callable[[_Day, Page], None]:
    def done(day: _Day, page: Page) -> None:
        (other,) = [each.agent_id for each in day.pages if each is not page]
        page.does(act, 2, other)

    return done


def _to_a_member(act: int, i_param: int) -> Callable[[_Day, Page], None]:
    def done(day: _Day, page: Page) -> None:
        call = day.centre.desk.call(page.state.call) if page.state.call else None
        legs = [party.id for party in call.live_parties()] if call else []
        if legs:
            page.does(act, i_param, day.rng.choice(legs))

    return done


HOSTILE = ("note:<img src=x onerror=alert(1)>", "note:a%7Cb|more:'\"`${1}", "运单号:二", "note:")

HAPPENINGS: list[Callable[[_Day, Page], None]] = [
    *[_Day.somebody_calls, _Day.comes_to_rest] * 9,
    *[_Day.answers] * 4,
    *[_to_the_other(6)] * 6,
    *[_Day.goes_on_in_company] * 16,
    *[_to_the_other(5), _to_the_other(7), _does(6, 3, STRANGER), _does(3, 0), _does(4)] * 2,
    *[_does(5, 3, STRANGER), _does(5, 4, "service"), _does(7, 3, STRANGER, BUSY), _does(6, 3, BUSY)],
    *[_to_a_member(3, 1), _to_a_member(4, 0), _to_a_member(24, 1), _to_a_member(24, 0), _to_a_member(2, 2)],
    *[_does(3, 1), _does(24, 1), _does(24, 0), _does(8, 0, "12#"), _does(2), _does(2, 1), _does(2, 2)],
    *[_does(26, 0, *HOSTILE), _does(26, 1, *HOSTILE), _does(9, 1), _does(25, 1), _does(25, 2, "20")],
    *[_does(27, 0), _does(27, 1), _does(27, 2), _does(27, 3)] * 2,
    *[_Day.says_no, _Day.does_not_answer, _Day.somebody_outside_leaves, _Day.loses_the_telephone],
]

if __name__ == "__main__":
    TARGET.write_text(recorded(), encoding="utf-8")
