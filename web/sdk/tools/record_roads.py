"""Records what the server's own rules tell an agent's page: random working days, change by change.

The SDK's tests replay them, so that the page's picture of agent and call is measured against the real one.
Run `PYTHONPATH=. .venv/bin/python web/sdk/tools/record_roads.py` in the project's folder when those rules change;
a test says when (tests/test_recorded_roads.py).
"""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction, EndedBy, Place
from chalicelib.core.calls.parties import Party, PartyState, Role, Where
from chalicelib.core.calls.recording import record
from chalicelib.core.calls.scene import Scene as CallScene
from chalicelib.core.carrier.events import Cause
from chalicelib.core.centre.model import AgentRecord, Device, DeviceKind, DialPlan, Queue
from chalicelib.core.ground.errors import CallersFault, IllegalMove, NotLegalNow
from chalicelib.core.told.notices import Heard
from chalicelib.usecases import snapshot

ROADS, CHANGES = 6, 50
TARGET = Path(__file__).parent.parent / "test" / "fakes" / "roads.json"
QUEUE = Queue(name="freight", wrap_up=30)
CALLER = Party(id=CUSTOMER, role=Role.CUSTOMER, state=PartyState.CONNECTED, where=Where.SCRIPT)
Scene = tuple[Call | None, Agent]


def recorded() -> str:
    """Give the roads as the file has them, the same at every time."""
    roads = [_road(random.Random(seed)) for seed in range(ROADS)]  # noqa: S311 - repeatable on purpose
    return json.dumps(roads, ensure_ascii=False, separators=(",", ":")) + "\n"


def _road(rng: random.Random) -> list[dict[str, Any]]:
    now = 1_700_000_000_000
    record = AgentRecord(id="100", name="Zhang", profile="all", seat=7)
    agent = presence.sign_in(Agent(id="100"), record, Device(DeviceKind.BROWSER), now, ready=False)
    scene: Scene = (None, replace(agent, connected=True))
    changes = [_told(scene, now)]
    while len(changes) < CHANGES:
        now += rng.randrange(200, 40_000)
        before = replace(scene[1], events=())
        scene = _next(rng)((scene[0], before), now, rng)
        if scene[1].events:
            changes.append(_told(scene, now))
    return changes


def _told(scene: Scene, now: int) -> dict[str, Any]:
    call, agent = scene
    mine = call if call and agent.call == call.id else None
    return {
        "events": [event.to_frame() for event in agent.events],
        "facts": {"agent": snapshot.agent_facts(agent), "call": snapshot.call_facts(mine, agent, now)},
    }


def _next(rng: random.Random) -> Callable[[Scene, int, random.Random], Scene]:
    """Give something that may happen; what cannot happen now changes nothing."""
    happening = rng.choice(HAPPENINGS)

    def guarded(scene: Scene, now: int, rng: random.Random) -> Scene:
        try:
            return happening(scene, now, rng)
        except (CallersFault, IllegalMove):
            return scene

    return guarded


def _rings(scene: Scene, now: int, rng: random.Random) -> Scene:
    agent = scene[1]
    if agent.state is not AgentState.READY:
        return scene
    call_id = f"c{now}"
    call = Call(
        id=call_id,
        direction=Direction.INBOUND,
        carrier="twilio",
        caller="83366857",
        called="+8675583000000",
        started_at=now - 30_000,
        state=CallState.WAITING,
        tags={"waybill": str(rng.randrange(10**9)), "note": rng.choice(HOSTILE)},
        place=Place(QUEUE.name, 1, now - 9000),
        parties={CUSTOMER: CALLER},
    )
    return _given(offering.make(CallScene(call, {agent.id: agent}), agent.id, QUEUE, now))


def _given(scene: CallScene) -> Scene:
    return scene.call, scene.agent("100")


def _own(scene: Scene) -> CallScene:
    call, agent = scene
    if call is None or agent.call != call.id:
        raise NotLegalNow("There is no call.")
    return CallScene(call, {agent.id: agent})


def _answers(scene: Scene, now: int, _rng: random.Random) -> Scene:
    rings = _own(scene)
    offer = rings.call.offer_to("100")
    if offer is None:
        raise NotLegalNow("Nothing rings.")
    return _given(offering.answer(_noted(rings, offer.id, "answer", now), "100", now))


def _misses(scene: Scene, now: int, _rng: random.Random) -> Scene:
    return _given(offering.miss(_own(scene), "100", now))


def _rejects(scene: Scene, now: int, _rng: random.Random) -> Scene:
    return _given(offering.reject(_own(scene), "100", now))


