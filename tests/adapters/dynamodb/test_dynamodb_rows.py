"""What the table holds: sizes that are billed, expiry, what operators see, what the stream says."""

import base64
from dataclasses import replace

import pytest
from pynamodb.connection import TableConnection

from chalicelib.adapters.dynamodb import keys, rows
from chalicelib.adapters.dynamodb.desk import DynamoDesk
from chalicelib.adapters.dynamodb.models import CallEventRow, Row, WaitingRow
from chalicelib.adapters.dynamodb.stream import read_row
from chalicelib.adapters.dynamodb.table import Put, Table, connect
from chalicelib.core.agents import presence
from chalicelib.core.calls import offering, talking
from chalicelib.core.calls.call import EndedBy, Outbox
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.calls.scene import Scene
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.told.notices import Heard, Timer, TimerKind
from chalicelib.core.told.recordings import Recording, RecordingState
from chalicelib.ports import (
    AgentToBeTold,
    CallToBeTold,
    Change,
    Moved,
    RecordingToBeFetched,
    SomebodyIsReady,
    SomebodyWaits,
)
from local.aws.meter import Meter, item_bytes
from tests.adapters.dynamodb import examples

NOW = examples.NOW
DAY = 24 * 3600


def stored(call, agent):
    """Give both as they are read after a change: what it told is told."""
    return replace(call, version=12, outbox=Outbox()), replace(agent, version=12, events=(), timers=())


def seen(scene):
    """Give the scene as it is read after a change."""
    call, agent = stored(scene.call, scene.agent("100"))
    return Scene(call, {agent.id: agent})


def ringing():
    """Give a call offered to an agent, the caller having heard all that the flow tells."""
    informed = examples.informed()
    waiting = replace(examples.waiting(), run=informed.run, tags=informed.tags)
    return offering.make(
        seen(Scene(waiting, {"100": examples.ready()})), "100", offering.from_queue(examples.QUEUE), NOW
    )


def talk():
    """Give call and agent in the middle of their talk."""
    rings = seen(ringing())
    call = rings.call.notes(rings.call.queue_offer.id, "answer", NOW, examples.sid(8))
    return offering.take(rings.with_call(replace(call, conference=examples.sid(7, "CF"))), "100", NOW + 5000)


def with_sids(call):
    parties = {leg: replace(party, sid=examples.sid(place)) for place, (leg, party) in enumerate(call.parties.items())}
    return replace(call, parties=parties)


@pytest.mark.parametrize("call", [examples.call(), examples.informed(), examples.waiting(), with_sids(talk().call)])
def test_an_ordinary_call_is_billed_as_one_kb(call):
    assert item_bytes(rows.call_row(replace(call, version=12), NOW).serialize()) <= 1024


def ended():
    """Give call and agent after it, each leg having had its id."""
    scene = seen(talk())
    return talking.end(scene.with_call(with_sids(scene.call)), NOW, EndedBy.AGENT, wrap_up=60)


@pytest.mark.parametrize("change", [ringing, talk, ended])
def test_what_one_change_tells_is_billed_as_one_kb(change):
    call, agent = change().call, change().agent("100")
    for row in (rows.call_event_row(call, NOW), rows.agent_event_row(agent, NOW), rows.agent_row(agent)):
        assert item_bytes(row.serialize()) <= 1024


def test_a_caller_in_their_flow_who_asks_for_nothing_more_is_forgotten_after_two_days():
    assert rows.call_row(examples.call(), NOW).expires_at == NOW // 1000 + 2 * DAY
    assert rows.call_row(examples.waiting(), NOW).expires_at is None


def test_an_ended_call_goes_after_400_days_and_one_that_waits_or_talks_never():
    call, agent = ended().call, ended().agent("100")
    assert rows.call_row(talk().call, NOW).expires_at is None
    assert rows.call_row(call, NOW).expires_at == NOW // 1000 + 400 * DAY
    assert rows.call_event_row(call, NOW).expires_at == NOW // 1000 + 30 * DAY
    assert rows.agent_event_row(agent, NOW).expires_at == NOW // 1000 + DAY


