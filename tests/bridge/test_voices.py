import asyncio
import io
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.response import StreamingBody
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.twilio.twiml import _VOICES
from chalicelib.core.speech.forms import LANGUAGES
from icall_bridge.sound.converting import Converter
from icall_bridge.sound.voices import (
    ESPEAK_SPEAKERS,
    POLLY_SPEAKERS,
    Espeak,
    NotSpoken,
    Polly,
    S3Speech,
    find_espeak,
    object_name,
)
from icall_bridge.sound.words import Speaker, pieces, plain, speech_key
from tests.bridge.sounds import heard, telephone_wav
from tests.fakes.bucket import bucket

KEY = "a" * 64
ESPEAK_PROGRAM = find_espeak(os.environ.get("ICALL_BRIDGE_ESPEAK", ""))

needs_espeak = pytest.mark.skipif(
    ESPEAK_PROGRAM is None, reason="espeak-ng is not installed: what it says on a laptop was not heard"
)


@cache
def polly_takes():
    """Give Polly's own description of what SynthesizeSpeech takes."""
    return get_session().get_service_model("polly").operation_model("SynthesizeSpeech").input_shape


class FakePolly:
    """Speaks as Polly's own description of its API allows, and no more."""

    def __init__(self):
        self.asked = []
        self.failure = None

    def synthesize_speech(self, **request):
        shape = polly_takes()
        assert set(shape.required_members) <= request.keys() <= set(shape.members)
        for name, value in request.items():
            assert isinstance(value, str)
            assert not (allowed := getattr(shape.members[name], "enum", [])) or value in allowed
        assert len(request["Text"]) <= 3000
        assert (request["OutputFormat"], request["SampleRate"]) in {("pcm", "8000"), ("pcm", "16000")}
        if self.failure:
            raise self.failure
        self.asked.append(request)
        pcm = telephone_wav()[44:]
        return {"AudioStream": StreamingBody(io.BytesIO(pcm), len(pcm)), "ContentType": "audio/pcm"}


@pytest.fixture
def threads():
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def polly():
    return FakePolly()


def spoken(voice, text, language="en-US"):
    return asyncio.run(voice.speak(text, language))


@pytest.mark.parametrize("speakers", [POLLY_SPEAKERS, ESPEAK_SPEAKERS])
def test_every_language_of_flows_is_spoken(speakers):
    assert set(LANGUAGES) <= speakers.keys()


def test_callers_hear_the_voices_that_they_hear_at_twilio():
    at_twilio = {
        language: (named, voice.removeprefix("Polly.").removesuffix("-Neural"))
        for language, (named, voice) in _VOICES.items()
    }

    assert {language: (speaker.language, speaker.voice) for language, speaker in POLLY_SPEAKERS.items()} == at_twilio


def test_polly_speaks_as_a_telephone_hears(polly, threads):
    assert spoken(Polly(polly, threads), "查询运单请按1", "zh-CN") == telephone_wav()
    assert polly.asked == [
        {
            "Engine": "neural",
            "VoiceId": "Zhiyu",
            "LanguageCode": "cmn-CN",
            "OutputFormat": "pcm",
            "SampleRate": "8000",
            "TextType": "text",
            "Text": "查询运单请按1",
        }
    ]


def test_what_a_caller_brings_in_is_read_out_and_never_markup(polly, threads):
    spoken(Polly(polly, threads), '<break time="10s"/> & <speak>')

    assert [(each["TextType"], each["Text"]) for each in polly.asked] == [("text", '<break time="10s"/> & <speak>')]


def test_a_long_text_is_spoken_in_pieces_that_polly_takes(polly, threads):
    sound = spoken(Polly(polly, threads), "This is a sentence. " * 400)

    assert len(polly.asked) == 3
    assert len(heard(sound)) == 3 * 1600


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (ClientError({"Error": {"Code": "ThrottlingException", "Message": "x"}}, "SynthesizeSpeech"), "throttled"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "x"}}, "SynthesizeSpeech"), "refused"),
        (EndpointConnectionError(endpoint_url="https://polly"), "engine"),
    ],
)
def test_what_polly_does_not_say_is_told_in_a_word(polly, threads, failure, why):
    polly.failure = failure

    with pytest.raises(NotSpoken) as failed:
        spoken(Polly(polly, threads), "hello")
    assert failed.value.why == why


def test_a_language_without_a_voice_is_refused(polly, threads):
    with pytest.raises(NotSpoken, match="language"):
        Polly(polly, threads).key("Bonjour", "fr-FR")


