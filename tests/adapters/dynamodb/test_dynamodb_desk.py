"""The promises of the desk, kept by memory and by DynamoDB alike."""

import threading
from dataclasses import replace

import pytest

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import offering, talking
from chalicelib.core.calls.call import Call, CallState, EndedBy, Outbox
from chalicelib.core.calls.routing import Ready, Waiting
from chalicelib.core.calls.scene import Scene
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.told.audit import AuditRecord, audit_id, day_of
from chalicelib.core.told.notices import Heard, Timer, TimerKind
from chalicelib.core.told.recordings import Recording, RecordingState
from chalicelib.ports import Change, Moved
from tests.adapters.dynamodb import examples
from tests.invariants import check_all

NOW = examples.NOW


def test_nobody_is_known_at_first(desk):
    assert desk.call("CA1") is None
    assert desk.agent("100") is None
    assert desk.both("CA1", "100") == (None, None)
    assert desk.outbox("CA1", 1) is None
    assert desk.recording("CA1-1") is None
    assert desk.events_after("100", 1, 0) == []
    assert desk.lines(["service"], ["service"]) == ([], [])


@pytest.mark.parametrize("made", [examples.call, examples.informed, examples.waiting])
def test_a_new_call_is_read_as_it_was_stored_in_its_first_version(desk, made):
    new = made()
    assert examples.stored_call(desk, new) == replace(new, version=1)


def test_a_new_agent_is_read_as_they_were_stored_without_what_was_told(desk):
    new = examples.ready()
    found = examples.stored_agent(desk, new)
    assert found == replace(new, version=1)
    assert found.events == ()
    assert found.timers == ()


def test_call_and_agent_are_read_together(desk):
    call, agent = examples.stored_call(desk, examples.call()), examples.stored_agent(desk, examples.ready())
    assert desk.both(call.id, agent.id) == (call, agent)
    assert desk.both(call.id, "nobody") == (call, None)


def test_those_for_whom_something_can_fall_due_are_who_is_signed_in_and_not_ready(desk):
    for number in range(100, 103):
        examples.stored_agent(desk, examples.ready(str(number)))
    paused = examples.stored_agent(desk, presence.pause(examples.ready("103"), presence.Pause("meal", 16), NOW))
    lost = examples.stored_agent(desk, presence.disconnect(examples.ready("104"), "socket-104", NOW))
    call = examples.stored_call(desk, examples.waiting())
    desk.commit(examples.offered(call, desk.agent("102")))
    examples.stored_agent(desk, examples.ready("105", profile="unconfigured"))
    gone = examples.stored_agent(desk, examples.ready("106"))
    desk.commit(Change(agents=(Moved(gone, presence.sign_out(gone, NOW)),)))
    found = {agent.id: agent for agent in desk.restless(["service", "senior"])}
    assert set(found) == {"102", "103", "104", "105"}
    assert (found["103"], found["104"]) == (paused, lost)
    assert desk.restless([]) != []
    assert desk.signed_in() == {"100", "101", "102", "103", "104", "105"}


def test_when_nobody_is_signed_in_nothing_can_fall_due(desk):
    examples.stored_agent(desk, Agent(id="100"))
    assert desk.restless(["service"]) == []
    assert desk.signed_in() == set()


def test_of_hundreds_none_is_overlooked(desk):
    for number in range(1, 131):
        examples.stored_agent(desk, presence.disconnect(examples.ready(str(number)), f"socket-{number}", NOW))
    assert {agent.id for agent in desk.restless(["service"])} == {str(number) for number in range(1, 131)}


def test_each_change_counts_the_version(desk):
    first = examples.stored_call(desk, examples.call())
    desk.commit(Change(calls=(Moved(first, replace(first, turn=3)),)))
    assert desk.call(first.id) == replace(first, turn=3, version=2)


