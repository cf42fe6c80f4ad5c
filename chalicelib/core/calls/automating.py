"""Into a flow and back: the customer goes through a flow, and the agent who sent them waits for them, alone.

They come back when the flow ends, fails or takes too long, or as soon as the agent wants them. A flow that leads to a
queue or a number releases the agent. An agent who hangs up leaves the customer to the flow; where the agent's
telephone was lost for good, the flow's end leads to the queue that the customer came from.
"""

from dataclasses import replace
from enum import StrEnum

from chalicelib.core.calls.call import BEGINS, Call
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import HungUp, hears_members, hears_talk
from chalicelib.core.calls.parties import Where
from chalicelib.core.calls.recording import changed
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.takes import Taking
from chalicelib.core.calls.talking import (
    AGENT_LOST,
    in_script,
    let_go,
    needs_customer_alone,
    old_place,
    recorded_from_here,
)
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.flow.turns import Run
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told.notices import Heard, Timer, TimerKind
from chalicelib.core.told.tags import AUTHRESULT

MOST_AWAY_SECONDS = 600
"""So long an agent is kept waiting: longer than a sensible flow takes, and no longer than one delayed message."""

IN_A_FLOW = "in-a-flow"
"""Why a recording is paused while its customer keys something in a flow."""


class CameBack(StrEnum):
    """AUTHRESULT where it is not the flow that says how it went."""

    BY_FAULT = "error"
    BY_AGENT = "aborted"
    BY_TIME = "timeout"


def send(scene: Scene, run: Run, now: int) -> Scene:
    """Send the customer into a flow, to come back to the owner.

    Raises:
        NotLegalNow: the owner does not talk with a customer alone.
    """
    needs_customer_alone(scene.call)
    scene = _unrecorded(scene, now)
    call = scene.call
    tags = {name: value for name, value in call.tags.items() if name != AUTHRESULT}
    away = replace(_entering(call, run, now), run_before=call.run, tags=tags).reminds(away_timer(call.id, now))
    told = _tells_owner(scene.with_call(away), TargetKind.FLOW, run.flow, "done", now)
    return follow(told, now, by="self")


def send_for_good(scene: Scene, run: Run, wrap_up: int, now: int) -> Scene:
    """Send the customer into a flow, and leave.

    Raises:
        NotLegalNow: the owner does not talk with a customer alone.
    """
    needs_customer_alone(scene.call)
    left = leads_away(scene, TargetKind.FLOW, run.flow, wrap_up, now)
    return left.with_call(_entering(left.call, run, now))


def keyed(scene: Scene, now: int) -> Scene:
    """The customer entered something: the agent who waits sees that, and at which step, but not what."""
    call, owner = scene.call, scene.agent(scene.call.owner)
    step = call.run.step if call.run else ""
    return scene.with_agent(owner.hears(Heard.KEY, now, 0, tags={"STEP": step}))


def give_back(scene: Scene, now: int, how: CameBack | None = None, *, by_script: bool = False) -> Scene:
    """Bring the customer back to the agent who waits; `by_script` tells that what they hear last leads there by itself.

    A flow that did not come to its own end (`how`) has its result replaced.
    """
    call = recorded_from_here(scene.call, now) if scene.call.agent_lost else scene.call
    flow = call.run.flow if call.run else ""
    customer = replace(call.customer, where=Where.CONFERENCE, by_script=by_script, since=now)
    back = call.with_party(customer).moves("talk", run=call.run_before, run_before=None, comes_back="", answer=())
    if how:
        back = replace(back, tags={**back.tags, AUTHRESULT: how.value})
    told = _tells_owner(scene.with_call(back), TargetKind.FLOW, flow, "returned", now)
    told = told.with_agent(hears_talk(told.agent(call.owner), back, now))
    return follow(_recorded_again(told, now), now)


def takes_back(scene: Scene, now: int) -> Scene:
    """The agent has waited long enough: bring the customer back at once, whatever they are at.

    Raises:
        NotLegalNow: the agent's own telephone is away.
    """
    if scene.call.agent_lost:
        raise NotLegalNow("Your telephone is not connected: answer it first.")
    return give_back(scene, now, CameBack.BY_AGENT)


def leads_away(scene: Scene, kind: int, to: str, wrap_up: int, now: int) -> Scene:
    """The flow leads the customer elsewhere: whoever waits for them is free, and no way leads back."""
    giver = scene.call.owner
    if giver:
        scene = _tells_owner(scene, kind, to, "done", now)
        scene = let_go(scene, giver, now, HungUp.TRANSFERRED, wrap_up=wrap_up)
    return scene.with_call(_given_up(scene.call, now))


def owner_leaves(scene: Scene, wrap_up: int, now: int, *, lost: bool) -> Scene:
    """The agent who waits leaves the customer to the flow; one who was lost meant to have them back."""
    call = scene.call
    how, cause = (HungUp.SYSTEM, AGENT_LOST) if lost else (HungUp.AGENT, "")
    left = let_go(scene, call.owner, now, how, wrap_up=wrap_up, cause=cause)
    alone = _given_up(left.call, now)
    if lost:
        alone = replace(alone, place=old_place(call, now), run_before=call.run_before)
    return left.with_call(alone)


def is_away_since(call: Call, token: str) -> bool:
    """Tell whether the customer is away since that time (ms since 1970), and not again since a later one."""
    return call.reserved and str(call.customer.since) == token


def away_timer(call_id: str, since: int) -> Timer:
    """Give the timer that ends the waiting for a customer who went into a flow at `since`."""
    return Timer(TimerKind.AWAY, call_id, str(since), since + MOST_AWAY_SECONDS * 1000)


def keys_are_recorded(call: Call, refused: str) -> bool:
    """Tell whether the customer is in a flow, and the pause of their own recording is the `refused` command."""
    return call.reserved and refused == "PauseRecording" and call.take is not None and call.take.how == IN_A_FLOW


def _unrecorded(scene: Scene, now: int) -> Scene:
    """Pause a recording of the customer's own leg, which would hold the keys that they press in the flow (I13)."""
    take = scene.call.take
    if take is None or not take.leg or take.state is not Taking.ON:
        return scene
    return changed(scene, "pause", now, cause=IN_A_FLOW)


def _recorded_again(scene: Scene, now: int) -> Scene:
    take = scene.call.take
    if take is None or take.how != IN_A_FLOW or take.state is not Taking.PAUSED:
        return scene
    return changed(scene, "resume", now)


def _entering(call: Call, run: Run, now: int) -> Call:
    return call.with_party(in_script(call.customer, now)).moves("automate", run=run, comes_back=BEGINS)


def _given_up(call: Call, now: int) -> Call:
    giver = call.owner or call.from_agent
    return replace(call.without_talk(now), from_agent=giver, place=None, run_before=None)


def _tells_owner(scene: Scene, kind: int, to: str, result: str, now: int) -> Scene:
    return hears_members(scene, Heard.TRANSFER, now, scene.call.owner, i_param=kind, TO=to, RESULT=result)
