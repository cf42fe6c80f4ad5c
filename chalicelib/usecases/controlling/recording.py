"""What a supervisor does to the recording of an agent's talk; all who talk are told, as if an agent had done it."""

from chalicelib.core.calls import supervising
from chalicelib.core.calls.recording import START, record
from chalicelib.core.calls.takes import Taking
from chalicelib.core.ground.errors import TargetBusy
from chalicelib.ports import World
from chalicelib.usecases.controlling.ordered import Controlled, Ordered


def start(ordered: Ordered, _world: World) -> Controlled:
    """Record the talk from now on."""
    return _recorded(ordered, START, Taking.ON)


def stop(ordered: Ordered, _world: World) -> Controlled:
    """Record the talk no more."""
    return _recorded(ordered, "stop", Taking.STOPPED)


def _recorded(ordered: Ordered, verb: str, wanted: Taking) -> Controlled:
    if not supervising.talks(ordered.scene, ordered.target.id):
        raise TargetBusy("That agent does not talk with anybody now.")
    if ordered.scene.call.taking is wanted:
        return ordered.scene
    return record(ordered.scene, verb, ordered.now)
