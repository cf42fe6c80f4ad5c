"""Recording during a talk: stopped, started, paused, resumed; every agent in the talk is told."""

from collections.abc import Mapping

from chalicelib.core.calls.call import CUSTOMER, Call
from chalicelib.core.calls.company import agents_there
from chalicelib.core.calls.hearing import Recorded, hears_recording
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.takes import TAKE_MOVES, Take, Taking
from chalicelib.core.calls.talking import needs_talk
from chalicelib.core.ground.errors import NotLegalNow

START = "start"

_TOLD: Mapping[str, Recorded] = {
    "stop": Recorded.STOPPED,
    START: Recorded.STARTED,
    "pause": Recorded.PAUSED,
    "resume": Recorded.RESUMED,
    "go_on": Recorded.STARTED,
}


def record(scene: Scene, verb: str, now: int, *, cause: str = "") -> Scene:
    """Let the recording of a talk be stopped, started (as another one, with a file of its own), paused or resumed.

    Args:
        scene: the call, with its agents.
        verb: start, or a move of a recording.
        now: in ms since 1970.
        cause: why, when it was no agent's wish.

    Raises:
        NotLegalNow: nobody talks, or the recording is not in a state for it.
    """
    needs_talk(scene.call)
    return changed(scene, verb, now, cause=cause)


def changed(scene: Scene, verb: str, now: int, *, cause: str = "") -> Scene:
    """Do as `record` does, also while the owner's telephone is away: nobody wished for it just now."""
    take = scene.call.take
    call = scene.call.with_take(_begun(scene.call, now) if verb == START else _moved(take, verb, now, cause))
    scene = scene.with_call(call)
    for agent_id in agents_there(call):
        scene = scene.with_agent(hears_recording(scene.agent(agent_id), call, now, _TOLD[verb], cause))
    return scene


def _begun(call: Call, now: int) -> Take:
    """Begin another recording: a conference's own begins with it alone, so it is that of the customer's leg."""
    if call.take and call.take.state is not Taking.STOPPED:
        raise NotLegalNow("The talk is recorded already, or its recording is paused: then resume it.")
    return Take(f"{call.id}-r{call.takes_so_far + 1}", now, leg=CUSTOMER)


def _moved(take: Take | None, verb: str, now: int, cause: str) -> Take:
    if take is None or not TAKE_MOVES.allows(take.state, verb):
        raise NotLegalNow(f"There is no recording to {verb} now.")
    return take.moves(verb, now, cause)
