"""The talk: hold and retrieve, an agent's telephone lost and found, and the end of every call."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.core.agents.agent import IN_TALK, Agent
from chalicelib.core.agents.presence import rest, start_wrap_up
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, EndedBy, Place
from chalicelib.core.calls.engagement import follows
from chalicelib.core.calls.hearing import HungUp, hears_hangup, hears_talk
from chalicelib.core.calls.offering import own_party, withdraw
from chalicelib.core.calls.parties import Party, PartyState, Where
from chalicelib.core.calls.scene import Scene
from chalicelib.core.carrier.commands import SendDigits
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told import history
from chalicelib.core.told.notices import Heard, Timer, TimerKind

RECOVERY_SECONDS = 30
"""How long a customer waits with music for an agent whose browser went away in mid-call."""

AGENT_LOST = "agent-lost"
"""How an agent's part, or a call, ended whose telephone was cut off."""


def hold(scene: Scene, sound: str, now: int, *, cause: str = "") -> Scene:
    """Part the customer from the agent; they hear `sound`, or nothing when it is empty.

    Raises:
        NotLegalNow: nobody talks, or the customer is held already.
    """
    needs_talk(scene.call)
    if scene.call.customer_held:
        raise NotLegalNow("Only a talk that is not held can be held.")
    call = scene.call.party_moves(CUSTOMER, "hold", now, sound=sound, how=cause)
    return _parted(scene, call, Heard.HOLD, 0 if sound else 1, now, cause)


def retrieve(scene: Scene, now: int, *, cause: str = "") -> Scene:
    """Bring the held customer back.

    Raises:
        NotLegalNow: the customer is not held.
    """
    needs_talk(scene.call)
    if not scene.call.customer_held:
        raise NotLegalNow("The customer is not on hold.")
    call = scene.call.party_moves(CUSTOMER, "retrieve", now, sound="", how=cause)
    return _parted(scene, call, Heard.RETRIEVE, 0, now, cause)


def send_digits(scene: Scene, digits: str, now: int) -> Scene:
    """Let the customer's side hear keys (to work a foreign menu).

    Raises:
        NotLegalNow: nobody talks.
    """
    needs_talk(scene.call)
    call, owner = scene.call, scene.agent(scene.call.owner)
    keys = SendDigits(call.id, CUSTOMER, call.customer.sid, call.conference, digits)
    return scene.with_call(call.acts(keys)).with_agent(owner.hears(Heard.KEY, now, 1, tags={"KEY": digits}))


def lose_agent(scene: Scene, leg_id: str, now: int) -> Scene:
    """The agent's browser went away in mid-call: the customer hears music while it comes back (R16).

    The page may well be there still, only its telephone not: it is told, and has it rung again.
    """
    call, agent = scene.call, scene.agent(scene.call.owner)
    away = call.with_party(replace(call.parties[leg_id], left_at=now, how=AGENT_LOST))
    away = away.reminds(Timer(TimerKind.RECOVERY, call.id, leg_id, now + RECOVERY_SECONDS * 1000))
    return scene.with_call(away).with_agent(agent.tells_state(agent, now, by="system", LEG="lost"))


def redial_agent(scene: Scene, ring_seconds: int, now: int) -> Scene:
    """Ring the agent's reloaded page again, as a new leg of the same talk; one that rings already is enough.

    Raises:
        NotLegalNow: the agent's leg is not lost.
    """
    call = scene.call
    if not call.agent_lost:
        raise NotLegalNow("There is no lost leg to bring back.")
    earlier = call.parties_of(call.owner)
    if any(party.live for party in earlier):
        return scene
    first = earlier[0].id.split(".")[0]
    again = own_party(f"{first}.{len(earlier)}", scene.agent(call.owner), ring_seconds, now)
    return scene.with_call(call.with_party(again))


def recover(scene: Scene, leg_id: str, now: int) -> Scene:
    """The agent's new leg is in the conference: the talk goes on where it stopped, held if it was held."""
    call = scene.call
    call = call.with_party(replace(call.parties[leg_id], joined_at=now))
    return scene.with_call(call).with_agent(hears_talk(scene.agent(call.owner), call, now))


