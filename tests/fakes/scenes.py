"""Scenes that many tests begin with: callers and agents who have come so far."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chalicelib.core.agents.agent import AgentState
from local.carrier.handle import CallHandle, DeviceHandle
from tests.fakes.centre import CALLER, Centre, Page

DONE = range(200, 300)
"""HTTP statuses of what the carrier did."""

PATIENCE = 120.0
"""How long people wait here (s): long enough for every net under a handler that died."""


@dataclass(slots=True)
class Scene:
    """A centre, the agent 100, the caller once there is one, and whoever else is at work."""

    centre: Centre
    agent: Page
    caller: CallHandle | None = None
    colleagues: list[Page] = field(default_factory=list)
    supervisor: Page | None = None

    @property
    def their_supervisor(self) -> Page:
        """The supervisor, who is there."""
        assert self.supervisor is not None
        return self.supervisor

    @property
    def on_the_line(self) -> CallHandle:
        """The caller, who is there."""
        assert self.caller is not None
        return self.caller

    @property
    def colleague(self) -> Page:
        """The one other agent."""
        (colleague,) = self.colleagues
        return colleague


def opened(centre: Centre) -> Scene:
    """A centre with nobody in it; agent 100 has a telephone."""
    return Scene(centre, centre.page("100"))


def staffed(centre: Centre) -> Scene:
    """Agent 100 is ready."""
    scene = opened(centre)
    scene.agent.signs_in().is_ready()
    return scene


def rings_up(scene: Scene, from_: str = CALLER) -> Scene:
    """A caller dials and hears the menu."""
    scene.caller = scene.centre.calls(from_)
    scene.caller.hears("查询运单请按1", PATIENCE)
    return scene


def wants_a_person(scene: Scene) -> Scene:
    """The caller in the menu asks for somebody."""
    scene.on_the_line.presses("0")
    scene.centre.time.advance(1)
    return scene


def waiting(centre: Centre) -> Scene:
    """A caller waits, and nobody is there."""
    return wants_a_person(rings_up(opened(centre)))


def ringing(centre: Centre) -> Scene:
    """A caller's call rings at agent 100."""
    scene = wants_a_person(rings_up(staffed(centre)))
    scene.agent.hears("Ring", PATIENCE)
    return scene


def talking(centre: Centre) -> Scene:
    """A caller talks with agent 100."""
    scene = ringing(centre)
    picks_up(scene)
    return scene


def supervised(scene: Scene) -> Scene:
    """A supervisor, agent 200, has come to their page."""
    scene.supervisor = scene.centre.page("200").signs_in()
    return scene


def picks_up(scene: Scene) -> None:
    """Agent 100 answers; both can be heard, and talk a while."""
    scene.agent.answers()
    scene.agent.hears("Talk", PATIENCE)
    are_together(scene)
    scene.centre.time.advance(5)


def are_together(scene: Scene) -> None:
    """Wait until the caller hears the agent."""
    together = scene.centre.time.run_until(lambda: bool(scene.on_the_line.talks_with), PATIENCE)
    assert together, f"the caller hears nobody\n{scene.on_the_line.transcript}"


def wrapping_up(centre: Centre) -> Scene:
    """Agent 100 writes up a call that the caller ended."""
    scene = talking(centre)
    scene.on_the_line.hang_up()
    scene.agent.hears("WrapUp", PATIENCE)
    return scene


def calling_out(centre: Centre, number: str = "13900139000") -> Scene:
    """Agent 100 has picked up to call a number outside, which rings."""
    scene = staffed(centre)
    centre.exchange.device("+86" + number)
    assert scene.agent.does(7, 3, number) == 0
    scene.agent.phone.answer(PATIENCE)
    scene.caller = centre.exchange.device("+86" + number).rings(PATIENCE)
    return scene


def with_a_colleague(scene: Scene) -> Scene:
    """Agent 200 is ready, too."""
    scene.colleagues.append(scene.centre.page("200").signs_in().is_ready())
    return scene


