"""Name a call that an agent makes: the same request gives the same call, however often it is decided."""

from chalicelib.ports import World


def name_call(agent_id: str, request: str, world: World) -> str:
    """Give the id of the call that an agent asks for by this request, a new one where they name none."""
    return "c" + world.tokens.fingerprint(f"{agent_id}:{request or world.tokens.new()}")[:20]
