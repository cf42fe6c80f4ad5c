"""The talk: hold and retrieve, the owner's telephone lost and found, an agent let go, and the end of every call."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chalicelib.core.agents.agent import ENGAGED, IN_TALK
from chalicelib.core.agents.presence import rest, start_wrap_up
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, EndedBy, Place
from chalicelib.core.calls.company import agents_there, consulted, counterparts, supervisors_of
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import (
    Controlled,
    HungUp,
    hears_control,
    hears_hangup,
    hears_members,
    hears_talk,
    listening_as,
)
from chalicelib.core.calls.offering import withdraw, withdraw_from
from chalicelib.core.calls.parties import Party, PartyState, Role, Where
from chalicelib.core.calls.ringing import own_party
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.takes import Taking
from chalicelib.core.carrier.commands import SendDigits
from chalicelib.core.centre.model import Centre
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told import history
from chalicelib.core.told.notices import Heard, Timer, TimerKind

RECOVERY_SECONDS = 30
"""How long a customer waits with music for an agent whose browser went away in mid-call."""

AGENT_LOST = "agent-lost"
"""How an agent's part, or a call, ended whose telephone was cut off."""


def hold(scene: Scene, sound: str, now: int, *, leg: str = "", cause: str = "") -> Scene:
    """Part the others from the owner, or one of them (`leg`); they hear `sound`, or nothing when it is empty.

    Raises:
        NotLegalNow: nobody talks, somebody is consulted, or who is meant is held already.
    """
    others = _others(scene.call, PartyState.CONNECTED, leg)
    if not others:
        raise NotLegalNow("Only a talk that is not held can be held.")
    return parted(scene, others, sound, now, leg=leg, cause=cause)


def parted(scene: Scene, parties: Iterable[Party], sound: str, now: int, *, leg: str = "", cause: str = "") -> Scene:
    """Part these from the owner, who is told; `cause` says why, where they did not wish it."""
    call = scene.call
    for party in parties:
        call = call.party_moves(party.id, "hold", now, sound=sound, how=cause)
    return _told(scene, call, Heard.HOLD, 0 if sound else 1, now, leg, cause)


def retrieve(scene: Scene, now: int, *, leg: str = "", cause: str = "") -> Scene:
    """Bring the others back who are held, or one of them (`leg`).

    Raises:
        NotLegalNow: nobody talks, somebody is consulted, or who is meant is not held.
    """
    held = _others(scene.call, PartyState.HELD, leg)
    if not held:
        raise NotLegalNow("The customer is not on hold.")
    call = scene.call
    for party in held:
        call = call.party_moves(party.id, "retrieve", now, sound="", how=cause)
    return _told(scene, call, Heard.RETRIEVE, 0, now, leg, cause)


def send_digits(scene: Scene, digits: str, now: int) -> Scene:
    """Let who is outside hear keys (to work a foreign menu): a number that is consulted, or else the customer.

    Raises:
        NotLegalNow: nobody talks, or the agent talks with nobody outside.
    """
    needs_talk(scene.call)
    call, owner = scene.call, scene.agent(scene.call.owner)
    asked = consulted(call)
    hearer = asked if asked and asked.state is not PartyState.HELD else call.parties.get(CUSTOMER)
    if hearer is None or hearer.agent or hearer.state is not PartyState.CONNECTED:
        raise NotLegalNow("You talk with nobody outside who could hear keys.")
    keys = SendDigits(call.id, hearer.id, hearer.sid, call.conference, digits)
    return scene.with_call(call.acts(keys)).with_agent(owner.hears(Heard.KEY, now, 1, tags={"KEY": digits}))


def key_pressed(scene: Scene, leg_id: str, key: str, now: int) -> Scene:
    """Somebody pressed a key in the conference: of the customer the owner is told which.

    While the recording is paused they are told only that there was one: what is not to be recorded is not to be kept
    among an agent's events either.
    """
    call = scene.call
    if leg_id != CUSTOMER or call.state is not CallState.TALKING or call.customer.state is not PartyState.CONNECTED:
        return scene
    if call.customer.agent or call.owner not in scene.agents:
        return scene
    tags = {} if call.taking is Taking.PAUSED else {"KEY": key}
    return scene.with_agent(scene.agent(call.owner).hears(Heard.KEY, now, 0, tags=tags))


