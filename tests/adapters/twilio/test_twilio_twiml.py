import inspect
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml import voice_response as official

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.twiml import write
from chalicelib.core.carrier.script import Dial, Gather, Hangup, Join, Pause, Play, Reject, Say
from chalicelib.core.ground.errors import NotConfigured, OurFault
from local.carrier.documents.twiml import parse

CALL, LEG = "c0123456789abcdef0123", "c0123456789abcdef0123-1"
ADDRESSES = Addresses("https://centre.example.com/api")
AT = "https://centre.example.com/api/carriers/twilio/calls/" + CALL
EVENTS = "join leave"

# What the official builder calls what a script says.
VOICE = {"language": "cmn-CN", "voice": "Polly.Zhiyu-Neural"}


def officially(build):
    response = official.VoiceResponse()
    build(response)
    return meaning(str(response))


def meaning(document: str) -> object:
    return _meaning(ET.fromstring(document))  # noqa: S314 - written a line above


def _meaning(element: ET.Element) -> object:
    return element.tag, dict(element.attrib), (element.text or "").strip(), [_meaning(child) for child in element]


def written(*instructions):
    return meaning(write(instructions, CALL, ADDRESSES))


def test_a_caller_is_spoken_to_in_a_voice_that_speaks_the_language():
    said = written(Say("请输入运单号", "zh-CN"), Say("Goodbye", "en-US"))

    assert said == officially(
        lambda r: (r.say("请输入运单号", **VOICE), r.say("Goodbye", language="en-US", voice="Polly.Joanna-Neural"))
    )


def test_a_language_without_a_voice_of_ours_is_spoken_by_the_accounts_own():
    assert written(Say("こんにちは", "ja-JP")) == officially(lambda r: r.say("こんにちは", language="ja-JP"))


def test_our_own_sounds_and_others_are_played():
    music = "https://centre.example.com/api/media/hold-music.wav"

    assert written(Play("media:hold-music", loop=3), Play("https://cdn.example.com/a.mp3")) == officially(
        lambda r: (r.play(music, loop=3), r.play("https://cdn.example.com/a.mp3", loop=1))
    )


def test_keys_are_played_as_tones():
    assert written(Play("dtmf:12w#")) == officially(lambda r: r.play(digits="12w#"))


def test_a_sound_from_nowhere_is_refused():
    with pytest.raises(NotConfigured, match="media:<name>"):
        write((Play("http://cdn.example.com/a.mp3"),), CALL, ADDRESSES)


def test_digits_are_gathered_while_prompts_play_and_silence_comes_back_to_the_same_turn():
    script = Gather("3", (Say("请输入", "zh-CN"), Pause(1), Play("media:beep")), max_digits=8, finish_on="#", timeout=4)

    def build(response):
        gather = response.gather(
            input="dtmf",
            action=f"{AT}/turns/3",
            method="POST",
            timeout=4,
            num_digits=8,
            finish_on_key="#",
            action_on_empty_result=True,
        )
        gather.say("请输入", **VOICE)
        gather.pause(length=1)
        gather.play("https://centre.example.com/api/media/beep.wav", loop=1)

    assert written(script) == officially(build)


def test_any_number_of_digits_may_end_by_silence_alone():
    [(_, attributes, _, _)] = written(Gather("3", finish_on=""))[3]

    assert attributes["finishOnKey"] == ""
    assert "numDigits" not in attributes


def test_a_leg_joins_the_conference_with_the_same_wishes_as_every_leg_and_is_hung_up_after_it():
    def build(response):
        response.dial().conference(
            CALL,
            participant_label=LEG,
            start_conference_on_enter=True,
            end_conference_on_exit=False,
            beep="false",
            wait_url="",
            status_callback=f"{AT}/conference",
            status_callback_event=EVENTS,
            status_callback_method="POST",
        )
        response.hangup()

    assert written(Join(CALL, LEG)) == officially(build)


def test_a_leg_that_joins_a_recorded_talk_wishes_for_the_recording_too_in_case_it_is_the_first():
    _, _, _, [dial, hangup] = written(Join(CALL, LEG, vocid="v-1"))
    [(_, attributes, name, _)] = dial[3]

    assert name == CALL
    assert hangup[0] == "Hangup"
    assert attributes["record"] == "record-from-start"
    assert attributes["trim"] == "do-not-trim"
    assert attributes["recordingStatusCallback"] == f"{AT}/recordings/v-1"
    assert attributes["recordingStatusCallbackEvent"] == "completed absent"


