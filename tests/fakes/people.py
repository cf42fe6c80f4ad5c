"""Callers and agents who have come so far, for the stories of the call path; who plays in them is given back."""

from dataclasses import dataclass

from local.carrier.handle import CallHandle
from tests.fakes.centre import CALLER, Centre, Page
from tests.invariants import check_all


@dataclass(frozen=True, slots=True)
class Talkers:
    """A caller, the agent's page, and the agent's end of the line."""

    caller: CallHandle
    agent: Page
    leg: CallHandle


def a_ready_agent(centre: Centre, agent_id: str = "100") -> Page:
    """An agent at their page, ready for calls."""
    return centre.page(agent_id).signs_in().is_ready()


def a_caller_in_line(centre: Centre, from_: str = CALLER) -> CallHandle:
    """A caller who asked for a person."""
    caller = centre.calls(from_)
    caller.hears("人工服务请按0")
    caller.presses("0")
    caller.hears("正在为您转接人工服务")
    return caller


def a_ringing_agent(centre: Centre, agent_id: str = "100") -> tuple[CallHandle, Page]:
    """A caller whose call rings at an agent, on the page and on the telephone."""
    agent = a_ready_agent(centre, agent_id)
    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    agent.phone.rings()
    return caller, agent


def a_talk(centre: Centre, agent_id: str = "100") -> Talkers:
    """A caller and an agent who talk."""
    caller, agent = a_ringing_agent(centre, agent_id)
    return Talkers(caller, agent, picks_up(centre, caller, agent))


def picks_up(centre: Centre, caller: CallHandle, agent: Page) -> CallHandle:
    """The agent answers what rings, as their device wants it, and they talk."""
    leg = agent.answers() if agent.state.device.address == "" else agent.phone.answer()
    agent.hears("Talk")
    centre.time.run_until(lambda: caller.talks_with == [leg.party], 5)
    assert caller.talks_with == [leg.party]
    return leg


def is_sound(centre: Centre) -> None:
    """Everything that is stored agrees, the carrier found no fault, and no message was given up."""
    check_all(centre.desk)
    assert centre.exchange.errors == []
    assert centre.dead_letters == []
