"""Orders: who rings, who hears whom, what is recorded, without an Asterisk."""

import pytest

from icall_bridge.messages import (
    Coach,
    CommandFailed,
    Gather,
    HangUp,
    Hold,
    JoinConference,
    KeyPressed,
    LegEnded,
    Look,
    Mute,
    PauseRecording,
    Play,
    RecordingEnded,
    ResumeRecording,
    Retrieve,
    Ring,
    SendDigits,
    StartRecording,
    StopRecording,
    TakeTurn,
    TurnTaken,
)
from tests.bridge.stages import Stage

AGENT = Ring("agent:100", "+8675583000000", 20, "v1")
MUSIC = "media:hold-music"


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def talk(stage):
    """A caller and an agent talk; their channels."""
    caller = stage.arrives(Gather("t1", (Play("media:music", 0),), 1, "", 60))
    agent = stage.joined("l1", wish=AGENT)
    stage.order("customer", JoinConference("v1"))
    return caller, agent


class TestRing:
    """`ring`."""

    def test_it_rings_is_answered_and_is_in_the_conference(self, stage):
        stage.order("l1", AGENT)
        channel = stage.asterisk.channels["c1.l1"]
        assert (channel.name, channel.shown, channel.dialled) == ("PJSIP/agent_100", "+8675583000000", True)
        stage.asterisk.rings("c1.l1")
        stage.asterisk.rings("c1.l1")
        stage.asterisk.picks_up("c1.l1")
        stage.settles()
        assert stage.news("l1") == ["leg.rang", "leg.answered", "leg.joined"]

    @pytest.mark.parametrize(
        ("wanted", "dialled"),
        [
            ("agent:100", "PJSIP/agent_100"),
            ("sip:lisi@phones.example.com", "PJSIP/lisi"),
            ("+8613900139000", "PJSIP/+8613900139000@trunk"),
        ],
    )
    def test_everybody_is_reached_by_their_way(self, stage, wanted, dialled):
        stage.order("l1", Ring(wanted, "", 20))
        assert stage.asterisk.channels["c1.l1"].name == dialled

    @pytest.mark.parametrize("wanted", ["agent:a&b", "sip:../x@y", "agent:", "fax:1", "+86 1", "a/b"])
    def test_what_could_mean_more_than_a_name_is_not_rung(self, stage, wanted):
        stage.order("l1", Ring(wanted, "", 20))
        assert stage.last("l1") == LegEnded("failed")
        assert stage.asterisk.asked == []

    @pytest.mark.parametrize(
        ("cause", "word"), [(17, "busy"), (18, "no-answer"), (19, "no-answer"), (21, "rejected"), (1, "failed"),
                            (3, "failed"), (20, "failed"), (27, "failed"), (38, "failed"), (16, "no-answer")]
    )  # fmt: skip
    def test_who_does_not_answer_is_told_by_why(self, stage, cause, word):
        stage.order("l1", AGENT)
        stage.asterisk.hangs_up("c1.l1", cause)
        stage.settles()
        assert stage.last("l1") == LegEnded(word)

    def test_it_is_given_up_five_seconds_after_its_time(self, stage):
        stage.order("l1", AGENT)
        stage.passes(24.9)
        assert stage.news() == []
        stage.passes(0.1)
        assert stage.last("l1") == LegEnded("no-answer")

    def test_who_has_answered_is_not_given_up(self, stage):
        stage.joined("l1", wish=AGENT)
        stage.passes(100)
        assert "leg.ended" not in stage.news()

    def test_one_that_is_hung_up_on_while_it_rings_was_cancelled(self, stage):
        stage.order("l1", AGENT)
        stage.order("l1", HangUp())
        assert stage.last("l1") == LegEnded("cancelled")

    def test_told_twice_it_rings_once(self, stage):
        stage.order("l1", AGENT)
        stage.order("l1", AGENT, again=True)
        assert stage.asterisk.asked.count("POST channels/create") == 1

    def test_one_that_was_there_once_is_not_rung_again_and_its_end_is_told_again(self, stage):
        stage.order("l1", AGENT)
        stage.asterisk.hangs_up("c1.l1", 17)
        stage.settles()
        stage.order("l1", AGENT, again=True)
        assert stage.news("l1") == ["leg.ended", "leg.ended"]
        assert stage.last("l1") == LegEnded("busy")

    def test_one_that_was_hung_up_before_it_was_rung_is_never_rung(self, stage):
        stage.order("l1", HangUp())
        stage.order("l1", AGENT, again=True)
        assert stage.asterisk.asked == []

    def test_an_order_older_than_its_ring_time_rings_nobody(self, stage):
        stage.order("l1", AGENT, seconds_ago=20.1)
        assert (stage.last("l1"), stage.asterisk.asked) == (LegEnded("no-answer"), [])

    def test_a_telephone_that_is_not_there_has_failed(self, stage):
        stage.asterisk.unknown = {"PJSIP/agent_100"}
        stage.order("l1", AGENT)
        assert stage.last("l1") == LegEnded("failed")

    def test_a_channel_that_asterisk_had_already_is_the_one(self, stage):
        stage.asterisk.next_status = 409
        stage.order("l1", AGENT)
        assert stage.last("l1") == LegEnded("failed")

    def test_who_waits_hears_that_somebody_outside_is_rung(self, stage):
        agent = stage.joined("l1", wish=AGENT)
        stage.order("l2", Ring("+8613900139000", "", 20, early_media=True))
        assert stage.hears(agent) == set()
        stage.asterisk.rings("c1.l2")
        stage.settles()
        assert stage.hears(agent) == {"tone:ring"}
        stage.asterisk.picks_up("c1.l2")
        stage.settles()
        assert stage.hears(agent) == {"c1.l2"}
        assert stage.news("l2") == ["leg.rang", "leg.answered", "leg.joined"]

    def test_the_ring_tone_ends_with_who_does_not_answer(self, stage):
        agent = stage.joined("l1", wish=AGENT)
        stage.order("l2", Ring("+8613900139000", "", 20, early_media=True))
        stage.asterisk.rings("c1.l2")
        stage.settles()
        stage.asterisk.hangs_up("c1.l2", 17)
        stage.settles()
        assert stage.hears(agent) == set()

    def test_nobody_hears_that_an_agent_is_rung(self, stage, talk):
        stage.order("l2", Ring("agent:101", "", 20))
        stage.asterisk.rings("c1.l2")
        stage.settles()
        assert stage.hears(talk[1]) == {talk[0]}

    def test_who_comes_in_muted_is_never_heard(self, stage, talk):
        stage.order("l2", Ring("agent:101", "", 20, muted=True))
        stage.asterisk.picks_up("c1.l2")
        stage.settles()
        assert stage.hears("c1.l2") == set(talk)
        assert "c1.l2" not in stage.hears(talk[0]) | stage.hears(talk[1])
        asked = stage.asterisk.asked
        assert asked.index("POST channels/c1.l2/mute") < len(asked) - 1 - asked[::-1].index(
            "POST bridges/c1/addChannel"
        )

    def test_who_still_rings_is_told_how_to_come_in(self, stage, talk):
        stage.order("l2", Ring("agent:101", "", 20))
        stage.order("l2", Mute(muted=True))
        stage.order("l2", Coach("l1"))
        stage.asterisk.picks_up("c1.l2")
        stage.settles()
        stage.order("l2", Mute(muted=False))
        assert (stage.hears(talk[0]), stage.hears(talk[1])) == ({talk[1]}, {talk[0], "c1.l2"})

    def test_who_should_coach_one_who_is_not_there_is_not_rung(self, stage):
        stage.order("l2", Ring("agent:101", "", 20, coaches="l1"))
        assert stage.news("l2") == ["command.failed", "leg.ended"]