def test_a_leg_is_connected_with_a_number_and_how_that_went_comes_back_as_a_turn():
    def build(response):
        dial = response.dial(action=f"{AT}/turns/5", method="POST", timeout=25, caller_id="+8675583000000")
        dial.number("+8613900000002")

    assert written(Dial("+8613900000002", "+8675583000000", "5", 25)) == officially(build)


@pytest.mark.parametrize("reason", ["busy", "rejected"])
def test_a_call_is_refused_or_ended(reason):
    assert written(Reject(reason)) == officially(lambda r: r.reject(reason=reason))
    assert written(Hangup()) == officially(lambda r: r.hangup())


def test_nothing_to_do_is_an_empty_document():
    assert written() == officially(lambda _r: None)


OFFICIAL_BUILDERS = {
    "Say": official.VoiceResponse.say,
    "Play": official.VoiceResponse.play,
    "Pause": official.VoiceResponse.pause,
    "Gather": official.VoiceResponse.gather,
    "Dial": official.VoiceResponse.dial,
    "Conference": official.Dial.conference,
    "Number": official.Dial.number,
    "Hangup": official.VoiceResponse.hangup,
    "Reject": official.VoiceResponse.reject,
}


def test_every_attribute_is_one_that_the_official_builder_knows():
    prompts = (Say("a", "zh-CN"), Play("media:a"), Play("dtmf:1"), Pause(1))
    everything = (
        *prompts,
        Gather("1", prompts, 3),
        Join(CALL, LEG, "v"),
        Dial("+1", "+2", "3"),
        Reject(),
    )
    document = ET.fromstring(write(everything, CALL, ADDRESSES))  # noqa: S314 - our own

    for element in document.iter():
        if element is not document:
            known = {_camel(name) for name in inspect.signature(OFFICIAL_BUILDERS[element.tag]).parameters}
            assert set(element.attrib) <= known, element.tag


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def test_a_strict_carrier_reads_what_a_queue_and_a_talk_need():
    waiting = (Gather("7", (Say("您是第二位", "zh-CN"), Play("media:hold-music", 2)), 1, "", 1),)

    assert [verb.name for verb in parse(write(waiting, CALL, ADDRESSES))] == ["Gather"]
    assert [verb.name for verb in parse(write((Dial("+8613900000002", "+8675583000000", "5"),), CALL, ADDRESSES))] == [
        "Dial"
    ]
    assert [verb.name for verb in parse(write((Join(CALL, LEG, "v"),), CALL, ADDRESSES))] == ["Dial", "Hangup"]


@given(st.text(max_size=200))
def test_hostile_text_is_only_ever_spoken(text):
    document = ET.fromstring(write((Say(text, "zh-CN"), Hangup()), CALL, ADDRESSES))  # noqa: S314 - our own

    *said, last = document
    assert last.tag == "Hangup"
    assert all(element.tag == "Say" and not len(element) for element in said)
    heard = "".join(element.text or "" for element in said)
    assert heard.split() == "".join(filter(_fits_xml, text)).split()


def _fits_xml(character: str) -> bool:
    return (
        character in "\t\n\r" or " " <= character < "\ud800" or "\ue000" <= character < "\ufffe" or character > "\uffff"
    )


@pytest.mark.parametrize("nothing", ["", "   ", "\x00\x0b"])
def test_nothing_to_say_is_not_said(nothing):
    assert written(Say(nothing, "zh-CN"), Hangup()) == officially(lambda r: r.hangup())


def test_a_long_speech_is_said_in_pieces_that_twilio_takes():
    _, _, _, said = written(Say("运" * 5000, "zh-CN"))

    assert [len(text) for _, _, text, _ in said] == [4096, 904]


def test_a_script_beyond_what_twilio_takes_is_our_fault():
    with pytest.raises(OurFault, match="64 KB"):
        write((Say("运" * 22000, "zh-CN"),), CALL, ADDRESSES)