def test_a_call_cannot_arrive_twice(desk):
    examples.stored_call(desk, examples.call())
    with pytest.raises(Conflict):
        desk.commit(Change(calls=(Moved(None, replace(examples.call(), turn=9)),)))
    assert desk.call(examples.sid(1)).turn == 2


def test_who_read_before_somebody_else_changed_it_conflicts(desk):
    read = examples.stored_call(desk, examples.call())
    desk.commit(Change(calls=(Moved(read, replace(read, turn=3)),)))
    with pytest.raises(Conflict):
        desk.commit(Change(calls=(Moved(read, replace(read, turn=4)),)))
    assert desk.call(read.id).turn == 3


def test_a_call_that_was_never_stored_cannot_be_changed(desk):
    read = replace(examples.call(), version=3)
    with pytest.raises(Conflict):
        desk.commit(Change(calls=(Moved(read, replace(read, turn=4)),)))
    assert desk.call(read.id) is None


def test_a_change_of_two_things_is_stored_together_or_not_at_all(store, desk):
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    desk.commit(Change(agents=(Moved(agent, presence.pause(agent, presence.Pause("", 0), NOW)),)))
    with pytest.raises(Conflict):
        desk.commit(examples.offered(call, agent))
    assert desk.call(call.id) == call
    assert desk.outbox(call.id, 2) is None
    check_all(store.everything)


def test_of_two_callers_offered_to_one_agent_one_gets_them(store, desk):
    first, second = (examples.stored_call(desk, examples.waiting(number)) for number in (1, 2))
    agent = examples.stored_agent(desk, examples.ready())
    desk.commit(examples.offered(first, agent))
    with pytest.raises(Conflict):
        desk.commit(examples.offered(second, agent))
    assert desk.call(second.id).state is CallState.WAITING
    check_all(store.everything)


def test_an_empty_change_is_no_change(desk):
    call = examples.stored_call(desk, examples.call())
    desk.commit(Change.of(Scene(call), Scene(call)))
    assert desk.call(call.id).version == 1


def test_the_waiting_stand_in_line_by_priority_and_age(desk):
    ages = {1: (5, NOW + 2), 2: (5, NOW + 1), 3: (1, NOW + 3), 4: (5, NOW + 1)}
    for number, (priority, since) in ages.items():
        examples.stored_call(desk, examples.waiting(number, since, priority))
    waiting, ready = desk.lines(["service"], [])
    same_age = sorted([examples.sid(2), examples.sid(4)])
    assert [row.call for row in waiting] == [examples.sid(3), *same_age, examples.sid(1)]
    assert waiting[0] == Waiting(examples.sid(3), "service", 1, NOW + 3)
    assert ready == []


def test_a_place_in_line_tells_when_waiting_began_and_whom_it_spares(store, desk):
    sent = examples.waiting(1, NOW)
    place = replace(sent.place, counts_from=NOW + 9, spares="100", spares_until=NOW + 39)
    call = examples.stored_call(desk, replace(sent, place=place))
    other = examples.stored_call(desk, examples.waiting(2, NOW + 1))
    waiting, _ = desk.lines(["service"], [])
    assert waiting == [
        Waiting(call.id, "service", place.priority, NOW, NOW + 9, "100", NOW + 39),
        Waiting(other.id, "service", place.priority, NOW + 1),
    ]
    desk.commit(examples.offered(call, examples.stored_agent(desk, examples.ready())))
    assert [row.call for row in desk.lines(["service"], [])[0]] == [other.id]
    check_all(store.everything)


def test_only_the_lines_asked_for_are_given(desk):
    examples.stored_call(desk, examples.waiting(1, queue="service"))
    examples.stored_call(desk, examples.waiting(2, queue="vip"))
    examples.stored_call(desk, examples.waiting(3, queue="sales"))
    examples.stored_agent(desk, examples.ready("100", "service", NOW + 1))
    examples.stored_agent(desk, examples.ready("101", "senior", NOW))
    examples.stored_agent(desk, examples.ready("102", "sales", NOW))
    waiting, ready = desk.lines(["service", "vip"], ["senior", "service"])
    assert {row.call for row in waiting} == {examples.sid(1), examples.sid(2)}
    assert ready == [Ready("101", "senior", NOW), Ready("100", "service", NOW + 1)]


