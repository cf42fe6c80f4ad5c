"""Listen as wished: an agent begins to talk for whose next call a supervisor waits."""

from chalicelib.core.agents.results import Order
from chalicelib.core.ground.errors import CallersFault
from chalicelib.ports import World
from chalicelib.usecases.controlling import listening
from chalicelib.usecases.controlling.carrying_out import carry_out
from chalicelib.usecases.prove import who_is


def listen_as_wished(target_id: str, supervisor_id: str, world: World) -> None:
    """Let the supervisor listen, if both still may and can; who is busy now listens to the call after this one."""
    target = world.desk.agent(target_id)
    if target is None or supervisor_id not in target.awaited_by:
        return
    try:
        carry_out(Order(who_is(supervisor_id, world), "", target.seat, 0), "monitor", listening.listen, world)
    except CallersFault:
        return
