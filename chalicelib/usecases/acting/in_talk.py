"""What an agent does in a call: answer, hang up, hold, retrieve, mute, send keys, set tags."""

import re

from chalicelib.core.agents.agent import ENGAGED, AgentState
from chalicelib.core.calls import automating, consulting, leaving, offering, supervising, talking, unanswered
from chalicelib.core.calls.call import CallState, EndedBy
from chalicelib.core.calls.company import HOLD_MUSIC, agents_there, consulted
from chalicelib.core.calls.hearing import HungUp
from chalicelib.core.calls.parties import Party, Role
from chalicelib.core.calls.recording import record
from chalicelib.core.calls.scene import Scene
from chalicelib.core.carrier.events import Cause
from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.ground.errors import BadRequest, NotFound, NotLegalNow
from chalicelib.core.told import tags
from chalicelib.core.told.notices import Heard
from chalicelib.ports import World
from chalicelib.usecases.acting.asked import Acted, Asked

MY_LEG, WHOLE_CALL, OTHER = 0, 1, 2
"""iParam of hangup."""

MUSIC, SILENCE = 0, 1
"""iParam of hold."""

MERGE, REPLACE = 0, 1
"""iParam of setTags."""

RECORDING = ("stop", "start", "pause", "resume")
"""What a recording is told, by iParam."""

_DIGITS = re.compile(r"[0-9*#A-Dw]{1,32}\Z")


def answer(asked: Asked, _world: World) -> Acted:
    """Answer what rings here, or have a lost telephone rung again."""
    scene, agent = asked.scene, asked.agent
    if asked.action.s_param and asked.action.s_param != scene.call.id:
        raise NotFound("That call does not ring here any more.")
    if agent.device.kind is not DeviceKind.BROWSER:
        raise NotLegalNow("Pick up the handset: this seat's telephone cannot be answered from the page.")
    if scene.call.owner == agent.id and scene.call.agent_lost:
        return talking.redial_agent(scene, asked.centre.dial_plan.ring_seconds, asked.now)
    if agent.state is not AgentState.RINGING:
        raise NotLegalNow("Nothing rings here.")
    return offering.accept(scene, agent.id, asked.now)


def hang_up(asked: Asked, _world: World) -> Acted:
    """Reject what rings here; leave the call, end it, or let somebody go."""
    scene, agent, what = asked.scene, asked.agent, asked.action.i_param
    if agent.state is AgentState.RINGING:
        return unanswered.agent_does_not_come(scene, agent.id, Cause.REJECTED, asked.centre, asked.now)
    if agent.state not in ENGAGED:
        raise NotLegalNow("There is no call to end.")
    if what == OTHER:
        return _let_another_go(asked)
    if what not in (MY_LEG, WHOLE_CALL):
        raise BadRequest("Hanging up takes 0 for your own leg, 1 for the whole call, 2 for somebody else's leg.")
    if agent.id == scene.call.customer_agent and scene.call.state is not CallState.DIALLING:
        return leaving.customer_leaves(scene, asked.now, asked.wrap_up)
    if what == WHOLE_CALL or scene.call.state is CallState.DIALLING:
        return talking.end(asked.own, asked.now, EndedBy.AGENT, wrap_up=asked.wrap_up)
    return _leave(asked)


def _leave(asked: Asked) -> Scene:
    scene, agent = asked.scene, asked.agent
    if scene.call.owner == agent.id:
        return leaving.owner_leaves(scene, asked.centre, asked.wrap_up, asked.now)
    party = next(party for party in scene.call.parties_of(agent.id) if party.live)
    return _without(scene, party, asked, HungUp.AGENT)


def _let_another_go(asked: Asked) -> Scene:
    scene, third = asked.own, consulted(asked.call)
    leg = asked.named_leg or (third.id if third else "")
    if not leg:
        raise BadRequest("Whom? Give the leg of one of the call's members.")
    party = asked.call.parties[leg]
    if party.agent == asked.agent.id:
        raise BadRequest("That is you: hang up your own leg.")
    if party.role is Role.CONSULTED:
        return consulting.cancel(scene, asked.now)
    return _without(scene, party, asked, HungUp.FORCED)


def _without(scene: Scene, party: Party, asked: Asked, how: HungUp) -> Scene:
    if party.role is Role.SUPERVISOR:
        return supervising.leaves(scene, party, asked.centre, asked.now, how)
    if party.role is Role.CONSULTED:
        return leaving.consulted_leaves(scene, party, consulting.Result.ENDED, asked.now)
    return leaving.member_leaves(scene, party, asked.now, asked.wrap_up, how)


def hold(asked: Asked, _world: World) -> Acted:
    """Let the others, or one of them, hear music, or nothing."""
    if asked.action.i_param not in (MUSIC, SILENCE):
        raise BadRequest("Hold takes 0 for music, 1 for silence.")
    place = asked.call.place
    queue = asked.centre.queues.get(place.queue) if place else None
    music = queue.music if queue else HOLD_MUSIC
    sound = "" if asked.action.i_param == SILENCE else music
    return talking.hold(asked.own, sound, asked.now, leg=asked.named_leg)


def retrieve(asked: Asked, _world: World) -> Acted:
    """Bring the others back, or one of them; also a customer who is in a flow."""
    if asked.own.call.reserved:
        return automating.takes_back(asked.own, asked.now)
    return talking.retrieve(asked.own, asked.now, leg=asked.named_leg)


def mute(asked: Asked, _world: World) -> Acted:
    """Let nobody hear the agent, or somebody in their call; or let them be heard again."""
    if asked.action.i_param not in (0, 1):
        raise BadRequest("Mute takes 1 for on, 0 for off.")
    return talking.mute(asked.scene, asked.agent.id, asked.named_leg, asked.now, muted=asked.action.i_param == 1)


def send_dtmf(asked: Asked, _world: World) -> Acted:
    """Send keys into the customer's side."""
    if not _DIGITS.match(asked.action.s_param):
        raise BadRequest("Keys are 0 to 9, *, #, A to D and w for a pause, 32 at the most.")
    if asked.their_scene and asked.agent.id == asked.call.customer_agent:
        raise NotLegalNow("Who calls a flow presses the keys at their own telephone.")
    return talking.send_digits(asked.own, asked.action.s_param, asked.now)


def recording(asked: Asked, _world: World) -> Acted:
    """Stop, start, pause or resume the recording."""
    if asked.action.i_param not in range(len(RECORDING)):
        raise BadRequest("A recording takes 0 to stop, 1 to start, 2 to pause, 3 to resume.")
    return record(asked.own, RECORDING[asked.action.i_param], asked.now)


def set_tags(asked: Asked, _world: World) -> Acted:
    """Give the call tags; the pages of everybody in it hear of them."""
    if asked.action.i_param not in (MERGE, REPLACE):
        raise BadRequest("Setting tags takes 0 to merge, 1 to replace.")
    given, call = tags.read_given(asked.action.s_param), asked.call
    if asked.agent.state not in ENGAGED or asked.agent.id not in agents_there(call):
        raise NotLegalNow("There is no call of yours.")
    scene = asked.scene.with_call(call.with_tags(given, replacing=asked.action.i_param == REPLACE))
    gone = {"removed": sorted(call.tags.keys() - scene.call.tags.keys())}
    for agent_id in agents_there(call):
        scene = scene.with_agent(scene.agent(agent_id).hears(Heard.DATA, asked.now, 0, tags=given, data=gone))
    return scene