def test_the_first_two_hundred_of_a_line_are_given_and_all_are_counted(desk):
    for first in range(1, 204, 29):  # several together, for that is quicker; DynamoDB takes a hundred rows at most
        calls = [examples.waiting(number, NOW + number) for number in range(first, first + 29)]
        desk.commit(Change(calls=tuple(Moved(None, call) for call in calls)))
    waiting, _ = desk.lines(["service"], [])
    assert [row.since - NOW for row in waiting] == list(range(1, 201))
    assert [row.since - NOW for row in desk.lines(["service"], [], 3)[0]] == [1, 2, 3]
    assert [desk.count_waiting("service", most) for most in (1000, 203, 202, 1)] == [203, 203, 202, 1]
    assert desk.count_waiting("vip", 1000) == 0


def test_an_offered_call_and_agent_leave_their_lines(store, desk):
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    desk.commit(examples.offered(call, agent))
    assert desk.lines(["service"], ["service"]) == ([], [])
    check_all(store.everything)


def test_a_missed_call_is_back_at_its_old_place(store, desk):
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    before = desk.lines(["service"], [])
    desk.commit(examples.offered(call, agent))
    ringing, rung = desk.both(call.id, agent.id)
    rings = Scene(ringing, {rung.id: rung})
    desk.commit(Change.of(rings, offering.miss(rings, rung.id, NOW + 20_000)))
    assert desk.lines(["service"], ["service"]) == before
    check_all(store.everything)


def test_an_agent_ready_anew_stands_at_the_end_of_the_line(store, desk):
    agent = examples.stored_agent(desk, examples.ready())
    desk.commit(Change(agents=(Moved(agent, replace(agent, ready_since=NOW + 9)),)))
    assert desk.lines([], ["service"])[1] == [Ready("100", "service", NOW + 9)]


def test_what_a_change_wants_told_is_kept_until_it_is_settled(store, desk):
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    change = examples.offered(call, agent)
    desk.commit(change)
    assert desk.outbox(call.id, 2) == change.calls[0].after.outbox
    assert desk.outbox(call.id, 1) is None
    assert store.everything.all_unsettled() == [(call.id, 2)]
    desk.settle(call.id, 2)
    assert desk.outbox(call.id, 2) is None
    assert store.everything.all_unsettled() == []


def test_settling_twice_or_what_never_was_harms_nobody(store, desk):
    call = examples.stored_call(desk, examples.call().asks_its_carrier_again())
    desk.settle(call.id, 1)
    desk.settle(call.id, 1)
    desk.settle(call.id, 7)
    assert desk.outbox(call.id, 1) is None
    assert desk.outbox(call.id, 7) is None
    assert store.everything.all_unsettled() == []


def test_a_change_that_only_tells_something_is_stored(desk):
    call = examples.stored_call(desk, examples.call())
    desk.commit(Change.of(Scene(call), Scene(call.asks_its_carrier_again())))
    assert desk.outbox(call.id, 2) == Outbox(carrier=True)


def test_an_agents_page_can_hear_again_what_it_missed(desk):
    agent = examples.stored_agent(desk, examples.ready())
    told = desk.events_after("100", 1, 0)
    assert told[0].type is Heard.LOGIN
    assert [event.seq for event in told] == list(range(1, agent.seq + 1))
    assert desk.events_after("100", 1, 2) == told[2:]
    assert desk.events_after("100", 1, agent.seq) == []
    assert desk.events_after("100", 2, 0) == []
    assert desk.events_after("101", 1, 0) == []


