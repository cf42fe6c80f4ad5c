"""What an agent does about being there: change their device, sign out, choose what follows, put their state right."""

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import ENGAGED, IN_TALK, AgentState, StateCode
from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.ground.errors import BadRequest, NotFound, NotLegalNow
from chalicelib.ports import World
from chalicelib.usecases.acting.asked import Acted, Asked
from chalicelib.usecases.prove import AT_WORK

DEVICES = (DeviceKind.BROWSER, DeviceKind.SIP, DeviceKind.PHONE)
"""By iParam of signIn."""

NOW, AFTER_CALL = 0, 1
"""iParam of signOut."""


def sign_in(asked: Asked, world: World) -> Acted:
    """Let another device of the agent's seat ring: on an open session there is nothing else left to sign in with."""
    action = asked.action
    if action.i_param not in range(len(DEVICES)):
        raise BadRequest("A device is 0 for the browser, 1 for a SIP telephone, 2 for a telephone number.")
    seat = world.catalogue.seat(asked.agent.seat)
    if seat is None:
        raise NotFound("This agent's seat is not in the configuration any more.")
    device = presence.device_at(seat, DEVICES[action.i_param])
    if action.s_param not in ("", device.address):
        raise NotFound("Your seat has another telephone: see the centre's configuration.")
    return presence.change_device(asked.agent, device, asked.now)


def sign_out(asked: Asked, _world: World) -> Acted:
    """Sign out now, or when the call is over and written up."""
    when = asked.action.i_param
    if when not in (NOW, AFTER_CALL):
        raise BadRequest("Signing out takes 0 for now, 1 for after this call.")
    leave = presence.sign_out if when == NOW else presence.sign_out_after
    return leave(asked.agent, asked.now)


def next_state(asked: Asked, _world: World) -> Acted:
    """Choose what follows the call: ready, a pause by the state it shows, or signed out."""
    agent, state, reason = asked.agent, asked.action.i_param, asked.action.s_param
    if agent.state not in (*ENGAGED, AgentState.WRAP_UP):
        raise NotLegalNow("There is no call to wait for: pause, resume or sign out at once.")
    if state == StateCode.READY:
        return presence.stay(agent, asked.now)
    if state == StateCode.SIGNED_OUT:
        asked.action.who.needs(AT_WORK)
        return presence.sign_out_after(agent, asked.now)
    return presence.defer(agent, presence.pause_showing(state, reason, asked.centre.reasons), asked.now)


def reset(asked: Asked, _world: World) -> Acted:
    """Tell where the agent is, now that the carrier has been asked, and have it brought to what the call wants.

    Not while somebody is rung: who has just declined would be rung once more.
    """
    agent = asked.agent.tells_state(asked.agent, asked.now)
    if asked.their_scene is None or agent.state not in (*IN_TALK, AgentState.MONITORING):
        return agent
    if not all(party.there for party in asked.call.live_parties()):
        return asked.scene.with_agent(agent)
    return asked.scene.with_call(asked.call.asks_its_carrier_again()).with_agent(agent)


def synchronise(asked: Asked, _world: World) -> Acted:
    """Have the whole state sent to the agent's page, which says how far it is."""
    if asked.action.i_param < 0:
        raise BadRequest("The last number that you have had is 0 or more.")
    if not asked.agent.connected:
        raise NotLegalNow("No page of yours is connected: read the state by HTTP instead.")
    return asked.agent
