"""Calls in which everything happens in any order: in the end Asterisk is as the orders want it, and nothing is left."""

from hypothesis import given, settings
from hypothesis import strategies as st

from icall_bridge.heart.heart import is_over
from icall_bridge.heart.memory import recall, remember
from icall_bridge.heart.state import Meeting, Performing, Ways
from icall_bridge.messages import (
    Coach,
    Dial,
    Gather,
    HangUp,
    Hold,
    Join,
    JoinConference,
    LegEnded,
    LegJoined,
    Mute,
    PauseRecording,
    Play,
    ResumeRecording,
    Retrieve,
    Ring,
    StartRecording,
    StopRecording,
    TakeTurn,
    TurnTaken,
)
from tests.bridge.fake_asterisk import FakeAsterisk
from tests.bridge.stages import Stage

LEGS = ["customer", "l1", "l2", "l3"]
MUSIC = "media:hold-music"
WISHES = [
    JoinConference("v1"), TakeTurn("t1"), Hold(MUSIC), Hold(""), Retrieve(), Mute(muted=True), Mute(muted=False),
    Coach("l1"), Coach(""), StartRecording("v2"), PauseRecording(), ResumeRecording(), StopRecording(), HangUp(),
    Ring("agent:1", "", 20, "v1"), Ring("+861", "", 20, early_media=True), Ring("agent:2", "", 20, coaches="l1"),
    Ring("agent:3", "", 20, muted=True),
]  # fmt: skip
SCRIPTS = [
    (Gather("t1", (Play("media:menu", 0),), 2, "#", 5),),
    (Play("media:menu"), Join("customer", "v1")),
    (Dial("+862", "", "t2", 20),),
]

orders = st.tuples(st.just("order"), st.sampled_from(LEGS), st.sampled_from(WISHES), st.booleans())
people = st.tuples(
    st.sampled_from(["rings", "picks_up", "hangs_up", "presses", "progresses", "sound_ends"]), st.integers(0, 9)
)
answers = st.tuples(st.just("answers"), st.sampled_from(SCRIPTS))
times = st.tuples(st.just("passes"), st.sampled_from([0.3, 3.0, 30.0]))
faults = st.tuples(st.just("fails"), st.sampled_from([0, 500]), st.booleans())
steps = st.tuples(st.just("steps"), st.integers(1, 5))


def acts(stage: Stage, act) -> None:
    match act:
        case ("order", leg, wish, again):
            stage.order(leg, wish, again=again)
        case ("answers", script) if "customer" in stage.questions:
            stage.answers(*script)
        case ("passes", seconds):
            stage.passes(seconds)
        case ("fails", status, but_done):
            stage.asterisk.next_status, stage.asterisk.but_done = status, but_done and not status
        case ("steps", number):
            for _ in range(number):
                stage.steps()
        case (what, which) if what not in ("answers", "steps"):
            somebody_does(stage.asterisk, what, which)


def somebody_does(asterisk: FakeAsterisk, what: str, which: int) -> None:
    far = [channel for channel in asterisk.channels.values() if not channel.listens_to]
    if not far:
        return
    channel = far[which % len(far)]
    rung = channel.dialled and channel.state != "Up"
    if what == "presses":
        asterisk.presses(channel.id, "1")
    elif what == "hangs_up":
        asterisk.hangs_up(channel.id)
    elif what == "sound_ends" and channel.sounds:
        asterisk.sound_ends(channel.id)
    elif what in ("rings", "picks_up", "progresses") and rung:
        getattr(asterisk, what)(channel.id)


def comes_to_rest(stage: Stage) -> None:
    stage.asterisk.next_status = None
    stage.prompt = True
    stage.settles()
    for _ in range(8):
        stage.passes(1)


