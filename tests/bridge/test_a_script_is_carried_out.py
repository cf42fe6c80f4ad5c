"""Scripts: what a caller hears, keys and is asked, without an Asterisk."""

import pytest

from icall_bridge.messages import (
    Dial,
    Gather,
    Hangup,
    Join,
    LegEnded,
    Pause,
    Play,
    Reject,
    Say,
    TurnTaken,
)
from tests.bridge.stages import Stage

MENU = Gather("t1", (Play("media:menu"),), None, "#", 5)


@pytest.fixture
def stage():
    return Stage()


def digits(stage):
    """Give what was keyed, as the last turn told it."""
    told = stage.last("customer")
    assert isinstance(told, TurnTaken)
    return told.digits


def test_who_calls_is_asked_about_and_not_answered_yet(stage):
    caller = stage.arrives()
    assert stage.news() == ["call.arrived"]
    assert stage.asterisk.channels[caller].state == "Ring"


def test_prompts_are_heard_one_after_the_other_and_expected_ahead(stage):
    caller = stage.arrives(Say("hello", "en-US"), Play("media:menu"), Gather("t1"))
    assert stage.hears(caller) == {"speech:hello"}
    assert stage.asterisk.channels[caller].state == "Up"
    stage.asterisk.sound_ends(caller)
    stage.settles()
    assert stage.hears(caller) == {"media:menu"}
    assert stage.expected == [Say("hello", "en-US"), Play("media:menu")]


def test_a_sound_is_played_as_often_as_it_is_said(stage):
    caller = stage.arrives(Play("media:menu", 2), Say("over", "en-US"), Gather("t1"))
    for heard in ("media:menu", "media:menu", "speech:over"):
        assert stage.hears(caller) == {heard}
        stage.asterisk.sound_ends(caller)
        stage.settles()


def test_a_sound_without_end_is_played_until_a_key_is_pressed(stage):
    caller = stage.arrives(Gather("t1", (Play("media:music", 0),), 1, "", 60))
    for _ in range(50):
        assert stage.hears(caller) == {"media:music"}
        stage.asterisk.sound_ends(caller)
        stage.settles()
    stage.asterisk.presses(caller, "0")
    stage.settles()
    assert (stage.hears(caller), digits(stage)) == (set(), "0")


def test_a_key_that_asterisk_tells_twice_counts_once(stage):
    caller = stage.arrives(Gather("t1", max_digits=4))
    for key, at in [
        ("0", "07.100"),
        ("0", "07.163"),
        ("0", "07.340"),
        ("1", "07.360"),
        ("1", "07.381"),
        ("0", "07.580"),
    ]:
        stage.asterisk.tells_key(caller, key, at)
        stage.settles()
    assert digits(stage) == "0010"


def test_a_pause_is_silence_and_answers_nobody(stage):
    caller = stage.arrives(Pause(3), Say("hello", "en-US"), Gather("t1"))
    assert stage.asterisk.channels[caller].state == "Ring"
    stage.passes(2.9)
    assert stage.hears(caller) == set()
    stage.passes(0.1)
    assert stage.hears(caller) == {"speech:hello"}


def test_who_waits_long_for_a_prompt_hears_that_it_is_coming_and_then_the_prompt(stage):
    stage.fetches = False
    caller = stage.arrives(Play("media:menu"), Gather("t1"))
    stage.takes_long()
    assert stage.hears(caller) == {"moment"}
    stage.fetched()
    assert stage.hears(caller) == {"media:menu"}


def test_what_says_that_a_prompt_is_coming_is_not_taken_for_it(stage):
    stage.fetches = False
    caller = stage.arrives(Play("media:menu"), Gather("t1"))
    stage.takes_long()
    stage.asterisk.sound_ends(caller)
    stage.settles()
    assert (stage.hears(caller), stage.news("customer")) == (set(), ["call.arrived"])
    stage.fetched()
    assert stage.hears(caller) == {"media:menu"}


def test_a_key_stops_what_says_that_a_prompt_is_coming(stage):
    stage.fetches = False
    caller = stage.arrives(Gather("t1", (Play("media:menu"),), 1))
    stage.takes_long()
    stage.asterisk.presses(caller, "1")
    stage.settles()
    stage.takes_long()
    stage.fetched()
    assert (stage.hears(caller), digits(stage)) == (set(), "1")


def test_what_says_that_a_prompt_is_coming_does_not_come_after_it(stage):
    caller = stage.arrives(Play("media:menu"), Gather("t1"))
    stage.takes_long()
    assert stage.hears(caller) == {"media:menu"}


def test_nothing_to_hear_is_passed_over(stage):
    caller = stage.arrives(Say("", "en-US"), Play("media:menu"), Gather("t1"))
    assert stage.hears(caller) == {"media:menu"}