def test_an_operator_sees_state_version_and_queue_of_a_call_without_decoding_anything():
    row = rows.call_row(replace(examples.waiting(), version=3), NOW).serialize()
    assert (row["kind"], row["state"], row["version"], row["queue"]) == (
        {"S": "call"},
        {"S": "waiting"},
        {"N": "3"},
        {"S": "service"},
    )


def test_what_is_settled_keeps_its_history(moto_connection, clock):
    table = Table(moto_connection)
    desk = DynamoDesk(table, clock)
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    desk.commit(examples.offered(call, agent))
    desk.settle(call.id, 2)
    row = table.get(keys.call_event(call.id, 2))
    assert isinstance(row, CallEventRow)
    assert (row.settled, row.state) == (NOW, "waiting")
    assert [notice["type"] for notice in row.document["notices"]] == ["call.rang"]
    desk.settle(call.id, 9)
    assert table.get(keys.call_event(call.id, 9)) is None


def test_a_change_of_one_row_is_a_plain_write_and_of_several_one_transaction(moto_connection, clock):
    desk = DynamoDesk(Table(moto_connection), clock)
    with Meter() as meter:
        with meter.step("arrive"):
            call = examples.call()
            desk.commit(Change(calls=(Moved(None, call),)))
        with meter.step("turn"):
            read = desk.call(call.id)
            desk.commit(Change(calls=(Moved(read, replace(read, turn=3)),)))
        with meter.step("offer"):
            waiting, agent = replace(examples.waiting(2), id="CA2"), examples.ready()
            desk.commit(Change(calls=(Moved(None, waiting),)))
            desk.commit(Change(agents=(Moved(None, agent),)))
            lines = desk.lines(["service", "vip"], ["service"])
            desk.commit(examples.offered(*desk.both("CA2", "100")))
    assert len(lines[0]) == len(lines[1]) == 1
    arrive, turn, offer = meter.steps
    assert (arrive.operations, arrive.write_units) == ({"dynamodb.PutItem": 1}, 1)
    assert (turn.sequential, turn.write_units, turn.read_units) == (2, 1, 1)
    assert offer.operations == {"dynamodb.TransactWriteItems": 3, "dynamodb.Query": 3, "dynamodb.BatchGetItem": 1}
    assert offer.sequential == 5


def test_one_line_is_read_without_another_thread(moto_connection, clock):
    desk = DynamoDesk(Table(moto_connection), clock)
    with Meter() as meter, meter.step("line"):
        desk.lines(["service"], [])
    assert [request.beside for request in meter.steps[0].requests] == [False]


class TwoRowsAPage(TableConnection):
    """DynamoDB stops a page at 1 MB; this one after two rows."""

    def query(self, *args, **kwargs):
        return super().query(*args, **kwargs | {"limit": min(kwargs["limit"] or 2, 2)})


def test_a_line_of_many_pages_is_read_to_its_end_or_as_far_as_asked(moto_connection, clock):
    paged = connect(moto_connection.table_name, "us-east-1")
    paged.__class__ = TwoRowsAPage
    desk = DynamoDesk(Table(paged), clock)
    for number in range(1, 6):
        examples.stored_call(desk, examples.waiting(number, NOW + number))
    waiting, _ = desk.lines(["service"], [])
    assert len(waiting) == 5
    assert len(Table(paged).query(keys.queue("service"), Row.SK.startswith(keys.WAIT))) == 5
    assert len(Table(paged).query(keys.queue("service"), Row.SK.startswith(keys.WAIT), 3)) == 3