def _dials(scene: Scene, now: int, _rng: random.Random) -> Scene:
    agent = scene[1]
    if agent.state not in (AgentState.READY, AgentState.PAUSED, AgentState.WRAP_UP):
        return scene
    plan = DialPlan(area_code="755", region="CN", caller_id="+8675583000000")
    dials = dialling.dial(agent, f"d{now}", "+8613800000000", {"order": "9"}, plan, "twilio", now)
    return _given(dialling.agent_is_there(_noted(dials, f"d{now}-1", "answer", now), plan, now))


def _number_answers(scene: Scene, now: int, _rng: random.Random) -> Scene:
    own = _own(scene)
    if own.call.state is not CallState.DIALLING:
        return scene
    return _given(dialling.customer_answered(_noted(own, CUSTOMER, "answer", now), now))


def _number_fails(scene: Scene, now: int, rng: random.Random) -> Scene:
    own = _own(scene)
    if own.call.state is not CallState.DIALLING:
        return scene
    return _given(dialling.failed(own, rng.choice([Cause.BUSY, Cause.NO_ANSWER, Cause.FAILED]), now))


def _holds(scene: Scene, now: int, rng: random.Random) -> Scene:
    return _given(talking.hold(_own(scene), rng.choice(["", "media:hold-music"]), now))


def _retrieves(scene: Scene, now: int, _rng: random.Random) -> Scene:
    return _given(talking.retrieve(_own(scene), now))


def _records(scene: Scene, now: int, rng: random.Random) -> Scene:
    return _given(record(_own(scene), rng.choice(["stop", "start", "pause", "resume"]), now))


def _sends_keys(scene: Scene, now: int, _rng: random.Random) -> Scene:
    return _given(talking.send_digits(_own(scene), "12#", now))


def _loses_the_telephone(scene: Scene, now: int, _rng: random.Random) -> Scene:
    own = _own(scene)
    there = [party.id for party in own.call.parties_of(own.call.owner) if party.there]
    if own.call.state is not CallState.TALKING or not there:
        return scene
    return _given(talking.lose_agent(_noted(own, there[-1], "end", now), there[-1], now))


def _is_called_back(scene: Scene, now: int, _rng: random.Random) -> Scene:
    own = _own(scene)
    if not own.call.agent_lost:
        return scene
    rung = talking.redial_agent(own, 20, now)
    leg = rung.call.parties_of("100")[-1].id
    return _given(talking.recover(_noted(rung, leg, "answer", now), leg, now))


def _stays_away(scene: Scene, now: int, _rng: random.Random) -> Scene:
    own = _own(scene)
    return _given(talking.requeue(own, now, QUEUE.wrap_up)) if own.call.agent_lost else scene


def _ends(scene: Scene, now: int, rng: random.Random) -> Scene:
    own = _own(scene)
    if not own.call.live:
        return scene
    by = rng.choice([EndedBy.AGENT, EndedBy.CUSTOMER, EndedBy.CARRIER])
    return _given(talking.end(own, now, by, wrap_up=QUEUE.wrap_up))


def _noted(scene: CallScene, leg: str, verb: str, now: int) -> CallScene:
    return scene.with_call(scene.call.notes(leg, verb, now))


def _pauses(scene: Scene, now: int, rng: random.Random) -> Scene:
    return scene[0], presence.pause(scene[1], presence.Pause(*rng.choice([("", 0), ("lunch", 16)])), now)


def _resumes(scene: Scene, now: int, _rng: random.Random) -> Scene:
    return scene[0], presence.resume(scene[1], now)


def _finishes_wrap_up(scene: Scene, now: int, _rng: random.Random) -> Scene:
    return scene[0], presence.finish_wrap_up(scene[1], now)


def _extends_wrap_up(scene: Scene, now: int, _rng: random.Random) -> Scene:
    return scene[0], presence.extend_wrap_up(scene[1], 20, now)


def _file_is_ready(scene: Scene, now: int, _rng: random.Random) -> Scene:
    call, agent = scene
    return call, agent.hears(Heard.RECORD, now, 4, tags={"VOCID": f"v{now}"}, data={"seconds": 3})


HOSTILE = ["<img src=x onerror=alert(1)>", "a|b%7C:c", "'\"`${1}", "运单\r\n二", ""]

HAPPENINGS = [
    *[_rings, _answers] * 6,
    *[_number_answers, _resumes, _finishes_wrap_up] * 4,
    *[_dials, _holds, _retrieves, _ends] * 3,
    *[_records] * 4,
    *[_sends_keys, _loses_the_telephone, _is_called_back] * 2,
    *[_misses, _rejects, _number_fails, _pauses, _extends_wrap_up, _file_is_ready, _stays_away],
]

if __name__ == "__main__":
    TARGET.write_text(recorded(), encoding="utf-8")