def asks_the_colleague(scene: Scene) -> Scene:
    """Agent 100 asks agent 200, who picks up; the caller is on hold."""
    assert scene.agent.does(6, 2, "200") == 0
    scene.colleague.hears("Ring", PATIENCE)
    scene.colleague.answers()
    scene.agent.hears("Consult", PATIENCE, RESULT="answered")
    hear_each_other(scene, scene.agent.phone, scene.colleague.phone)
    assert scene.on_the_line.on_hold
    return scene


def hear_each_other(scene: Scene, *ends: CallHandle | DeviceHandle) -> None:
    """Wait until each of these hears all the others and nobody else."""

    def party(end: CallHandle | DeviceHandle) -> str:
        return end.party if isinstance(end, CallHandle) else end.address

    def heard(end: CallHandle | DeviceHandle) -> list[str]:
        legs = [end] if isinstance(end, CallHandle) else end.talking()
        return sorted(name for leg in legs for name in leg.talks_with)

    def together() -> bool:
        return all(heard(end) == sorted(party(other) for other in ends if other is not end) for end in ends)

    assert scene.centre.time.run_until(together, PATIENCE), {party(end): heard(end) for end in ends}


def goes_home(centre: Centre, pages: list[Page], rounds: int = 45) -> None:
    """Let these agents work until no call is left, and everything come to rest.

    They look around more often than a call rings in any queue.
    """
    for _ in range(rounds):
        for page in pages:
            works(page)
        centre.time.advance(7)
        if not any(call.live for call in centre.desk.all_calls()):
            break
    for page in pages:
        works(page)
    centre.settles()


def works(page: Page) -> None:
    """Do what an agent does next: come in, get ready, answer what rings, end a talk."""
    stored = page.centre.desk.agent(page.agent_id)
    if stored is None or not stored.signed_in:
        page.signs_in()
    elif not is_online(page) or page.socket != stored.socket:
        page.connects()
    _NEXT.get(page.state.state, _waits)(page)


def is_online(page: Page) -> bool:
    """Tell whether the page has a socket to act on."""
    return page.socket in page.centre.sockets.pages


def all_is_over(centre: Centre) -> list[str]:
    """Give what is not over yet, or was given up: calls, telephones off the hook, letters, commands."""
    left = [f"call {call.id} is {call.state}" for call in centre.desk.all_calls() if call.live]
    left += [
        f"leg of {leg.party} is {leg.status}" for leg in centre.exchange.switchboard.calls.values() if not leg.ended
    ]
    left += [f"dead letter {letter}" for letter in centre.dead_letters]
    unsettled = [(which, centre.desk.outbox(*which)) for which in centre.desk.all_unsettled()]
    return left + [f"{which} wants its carrier" for which, outbox in unsettled if outbox and outbox.carrier]


def done_twice(centre: Centre) -> list[str]:
    """Give the commands that took effect twice (I11): a leg rung again, a leg brought into its conference again.

    A customer who was sent back to a queue is brought into another talk, which has another name; one who was in a flow
    meanwhile is brought into the same.
    """
    sent = [entry for entry in centre.exchange.log if entry.direction == "to-carrier" and entry.status in DONE]
    rung = Counter(entry.fields["Label"] for entry in sent if "Label" in entry.fields)
    joined: Counter[str] = Counter()
    for entry in sent:
        if "Url" in entry.fields:
            joined = Counter({what: times for what, times in joined.items() if not what.startswith(entry.url)})
        elif "Twiml" in entry.fields:
            joined[entry.url + entry.fields["Twiml"]] += 1
    return [what for what, times in (rung + joined).items() if times > 1]


def _answers(page: Page) -> None:
    page.does(1)
    if page.phone.ringing():
        page.phone.answer()


def _ends(page: Page) -> None:
    page.does(2)


def _gets_ready(page: Page) -> None:
    page.does(10)


def _waits(_page: Page) -> None:
    return


_NEXT: Mapping[AgentState, Callable[[Page], None]] = {
    AgentState.RINGING: _answers,
    AgentState.TALKING: _ends,
    AgentState.HOLDING: _ends,
    AgentState.CONSULTING: _ends,
    AgentState.CONFERENCE: _ends,
    AgentState.DIALLING: _ends,
    AgentState.WRAP_UP: _gets_ready,
    AgentState.PAUSED: _gets_ready,
}
