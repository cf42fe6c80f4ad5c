"""The words of the contract suite: people at telephones, agents at their pages, a business system, a carrier's moods.

A verb in the present tense happens: `caller.dials()`. A verb of perception waits until it is so, and fails when it does
not become so: `caller.hears(agent)`, `agent.is_told("Talk: outside")`. Who hears somebody hears nobody else.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from tests.carriers import tones
from tests.carriers.backstage import (
    Backstage,
    Behaviour,
    Failure,
    News,
    Order,
    Page,
    Telephone,
    TroubledNews,
    TroubledOrder,
)

PATIENCE = 30.0
BETWEEN_KEYS = 0.25
A_MOMENT = 0.6
"""Who listens hears what comes now and not what sounded before: longer than `Telephone.sounds` looks back."""
ASKS_FOR_A_PERSON = ("人工服务请按0", "0")
IN_THE_QUEUE = "正在为您转接人工服务"

CODES: Mapping[str, Mapping[int, str]] = {
    "Ring": {0: "inside", 1: "outside", 3: "listening"},
    "Talk": {0: "inside", 1: "outside", 3: "listening"},
    "Control": {0: "ended", 1: "monitor", 2: "intercepted", 3: "barge in", 4: "emergency", 6: "whisper"},
    "Hangup": {
        1: "by agent", 2: "by peer", 3: "by system", 4: "forced", 5: "transferred", 6: "missed", 7: "rejected",
    },
    "Progress": {
        0: "dialling", 1: "ringing", 2: "early media", 3: "answered", 4: "busy", 5: "no answer", 6: "rejected",
        7: "failed", 8: "invalid number", 9: "cancelled",
    },
    "Key": {0: "received", 1: "sent"},
    "Hold": {0: "with music", 1: "in silence"},
    "Retrieve": {0: ""},
    "Record": {0: "stopped", 1: "started", 2: "paused", 3: "resumed", 4: "file ready"},
    "WrapUp": {0: "begins", 1: "is about to end", 2: "ends"},
    "State": {
        0: "signed out", 1: "ready", 3: "ringing", 4: "dialling", 5: "talking", 6: "wrap-up", 7: "paused",
        11: "holding", 12: "consulting", 13: "conference", 14: "monitoring", 15: "disconnected",
    },
    "Conference": {0: ""},
}  # fmt: skip
"""docs/agent-protocol.md: what an event's iParam means."""
WITH_A_RESULT = ("Consult", "Transfer")
ANSWER, HANG_UP, HOLD, RETRIEVE, CALL, SEND_KEYS, PAUSE, RESUME, WRAP_UP = 1, 2, 3, 4, 7, 8, 9, 10, 25
TRANSFER, CONSULT, COMPLETE, CONFER, CANCEL, SWAP, MUTE = 5, 6, 20, 21, 22, 23, 24
AGENT, OUTSIDE_LINE, QUEUE = 2, 3, 4
FINISH = 1
WHOLE_CALL, THIRD_ONLY = 1, 2
RECORDING, STOP, START, PAUSED, RESUMED = 27, 0, 1, 2, 3


def word_for(event: Mapping[str, Any]) -> str:
    """Say what an event of icall.v1 tells, as "Hangup: by peer" or "Consult: answered"."""
    if event["type"] in WITH_A_RESULT:
        return f"{event['type']}: {event['tags']['RESULT']}"
    return f"{event['type']}: {CODES.get(event['type'], {}).get(event['iParam'], event['iParam'])}".removesuffix(": ")