def lose_agent(scene: Scene, leg_id: str, now: int) -> Scene:
    """The owner's browser went away in mid-call: the customer hears music while it comes back (R16).

    The page may well be there still, only its telephone not: it is told, and has it rung again.
    """
    call, agent = _without_conference(scene.call, leg_id, now), scene.agent(scene.call.owner)
    away = call.with_party(replace(call.parties[leg_id], left_at=now, how=AGENT_LOST))
    away = away.reminds(Timer(TimerKind.RECOVERY, call.id, leg_id, now + RECOVERY_SECONDS * 1000))
    return scene.with_call(away).with_agent(agent.tells_state(agent, now, by="system", LEG="lost"))


def redial_agent(scene: Scene, ring_seconds: int, now: int) -> Scene:
    """Ring the owner's reloaded page again, as a new leg of the same talk; one that rings already is enough.

    Raises:
        NotLegalNow: the owner's leg is not lost.
    """
    call = scene.call
    if not call.agent_lost:
        raise NotLegalNow("There is no lost leg to bring back.")
    earlier = call.parties_of(call.owner)
    if any(party.live for party in earlier):
        return scene
    again = own_party(_next_leg(call), scene.agent(call.owner), ring_seconds, now)
    return scene.with_call(call.with_party(replace(again, muted=earlier[-1].muted)))


def recover(scene: Scene, leg_id: str, now: int) -> Scene:
    """The owner's new leg is in the conference: the talk goes on where it stopped, or the wait for the customer."""
    call, agent = scene.call, scene.agent(scene.call.owner)
    call = call.with_party(replace(call.parties[leg_id], joined_at=now))
    if call.reserved:
        call = recorded_from_here(call, now)
        return scene.with_call(call).with_agent(agent.tells_state(agent, now, by="system", LEG="back"))
    return scene.with_call(call).with_agent(hears_talk(agent, call, now))


def mute(scene: Scene, agent_id: str, leg: str, now: int, *, muted: bool) -> Scene:
    """Let nobody hear an agent, or let them be heard again; the owner may name somebody else's `leg`.

    Everybody's page in the call is told, whoever is meant.

    Raises:
        NotLegalNow: nobody talks, or it is not theirs to say.
    """
    own = next((party.id for party in scene.call.parties_of(agent_id) if party.there), "")
    party = scene.call.parties.get(leg or own)
    if party is None or (party.id, agent_id) != (CUSTOMER, scene.call.customer_agent):
        needs_talk(scene.call)
    if party is None or not party.there:
        raise NotLegalNow("Only who is in the talk can be muted.")
    if party.id != own and scene.call.owner != agent_id:
        raise NotLegalNow("Only the owner of the call mutes others.")
    if party.role is Role.SUPERVISOR:
        raise NotLegalNow("A supervisor switches between listening and speaking instead.")
    return muted_as(scene, party, agent_id, now, muted=muted)


def muted_as(scene: Scene, party: Party, by_whom: str, now: int, *, muted: bool) -> Scene:
    """Let a party be heard no more, or again, and tell everybody in the call by whose wish."""
    scene = scene.with_call(scene.call.with_party(replace(party, muted=muted)))
    for name in agents_there(scene.call):
        agent, by = scene.agent(name), "self" if name == by_whom else by_whom
        scene = scene.with_agent(agent.tells_state(agent, now, by, MUTED=str(int(muted)), LEG=party.id))
    return scene


def is_last_lost(call: Call, leg_id: str) -> bool:
    """Tell whether the owner is away since this leg was lost, and not since a later one."""
    lost = [party.id for party in call.parties_of(call.owner) if party.joined_at is not None]
    return call.agent_lost and bool(lost) and lost[-1] == leg_id