class TestConference:
    """`join`, `hold`, `retrieve`, `mute`, `coach`."""

    def test_they_hear_each_other_and_nothing_else(self, stage, talk):
        caller, agent = talk
        assert (stage.hears(caller), stage.hears(agent)) == ({agent}, {caller})

    def test_who_comes_alone_hears_nothing(self, stage):
        assert stage.hears(stage.joined("l1", wish=AGENT)) == set()

    def test_joining_twice_is_told_once(self, stage, talk):
        stage.order("customer", JoinConference("v1"), again=True)
        assert stage.news("customer").count("leg.joined") == 1

    def test_who_still_rings_is_in_the_conference_when_it_is_answered(self, stage):
        stage.order("l1", AGENT)
        stage.order("l1", JoinConference("v1"))
        stage.asterisk.picks_up("c1.l1")
        stage.settles()
        assert stage.news("l1") == ["leg.answered", "leg.joined"]

    def test_a_caller_comes_in_before_the_cloud_has_answered_and_its_answer_is_nothing(self, stage):
        agent = stage.joined("l1", wish=AGENT)
        caller = stage.arrives()
        stage.order("customer", JoinConference("v1"))
        stage.answers(Play("media:menu"), Gather("t1"))
        assert (stage.hears(caller), stage.hears(agent)) == ({agent}, {caller})

    def test_who_is_held_hears_music_and_is_heard_by_nobody(self, stage, talk):
        caller, agent = talk
        stage.order("customer", Hold(MUSIC))
        assert (stage.hears(caller), stage.hears(agent)) == ({MUSIC}, set())
        stage.asterisk.sound_ends(caller)
        stage.settles()
        assert stage.hears(caller) == {MUSIC}
        stage.order("customer", Retrieve())
        assert (stage.hears(caller), stage.hears(agent)) == ({agent}, {caller})
        assert stage.news("customer").count("leg.joined") == 1

    def test_who_is_held_in_silence_hears_nothing(self, stage, talk):
        stage.order("customer", Hold(""))
        assert stage.hears(talk[0]) == set()

    def test_the_music_of_a_hold_is_changed(self, stage, talk):
        stage.order("customer", Hold(MUSIC))
        stage.order("customer", Hold("media:other"))
        assert stage.hears(talk[0]) == {"media:other"}
        stage.order("customer", Hold(""))
        assert stage.hears(talk[0]) == set()

    def test_music_that_cannot_be_had_is_asked_for_again(self, stage, talk):
        stage.missing = {MUSIC}
        stage.order("customer", Hold(MUSIC))
        stage.passes(2)
        assert stage.hears(talk[0]) == set()
        stage.missing = set()
        stage.passes(2)
        assert stage.hears(talk[0]) == {MUSIC}

    def test_music_that_comes_after_the_hold_is_over_is_not_played(self, stage, talk):
        stage.fetches = False
        stage.order("customer", Hold(MUSIC))
        stage.order("customer", Retrieve())
        stage.fetched()
        assert stage.hears(talk[0]) == {talk[1]}

    def test_holding_twice_plays_once(self, stage, talk):
        stage.order("customer", Hold(MUSIC))
        before = len(stage.asterisk.asked)
        stage.order("customer", Hold(MUSIC), again=True)
        assert len(stage.asterisk.asked) == before

    def test_all_can_be_held_at_once_and_come_back(self, stage, talk):
        caller, agent = talk
        stage.order("customer", Hold(MUSIC))
        stage.order("l1", Hold(MUSIC))
        assert (stage.hears(caller), stage.hears(agent)) == ({MUSIC}, {MUSIC})
        stage.order("l1", Retrieve())
        stage.order("customer", Retrieve())
        assert (stage.hears(caller), stage.hears(agent)) == ({agent}, {caller})

    def test_who_is_muted_hears_and_is_not_heard(self, stage, talk):
        caller, agent = talk
        stage.order("l1", Mute(muted=True))
        assert (stage.hears(caller), stage.hears(agent)) == (set(), {caller})
        stage.order("l1", Mute(muted=False))
        assert stage.hears(caller) == {agent}

    def test_who_coaches_is_heard_by_one_and_hears_what_that_one_does(self, stage, talk):
        caller, agent = talk
        supervisor = stage.joined("l2", wish=Ring("agent:200", "", 20, coaches="l1"))
        assert stage.hears(supervisor) == {caller, agent}
        assert stage.hears(agent) == {caller, supervisor}
        assert stage.hears(caller) == {agent}
        assert stage.news("l2") == ["leg.answered", "leg.joined"]

    def test_who_coaches_barges_in_and_goes_back(self, stage, talk):
        caller, agent = talk
        supervisor = stage.joined("l2", wish=Ring("agent:200", "", 20, coaches="l1"))
        stage.order("l2", Coach(""))
        assert stage.hears(caller) == {agent, supervisor}
        assert not [each for each in stage.asterisk.channels.values() if each.listens_to]
        stage.order("l2", Coach("l1"))
        assert stage.hears(caller) == {agent}
        assert stage.hears(agent) == {caller, supervisor}

    def test_who_coaches_one_that_is_gone_is_heard_by_nobody(self, stage, talk):
        caller, agent = talk
        supervisor = stage.joined("l2", wish=Ring("agent:200", "", 20, coaches="l1"))
        stage.asterisk.hangs_up(agent)
        stage.settles()
        assert (stage.hears(supervisor), stage.hears(caller)) == (set(), set())

    def test_who_is_coached_on_hold_is_coached_still(self, stage, talk):
        agent = talk[1]
        supervisor = stage.joined("l2", wish=Ring("agent:200", "", 20, coaches="l1"))
        stage.order("customer", Hold(MUSIC))
        assert stage.hears(agent) == {supervisor}
        assert stage.hears(supervisor) == {agent}

    def test_keys_in_the_conference_are_told(self, stage, talk):
        stage.asterisk.presses(talk[0], "1#")
        stage.settles()
        assert [news for leg, news in stage.told if isinstance(news, KeyPressed)] == [KeyPressed("1"), KeyPressed("#")]

    def test_keys_are_heard_by_one_leg_and_only_once(self, stage, talk):
        stage.order("l1", SendDigits("12#"))
        stage.order("l1", SendDigits("12#"), again=True)
        assert stage.asterisk.channels[talk[1]].keys_heard == "12#"

    def test_keys_that_come_too_late_are_not_sent(self, stage, talk):
        stage.order("l1", SendDigits("1"), seconds_ago=10.1)
        assert stage.asterisk.channels[talk[1]].keys_heard == ""

    @pytest.mark.parametrize(
        "wish", [Hold(MUSIC), Retrieve(), Mute(muted=True), Coach(""), SendDigits("1"), JoinConference(""),
                 TakeTurn("t9"), StartRecording("v9"), PauseRecording(), ResumeRecording(), StopRecording()]
    )  # fmt: skip
    def test_what_is_wanted_of_who_is_not_there_is_gone(self, stage, talk, wish):
        stage.order("l9", wish)
        assert isinstance(stage.last("l9"), CommandFailed)
        assert stage.last("l9").why == "gone"

    @pytest.mark.parametrize("wish", [Hold(MUSIC), Retrieve(), Mute(muted=True), Coach(""), SendDigits("1")])
    def test_what_is_wanted_of_who_is_in_a_script_is_gone(self, stage, wish):
        stage.arrives(Gather("t1"))
        stage.order("customer", wish, again=True)
        assert stage.last("customer").why == "gone"
        assert stage.last("customer").again

    def test_a_talk_that_is_over_leaves_nothing(self, stage, talk):
        for channel in talk:
            stage.asterisk.hangs_up(channel)
        stage.settles()
        assert (stage.asterisk.channels, stage.asterisk.bridges, stage.asterisk.tapes) == ({}, {}, {})