class HalfABatch(TableConnection):
    """DynamoDB under load answers a part of a batch and names the rest."""

    def batch_get_item(self, keys, **kwargs):
        answer = super().batch_get_item(keys[:1], **kwargs)
        rest = [{name: {"S": value} for name, value in key.items()} for key in keys[1:]]
        return answer | {"UnprocessedKeys": {self.table_name: {"Keys": rest}}}


def test_what_a_batch_leaves_unread_is_read_after_it(moto_connection, clock):
    half = connect(moto_connection.table_name, "us-east-1")
    half.__class__ = HalfABatch
    desk = DynamoDesk(Table(half), clock)
    call, agent = examples.stored_call(desk, examples.call()), examples.stored_agent(desk, examples.ready())
    assert desk.both(call.id, agent.id) == (call, agent)
    assert desk.both(call.id, "nobody") == (call, None)


def test_a_row_too_large_for_dynamodb_is_our_mistake_and_no_conflict(moto_connection):
    row = WaitingRow(PK="QUEUE#service", SK="x" * 2000)
    with pytest.raises(Exception, match="size") as raised:
        Table(moto_connection).write([Put(row)])
    assert not isinstance(raised.value, Conflict)


def record(row: Row):
    """Give the row as a Lambda event of the table's stream carries it."""
    image = {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
        for name, value in row.serialize().items()
    }
    return {"eventName": "INSERT", "dynamodb": {"NewImage": image}}


@pytest.mark.parametrize("long", [False, True])
def test_the_stream_tells_what_is_not_settled(long):
    tags = {"NOTE": "请小心轻放" * 100} if long else {}
    call = replace(examples.call(), version=4, tags=tags).asks_its_carrier_again()
    call = call.announces("call.rang", NOW)
    row = rows.call_event_row(call, NOW)
    assert (row.packed is not None) == long
    assert read_row(record(row)) == CallToBeTold(call.id, 4, NOW, call.outbox)
    row.settled = NOW
    assert read_row(record(row)) is None


def test_the_stream_tells_an_agents_page_and_timers():
    agent = examples.ready()
    told = read_row(record(rows.agent_event_row(agent, NOW)))
    assert told == AgentToBeTold("socket-100", agent.events, agent.timers)
    timer = Timer(TimerKind.SEAT, "100", "1", NOW)
    silent = replace(agent, socket="", events=(), timers=(timer,), version=5)
    assert read_row(record(rows.agent_event_row(silent, NOW))) == AgentToBeTold("", (), (timer,))


def test_the_stream_tells_who_waits_and_who_is_ready():
    assert read_row(record(rows.waiting_mirror(examples.waiting()))) == SomebodyWaits(waiting_row(examples.waiting()))
    assert read_row(record(rows.ready_mirror(examples.ready()))) == SomebodyIsReady(ready_row(examples.ready()))


def test_the_stream_tells_of_a_recording_that_is_to_be_fetched_and_of_no_other():
    reported = Recording("CA1-1", "CA1", "100", "twilio", "RE1", RecordingState.REPORTED, 60, NOW)
    assert read_row(record(rows.recording_row(reported))) == RecordingToBeFetched("CA1-1")
    assert read_row(record(rows.recording_row(replace(reported, state=RecordingState.READY)))) is None


def test_the_stream_has_nothing_to_tell_of_states_and_removals():
    assert read_row(record(rows.call_row(examples.call(), NOW))) is None
    assert read_row(record(rows.agent_row(examples.ready()))) is None
    assert read_row({"eventName": "REMOVE", "dynamodb": {"Keys": {}}}) is None


def test_an_agents_next_sign_in_does_not_overwrite_what_was_told_before():
    first = presence.sign_out(examples.ready(), NOW)
    again = presence.sign_in(first, examples.RECORD, examples.BROWSER, NOW, ready=True)
    names = {rows.agent_event_row(each, NOW).key for each in (examples.ready(), first, again)}
    assert len(names) == 3
    assert again.events[-1].type is Heard.STATE
    assert TimerKind.SEAT in {timer.kind for timer in again.timers}