def is_last_lost(call: Call, leg_id: str) -> bool:
    """Tell whether the owner is away since this leg was lost, and not since a later one."""
    lost = [party.id for party in call.parties_of(call.owner) if party.joined_at is not None]
    return call.agent_lost and bool(lost) and lost[-1] == leg_id


def requeue(scene: Scene, now: int, wrap_up: int) -> Scene:
    """The agent did not come back: the customer waits for another, at the old place; nobody is cut off.

    A call that never had a place in a queue (an outside call) ends.
    """
    if scene.call.place is None:
        return end(scene, now, EndedBy.CARRIER, wrap_up=wrap_up, cause=AGENT_LOST)
    call = scene.call
    agent = hears_hangup(scene.agent(call.owner), call, now, HungUp.SYSTEM, cause=AGENT_LOST)
    parted = _without(call, call.parties_of(call.owner), AGENT_LOST, now)
    waits = parted.with_party(_in_script(parted.customer, now)).moves(
        "requeue",
        owner="",
        vocid="",
        talk_since=None,
        takes=tuple(take.over(now) for take in call.all_takes()),
        conference="",
        place=_old_place(call, now),
    )
    return scene.with_call(waits).with_agent(start_wrap_up(agent, wrap_up, now))


def end(scene: Scene, now: int, by: EndedBy, *, wrap_up: int = 0, cause: str = "") -> Scene:
    """End a call whoever wishes it: every leg that still lives is hung up, its agents rest or wrap up."""
    scene = withdraw(scene, now)
    call = scene.call
    if call.owner in scene.agents and scene.agent(call.owner).call == call.id:
        scene = scene.with_agent(_freed(call, scene.agent(call.owner), now, by, wrap_up, cause))
    ended = _without(call, call.parties.values(), cause or by.value, now).moves(
        "end",
        ended_at=now,
        ended_by=by.value,
        cause=cause or "completed",
        vocid="" if call.state is CallState.DIALLING else call.vocid,
        answer=(),
        run=None,
    )
    return scene.with_call(ended.announces(history.ENDED, now, **ended.end_facts()))


def _freed(call: Call, agent: Agent, now: int, by: EndedBy, wrap_up: int, cause: str) -> Agent:
    how = {EndedBy.AGENT: HungUp.AGENT, EndedBy.CUSTOMER: HungUp.PEER}.get(by, HungUp.SYSTEM)
    never_talked = call.state is CallState.DIALLING
    agent = hears_hangup(agent, replace(call, vocid="") if never_talked else call, now, how, cause=cause)
    return start_wrap_up(agent, wrap_up, now) if agent.state in IN_TALK else rest(agent, now)


def _without(call: Call, parties: Iterable[Party], how: str, now: int) -> Call:
    """Give the call with these parties let go; whose part in the talk ends by that is told `how`."""
    for party in parties:
        if party.live:
            call = call.party_moves(party.id, "end", now)
        if party.joined_at is not None and party.left_at is None:
            call = call.with_party(replace(call.parties[party.id], left_at=now, how=how))
    return call


def _in_script(customer: Party, now: int) -> Party:
    """Give a customer who asks us turn by turn again; whoever is taken out of a conference is not held any more."""
    state = PartyState.CONNECTED if customer.state is PartyState.HELD else customer.state
    return replace(customer, state=state, where=Where.SCRIPT, sound="", since=now)


def _parted(scene: Scene, call: Call, kind: Heard, i_param: int, now: int, cause: str) -> Scene:
    agent = scene.agent(call.owner)
    told = agent.hears(kind, now, i_param, tags={"CAUSE": cause} if cause else None)
    by = "system" if cause else "self"
    return follows(scene.with_call(call).with_agent(told), agent.id, now, by=by, since=agent.since)


def needs_talk(call: Call) -> None:
    """Raise NotLegalNow unless customer and owner talk, held or not."""
    if call.state is not CallState.TALKING or call.agent_lost:
        raise NotLegalNow("That can be done while talking only.")


def _old_place(call: Call, now: int) -> Place | None:
    """Give the place that the call had in its queue; the time of the talk does not count as waited."""
    place, since = call.place, call.talk_since
    if place is None or place.until is None or since is None:
        return place
    return replace(place, until=place.until + now - since)