class TestTurns:
    """`take_turn`, `hang_up`, `look`."""

    def test_who_talks_is_taken_out_and_asks(self, stage, talk):
        caller, agent = talk
        stage.order("customer", TakeTurn("t7"))
        assert stage.last("customer") == TurnTaken("t7")
        stage.answers(Gather("t8", (Play("media:survey"),)))
        assert (stage.hears(caller), stage.hears(agent)) == ({"media:survey"}, set())

    def test_who_is_held_is_taken_out_and_hears_no_more_music(self, stage, talk):
        stage.order("customer", Hold(MUSIC))
        stage.order("customer", TakeTurn("t7"))
        assert stage.hears(talk[0]) == set()

    def test_who_is_in_a_script_is_asked_another_turn(self, stage):
        caller = stage.arrives(Gather("t1", (Play("media:menu"),)))
        stage.order("customer", TakeTurn("t7"))
        assert (stage.last("customer"), stage.hears(caller)) == (TurnTaken("t7"), set())

    def test_on_a_second_try_only_who_is_in_the_conference_is_moved(self, stage, talk):
        stage.order("customer", TakeTurn("t7"))
        stage.order("customer", TakeTurn("t7"), again=True)
        assert stage.news("customer").count("turn.taken") == 1

    def test_who_is_muted_is_heard_when_they_come_back(self, stage, talk):
        stage.order("customer", Mute(muted=True))
        stage.order("customer", TakeTurn("t7"))
        stage.order("customer", JoinConference("v1"))
        assert stage.hears(talk[1]) == {talk[0]}
        assert stage.news("customer").count("leg.joined") == 2

    def test_a_leg_is_hung_up(self, stage, talk):
        stage.order("l1", HangUp())
        stage.order("l1", HangUp(), again=True)
        assert stage.news("l1").count("leg.ended") == 1
        assert stage.last("l1") == LegEnded("completed")

    def test_a_look_tells_the_end_of_who_is_not_there_and_nothing_of_who_is(self, stage, talk):
        before = len(stage.told)
        stage.order("l1", Look())
        assert len(stage.told) == before
        stage.order("l9", Look())
        assert stage.last("l9") == LegEnded("failed")
        stage.asterisk.hangs_up("c1.l1")
        stage.settles()
        stage.order("l1", Look())
        assert stage.last("l1") == LegEnded("completed")