def test_events_of_many_changes_come_in_order(desk):
    agent = examples.stored_agent(desk, examples.ready())
    for second in range(12):
        agent = desk.agent("100")
        desk.commit(Change(agents=(Moved(agent, agent.hears(Heard.KEY, NOW + second, 1)),)))
    told = desk.events_after("100", 1, 3)
    assert [event.seq for event in told] == list(range(4, desk.agent("100").seq + 1))


def test_a_new_sign_in_tells_its_own_events_only(store, desk):
    agent = examples.stored_agent(desk, examples.ready())
    desk.commit(Change(agents=(Moved(agent, presence.sign_out(agent, NOW)),)))
    gone = desk.agent("100")
    again = presence.sign_in(gone, examples.RECORD, examples.BROWSER, NOW, ready=False)
    desk.commit(Change(agents=(Moved(gone, again),)))
    assert {event.epoch for event in desk.events_after("100", 2, 0)} == {2}
    assert {event.epoch for event in desk.events_after("100", 1, 0)} == {1}
    check_all(store.everything)


def test_events_are_kept_for_a_day(desk, clock):
    examples.stored_agent(desk, examples.ready())
    clock.passes(24 * 3600 * 1000 - 1000)
    assert desk.events_after("100", 1, 0)
    clock.passes(1000)
    assert desk.events_after("100", 1, 0) == []


def test_a_timer_without_an_event_overwrites_no_event(store, desk):
    agent = examples.stored_agent(desk, examples.ready())
    told = desk.events_after("100", 1, 0)
    timer = Timer(TimerKind.SEAT, "100", "1", NOW + 90_000)
    desk.commit(Change(agents=(Moved(agent, replace(agent, connected=False).reminds(timer)),)))
    assert desk.events_after("100", 1, 0) == told
    assert timer in store.everything.all_timers("100")


def picked_up(scene):
    return scene.with_call(scene.call.notes(scene.call.queue_offer.id, "answer", NOW + 3, examples.sid(9)))


def test_a_whole_call_leaves_everything_in_order(store, desk):
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    steps = [
        lambda scene: offering.make(scene, "100", offering.from_queue(examples.QUEUE), NOW + 1),
        lambda scene: offering.accept(scene, "100", NOW + 2),
        lambda scene: offering.take(picked_up(scene), "100", NOW + 3),
        lambda scene: talking.hold(scene, "media:hold-music", NOW + 4),
        lambda scene: talking.retrieve(scene, NOW + 5),
        lambda scene: talking.end(scene, NOW + 6, EndedBy.AGENT, wrap_up=60),
        lambda scene: scene.with_agent(presence.finish_wrap_up(scene.agent("100"), NOW + 7)),
    ]
    for step in steps:
        call, agent = desk.both(call.id, agent.id)
        scene = Scene(call, {agent.id: agent})
        desk.commit(Change.of(scene, step(scene)))
        check_all(store.everything)
    assert desk.lines(["service"], ["service"]) == ([], [Ready("100", "service", NOW + 7)])
    assert desk.call(call.id).state is CallState.ENDED


RECORDING = Recording("CA1-1", "CA1", ("100",), "twilio", "RE1", RecordingState.REPORTED, 60, NOW)


def test_a_recording_is_kept_and_found_by_its_vocid(desk):
    assert desk.keep_recording(RECORDING)
    assert desk.recording("CA1-1") == RECORDING


def test_a_recordings_later_stage_replaces_an_earlier_one_and_not_the_other_way(desk):
    ready = replace(RECORDING, state=RecordingState.READY)
    absent = replace(RECORDING, state=RecordingState.ABSENT)
    assert desk.keep_recording(absent)
    assert desk.keep_recording(RECORDING)
    assert desk.keep_recording(ready)
    assert not desk.keep_recording(RECORDING)
    assert not desk.keep_recording(absent)
    assert desk.keep_recording(replace(ready, seconds=61))
    assert desk.recording("CA1-1") == replace(ready, seconds=61)