def test_each_speaker_and_text_has_a_key_of_its_own():
    keys = {
        speech_key(speaker, text)
        for speaker in [*POLLY_SPEAKERS.values(), *ESPEAK_SPEAKERS.values()]
        for text in ("1", "1 ", "11", "一")
    }

    assert len(keys) == 4 * len({*POLLY_SPEAKERS.values(), *ESPEAK_SPEAKERS.values()})


def test_a_key_stays_what_it_is_because_sounds_lie_below_it():
    known = speech_key(Speaker("polly neural", "Zhiyu", "cmn-CN"), "查询运单请按1")

    assert known == "3b05a51e3541010ae1b9c8eb2288bd5c1c0428ce3012165b0532041b4e34b35b"


@given(st.text(), st.integers(1, 50))
def test_pieces_say_all_of_a_text_but_blanks_between_sentences(text, most):
    cut = list(pieces(text, most))

    assert all(0 < len(piece) <= most for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_pieces_end_where_sentences_do():
    assert list(pieces("一。二三。四五六。", 6)) == ["一。二三。", "四五六。"]


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_plain_can_be_written_down(text):
    plain(text).encode()


def fake_espeak(folder, script):
    program = folder / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_no_process_shows_a_callers_text_in_its_arguments(tmp_path):
    sound = tmp_path / "tone.wav"
    sound.write_bytes(telephone_wav())
    program = fake_espeak(tmp_path, f'echo "$@" >{tmp_path}/arguments; cat >{tmp_path}/text; cat {sound}')

    assert spoken(Espeak(program, Converter()), "6012345678 [[x]]") == telephone_wav()
    assert (tmp_path / "text").read_text() == "6012345678 [ [x]]"
    assert "6012345678" not in (tmp_path / "arguments").read_text()


@pytest.mark.parametrize("script", ["cat >/dev/null; exit 1", "exit 1", "cat"])
def test_an_espeak_that_makes_no_sound_is_told_in_a_word(tmp_path, script):
    with pytest.raises(NotSpoken, match="engine"):
        spoken(Espeak(fake_espeak(tmp_path, script), Converter()), "hello")


def test_an_espeak_that_is_not_there_is_told_in_a_word(tmp_path):
    with pytest.raises(NotSpoken, match="engine"):
        spoken(Espeak(tmp_path / "espeak-ng", Converter()), "hello")


def test_espeak_is_found_where_the_setting_says(tmp_path):
    program = fake_espeak(tmp_path, "exit 0")

    assert find_espeak(str(program)) == program
    assert find_espeak(str(tmp_path / "nowhere")) is None


@needs_espeak
@pytest.mark.parametrize(
    ("text", "language"), [("查询运单请按一", "zh-CN"), ("For waybills press one.", "en-US"), ("Press one.", "en-GB")]
)
def test_espeak_speaks_the_languages_of_flows(text, language):
    sound = heard(spoken(Espeak(Path(str(ESPEAK_PROGRAM)), Converter()), text, language))

    assert 0.5 * 8000 < len(sound) < 6 * 8000
    assert max(map(abs, sound)) > 0.1


def test_speech_lies_in_the_bucket_below_its_key_and_comes_back(monkeypatch, threads):
    with bucket("sounds", "eu-west-1", monkeypatch) as client:
        store = S3Speech(client, "sounds", threads)

        assert asyncio.run(store.get(KEY)) is None
        assert asyncio.run(store.put(KEY, telephone_wav()))
        assert asyncio.run(store.get(KEY)) == telephone_wav()
        assert client.head_object(Bucket="sounds", Key=object_name(KEY))["ContentType"] == "audio/wav"


def test_what_is_no_speech_in_the_bucket_is_made_anew(monkeypatch, threads):
    with bucket("sounds", "eu-west-1", monkeypatch) as client:
        client.put_object(Bucket="sounds", Key=object_name(KEY), Body=b"half a fi")

        assert asyncio.run(S3Speech(client, "sounds", threads).get(KEY)) is None


def test_a_store_that_refuses_us_is_no_reason_not_to_speak(monkeypatch, threads):
    with bucket("sounds", "eu-west-1", monkeypatch) as client:
        store = S3Speech(client, "of-somebody-else", threads)

        assert asyncio.run(store.get(KEY)) is None
        assert not asyncio.run(store.put(KEY, telephone_wav()))
