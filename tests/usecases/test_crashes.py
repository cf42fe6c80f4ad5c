"""Handlers die before, between and after their calls through a port, and every road of a call still comes true.

Each road is walked once to count its calls through the ports, then again for each death that leaves another world.
What the dead handler left is picked up by the carrier's second try, the page's, the stream, the timers, the sweeper.
A world is changed by a handler's writings alone: so a handler dies once before its first call, and once after each of
its writings. A death between two writings, or around a mere reading, leaves the same world as one of these.

There are more than a thousand such deaths. `make test` takes every third of each road, and begins at the first of one
road, at the second of the next: roads that begin alike so take turns. `make prove` takes them all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from local.carrier.handle import CallHandle, NotHeardError
from tests.fakes.centre import CREDIT, MEMBER, PIN, Centre, Page
from tests.fakes.mortality import Fate
from tests.fakes.scenes import (
    PATIENCE,
    Scene,
    all_is_over,
    are_together,
    asks_the_colleague,
    calling_out,
    done_twice,
    goes_home,
    hear_each_other,
    opened,
    picks_up,
    ringing,
    rings_up,
    staffed,
    supervised,
    talking,
    waiting,
    wants_a_person,
    with_a_colleague,
    wrapping_up,
)
from tests.invariants import check_all

READINGS = {
    f"desk.{name}" for name in ("call", "agent", "restless", "both", "lines", "outbox", "recording", "events_after")
}
READINGS |= {"credentials.get", "carrier.hand_over_recording", "files.upload_url"}

SHARE = 3
"""Of so many deaths of a road, `make test` takes one."""

Begin = Callable[[Centre], Scene]
Walk = Callable[[Scene], object]


@dataclass(frozen=True)
class Road:
    """`begin` sets the scene with nobody dying; handlers may die while it is walked."""

    name: str
    begin: Begin
    walk: Walk


def _tracks_a_waybill(scene: Scene) -> None:
    caller = scene.on_the_line
    caller.presses("1")
    caller.hears("请输入运单号", PATIENCE)
    caller.presses("6012345678#")
    caller.hears("六零幺", PATIENCE)
    caller.presses("1")
    caller.hears("京 A 幺二三四五", PATIENCE)


def _gets_in_line(scene: Scene) -> None:
    wants_a_person(scene)
    scene.on_the_line.hears("hold-music", PATIENCE)


def _comes_to_work(scene: Scene) -> None:
    scene.agent.signs_in().is_ready()
    scene.agent.hears("Ring", PATIENCE)


def _is_offered(scene: Scene) -> None:
    wants_a_person(scene)
    scene.agent.hears("Ring", PATIENCE)


def _nobody_picks_up(scene: Scene) -> None:
    scene.agent.hears("Hangup", PATIENCE, CAUSE="missed")
    scene.centre.time.advance(30)
    assert not scene.agent.phone.ringing()
    assert not scene.on_the_line.over


def _says_no(scene: Scene) -> None:
    assert scene.agent.does(2) == 0
    scene.agent.hears("Hangup", PATIENCE, CAUSE="rejected")
    scene.centre.time.advance(30)
    assert not scene.agent.phone.ringing()


def _device_says_no(scene: Scene) -> None:
    scene.agent.phone.reject()
    scene.agent.hears("Hangup", PATIENCE)


def _caller_gives_up(scene: Scene) -> None:
    scene.on_the_line.hang_up()
    scene.agent.hears("Hangup", PATIENCE)
    scene.centre.time.advance(30)
    assert not scene.agent.phone.ringing()


def _caller_hangs_up(scene: Scene) -> None:
    scene.on_the_line.hang_up()
    scene.agent.hears("Hangup", PATIENCE)
    scene.agent.hears("WrapUp", PATIENCE)
    scene.agent.hears("Record", PATIENCE)


def _agent_hangs_up(scene: Scene) -> None:
    assert scene.agent.does(2) == 0
    scene.on_the_line.ends(PATIENCE)
    scene.agent.hears("Hangup", PATIENCE)
    scene.agent.hears("WrapUp", PATIENCE)


def _agents_time_runs_out(scene: Scene) -> None:
    scene.agent.hears("State", PATIENCE + 60, STATE="1")


def _agent_writes_up(scene: Scene) -> None:
    assert scene.agent.does(25, 0, "solved") == 0
    assert scene.agent.does(25, 1) == 0
    scene.agent.hears("State", PATIENCE, STATE="1")


def _puts_on_hold_and_back(scene: Scene) -> None:
    assert scene.agent.does(3) == 0
    assert scene.centre.time.run_until(lambda: scene.on_the_line.on_hold, PATIENCE)
    assert scene.agent.does(4) == 0
    are_together(scene)


def _calls_out(scene: Scene) -> None:
    scene.centre.exchange.device("+8613900139000")
    assert scene.agent.does(7, 3, "13900139000") == 0
    scene.agent.phone.answer(PATIENCE)
    scene.caller = scene.centre.exchange.device("+8613900139000").answer(PATIENCE)
    scene.agent.hears("Talk", PATIENCE)
    are_together(scene)


def _outside_says_no(scene: Scene) -> None:
    scene.centre.exchange.device("+8613900139000").reject()
    scene.agent.hears("Hangup", PATIENCE)
    assert scene.centre.time.run_until(lambda: not scene.agent.phone.talking(), PATIENCE)


def _browser_is_lost_and_comes_back(scene: Scene) -> None:
    scene.agent.loses_its_socket()
    scene.agent.phone.hang_up()
    scene.centre.time.advance(3)
    scene.agent.connects()
    scene.agent.answers()
    are_together(scene)


def _browser_is_lost_for_good(scene: Scene) -> None:
    scene.agent.loses_its_socket()
    scene.agent.phone.hang_up()
    scene.centre.time.advance(PATIENCE)
    assert not scene.on_the_line.over
    assert not scene.on_the_line.talks_with


def _socket_is_lost_and_comes_back(scene: Scene) -> None:
    scene.agent.loses_its_socket()
    scene.centre.time.advance(5)
    scene.agent.connects()
    wants_a_person(rings_up(scene))
    scene.agent.hears("Ring", PATIENCE)


def _into_the_flow(centre: Centre) -> Scene:
    scene = talking(centre)
    assert scene.agent.does(11, 1, "service-authentication") == 0
    scene.on_the_line.hears("请输入您的六位会员号", PATIENCE)
    return scene


def _proves_who_they_are(scene: Scene) -> None:
    caller = scene.on_the_line
    caller.presses(MEMBER)
    caller.hears("请输入您的六位密码", PATIENCE)
    caller.presses(PIN)
    scene.agent.hears("Talk", PATIENCE, AUTHRESULT="passed", CREDIT=CREDIT)
    are_together(scene)


def _is_sent_into_the_flow(scene: Scene) -> None:
    assert scene.agent.does(11, 1, "service-authentication") == 0
    scene.on_the_line.hears("请输入您的六位会员号", PATIENCE)


def _is_taken_out_of_the_flow(scene: Scene) -> None:
    assert scene.agent.does(4) == 0
    scene.agent.hears("Talk", PATIENCE, AUTHRESULT="aborted")
    are_together(scene)


def _is_left_to_the_flow(scene: Scene) -> None:
    assert scene.agent.does(2) == 0
    scene.agent.hears("Hangup", PATIENCE)
    scene.on_the_line.ends(PATIENCE + 60)


def _leaves_the_flow(scene: Scene) -> None:
    scene.on_the_line.hang_up()
    scene.agent.hears("Hangup", PATIENCE)
    scene.agent.hears("WrapUp", PATIENCE)


def _goes_to_a_survey(scene: Scene) -> None:
    assert scene.agent.does(28, 0, "echo") == 0
    scene.agent.hears("Hangup", PATIENCE)
    assert scene.centre.time.run_until(lambda: not scene.agent.phone.talking(), PATIENCE)
    assert not scene.on_the_line.over


def _waiting_browser_is_lost_for_good(scene: Scene) -> None:
    scene.agent.loses_its_socket()
    scene.agent.phone.hang_up()
    scene.centre.time.advance(PATIENCE)
    assert not scene.on_the_line.over


def _signs_out_after_the_call(scene: Scene) -> None:
    assert scene.agent.does(32, 1) == 0
    scene.on_the_line.hang_up()
    scene.agent.hears("Logout", PATIENCE + 60)
    shut = scene.centre.time.run_until(lambda: scene.agent.socket not in scene.centre.sockets.pages, PATIENCE)
    assert shut, "the page of who signed out is open"


def _is_sent_into_a_queue_and_back(scene: Scene) -> None:
    assert scene.agent.does(5, 4, "service") == 0
    scene.agent.hears("Hangup", PATIENCE)
    assert scene.agent.does(10) == 0
    scene.agent.hears("Ring", PATIENCE)
    picks_up(scene)


def _is_put_right(scene: Scene) -> None:
    assert scene.agent.does(34) == 0
    are_together(scene)


def _page_dies(scene: Scene) -> None:
    """It may be that nobody tells: then the next call that is offered in vain shows it, and waits on."""
    scene.agent.loses_its_socket()
    wants_a_person(scene)
    assert scene.centre.time.run_until(lambda: not scene.agent.state.signed_in, PATIENCE)
    assert not scene.on_the_line.over


def _two_callers_come_at_once(scene: Scene) -> None:
    first, second = scene.centre.calls("13800138001"), scene.centre.calls("13800138002")
    scene.caller = first
    first.hears("查询运单请按1", PATIENCE)
    first.press("0")
    second.press("0")
    scene.agent.hears("Ring", PATIENCE)
    picks_up(scene)


def _in_company(centre: Centre) -> Scene:
    return with_a_colleague(talking(centre))


def _consulting(centre: Centre) -> Scene:
    return asks_the_colleague(_in_company(centre))


def _conferring(centre: Centre) -> Scene:
    scene = _consulting(centre)
    _brings_all_together(scene)
    return scene


def _given_away(centre: Centre) -> Scene:
    scene = _in_company(centre)
    assert scene.agent.does(5, 2, "200") == 0
    scene.colleague.hears("Ring", PATIENCE)
    return scene


def _swaps_to_and_fro(scene: Scene) -> None:
    for ends in ((scene.on_the_line, scene.agent.phone), (scene.agent.phone, scene.colleague.phone)):
        assert scene.agent.does(23) == 0
        hear_each_other(scene, *ends)


def _is_called_off(scene: Scene) -> None:
    assert scene.agent.does(22) == 0
    scene.colleague.hears("Hangup", PATIENCE)
    hear_each_other(scene, scene.on_the_line, scene.agent.phone)


def _is_handed_over(scene: Scene) -> None:
    assert scene.agent.does(20) == 0
    scene.agent.hears("Hangup", PATIENCE)
    scene.colleague.hears("Talk", PATIENCE)
    hear_each_other(scene, scene.on_the_line, scene.colleague.phone)
    assert scene.centre.time.run_until(lambda: not scene.agent.phone.talking(), PATIENCE)


def _brings_all_together(scene: Scene) -> None:
    assert scene.agent.does(21) == 0
    scene.colleague.hears("Conference", PATIENCE)
    hear_each_other(scene, scene.on_the_line, scene.agent.phone, scene.colleague.phone)


def _owner_leaves(scene: Scene) -> None:
    assert scene.agent.does(2) == 0
    scene.colleague.hears("Talk", PATIENCE)
    hear_each_other(scene, scene.on_the_line, scene.colleague.phone)


def _is_given_away(scene: Scene) -> None:
    assert scene.agent.does(5, 2, "200") == 0
    scene.agent.hears("Hangup", PATIENCE)
    scene.colleague.hears("Ring", PATIENCE)
    scene.colleague.answers()
    scene.agent.hears("Transfer", PATIENCE, RESULT="done")
    hear_each_other(scene, scene.on_the_line, scene.colleague.phone)


def _is_sent_to_the_queue(scene: Scene) -> None:
    assert scene.agent.does(5, 4, "service") == 0
    scene.agent.hears("Hangup", PATIENCE)
    scene.colleague.hears("Ring", PATIENCE)
    scene.colleague.answers()
    hear_each_other(scene, scene.on_the_line, scene.colleague.phone)


def _comes_back(scene: Scene) -> None:
    assert scene.colleague.does(2) == 0
    scene.agent.hears("Ring", PATIENCE)
    scene.agent.answers()
    hear_each_other(scene, scene.on_the_line, scene.agent.phone)


def _is_given_to_a_stranger(scene: Scene) -> None:
    stranger = scene.centre.exchange.device("+8613900139000")
    assert scene.agent.does(5, 3, "13900139000") == 0
    stranger.answer(PATIENCE)
    scene.agent.hears("Transfer", PATIENCE, RESULT="done")
    hear_each_other(scene, scene.on_the_line, stranger)
    scene.on_the_line.hang_up()
    assert scene.centre.time.run_until(lambda: not stranger.talking(), PATIENCE)


def _calls_a_colleague(scene: Scene) -> None:
    assert scene.agent.does(7, 2, "200") == 0
    scene.agent.phone.answer(PATIENCE)
    scene.colleague.hears("Ring", PATIENCE)
    scene.colleague.answers()
    scene.agent.hears("Talk", PATIENCE)
    hear_each_other(scene, scene.agent.phone, scene.colleague.phone)


def _calls_a_flow(scene: Scene) -> None:
    assert scene.agent.does(7, 5, "freight-waybill") == 0
    leg = scene.agent.phone.answer(PATIENCE)
    scene.agent.hears("Talk", PATIENCE)
    leg.hears("人工服务请按0", PATIENCE)
    leg.presses("0")
    scene.colleague.hears("Ring", PATIENCE)
    scene.colleague.answers()
    hear_each_other(scene, leg, scene.colleague.phone)
    assert scene.agent.does(2) == 0
    scene.colleague.hears("Hangup", PATIENCE)


SEAT, MONITOR, INTERCEPT, EMERGENCY = 1, 1, 2, 4
TO_PAUSE, TO_READY, TO_REST, TO_MONITOR, TO_BARGE_IN, TO_WHISPER = 8, 9, 13, 14, 15, 16
STOP_IT, START_IT, PAUSE_IT, RESUME_IT = range(4)


def _supervisor_listens(scene: Scene) -> None:
    supervisor = scene.their_supervisor
    assert supervisor.controls(SEAT, MONITOR) == 0
    leg = _comes_in(supervisor)
    assert scene.centre.time.run_until(lambda: len(leg.talks_with) == 2, PATIENCE)
    assert leg.heard_by == []
    scene.on_the_line.hang_up()
    assert scene.centre.time.run_until(lambda: leg.over, PATIENCE)


def _supervisor_takes_over(scene: Scene) -> None:
    supervisor = scene.their_supervisor
    assert supervisor.controls(SEAT, INTERCEPT) == 0
    leg = _comes_in(supervisor)
    assert scene.centre.time.run_until(lambda: scene.on_the_line.talks_with == [leg.party], PATIENCE)
    scene.on_the_line.hang_up()


def _colleague_picks_up(scene: Scene) -> None:
    assert scene.colleague.does(30) == 0
    scene.agent.hears("Hangup", PATIENCE)
    scene.colleague.hears("Ring", PATIENCE)
    scene.colleague.answers()
    hear_each_other(scene, scene.on_the_line, scene.colleague.phone)


def _supervisor_calls_who_is_at_rest(scene: Scene) -> None:
    supervisor = scene.their_supervisor
    assert supervisor.controls(SEAT, EMERGENCY) == 0
    supervisor.phone.answer(PATIENCE)
    _comes_in(scene.agent)
    hear_each_other(scene, supervisor.phone, scene.agent.phone)
    assert supervisor.does(2) == 0
    scene.agent.hears("Hangup", PATIENCE)


def _supervisor_calls_urgently(scene: Scene) -> None:
    supervisor = scene.their_supervisor
    assert supervisor.controls(SEAT, EMERGENCY) == 0
    leg = _comes_in(supervisor)
    agent = scene.agent.phone.talking()[0]
    assert scene.centre.time.run_until(lambda: leg.heard_by == [agent.party], PATIENCE)
    assert scene.centre.time.run_until(lambda: scene.on_the_line.on_hold, PATIENCE)
    leg.hang_up()
    are_together(scene)
    scene.on_the_line.hang_up()


def _agent_is_muted_and_heard_again(scene: Scene) -> None:
    assert scene.agent.does(24, 1) == 0
    assert scene.centre.time.run_until(lambda: not scene.on_the_line.talks_with, PATIENCE)
    assert scene.agent.does(24, 0) == 0
    are_together(scene)


def _agent_tags_the_call(scene: Scene) -> None:
    assert scene.agent.does(26, 0, "ORDER:42|CITY:X") == 0
    scene.agent.hears("Data", PATIENCE, ORDER="42")
    assert scene.agent.does(26, 1, "ORDER:43") == 0
    scene.agent.hears("Data", PATIENCE, ORDER="43")
    assert scene.centre.the_call().tags == {"ORDER": "43"}


def _recording_is_changed(scene: Scene) -> None:
    for change in (PAUSE_IT, RESUME_IT, STOP_IT, START_IT):
        assert scene.agent.does(27, change) == 0
        scene.centre.time.advance(3)
    scene.on_the_line.hang_up()
    scene.agent.hears("WrapUp", PATIENCE)


def _supervisor_forces_states(scene: Scene) -> None:
    supervisor = scene.their_supervisor
    for forced, state in ((TO_PAUSE, "7"), (TO_READY, "1"), (TO_REST, "8")):
        assert supervisor.controls(SEAT, forced) == 0
        scene.agent.hears("State", PATIENCE, STATE=state)


def _supervisor_pauses_who_talks(scene: Scene) -> None:
    assert scene.their_supervisor.controls(SEAT, TO_PAUSE) == 0
    scene.on_the_line.hang_up()
    scene.agent.hears("State", PATIENCE + 60, STATE="7")


def _supervisor_switches(scene: Scene) -> None:
    supervisor = scene.their_supervisor
    assert supervisor.controls(SEAT, MONITOR) == 0
    leg = _comes_in(supervisor)
    supervisor.hears("Control", PATIENCE)
    agent, caller = scene.agent.phone.talking()[0].party, scene.on_the_line.party
    for switch, hear in ((TO_WHISPER, [agent]), (TO_BARGE_IN, sorted([agent, caller])), (TO_MONITOR, [])):
        assert supervisor.controls(SEAT, switch) == 0
        assert scene.centre.time.run_until(lambda hear=hear: sorted(leg.heard_by) == hear, PATIENCE), switch
    scene.on_the_line.hang_up()


def _comes_in(supervisor: Page) -> CallHandle:
    """The page picks up by itself."""
    supervisor.hears("Ring", PATIENCE)
    return supervisor.answers()


ROADS = [
    Road("a caller arrives", opened, rings_up),
    Road("a caller tracks a waybill", lambda centre: rings_up(opened(centre)), _tracks_a_waybill),
    Road("a caller gets in line", lambda centre: rings_up(opened(centre)), _gets_in_line),
    Road("an agent comes to work", waiting, _comes_to_work),
    Road("a call is offered", lambda centre: rings_up(staffed(centre)), _is_offered),
    Road("an agent picks up", ringing, picks_up),
    Road("nobody picks up", ringing, _nobody_picks_up),
    Road("an agent says no", ringing, _says_no),
    Road("a device says no", ringing, _device_says_no),
    Road("a caller gives up while it rings", ringing, _caller_gives_up),
    Road("a caller hangs up", talking, _caller_hangs_up),
    Road("an agent hangs up", talking, _agent_hangs_up),
    Road("a wrap-up runs out", wrapping_up, _agents_time_runs_out),
    Road("an agent writes up", wrapping_up, _agent_writes_up),
    Road("a customer is held and taken back", talking, _puts_on_hold_and_back),
    Road("an agent calls out", staffed, _calls_out),
    Road("the number outside says no", calling_out, _outside_says_no),
    Road("a browser is lost and comes back", talking, _browser_is_lost_and_comes_back),
    Road("a browser is lost for good", talking, _browser_is_lost_for_good),
    Road("a customer is sent into a flow", talking, _is_sent_into_the_flow),
    Road("a customer proves who they are", _into_the_flow, _proves_who_they_are),
    Road("a customer is taken out of a flow", _into_the_flow, _is_taken_out_of_the_flow),
    Road("a customer is left to a flow", _into_the_flow, _is_left_to_the_flow),
    Road("a customer hangs up in a flow", _into_the_flow, _leaves_the_flow),
    Road("a customer goes to a survey", talking, _goes_to_a_survey),
    Road("the browser of who waits is lost for good", _into_the_flow, _waiting_browser_is_lost_for_good),
    Road("a socket is lost and comes back", staffed, _socket_is_lost_and_comes_back),
    Road("an agent signs out after the call", talking, _signs_out_after_the_call),
    Road("a customer is sent into a queue", talking, _is_sent_into_a_queue_and_back),
    Road("an agent has a live talk put right", talking, _is_put_right),
    Road("a page dies", lambda centre: rings_up(staffed(centre)), _page_dies),
    Road("two callers come at once", staffed, _two_callers_come_at_once),
    Road("a colleague is asked", _in_company, asks_the_colleague),
    Road("the sides are swapped", _consulting, _swaps_to_and_fro),
    Road("a consultation is called off", _consulting, _is_called_off),
    Road("a customer is handed over", _consulting, _is_handed_over),
    Road("all are brought together", _consulting, _brings_all_together),
    Road("an owner leaves a conference", _conferring, _owner_leaves),
    Road("a customer is given away", _in_company, _is_given_away),
    Road("a customer is sent to the queue", _in_company, _is_sent_to_the_queue),
    Road("a customer comes back", _given_away, _comes_back),
    Road("a customer is given to a stranger", _in_company, _is_given_to_a_stranger),
    Road("a colleague is called", lambda centre: with_a_colleague(staffed(centre)), _calls_a_colleague),
    Road("a flow is called", lambda centre: with_a_colleague(staffed(centre)), _calls_a_flow),
    Road("a supervisor listens", lambda centre: supervised(talking(centre)), _supervisor_listens),
    Road("a supervisor takes over", lambda centre: supervised(talking(centre)), _supervisor_takes_over),
    Road("a colleague takes what rings", lambda centre: with_a_colleague(ringing(centre)), _colleague_picks_up),
    Road(
        "a supervisor calls who is at rest",
        lambda centre: supervised(staffed(centre)),
        _supervisor_calls_who_is_at_rest,
    ),
    Road("a supervisor calls urgently", lambda centre: supervised(talking(centre)), _supervisor_calls_urgently),
    Road("an agent is muted", talking, _agent_is_muted_and_heard_again),
    Road("an agent tags a call", talking, _agent_tags_the_call),
    Road("a recording is changed", talking, _recording_is_changed),
    Road("a supervisor forces states", lambda centre: supervised(staffed(centre)), _supervisor_forces_states),
    Road("a supervisor pauses who talks", lambda centre: supervised(talking(centre)), _supervisor_pauses_who_talks),
    Road("a supervisor switches", lambda centre: supervised(talking(centre)), _supervisor_switches),
]


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.name)
def test_a_road_comes_true_whenever_its_handler_dies(road, request):
    deaths = deaths_of(road) if request.config.getoption("every_death") else sample_of(road)
    told = "\n\n".join(told_of(road, deaths))
    assert not told, told


def deaths_of(road: Road) -> list[Fate]:
    """Give every death that leaves another world."""
    lived = _walked(road, Fate())
    assert lived.calls
    return [Fate(at, after) for at, after in sorted(_worlds(lived))]


def sample_of(road: Road) -> list[Fate]:
    """Give those deaths of a road that `make test` takes."""
    return deaths_of(road)[ROADS.index(road) % SHARE :: SHARE]


def told_of(road: Road, deaths: list[Fate]) -> Iterator[str]:
    """Walk a road with each of these deaths, and give what is wrong afterwards."""
    for fate in deaths:
        try:
            _walked(road, fate)
        except (AssertionError, NotHeardError) as error:
            yield f"killed {'after' if fate.after else 'before'} {fate.struck} (#{fate.at}): {error}"


def _worlds(lived: Fate) -> set[tuple[int, bool]]:
    """At which call a handler may die, and whether after it."""
    writings = {at for at, name in enumerate(lived.calls) if name not in READINGS}
    return {(at, False) for at in lived.begins} | {(at, True) for at in writings}


def _walked(road: Road, fate: Fate) -> Fate:
    centre = Centre(fate=fate)
    scene = road.begin(centre)
    fate.counting = True
    road.walk(scene)
    centre.settles()
    fate.counting = False
    check_all(centre.desk)
    goes_home(centre, [scene.agent, *scene.colleagues])
    check_all(centre.desk)
    assert all_is_over(centre) == []
    assert done_twice(centre) == []
    return fate