def test_a_sound_that_cannot_be_had_is_a_short_silence(stage):
    stage.missing = {"media:menu"}
    caller = stage.arrives(Play("media:menu", 0), Say("hello", "en-US"), Gather("t1"))
    assert stage.hears(caller) == set()
    stage.passes(2)
    assert stage.hears(caller) == {"speech:hello"}


def test_a_sound_that_cannot_be_played_is_a_short_silence(stage):
    caller = stage.arrives()
    stage.fetches = False
    stage.answers(Play("media:menu"), Gather("t1"))
    stage.asterisk.next_status = 500
    stage.fetched()
    assert stage.hears(caller) == set()
    stage.passes(2 + 5)
    assert digits(stage) == ""


def test_keys_are_sent_as_tones_and_what_comes_next_waits_for_them(stage):
    caller = stage.arrives(Play("dtmf:12w#"), Say("sent", "en-US"), Gather("t1"))
    assert stage.asterisk.channels[caller].keys_heard == "12#"
    assert stage.hears(caller) == set()
    stage.passes(1.2)
    assert stage.hears(caller) == {"speech:sent"}


def test_a_key_stops_the_prompt_and_the_finishing_key_the_taking(stage):
    caller = stage.arrives(MENU)
    stage.asterisk.presses(caller, "1")
    stage.settles()
    assert stage.hears(caller) == set()
    stage.asterisk.presses(caller, "23#")
    stage.settles()
    assert digits(stage) == "123"


def test_the_digit_that_was_still_missing_ends_the_taking(stage):
    caller = stage.arrives(Gather("t1", (), 3, "#", 5))
    stage.asterisk.presses(caller, "123")
    stage.settles()
    assert digits(stage) == "123"


def test_a_key_that_finishes_nothing_is_a_digit(stage):
    caller = stage.arrives(Gather("t1", (), 3, "", 5))
    stage.asterisk.presses(caller, "1#*")
    stage.settles()
    assert digits(stage) == "1#*"


def test_the_time_runs_from_the_end_of_the_prompts_and_anew_from_each_digit(stage):
    caller = stage.arrives(MENU)
    stage.passes(60)
    assert stage.news() == ["call.arrived"]
    stage.asterisk.sound_ends(caller)
    stage.settles()
    stage.passes(4.9)
    stage.asterisk.presses(caller, "1")
    stage.settles()
    stage.passes(4.9)
    assert stage.news() == ["call.arrived"]
    stage.passes(0.1)
    assert digits(stage) == "1"


def test_who_keys_nothing_is_told_as_having_keyed_nothing(stage):
    caller = stage.arrives(MENU)
    stage.asterisk.sound_ends(caller)
    stage.settles()
    stage.passes(5)
    assert digits(stage) == ""


def test_who_knows_the_way_keys_ahead_and_hears_no_prompt(stage):
    caller = stage.arrives()
    stage.asterisk.presses(caller, "12")
    stage.settles()
    stage.answers(Say("welcome", "en-US"), Gather("t1", (Play("media:menu"),), 1, "#", 5))
    stage.asterisk.presses(caller, "3")
    stage.asterisk.sound_ends(caller)
    stage.settles()
    assert digits(stage) == "1"
    stage.answers(Gather("t2", (Play("media:menu"),), 2, "#", 5))
    assert digits(stage) == "23"
    assert "media:menu" not in stage.asterisk.asked


def test_a_finishing_key_after_the_last_digit_is_no_answer_to_what_comes_next(stage):
    caller = stage.arrives(Gather("t1", (), 2, "#", 5))
    stage.asterisk.presses(caller, "12#")
    stage.settles()
    stage.answers(MENU)
    assert stage.news()[-1] == "turn.taken"
    assert stage.hears(caller) == {"media:menu"}
    stage.asterisk.presses(caller, "#")
    stage.settles()
    assert digits(stage) == ""


def test_a_finishing_key_much_later_is_an_answer(stage):
    caller = stage.arrives(Gather("t1", (), 2, "#", 5))
    stage.asterisk.presses(caller, "12")
    stage.settles()
    stage.answers(MENU)
    stage.passes(2)
    stage.asterisk.presses(caller, "#")
    stage.settles()
    assert stage.news().count("turn.taken") == 2


def test_what_is_keyed_is_in_no_text_that_could_be_logged(stage):
    caller = stage.arrives(MENU)
    stage.asterisk.presses(caller, "4711")
    stage.settles()
    assert "4711" not in repr(stage.call)
    stage.asterisk.presses(caller, "#")
    stage.settles()
    assert digits(stage) == "4711"
    assert "4711" not in repr(stage.told) + repr(stage.call)


def test_a_script_that_comes_to_its_end_hangs_up(stage):
    caller = stage.arrives(Say("goodbye", "en-US"))
    stage.asterisk.sound_ends(caller)
    stage.settles()
    assert stage.last("customer") == LegEnded("completed", "+8613800138000", "+8675583000000")
    assert not stage.asterisk.channels