def let_go(scene: Scene, agent_id: str, now: int, how: HungUp, *, wrap_up: int = 0, cause: str = "") -> Scene:
    """Part an agent from the call, which goes on: their legs are hung up; whoever talked has `wrap_up` seconds."""
    agent = hears_hangup(scene.agent(agent_id), scene.call, now, how, cause=cause)
    agent = start_wrap_up(agent, wrap_up, now) if agent.state in IN_TALK else rest(agent, now)
    call = without(scene.call, scene.call.parties_of(agent_id), cause or how.name.lower(), now)
    gone = _let_supervisors_go(scene.with_call(call).with_agent(agent), agent_id, now)
    served = call.customer_agent if agent_id == call.owner else ""
    return hears_members(gone, Heard.CONFERENCE, now, served) if served in agents_there(call) else gone


def _let_supervisors_go(scene: Scene, agent_id: str, now: int) -> Scene:
    """Let everybody go who controls an agent: what they may hear is that agent's talk, and not what becomes of it."""
    for party in supervisors_of(scene.call, agent_id):
        if party.id in scene.call.offers:
            scene = withdraw_from(scene, party.agent, now)
        else:
            scene = let_go(_control_ended(scene, party, now), party.agent, now, HungUp.PEER)
    return scene


def _control_ended(scene: Scene, party: Party, now: int) -> Scene:
    supervisor = scene.agent(party.agent)
    return scene.with_agent(hears_control(supervisor, Controlled.ENDED, party.agent, party.controls, now))


def requeue(scene: Scene, place: Place, now: int) -> Scene:
    """Let the customer wait at this place in a queue; nobody owns the call, whoever had it has been let go."""
    call = scene.call.without_talk(now)
    return scene.with_call(call.with_party(in_script(call.customer, now)).moves("requeue", place=place))


def old_place(call: Call, now: int) -> Place | None:
    """Give the place that the call had in its queue; the time of the talk does not count as waited."""
    place, since = call.place, call.talk_since
    if place is None or since is None:
        return place
    until = None if place.until is None else place.until + now - since
    return replace(place, until=until, counts_from=place.began + now - since)


def end(
    scene: Scene, now: int, by: EndedBy, *, wrap_up: int = 0, cause: str = "", by_agent: str | None = None
) -> Scene:
    """End a call whoever wishes it: every leg that still lives is hung up, its agents rest or wrap up.

    `by_agent` is who did, where an agent did: the owner unless somebody else is named.
    """
    scene = withdraw(scene, now)
    of_owner = scene.call.owner if by_agent is None else by_agent
    doer = scene.call.customer_agent if by in (EndedBy.CUSTOMER, EndedBy.FLOW) else of_owner
    for agent_id in _engaged(scene):
        scene = _freed(scene, agent_id, now, _how_it_ended(by, is_doer=agent_id == doer), wrap_up, cause)
    call = scene.call
    ended = without(call, call.parties.values(), cause or by.value, now).moves(
        "end",
        ended_at=now,
        ended_by=by.value,
        cause=cause or "completed",
        vocid="" if call.state is CallState.DIALLING else call.vocid,
        answer=(),
        run=None,
    )
    return scene.with_call(ended.announces(history.ENDED, now, **ended.end_facts()))


def wrap_up_of(call: Call, centre: Centre) -> int:
    """Give the seconds of wrap-up after this call: its queue's, or those of outside calls."""
    queue = centre.queues.get(call.place.queue) if call.place else None
    return queue.wrap_up if queue else centre.dial_plan.wrap_up


def without(call: Call, parties: Iterable[Party], how: str, now: int) -> Call:
    """Give the call with these parties let go; whose part in the talk ends by that is told `how`."""
    for party in [call.parties[party.id] for party in parties]:
        if party.live:
            call = call.party_moves(party.id, "end", now)
        if party.joined_at is not None and party.left_at is None:
            call = call.with_party(replace(call.parties[party.id], left_at=now, how=how))
    return call


def in_script(customer: Party, now: int) -> Party:
    """Give a customer who asks us turn by turn again; out of a conference nobody is held or muted any more."""
    state = PartyState.CONNECTED if customer.state is PartyState.HELD else customer.state
    return replace(customer, state=state, where=Where.SCRIPT, sound="", muted=False, by_script=False, since=now)