class TestRecording:
    """Of the conference and of a leg."""

    def test_the_conference_is_recorded_from_the_second_who_comes_in_until_the_last_leaves(self, stage):
        stage.arrives(Gather("t1"))
        stage.joined("l1", wish=AGENT)
        assert stage.asterisk.tapes == {}
        stage.order("customer", JoinConference("v1"))
        assert stage.asterisk.tapes["v1"].bridge == "c1"
        stage.order("l1", HangUp())
        assert "v1" in stage.asterisk.tapes
        stage.order("customer", HangUp())
        assert stage.last("") == RecordingEnded("v1", "completed", 5)

    def test_who_comes_first_says_whether_it_is_recorded(self, stage):
        stage.joined("l1", wish=Ring("agent:100", "", 20))
        stage.joined("l2", wish=AGENT)
        assert stage.asterisk.tapes == {}

    def test_a_conference_of_one_is_no_recording(self, stage):
        stage.joined("l1", wish=AGENT)
        stage.order("l1", HangUp())
        assert stage.news("") == []

    def test_it_goes_on_into_the_same_file_when_all_were_held(self, stage, talk):
        stage.order("customer", Hold(MUSIC))
        stage.order("l1", Hold(MUSIC))
        assert stage.asterisk.tapes == {}
        stage.order("l1", Retrieve())
        assert "v1" in stage.asterisk.tapes
        stage.order("l1", HangUp())
        stage.order("customer", HangUp())
        assert [news for leg, news in stage.told if isinstance(news, RecordingEnded)] == [
            RecordingEnded("v1", "completed", 10)
        ]

    def test_it_is_told_when_all_were_held_and_nobody_comes_back(self, stage, talk):
        stage.order("customer", Hold(MUSIC))
        stage.order("l1", Hold(MUSIC))
        stage.order("l1", HangUp())
        stage.order("customer", HangUp())
        assert stage.last("") == RecordingEnded("v1", "completed", 5)

    def test_a_pause_is_silence_and_outlasts_a_while_in_which_all_are_held(self, stage, talk):
        stage.order("", PauseRecording())
        assert stage.asterisk.tapes["v1"].muted
        stage.order("customer", Hold(MUSIC))
        stage.order("l1", Hold(MUSIC))
        stage.order("l1", Retrieve())
        assert stage.asterisk.tapes["v1"].muted
        stage.order("", ResumeRecording())
        assert not stage.asterisk.tapes["v1"].muted

    def test_who_comes_back_is_not_heard_in_the_file_before_it_is_paused_again(self, stage, talk):
        stage.order("", PauseRecording())
        stage.order("customer", Hold(MUSIC))
        stage.order("l1", Hold(MUSIC))
        before = len(stage.asterisk.asked)
        stage.order("l1", Retrieve())
        asked = [each for each in stage.asterisk.asked[before:] if "mute" in each or "addChannel" in each]
        assert asked == ["POST recordings/live/v1/mute", "POST bridges/c1/addChannel"]

    def test_a_pause_that_asterisk_refuses_is_told_at_once(self, stage, talk):
        stage.asterisk.next_status = 500
        stage.order("", PauseRecording())
        assert CommandFailed("pause_recording", "refused") in [news for _, news in stage.told]

    def test_what_is_stopped_is_told_and_not_begun_again(self, stage, talk):
        stage.order("", StopRecording())
        stage.order("customer", Hold(MUSIC))
        stage.order("customer", Retrieve())
        assert (stage.last(""), stage.asterisk.tapes) == (RecordingEnded("v1", "completed", 5), {})

    def test_stopping_what_is_not_there_is_gone_and_on_a_second_try_nothing(self, stage, talk):
        stage.order("", StopRecording())
        told = len(stage.told)
        stage.order("", StopRecording(), again=True)
        assert len(stage.told) == told
        stage.order("", StopRecording())
        assert stage.last("").why == "gone"

    def test_a_leg_is_recorded_in_both_directions_by_an_ear_of_its_own(self, stage, talk):
        stage.order("l1", StartRecording("v2"))
        tape = stage.asterisk.tapes["v2"]
        assert stage.asterisk.channels[tape.channel].listens_to == talk[1]
        stage.order("l1", PauseRecording())
        assert tape.muted
        stage.order("l1", StartRecording("v2"))
        assert not tape.muted
        stage.order("l1", StopRecording())
        assert stage.last("l1") == RecordingEnded("v2", "completed", 5)
        assert set(stage.asterisk.channels) == set(talk)

    def test_another_recording_of_a_leg_takes_the_place_of_the_first(self, stage, talk):
        stage.order("l1", StartRecording("v2"))
        stage.order("l1", StartRecording("v3"))
        assert set(stage.asterisk.tapes) == {"v1", "v3"}
        assert stage.last("l1") == RecordingEnded("v2", "completed", 5)

    def test_the_recording_of_a_leg_ends_with_it(self, stage, talk):
        stage.order("l1", StartRecording("v2"))
        stage.asterisk.hangs_up(talk[1])
        stage.settles()
        assert RecordingEnded("v2", "completed", 5) in [news for _, news in stage.told]

    def test_what_asterisk_will_not_record_has_failed(self, stage, talk):
        stage.asterisk.tapes["v2"] = stage.asterisk.tapes["v1"]
        stage.order("l1", StartRecording("v2"))
        assert stage.last("l1") == RecordingEnded("v2", "failed", 0)

    def test_a_recording_that_asterisk_had_closed_before_it_was_told_to_is_told_all_the_same(self, stage, talk):
        stage.asterisk.tapes.clear()
        stage.order("", StopRecording())
        stage.passes(3)
        assert stage.last("") == RecordingEnded("v1", "absent", 0)
