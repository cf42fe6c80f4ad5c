"""The people: callers who come, wait and talk, agents who answer and write up, and the carrier between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from benchmarks.assignment.seen import Seen
from benchmarks.assignment.virtual_time import Killed, VirtualTime
from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.agents.presence import wrap_up_timer
from chalicelib.core.agents.results import Action, Result
from chalicelib.core.calls import offering, queueing
from chalicelib.core.calls.call import CUSTOMER, Call, Direction, Place
from chalicelib.core.calls.parties import PartyState
from chalicelib.core.calls.scene import Scene
from chalicelib.core.carrier.commands import AddParticipant, Command, HangUpLeg, JoinConference
from chalicelib.core.carrier.events import CallArrived, Cause, LegAnswered, LegEnded, ParticipantJoined, TurnTaken
from chalicelib.core.carrier.script import Gather, Script
from chalicelib.core.centre.model import AgentRecord, Centre
from chalicelib.core.told.notices import Heard
from chalicelib.ports import World
from chalicelib.usecases.act import act
from chalicelib.usecases.due import due
from chalicelib.usecases.hello import hello
from chalicelib.usecases.note_leg import note_leg
from chalicelib.usecases.prove import who_is
from chalicelib.usecases.socket_gone import socket_gone
from chalicelib.usecases.take_call import caller_party, take_call
from chalicelib.usecases.take_turn import take_turn

ANSWER, HANG_UP, WRAP_UP, FINISH = 1, 2, 25, 1
CARRIER_AGAIN_MS = 1000.0
REACTION_MS = (1000.0, 4000.0)
CONNECTS_MS = 400.0
LEG_ENDS_MS = 100.0
TURN_MS = 31_000.0


@dataclass(frozen=True, slots=True)
class Habits:
    """How long people take (ms): a mean talk, the longest wrap-up, a mean patience (None: for ever)."""

    talk: float
    wrap_up: float
    patience: float | None = None


class Town:
    """Everybody outside: what they do comes to the use cases as it would by webhook or socket."""

    def __init__(
        self, time: VirtualTime, seen: Seen, centre: Centre, agents: Mapping[str, AgentRecord], habits: Habits
    ) -> None:
        self.time = time
        self.seen = seen
        self.centre = centre
        self.agents = agents
        self.habits = habits
        self.world: World
        self._numbers = count(1)
        self._over: set[str] = set()
        self._served: set[str] = set()

    def staffs(self, agents: int, rate: float, until: float) -> None:
        """Put so many agents in as they are on a busy day: some in a talk, some writing up, the others ready."""
        names = iter(list(self.agents)[:agents])
        for _ in range(min(agents, round(rate * self.habits.talk / 1000))):
            self._talks_already(next(names), self.time.chance.expovariate(1 / self.habits.talk), until)
        left = list(names)
        writing = min(len(left), round(rate * self.habits.wrap_up * WRITES_MEAN / 1000))
        for name in left[:writing]:
            self._writes_already(name)
        for name in left[writing:]:
            since = int(self.time.now - 1000 * self.time.chance.random() * 60)
            self.seen.desk.put_in(None, replace(self._agent(name), ready_since=since))

    def stands_in_line(self, calls: int, span: float) -> None:
        """Put so many callers into the line, the first of whom has waited for `span` ms."""
        for place in range(calls):
            since = int(self.time.now - span * (calls - place) / calls)
            queue = self.centre.queues[next(iter(self.centre.queues))]
            waiting = queueing.enqueue(self._call(f"w{place:06d}", since), Place(queue.name, 1, since))
            self.seen.desk.put_in(waiting, None)
            self._has_patience(waiting.id)

    def arrives(self, number: str) -> None:
        """A caller dials."""
        call = f"c{next(self._numbers):06d}"
        if self.time.now >= self.seen.since:
            self.seen.arrived += 1
        event = CallArrived(call, f"CA{call}", "+8613800138000", number)
        self.webhook("call", lambda: take_call(event, "twilio", self.world), partial(self._waits, call, 1))
        self._has_patience(call)

    def webhook(self, kind: str, handle: Callable[[], Any], then: Callable[[Any], None] | None = None) -> None:
        """Tell something as the carrier does: once more if nobody answered, and not at all if it was refused."""

        def ended(answer: Any, error: BaseException | None) -> None:
            if isinstance(error, Killed):
                self.time.after(CARRIER_AGAIN_MS, lambda: self.webhook(kind, handle, then))
            elif error:
                self._fails(kind, error)
            elif then:
                then(answer)

        self.time.invoke(handle, ended)

    def acts(self, agent: str, action: int, i_param: int = 0) -> None:
        """An agent does something on their page, once more if nothing was answered."""
        request = f"r{next(self._numbers)}"

        def does() -> Any:
            return act(Action(who_is(agent, self.world), request, action, i_param), self.world)

        def ended(answer: Any, error: BaseException | None) -> None:
            if isinstance(error, Killed):
                self.time.after(CARRIER_AGAIN_MS, lambda: self.time.invoke(does, ended))
            elif error:
                self._fails("action", error)
            elif answer.code == Result.TIMED_OUT:
                self._fails("action", "timed out")

        self.time.invoke(does, ended)

    def execute(self, command: Command) -> None:
        """The carrier does what it is told."""
        if isinstance(command, AddParticipant):
            self.time.after(self.time.chance.uniform(*REACTION_MS), lambda: self._picks_up(command))
        elif isinstance(command, JoinConference) and command.call not in self._served:
            self._served.add(command.call)
            self.time.after(self.time.chance.expovariate(1 / self.habits.talk), lambda: self._ends(command.call))
        elif isinstance(command, HangUpLeg):
            self._over.add(f"{command.call}/{command.leg}")
            self._leg_ends(command.call, command.leg, Cause.COMPLETED)

    def hears(self, socket: str, frame: Mapping[str, Any]) -> None:
        """A page takes a frame: who starts writing up will end it, by themselves or by letting the time run out."""
        if frame["type"] == Heard.WRAP_UP and frame["iParam"] == 0 and frame["id"] not in self._served:
            self._served.add(frame["id"])
            self._writes(socket.partition("-")[2], int(frame["tags"]["DEADLINE"]))

    def reconnects(self, agent: str, away: float) -> None:
        """A page loses its socket and comes back `away` ms later."""
        old, new = f"s-{agent}", f"s2-{agent}"
        held = {"agent": agent, "session": "s"}
        self.webhook("socket", lambda: socket_gone(old, self.world))

        def says_hello() -> Any:
            self.world.credentials.put("SOCKET", new, held, 2**53)
            return hello(new, "1", 1, 2, self.world)

        self.time.after(away, lambda: self.webhook("hello", says_hello))

    def _fails(self, kind: str, why: Any) -> None:
        if self.time.now >= self.seen.since:
            self.seen.failed[f"{kind}: {why}"] += 1

    def _waits(self, call: str, turn: int, script: Script) -> None:
        if script and isinstance(script[0], Gather) and f"{call}/{CUSTOMER}" not in self._over:
            self.time.after(TURN_MS, lambda: self._asks(call, turn))

    def _asks(self, call: str, turn: int) -> None:
        if f"{call}/{CUSTOMER}" not in self._over and call not in self._served:
            event = TurnTaken(call, str(turn), None)
            self.webhook("turn", lambda: take_turn(event, self.world), partial(self._waits, call, turn))

    def _has_patience(self, call: str) -> None:
        if self.habits.patience:
            self.time.after(self.time.chance.expovariate(1 / self.habits.patience), lambda: self._gives_up(call))

    def _gives_up(self, call: str) -> None:
        if call not in self._served:
            self._ends_by_customer(call)

    def _ends(self, call: str) -> None:
        if self.time.chance.random() < 1 / 2:
            self._ends_by_customer(call)
        else:
            stored = self.seen.desk.peek(call)
            if stored and stored.owner:
                self.acts(stored.owner, HANG_UP)

    def _ends_by_customer(self, call: str) -> None:
        self._over.add(f"{call}/{CUSTOMER}")
        self._leg_ends(call, CUSTOMER, Cause.COMPLETED)

    def _leg_ends(self, call: str, leg: str, cause: Cause) -> None:
        ended = LegEnded(call, leg, "", cause)
        self.time.after(LEG_ENDS_MS, lambda: self.webhook("leg", lambda: note_leg(ended, self.world)))

    def _picks_up(self, command: AddParticipant) -> None:
        if f"{command.call}/{command.leg}" in self._over:
            return
        stored = self.seen.desk.peek(command.call)
        offer = stored.offers.get(command.leg) if stored else None
        if offer:
            self.acts(offer.agent, ANSWER)
            self.time.after(CONNECTS_MS, lambda: self._connects(command))

    def _connects(self, command: AddParticipant) -> None:
        answered = LegAnswered(command.call, command.leg, f"CA{command.leg}")
        joined = ParticipantJoined(command.call, command.leg, f"CA{command.leg}", "CF")
        self.webhook("leg", lambda: note_leg(answered, self.world))
        self.time.after(LEG_ENDS_MS, lambda: self.webhook("leg", lambda: note_leg(joined, self.world)))

    def _writes(self, agent: str, deadline: int) -> None:
        if self.time.chance.random() < 1 / 2:
            ready = self.time.chance.uniform(SOONEST, 1) * (deadline - self.time.now)
            self.time.after(ready, lambda: self.acts(agent, WRAP_UP, FINISH))

    def _talks_already(self, name: str, remains: float, until: float) -> None:
        if self.time.now + remains >= until:
            return

        def ends() -> None:
            call, agent = self._talk(name)
            self.seen.desk.put_in(call, agent)
            self._served.add(call.id)
            self._ends(call.id)

        self.time.after(remains, ends)

    def _writes_already(self, name: str) -> None:
        remains = self.time.chance.random() * self.habits.wrap_up
        until = int(self.time.now + remains)
        agent = replace(self._agent(name), state=AgentState.WRAP_UP, wrap_up_until=until, call="c0")
        self.seen.desk.put_in(None, agent)
        if self.time.chance.random() < 1 / 2:
            self.time.after(remains * 0.9, lambda: self.acts(name, WRAP_UP, FINISH))
        else:
            timer = wrap_up_timer(agent)
            self.time.after(remains, lambda: self.webhook("timer", lambda: due(timer, self.world)))

    def _talk(self, name: str) -> tuple[Call, Agent]:
        now = int(self.time.now)
        queue = self.centre.queues[next(iter(self.centre.queues))]
        call = self._call(f"e{next(self._numbers):06d}", now)
        waiting = queueing.enqueue(call, Place(queue.name, 1, now))
        scene = offering.make(Scene(waiting, {name: self._agent(name)}), name, offering.from_queue(queue), now)
        (leg,) = scene.call.offers
        party = replace(scene.call.parties[leg], sid="CA", state=PartyState.CONNECTED)
        scene = offering.take(scene.with_call(scene.call.with_party(party)), name, now)
        return scene.call, scene.agent(name)

    def _call(self, name: str, now: int) -> Call:
        return Call(
            id=name,
            direction=Direction.INBOUND,
            carrier="twilio",
            caller="+8613800138000",
            called=next(iter(self.centre.numbers)),
            started_at=now,
            turn=1,
            parties={CUSTOMER: caller_party("CA", now)},
        )

    def _agent(self, name: str) -> Agent:
        record = self.agents[name]
        now = int(self.time.now)
        return Agent(
            id=name,
            profile=record.profile,
            seat=record.seat,
            state=AgentState.READY,
            epoch=1,
            seq=2,
            since=now,
            ready_since=now,
            connected=True,
            socket=f"s-{name}",
            page="1",
        )


SOONEST = 0.3
"""Who ends a wrap-up by themselves does so after this part of it at the earliest."""

WRITES_MEAN = ((SOONEST + 1) / 2 + 1) / 2
"""Of the longest wrap-up, how much is taken on average: half of the agents let it run out."""
