"""Scripts as JSON, as infra/asterisk/protocol.md has them."""

import json
from typing import get_args

import pytest

from chalicelib.adapters.asterisk.scripts import _WRITERS, write
from chalicelib.core.carrier.script import Dial, Gather, Hangup, Instruction, Join, Pause, Play, Reject, Say
from chalicelib.core.ground.errors import NotConfigured

CALL = "c0123456789abcdef0123"

WRITTEN = [
    (Say("您好 <&>", "zh-CN"), {"do": "say", "text": "您好 <&>", "language": "zh-CN"}),
    (Play("media:hold", 0), {"do": "play", "sound": "media:hold", "loop": 0}),
    (Play("https://files.example/a.wav"), {"do": "play", "sound": "https://files.example/a.wav", "loop": 1}),
    (Pause(2), {"do": "pause", "seconds": 2}),
    (
        Gather("3", (Say("Press 1.", "en-US"), Play("media:beep"), Pause(1)), max_digits=1, finish_on="", timeout=7),
        {
            "do": "gather",
            "turn": "3",
            "prompts": [
                {"do": "say", "text": "Press 1.", "language": "en-US"},
                {"do": "play", "sound": "media:beep", "loop": 1},
                {"do": "pause", "seconds": 1},
            ],
            "max_digits": 1,
            "finish_on": "",
            "timeout": 7,
        },
    ),
    (
        Gather("4"),
        {"do": "gather", "turn": "4", "prompts": [], "max_digits": None, "finish_on": "#", "timeout": 5},
    ),
    (Join(CALL, "customer", f"{CALL}-1"), {"do": "join", "leg": "customer", "vocid": f"{CALL}-1"}),
    (
        Dial("+8613800138000", "+8675583000000", "5", 20),
        {
            "do": "dial",
            "number": "+8613800138000",
            "caller_id": "+8675583000000",
            "ring_seconds": 20,
            "turn": "5",
        },
    ),
    (Hangup(), {"do": "hangup"}),
    (Reject("busy"), {"do": "reject", "reason": "busy"}),
]


@pytest.mark.parametrize(("instruction", "written"), WRITTEN, ids=lambda part: type(part).__name__)
def test_an_instruction_is_written_as_the_protocol_has_it(instruction, written):
    assert json.loads(write((instruction,))) == {"script": [written]}


def test_every_instruction_is_written():
    assert set(_WRITERS) == set(get_args(Instruction)) == {type(instruction) for instruction, _ in WRITTEN}


def test_mere_news_are_answered_with_nothing():
    assert write(()) == "{}"


def test_instructions_keep_their_order():
    script = (Say("a", "en-US"), Pause(1), Hangup())
    assert [each["do"] for each in json.loads(write(script))["script"]] == ["say", "pause", "hangup"]


def test_half_a_character_is_replaced_so_that_utf8_carries_the_answer():
    assert json.loads(write((Say("\ud83d!", "en-US"),)).encode())["script"][0]["text"] == "\ufffd!"


@pytest.mark.parametrize("sound", ["hold", "http://files.example/a.wav", "file:///etc/passwd", ""])
def test_a_sound_that_cannot_be_played_is_no_script(sound):
    with pytest.raises(NotConfigured):
        write((Play(sound),))