def is_as_it_should_be(stage: Stage) -> None:
    """What Asterisk does is what the legs should be."""
    for leg in stage.call.live():
        channel = stage.asterisk.channels[leg.channel]
        if not leg.answered:
            continue
        meeting = leg.doing if isinstance(leg.doing, Meeting) else None
        assert channel.muted == bool(meeting and meeting.muted)
        if meeting is None:
            assert channel.bridge != "c1"
        elif meeting.held is not None:
            assert channel.bridge == ""
            assert {sound for _, sound in channel.sounds} == ({meeting.held} if meeting.held else set())
        else:
            assert channel.bridge == (f"c1.{leg.id}.c" if meeting.coaches else "c1")
            assert not channel.sounds
        if isinstance(leg.doing, Performing) and leg.doing.gathering is None and leg.doing.sounding is None:
            raise AssertionError("a script stands still")


def nobody_hears_who_coaches_another(stage: Stage) -> None:
    for leg in stage.call.meeting():
        if not leg.doing.coaches or not leg.answered:
            continue
        for other in stage.call.live():
            if other is leg or other.id == leg.doing.coaches or not other.answered:
                continue
            if isinstance(other.doing, Meeting) and not other.doing.coaches:
                assert leg.channel not in stage.hears(other.channel)


def everybody_leaves(stage: Stage) -> None:
    for leg in list(stage.call.live()):
        stage.order(leg.id, HangUp())
    stage.passes(60)
    assert is_over(stage.call), stage.call
    assert stage.asterisk.channels == {}
    assert stage.asterisk.bridges == {}
    assert stage.asterisk.tapes == {}


def every_end_is_told_once(stage: Stage, repeated: set[str]) -> None:
    for leg in stage.call.legs:
        ends = [news for about, news in stage.told if about == leg and isinstance(news, LegEnded)]
        assert len(ends) == 1 or leg in repeated


@settings(max_examples=400)
@given(st.lists(st.one_of(orders, people, people, answers, times, steps), max_size=40), st.booleans())
def test_in_any_order_asterisk_is_as_it_is_wanted_and_nothing_is_left(days, prompt):
    stage = Stage()
    stage.arrives()
    stage.prompt = prompt
    for act in days:
        acts(stage, act)
    comes_to_rest(stage)
    is_as_it_should_be(stage)
    nobody_hears_who_coaches_another(stage)
    everybody_leaves(stage)


@settings(max_examples=400)
@given(st.lists(st.one_of(orders, people, people, answers, times, steps, faults), max_size=40), st.booleans())
def test_requests_that_fail_strand_nobody(days, prompt):
    stage = Stage()
    stage.arrives()
    stage.prompt = prompt
    for act in days:
        acts(stage, act)
    comes_to_rest(stage)
    stage.passes(20)
    is_as_it_should_be(stage)
    nobody_hears_who_coaches_another(stage)
    everybody_leaves(stage)


@settings(max_examples=200)
@given(st.lists(st.one_of(orders, people, answers), max_size=20), orders)
def test_the_same_order_again_changes_nothing_at_asterisk(days, order):
    stage = Stage()
    stage.arrives()
    for act in days:
        acts(stage, act)
    comes_to_rest(stage)
    _, leg, wish, _ = order
    stage.order(leg, wish)
    comes_to_rest(stage)
    before = len(stage.asterisk.asked)
    stage.order(leg, wish, again=True)
    assert stage.asterisk.asked[before:] == []


@settings(max_examples=200)
@given(st.lists(st.one_of(orders, people, answers, times), max_size=25))
def test_a_call_that_is_remembered_is_remembered_the_same_again(days):
    stage = Stage()
    stage.arrives()
    for act in days:
        acts(stage, act)
    kept = remember(stage.call)
    again = remember(recall(kept, Ways()))
    kept.pop("serial"), again.pop("serial")
    assert again == kept


def test_joining_is_told_once_for_each_entry():
    stage = Stage()
    stage.arrives(Gather("t1"))
    for _ in range(3):
        stage.order("customer", JoinConference(""))
        stage.order("customer", TakeTurn("t1"))
    told = [type(news) for _, news in stage.told if isinstance(news, LegJoined | TurnTaken)]
    assert told == [LegJoined, TurnTaken] * 3