def test_of_two_who_decide_the_very_same_only_one_is_told_that_it_was_stored(desk):
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    desk.commit(examples.offered(call, agent))
    with pytest.raises(Conflict):
        desk.commit(examples.offered(call, agent))


def test_nobody_elses_copy_of_a_call_changes_what_is_stored(desk):
    tags = {"WAYBILL": "1"}
    new: Call = replace(examples.call(), tags=tags)
    examples.stored_call(desk, new)
    tags["WAYBILL"] = "2"
    assert desk.call(new.id).tags == {"WAYBILL": "1"}


@pytest.mark.parametrize("store", ["memory", pytest.param("local", marks=examples.LOCAL_MARKS)], indirect=True)
def test_many_callers_race_for_few_agents_and_each_agent_gets_one(store, desk):
    calls = [examples.stored_call(desk, examples.waiting(number, NOW + number)) for number in range(1, 17)]
    agents = [examples.stored_agent(desk, examples.ready(str(number))) for number in range(100, 104)]
    start, won = threading.Barrier(len(calls)), []

    def race(call: Call, turn: int) -> None:
        start.wait()
        for step in range(len(agents)):
            agent = agents[(turn + step) % len(agents)]
            try:
                desk.commit(examples.offered(call, agent))
            except Conflict:
                continue
            won.append((call.id, agent.id))
            return

    threads = [threading.Thread(target=race, args=(call, turn)) for turn, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({agent for _, agent in won}) == len(won)
    assert {agent.call for agent in store.everything.all_agents() if agent.call} == {call for call, _ in won}
    check_all(store.everything)


@pytest.mark.parametrize("store", ["memory", pytest.param("local", marks=examples.LOCAL_MARKS)], indirect=True)
def test_of_sixteen_who_offer_the_same_call_to_the_same_agent_one_wins(store, desk):
    call, agent = examples.stored_call(desk, examples.waiting()), examples.stored_agent(desk, examples.ready())
    start, won = threading.Barrier(16), []

    def race() -> None:
        start.wait()
        try:
            desk.commit(examples.offered(call, agent))
        except Conflict:
            return
        won.append(True)

    threads = [threading.Thread(target=race) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    check_all(store.everything)


def audited(number, at=NOW, **changed):
    given = {"by": "200", "control": "monitor", "seat": 1, "target": "100", "call": "CA1", "result": 0} | changed
    return AuditRecord(id=audit_id(at, f"{number:012x}"), at=at, **given)


def test_what_was_controlled_is_kept_with_the_change_or_not_at_all(desk):
    call = examples.stored_call(desk, examples.call())
    desk.commit(Change(calls=(Moved(call, replace(call, turn=3)),), audits=(audited(1),)))
    with pytest.raises(Conflict):
        desk.commit(Change(calls=(Moved(call, replace(call, turn=4)),), audits=(audited(2),)))
    assert desk.audits(day_of(NOW), "", 10) == [audited(1)]


def test_a_days_audit_is_read_page_by_page_the_newest_first(desk):
    kept = [audited(number, NOW + 1000 * number, result=-number) for number in range(5)]
    for record in [*kept, audited(9, NOW + 24 * 3600 * 1000)]:
        desk.commit(Change(audits=(record,)))
    newest = desk.audits(day_of(NOW), "", 2)
    assert newest == [kept[4], kept[3]]
    assert desk.audits(day_of(NOW), newest[-1].id, 10) == [kept[2], kept[1], kept[0]]
    assert desk.audits("2001-01-01", "", 10) == []


def test_several_agents_are_read_together(desk):
    stored = [examples.stored_agent(desk, examples.ready(str(number))) for number in range(100, 103)]
    found = desk.agents(["100", "102", "999", "100"])
    assert sorted(found, key=lambda agent: agent.id) == [stored[0], stored[2]]
    assert desk.agents([]) == []
