"""Note a key that was pressed in the conference: the agent whose customer pressed it sees it."""

from chalicelib.core.calls.talking import key_pressed
from chalicelib.core.carrier.events import KeyPressed
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import commit, decides_again
from chalicelib.usecases.see import scene_of

KEYS = "keys"
REMEMBERED_MS = 24 * 3600 * 1000
"""How long a key is known to have been told: as long as the agent's events are kept."""


def note_key(event: KeyPressed, world: World) -> None:
    """Tell the owner of the call, once: a key is no state, and telling it again would be another key.

    A handler that dies between counting and telling has told nobody; the customer presses again.
    """
    key, until = f"{event.call}.{event.number}", world.clock.now() + REMEMBERED_MS
    if world.desk.call(event.call) and world.credentials.count(KEYS, key, 1, until):
        _tell(event, world)


@decides_again
def _tell(event: KeyPressed, world: World) -> None:
    call = world.desk.call(event.call)
    if call is None or not call.live:
        return
    scene = scene_of(world, call)
    commit(world, Change.of(scene, key_pressed(scene, event.leg, event.key, world.clock.now())))
