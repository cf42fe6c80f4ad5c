"""Calls and agents as they stand in the middle of things."""

# Chinese text has full-width punctuation

from dataclasses import replace
from hashlib import md5

import pytest

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import offering, queueing
from chalicelib.core.calls.call import CUSTOMER, Call, Direction, Place
from chalicelib.core.calls.scene import Scene
from chalicelib.core.carrier.script import Gather, Say
from chalicelib.core.centre.model import AgentRecord, Device, DeviceKind, Queue
from chalicelib.core.flow.engine import Run
from chalicelib.ports import Change, Desk, Moved
from chalicelib.usecases.take_call import caller_party

NOW = 1_763_800_000_000
RECORD = AgentRecord("100", "张三", "service", 1)
QUEUE = Queue("service")
BROWSER = Device(DeviceKind.BROWSER)
LOCAL_MARKS = (pytest.mark.dynamodb_local, pytest.mark.enable_socket)


def sid(number: int, kind: str = "CA") -> str:
    """Give an id such as Twilio gives."""
    return kind + md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest()


def call(number: int = 1) -> Call:
    """Give a call in its flow that has just been asked for a waybill number."""
    prompt = Say("请输入您的运单号，以井号键结束。", "zh-CN")
    return Call(
        id=sid(number),
        direction=Direction.INBOUND,
        carrier="twilio",
        caller="+8613800138000",
        called="+8675583000000",
        started_at=NOW,
        run=Run("freight-waybill", 3, "ask_waybill", "zh-CN", attempts=1, turns=2),
        turn=2,
        answer=(Gather("2", (prompt,), max_digits=20),),
        parties={CUSTOMER: caller_party(sid(number), NOW)},
    )


def informed(number: int = 1) -> Call:
    """Give a call whose caller has just heard where the goods are: as long as an ordinary answer gets."""
    told = Say(
        "2026年11月20日9时，您发往深圳的货物已经发出，车牌号为粤B12345。请于11月22日14时0分到"
        "深圳市宝安区福永街道物流园三号库取货，联系电话：0 7 5 5 8 3 6 6 7 7 8 8。",
        "zh-CN",
    )
    menu = Say("再查一票请按1，人工服务请按0，结束请挂机。", "zh-CN")
    outputs = {
        "found": True,
        "sent_at": "2026-11-20T09:30",
        "destination": "深圳",
        "plate": "粤B12345",
        "pickup_place": "深圳市宝安区福永街道物流园三号库",
        "pickup_at": "2026-11-22T14:00",
        "contact_phone": "075583667788",
    }
    run = Run(
        "freight-waybill", 3, "what_next", "zh-CN", attempts=1, turns=6, results={"waybill": outputs}, asked="waybill"
    )
    tags = {"WAYBILL": "8336685712", "LANG": "zh-CN", "DESTINATION": "深圳"}
    return replace(call(number), run=run, tags=tags, turn=6, answer=(Gather("6", (told, menu), max_digits=1),))


def waiting(number: int = 1, since: int = NOW, priority: int = 5, queue: str = "service") -> Call:
    """Give a call that waits."""
    return queueing.enqueue(call(number), Place(queue, priority, since, {"0": "to_a_person"}, since + 600_000))


def ready(agent_id: str = "100", profile: str = "service", since: int = NOW) -> Agent:
    """Give an agent who has signed in, whose page listens, and who is ready."""
    record = AgentRecord(agent_id, "张三", profile, 1)
    signed_in = presence.sign_in(Agent(id=agent_id), record, BROWSER, since, ready=True)
    return presence.connect(signed_in, f"socket-{agent_id}", f"page-{agent_id}", since)


def stored_call(desk: Desk, new: Call) -> Call:
    """Store a new call and give it as it is read."""
    desk.commit(Change(calls=(Moved(None, new),)))
    found = desk.call(new.id)
    assert found is not None
    return found


def stored_agent(desk: Desk, new: Agent) -> Agent:
    """Store a new agent and give them as they are read."""
    desk.commit(Change(agents=(Moved(None, new),)))
    found = desk.agent(new.id)
    assert found is not None
    return found


def offered(before: Call, agent: Agent, now: int = NOW) -> Change:
    """Give the change that offers the call to the agent."""
    scene = Scene(before, {agent.id: agent})
    return Change.of(scene, offering.make(scene, agent.id, offering.from_queue(QUEUE), now))