def needs_talk(call: Call) -> None:
    """Raise NotLegalNow unless somebody talks whose telephone is there."""
    if call.state is not CallState.TALKING or call.agent_lost:
        raise NotLegalNow("That can be done while talking only.")


def needs_customer_alone(call: Call) -> None:
    """Raise NotLegalNow unless the owner talks with a customer and nobody else."""
    needs_talk(call)
    if consulted(call) or [party.id for party in counterparts(call)] != [CUSTOMER]:
        raise NotLegalNow("That can be done with a customer with whom you talk alone.")


def _without_conference(call: Call, lost_leg: str, now: int) -> Call:
    """Forget a conference that ends with the leg that was lost, all others being in a flow; so does its recording."""
    others = (party for party in call.live_parties() if party.id != lost_leg)
    if not call.reserved or any(party.where is Where.CONFERENCE for party in others):
        return call
    take = call.take
    if take is None or take.leg:
        return replace(call, conference="")
    again = take.state is Taking.ON
    over = replace(call.with_take(take.over(now)), conference="")
    return replace(over, vocid=_next_leg(call), recorded_since=now) if again else over


def recorded_from_here(call: Call, now: int) -> Call:
    """Give the call in whose empty conference somebody is the first now: what is recorded there begins with them."""
    return call if call.recorded_since is None else replace(call, recorded_since=now)


def _next_leg(call: Call) -> str:
    """Name the owner's leg after those that they had: a talk that is recorded anew is named by it."""
    earlier = call.parties_of(call.owner)
    return f"{earlier[0].id}.{len(earlier)}"


def _others(call: Call, state: PartyState, leg: str) -> list[Party]:
    needs_talk(call)
    if consulted(call):
        raise NotLegalNow("Somebody is consulted: swap, or end the consultation.")
    return [party for party in counterparts(call) if party.state is state and leg in ("", party.id)]


def _told(scene: Scene, call: Call, kind: Heard, i_param: int, now: int, leg: str, cause: str) -> Scene:
    tags = {name: value for name, value in {"LEG": leg, "CAUSE": cause}.items() if value}
    told = hears_members(scene.with_call(call), kind, now, *agents_there(call), i_param=i_param, **tags)
    return follow(told, now, by="system" if cause else "self", since=scene.agent(call.owner).since)


def _engaged(scene: Scene) -> list[str]:
    """Name who of the scene is in the call, also one whose own end is what ends it."""
    agents = scene.agents.values()
    return sorted(agent.id for agent in agents if agent.call == scene.call.id and agent.state in ENGAGED)


def _how_it_ended(by: EndedBy, *, is_doer: bool) -> HungUp:
    """Tell one of the call's agents how it ended: who did it themselves, or had it done to them, and the others."""
    theirs, others = _HOW.get(by, (HungUp.SYSTEM, HungUp.SYSTEM))
    return theirs if is_doer else others


_HOW: Mapping[EndedBy, tuple[HungUp, HungUp]] = {
    EndedBy.AGENT: (HungUp.AGENT, HungUp.PEER),
    EndedBy.CUSTOMER: (HungUp.AGENT, HungUp.PEER),
    EndedBy.SUPERVISOR: (HungUp.FORCED, HungUp.PEER),
    EndedBy.FLOW: (HungUp.PEER, HungUp.SYSTEM),
}
"""For who calls a flow, the flow is the other side."""


def _freed(scene: Scene, agent_id: str, now: int, how: HungUp, wrap_up: int, cause: str) -> Scene:
    call, listens = scene.call, listening_as(scene.call, agent_id)
    if listens:
        scene = _control_ended(scene, listens, now)
    never_talked = call.state is CallState.DIALLING
    # Who was served has nothing to write up.
    wrap_up = 0 if agent_id == call.customer_agent else wrap_up
    agent = hears_hangup(
        scene.agent(agent_id), replace(call, vocid="") if never_talked else call, now, how, cause=cause
    )
    return scene.with_agent(start_wrap_up(agent, wrap_up, now) if agent.state in IN_TALK else rest(agent, now))