class Person:
    """Somebody at a telephone."""

    def __init__(self, stage: "Stage", name: str, telephone: Telephone) -> None:
        self._stage = stage
        self.name = name
        self.telephone = telephone
        self._listened = 0

    @property
    def number(self) -> str:
        return self.telephone.number

    def is_rung(self, within: float = PATIENCE) -> None:
        """The telephone rings."""
        self._stage.waits_for(self.telephone.is_ringing, f"{self.name}'s telephone rings", within)

    def is_not_rung(self, seconds: float) -> None:
        """The telephone keeps quiet for so long; what rings now may have been called off already."""
        self._stage.passes(A_MOMENT)
        assert not self._stage.until(self.telephone.is_ringing, seconds), f"{self.name}'s telephone rings"

    def picks_up(self, within: float = PATIENCE) -> None:
        self.is_rung(within)
        self.telephone.pick_up()

    def declines(self, within: float = PATIENCE) -> None:
        self.is_rung(within)
        self.telephone.decline()

    def puts_down(self) -> None:
        self.telephone.put_down()

    def is_cut_off(self, within: float = PATIENCE) -> None:
        """The other end, or the centre, ends it; or it has stopped ringing."""

        def quiet() -> bool:
            return not self.telephone.is_connected() and not self.telephone.is_ringing()

        self._stage.waits_for(quiet, f"{self.name} is cut off", within)

    def hears(self, *others: "Person", within: float = PATIENCE) -> None:
        """Hear these and nothing else."""
        self._hears({other.telephone.tone for other in others}, within)

    def hears_music(self, within: float = PATIENCE) -> None:
        self._hears({tones.MUSIC}, within)

    def hears_nobody(self, within: float = PATIENCE) -> None:
        """Be connected, and hear silence."""
        self._hears(set(), within)

    def hears_prompt(self, words: str, within: float = PATIENCE) -> None:
        """Hear these words after those heard before."""

        def place() -> int | None:
            said = self.telephone.prompts()
            return next((n for n in range(self._listened, len(said)) if words in said[n]), None)

        self._stage.waits_for(lambda: place() is not None, f"{self.name} hears {words}", within, self.telephone.prompts)
        self._listened = (place() or 0) + 1

    def hears_keys(self, keys: str, within: float = PATIENCE) -> None:
        self._stage.waits_for(
            lambda: self.telephone.keys_heard() == keys,
            f"{self.name} hears the keys {keys}",
            within,
            self.telephone.keys_heard,
        )

    def keys(self, keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.telephone.press(key)
            self._stage.passes(BETWEEN_KEYS)

    def _hears(self, wanted: set[int], within: float) -> None:
        self._stage.passes(A_MOMENT)
        names = " and ".join(map(self._stage.whose, sorted(wanted))) or "nobody"
        self._stage.waits_for(
            lambda: self.telephone.sounds() == wanted, f"{self.name} hears {names}", within, self.hears_now
        )

    def hears_now(self) -> list[str]:
        """Say who, or what, comes out of the telephone."""
        return [self._stage.whose(tone) for tone in self.telephone.sounds() or ()]


class Caller(Person):
    """Somebody who calls the centre."""

    def dials(self, number: str = "") -> "Caller":
        self._listened = 0
        self.telephone.dial(number or self._stage.number)
        return self

    def asks_for_a_person(self) -> "Caller":
        """Go through the menu into the queue."""
        prompt, key = ASKS_FOR_A_PERSON
        self.hears_prompt(prompt)
        self.keys(key)
        self.hears_prompt(IN_THE_QUEUE)
        return self


class Agent(Person):
    """An agent: their page and the telephone of their seat."""

    def __init__(self, stage: "Stage", agent_id: str, page: Page, telephone: Telephone) -> None:
        super().__init__(stage, f"agent {agent_id}", telephone)
        self.id = agent_id
        self.page = page
        self.at_a_browser = agent_id in stage.browsers
        self.is_away = False
        self._read = 0

    def signs_in(self) -> "Agent":
        self.page.signs_in()
        return self

    def is_ready(self) -> "Agent":
        self.does(RESUME)
        return self

    def pauses(self, reason: int = 1) -> None:
        self.does(PAUSE, reason)

    def does(self, act: int, i_param: int = 0, s_param: str = "", answered: int = 0) -> None:
        """DoAction, and look whether it was answered so."""
        told = self.page.does(act, i_param, s_param)
        assert told == answered, f"{self.name}: action {act} was answered {told} and not {answered}"

    def controls(self, seat: int, control: int, answered: int = 0) -> None:
        """DoControl, and look whether it was answered so."""
        told = self.page.controls(seat, control)
        assert told == answered, f"{self.name}: control {control} was answered {told} and not {answered}"

    def comes_in(self) -> None:
        """Do as a supervisor's page does by itself: take what rings for listening."""
        self.is_told("Ring: listening", TTYPE="7")
        self.accepts()

    def rings(self, caller: Person | None = None, within: float = PATIENCE) -> Mapping[str, Any]:
        """The page shows the call, and the telephone rings; give the event's tags."""
        ring = self.is_told("Ring: outside", within)
        assert caller is None or ring["CALLERID"] == caller.number
        self.is_rung()
        return ring

    def answers(self, line: str = "outside") -> Mapping[str, Any]:
        """Take the call as one does at such a seat; give the tags of the talk."""
        self.accepts()
        return self.is_told(f"Talk: {line}")

    def is_asked(self, by: "Agent") -> Mapping[str, Any]:
        """A colleague's consultation rings here; give the event's tags."""
        ring = self.is_told("Ring: inside", TTYPE="3", FROMAGENT=by.id)
        self.is_rung()
        return ring

    def is_given(self, by: "Agent") -> Mapping[str, Any]:
        """A customer whom a colleague gave away rings here; give the event's tags."""
        ring = self.is_told("Ring: outside", TTYPE="3", FROMAGENT=by.id)
        self.is_rung()
        return ring

    def accepts(self) -> None:
        """Say yes at the page, where the page is the telephone, and pick up."""
        if self.at_a_browser:
            self.does(ANSWER)
        self.picks_up()

    def rejects(self) -> None:
        self.does(HANG_UP)

    def hangs_up(self) -> None:
        self.does(HANG_UP)

    def holds(self, *, silently: bool = False) -> None:
        self.does(HOLD, int(silently))

    def retrieves(self) -> None:
        self.does(RETRIEVE)

    def consults(self, whom: Person | str, answered: int = 0) -> None:
        """Ask a colleague, somebody outside, or (by its name) the first of a queue."""
        self.does(CONSULT, *_target(whom), answered=answered)

    def transfers_to(self, whom: Person | str, answered: int = 0) -> None:
        """Give the customer away, and leave."""
        self.does(TRANSFER, *_target(whom), answered=answered)

    def calls_inside(self, whom: Person | str, answered: int = 0) -> None:
        """Call a colleague, or the first of a queue."""
        self.does(CALL, *_target(whom), answered=answered)

    def swaps(self, answered: int = 0) -> None:
        self.does(SWAP, answered=answered)

    def completes(self, answered: int = 0) -> None:
        """Give the call to who is consulted."""
        self.does(COMPLETE, answered=answered)

    def confers(self, answered: int = 0) -> None:
        """Bring everybody together."""
        self.does(CONFER, answered=answered)

    def cancels(self, answered: int = 0) -> None:
        """Call the consultation off."""
        self.does(CANCEL, answered=answered)

    def mutes(self, whom: Person | None = None) -> None:
        self.does(MUTE, 1, self.leg_of(whom) if whom else "")

    def unmutes(self, whom: Person | None = None) -> None:
        self.does(MUTE, 0, self.leg_of(whom) if whom else "")

    def parts(self, whom: Person) -> None:
        """Hold one of several."""
        self.does(HOLD, 0, self.leg_of(whom))

    def takes_back(self, whom: Person) -> None:
        """Retrieve one of several."""
        self.does(RETRIEVE, 0, self.leg_of(whom))

    def lets_go(self, whom: Person) -> None:
        """Let one of several go."""
        self.does(HANG_UP, THIRD_ONLY, self.leg_of(whom))

    def lets_the_third_go(self) -> None:
        self.does(HANG_UP, THIRD_ONLY)

    def ends_the_whole_call(self) -> None:
        self.does(HANG_UP, WHOLE_CALL)

    def members(self) -> list[Mapping[str, Any]]:
        """Give who is in the call, as the page was told last."""
        told = [event["data"]["members"] for event in self.page.events if "members" in event.get("data", {})]
        return list(told[-1]) if told else []

    def leg_of(self, person: Person) -> str:
        """Find somebody's leg among the members of the call."""
        name = person.id if isinstance(person, Agent) else person.number
        found = [member["leg"] for member in self.members() if member["who"].endswith(name)]
        assert found, f"{self.name} was not told of {name} among {self.members()}"
        return str(found[0])

    def stops_recording(self, answered: int = 0) -> None:
        self.does(RECORDING, STOP, answered=answered)

    def starts_recording(self, answered: int = 0) -> None:
        self.does(RECORDING, START, answered=answered)

    def pauses_recording(self, answered: int = 0) -> None:
        self.does(RECORDING, PAUSED, answered=answered)

    def resumes_recording(self, answered: int = 0) -> None:
        self.does(RECORDING, RESUMED, answered=answered)

    def sends_keys(self, keys: str) -> None:
        self.does(SEND_KEYS, 0, keys)

    def calls(self, number: str, tags: str = "") -> None:
        self.does(CALL, OUTSIDE_LINE, f"{number};{tags}" if tags else number)

    def wraps_up(self, disposition: str = "") -> None:
        self.is_told("WrapUp: begins")
        self.does(WRAP_UP, FINISH, disposition)
        self.is_told("WrapUp: ends")

    def browser_dies(self) -> None:
        """Page and telephone are gone at one blow."""
        self.telephone.put_down()
        self.page.loses_its_socket()
        self.is_away = True

    def browser_comes_back(self) -> None:
        self.page.connects()
        self.is_away = False

    def is_told(self, words: str, within: float = PATIENCE, **tags: str) -> Mapping[str, Any]:
        """The page hears of it, after all that it was told before; give the event's tags."""

        def place() -> int | None:
            heard = self.page.events
            return next((n for n in range(self._read, len(heard)) if _fits(heard[n], words, tags)), None)

        self._stage.waits_for(
            lambda: place() is not None, f"{self.name} is told {words} {tags or ''}", within, self._unread
        )
        self._read = (place() or 0) + 1
        return {**self.page.events[self._read - 1]["tags"]}

    def is_now(self, state: str, within: float = PATIENCE) -> None:
        """The state that the page shows."""
        self._stage.waits_for(
            lambda: self.states()[-1:] == [state], f"{self.name} is {state}", within, lambda: self.states()[-1:]
        )

    def story(self) -> list[str]:
        """Give what the page was told of calls, in order; what became of states and recordings is told beside it."""
        beside = ("State", "Record", "Login", "Logout")
        return [word_for(event) for event in self.page.events if event["type"] not in beside]

    def states(self) -> list[str]:
        """Give the states that the page was told, in order."""
        return [word_for(event).removeprefix("State: ") for event in self.page.events if event["type"] == "State"]

    def records(self) -> list[str]:
        """Give what the page was told of recordings, in order."""
        return [word_for(event).removeprefix("Record: ") for event in self.page.events if event["type"] == "Record"]

    def progress(self) -> list[str]:
        """Give how a call to outside went, as the page was told."""
        return [word_for(event).removeprefix("Progress: ") for event in self.page.events if event["type"] == "Progress"]

    def finds_recorded(self, vocid: str, *passages: tuple[Person, ...], within: float = PATIENCE) -> float:
        """Hear the recording, which holds these voices, passage by passage; give its seconds."""
        self._stage.waits_for(
            lambda: self._stage.backstage.recording(self.page, vocid) is not None,
            f"{self.name} may hear {vocid}",
            within,
        )
        held = tones.passages(self._stage.backstage.recording(self.page, vocid) or b"")
        wanted = [frozenset(person.telephone.tone for person in passage) for passage in passages]
        assert [heard for heard, _ in held] == wanted, held
        return sum(seconds for _, seconds in held)

    def finds_nothing_recorded(self, vocid: str) -> None:
        assert self._stage.backstage.recording(self.page, vocid) is None

    def _unread(self) -> list[str]:
        return [word_for(event) for event in self.page.events[self._read :]]


def _target(whom: Person | str) -> tuple[int, str]:
    if isinstance(whom, str):
        return QUEUE, whom
    return (AGENT, whom.id) if isinstance(whom, Agent) else (OUTSIDE_LINE, whom.number)


def _fits(event: Mapping[str, Any], words: str, tags: Mapping[str, str]) -> bool:
    return word_for(event) == words and all(event["tags"].get(name) == value for name, value in tags.items())


class Business:
    """The business system, as far as it is told of calls."""

    def __init__(self, stage: "Stage") -> None:
        self._stage = stage

    def is_told(self, kind: str, within: float = PATIENCE) -> Mapping[str, Any]:
        """Hear such a notice, the newest of them; give its data."""
        self._stage.waits_for(lambda: kind in self.heard(), f"the business system is told {kind}", within, self.heard)
        return next(data for _, told, data in reversed(self._stage.backstage.notices()) if told == kind)

    def heard(self) -> list[str]:
        """Give the kinds of all notices, each once, however often it was delivered."""
        once = {notice: kind for notice, kind, _ in self._stage.backstage.notices()}
        return list(once.values())


class Carrier:
    """The carrier's moods."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage

    def is_late(self, news: News, seconds: float, about: Person | None = None, times: int | None = 1) -> None:
        self._news(TroubledNews(news, about and about.telephone, late=seconds, times=times))

    def tells_twice(self, news: News, times: int | None = None) -> None:
        self._news(TroubledNews(news, twice=True, times=times))

    def swaps(self, news: News) -> None:
        """Tell the next of these after the one that follows it."""
        self._news(TroubledNews(news, swapped=True))

    def never_tells(self, news: News, about: Person | None = None, times: int | None = 1) -> None:
        self._news(TroubledNews(news, about and about.telephone, lost=True, times=times))

    def fails(self, order: Order, failure: Failure, times: int | None = 1, late: float = 0.0) -> None:
        self._backstage.trouble_order(TroubledOrder(order, failure, late, times))

    def behaves(self) -> None:
        self._backstage.behave()

    def _news(self, trouble: TroubledNews) -> None:
        self._backstage.trouble_news(trouble)


class Stage:
    """Where a scenario is played."""

    browsers = frozenset({"100", "200"})
    """The agents whose page is their telephone."""

    def __init__(self, backstage: Backstage) -> None:
        self.backstage = backstage
        self.number, self.straight = backstage.number, backstage.straight
        self.business = Business(self)
        self.carrier = Carrier(backstage)
        self._voices = tones.voices()
        self._people: list[Person] = []
        self._agents: list[Agent] = []

    def caller(self, number: str = "13800138000") -> Caller:
        """Somebody outside who calls."""
        return self._enters(Caller(self, f"caller {number}", self.backstage.telephone(number, next(self._voices))))

    def outside(self, number: str = "13900139000", behaviour: Behaviour = Behaviour.PERSON) -> Person:
        """Somebody outside who is called."""
        telephone = self.backstage.telephone(number, next(self._voices), behaviour)
        return self._enters(Person(self, f"{number} outside", telephone))

    def agent(self, agent_id: str = "100", *, ready: bool = True) -> Agent:
        """An agent who has signed in."""
        agent = Agent(self, agent_id, *self.backstage.seat(agent_id, next(self._voices))).signs_in()
        self._agents.append(self._enters(agent))
        return agent.is_ready() if ready else agent

    def a_caller_in_the_queue(self, number: str = "13800138000") -> Caller:
        return self.caller(number).dials().asks_for_a_person()

    def a_call_that_rings(self, agent_id: str = "100") -> tuple[Caller, Agent]:
        """A caller whose call rings at an agent."""
        agent = self.agent(agent_id)
        caller = self.a_caller_in_the_queue()
        agent.rings(caller)
        return caller, agent

    def a_talk(self, agent_id: str = "100") -> tuple[Caller, Agent]:
        """A caller and an agent who hear each other."""
        caller, agent = self.a_call_that_rings(agent_id)
        agent.answers()
        self.they_talk(caller, agent)
        return caller, agent

    def a_consultation(self, seat: str = "101", agent_id: str = "100") -> tuple[Caller, Agent, Agent]:
        """A caller on hold, the agent, and the colleague who is asked and has answered."""
        caller, agent, colleague = self.a_colleague_is_asked(seat, agent_id)
        colleague.answers()
        agent.is_told("Consult: answered", TO=seat)
        return caller, agent, colleague

    def a_colleague_is_asked(self, seat: str = "101", agent_id: str = "100") -> tuple[Caller, Agent, Agent]:
        """A caller on hold, the agent, and the colleague at whom it rings."""
        caller, agent = self.a_talk(agent_id)
        colleague = self.agent(seat)
        agent.consults(colleague)
        colleague.is_asked(agent)
        return caller, agent, colleague

    def a_customer_is_given_away(self, seat: str = "101") -> tuple[Caller, Agent, Agent]:
        """A caller with music, the agent who gave them away, and the colleague at whom it rings."""
        caller, agent = self.a_talk()
        colleague = self.agent(seat)
        agent.transfers_to(colleague)
        colleague.is_given(agent)
        return caller, agent, colleague

    def a_consultation_outside(self, number: str = "13900139000") -> tuple[Caller, Agent, Person]:
        """A caller on hold, the agent, and somebody outside who is asked and has answered."""
        caller, agent = self.a_talk()
        stranger = self.outside(number)
        agent.consults(stranger)
        stranger.picks_up()
        agent.is_told("Consult: answered")
        return caller, agent, stranger

    def a_conference(self, seat: str = "101") -> tuple[Caller, Agent, Agent]:
        """A caller, the agent, and a colleague who was asked and brought in."""
        caller, agent, colleague = self.a_consultation(seat)
        agent.confers()
        self.they_talk(caller, agent, colleague)
        return caller, agent, colleague

    def joins(self, agent: Agent, *others: Person) -> None:
        """The agent asks each of these, and brings them into the conference."""
        for other in others:
            agent.consults(other)
            if isinstance(other, Agent):
                other.is_asked(agent)
                other.answers()
            else:
                other.picks_up()
            agent.is_told("Consult: answered")
            agent.confers()

    def they_talk(self, *people: Person, within: float = PATIENCE) -> None:
        """Each hears all the others and nobody else."""
        for person in people:
            person.hears(*(other for other in people if other is not person), within=within)

    def until(self, holds: Callable[[], bool], within: float) -> bool:
        return self.backstage.until(holds, within)

    def passes(self, seconds: float) -> None:
        self.backstage.passes(seconds)

    def meanwhile(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something in so many seconds, while the scenario, or the centre, waits for something else."""
        self.backstage.meanwhile(seconds, act)

    def waits_for(
        self,
        holds: Callable[[], bool],
        what: str,
        within: float,
        instead: Callable[[], object] = lambda: "",
    ) -> None:
        """Wait, or fail with what was waited for and what there was instead."""
        if not self.until(holds, within):
            complaints = "".join(f"\n{each}" for each in self.backstage.complaints())
            raise AssertionError(f"not within {within:g} s: {what}; instead: {instead()}{complaints}")

    def whose(self, tone: int) -> str:
        """Say who speaks with this tone."""
        known = {person.telephone.tone: person.name for person in self._people} | {tones.MUSIC: "music"}
        return known.get(tone, f"a tone of {tone} Hz")

    def hears_what_the_table_says(self) -> list[str]:
        """Give where what comes out of the telephones is not what follows from the parties of the calls (I14)."""
        wanted = dict(self.backstage.by_the_table())
        wrong = []
        for person in self._people:
            telephone = person.telephone
            if telephone.number not in wanted:
                wrong += [f"{person.name} has a part in no call"] if telephone.is_connected() else []
                continue
            tones_wanted = wanted.pop(telephone.number)
            if tones_wanted is None:
                wrong += [] if telephone.is_connected() else [f"{person.name} is gone"]
            elif telephone.sounds() != tones_wanted:
                names = [self.whose(tone) for tone in sorted(tones_wanted)]
                wrong.append(f"{person.name} hears {person.hears_now()}, but ought to hear {names}")
        return wrong + [f"{name} is gone" for name in wanted]

    def comes_to_rest(self) -> None:
        """Let all hear whom the table says; then everybody hangs up, and nothing may be left, whatever there was."""
        self.carrier.behaves()
        self.passes(A_MOMENT)
        self.waits_for(
            lambda: not self.hears_what_the_table_says(),
            "everybody hears whom they ought to hear",
            self.backstage.rest,
            self.hears_what_the_table_says,
        )
        for agent in self._agents:
            if agent.is_away:
                agent.browser_comes_back()
        for person in self._people:
            person.puts_down()
        self.passes(self.backstage.rest)
        for person in self._people:
            assert not person.telephone.is_connected(), f"{person.name} is still connected"
            assert not person.telephone.is_ringing(), f"{person.name}'s telephone still rings"
        for agent in self._agents:
            _tells_a_whole_story(agent)
        self._tells_the_business_each_end_once()
        complaints = self.backstage.complaints()
        assert not complaints, "\n".join(complaints)

    def _tells_the_business_each_end_once(self) -> None:
        told = {notice: (kind, data["callId"]) for notice, kind, data in self.backstage.notices()}
        calls = {call for _, call in told.values()}
        ends = Counter(call for kind, call in told.values() if kind == "call.ended")
        assert ends == dict.fromkeys(calls, 1)

    def _enters(self, person: Any) -> Any:
        self._people.append(person)
        return person


def _tells_a_whole_story(agent: Agent) -> None:
    """Every call that rang at an agent has exactly one Hangup there, and no event is missing or comes twice."""
    assert not agent.page.missing(), f"{agent.name}: an event is missing"
    rung, ended = (
        Counter(event["callId"] for event in agent.page.events if event["type"] == kind) for kind in ("Ring", "Hangup")
    )
    assert all(ended[call] == times for call, times in rung.items()), (rung, ended)
    for one, next_one in pairwise(agent.page.events):
        assert one["epoch"] < next_one["epoch"] or one["seq"] + 1 == next_one["seq"]