@pytest.mark.parametrize(("reason", "cause"), [("busy", "busy"), ("rejected", "rejected")])
def test_a_call_is_refused_without_being_answered(stage, reason, cause):
    caller = stage.arrives()
    before = stage.asterisk.channels[caller]
    stage.answers(Reject(reason))
    assert before.state == "Ring"
    assert stage.last("customer").cause == cause


def test_hanging_up_is_the_end(stage):
    stage.arrives(Hangup(), Say("never", "en-US"))
    assert stage.last("customer").cause == "cancelled"
    assert stage.expected == [Say("never", "en-US")]


def test_a_question_that_gets_no_answer_leads_into_the_dialplan(stage):
    caller = stage.arrives()
    stage.nobody_answers()
    assert stage.asterisk.went_on == [(caller, "icall-fallback")]
    assert stage.last("customer").cause == "failed"


def test_who_hangs_up_while_the_cloud_is_asked_is_told_and_what_it_answers_is_nothing(stage):
    caller = stage.arrives()
    stage.asterisk.hangs_up(caller)
    stage.settles()
    stage.answers(MENU)
    assert stage.news() == ["call.arrived", "leg.ended"]
    assert stage.last("customer").cause == "cancelled"


def test_a_prompt_that_comes_when_nobody_waits_for_it_any_more_is_not_played(stage):
    stage.fetches = False
    caller = stage.arrives(MENU)
    stage.asterisk.presses(caller, "1#")
    stage.settles()
    stage.fetched()
    assert stage.hears(caller) == set()


def test_join_leads_into_the_conference(stage):
    caller = stage.arrives(Say("you are put through", "en-US"), Join("customer", "v1"))
    stage.asterisk.sound_ends(caller)
    stage.settles()
    assert stage.news() == ["call.arrived", "leg.joined"]
    assert stage.asterisk.bridges["c1"] == {caller}


class TestDial:
    """A script's `dial`."""

    @pytest.fixture
    def far(self, stage):
        stage.arrives(Dial("+8613900139000", "+8675583000000", "t1", 20))
        return next(id_ for id_ in stage.asterisk.channels if id_ != "ch1")

    def test_the_caller_hears_that_it_rings_and_talks_with_who_answers(self, stage, far):
        assert stage.asterisk.channels[far].name == "PJSIP/+8613900139000@trunk"
        assert stage.asterisk.channels[far].shown == "+8675583000000"
        stage.asterisk.rings(far)
        stage.settles()
        assert stage.hears("ch1") == {"tone:ring"}
        stage.asterisk.picks_up(far)
        stage.settles()
        assert (stage.hears("ch1"), stage.hears(far)) == ({far}, {"ch1"})

    def test_what_the_far_end_sends_before_it_answers_takes_the_place_of_the_ring_tone(self, stage, far):
        stage.asterisk.rings(far)
        stage.asterisk.progresses(far)
        stage.asterisk.rings(far)
        stage.settles()
        assert stage.hears("ch1") == set()

    @pytest.mark.parametrize(
        ("cause", "word"), [(17, "busy"), (19, "no-answer"), (21, "rejected"), (1, "failed"), (0, "failed")]
    )
    def test_who_does_not_answer_is_told_by_why(self, stage, far, cause, word):
        stage.asterisk.rings(far)
        stage.settles()
        stage.asterisk.hangs_up(far, cause)
        stage.settles()
        assert stage.last("customer") == TurnTaken("t1", None, word)
        assert stage.asterisk.bridges == {}

    def test_who_rings_too_long_is_given_up(self, stage, far):
        stage.passes(20)
        assert stage.last("customer") == TurnTaken("t1", None, "no-answer")

    def test_a_talk_that_is_over_asks_how_to_go_on(self, stage, far):
        stage.asterisk.picks_up(far)
        stage.settles()
        stage.passes(30)
        stage.asterisk.hangs_up(far)
        stage.settles()
        assert stage.last("customer") == TurnTaken("t1", None, "completed")
        stage.answers(Say("goodbye", "en-US"))
        assert stage.hears("ch1") == {"speech:goodbye"}

    def test_the_far_end_is_let_go_when_the_caller_hangs_up(self, stage, far):
        stage.asterisk.rings(far)
        stage.settles()
        stage.asterisk.hangs_up("ch1")
        stage.settles()
        assert (stage.asterisk.channels, stage.asterisk.bridges) == ({}, {})
        assert stage.news()[-1] == "leg.ended"

    def test_a_number_that_cannot_be_dialled_has_failed(self, stage):
        stage.asterisk.unknown = {"PJSIP/+8613900139000@trunk"}
        stage.arrives(Dial("+8613900139000", "+8675583000000", "t1"))
        assert stage.last("customer") == TurnTaken("t1", None, "failed")

    def test_a_number_that_is_none_has_failed(self, stage):
        stage.arrives(Dial("+86&SIP/evil", "+8675583000000", "t1"))
        assert stage.last("customer") == TurnTaken("t1", None, "failed")
