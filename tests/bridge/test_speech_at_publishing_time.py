"""What is spoken when flows are published is what the bridges look for."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icall_bridge.sound import telephone, voices, words
from icall_bridge.sound.voices import POLLY_SPEAKERS
from local import fixed_speech
from local.fixed_speech import FixedSpeech, fixed_texts
from local.publishing import FLOWS, Publisher
from tests.bridge.sounds import telephone_wav
from tests.bridge.test_voices import FakePolly
from tests.fakes.bucket import bucket
from tests.fakes.centre import Centre
from tests.local.test_publishing import ADDRESSES


class Published:
    """What was handed over to be spoken, of a real publishing of the demo centre's flows."""

    def __init__(self, paths=(FLOWS,)):
        self.centre = Centre()
        self.flows, self.plugins = [], []
        self.told = Publisher(self.centre.immortal, lambda _name, _wav: None, ADDRESSES, self._note).publish(paths)

    def _note(self, flows, plugins):
        self.flows, self.plugins = list(flows), list(plugins)
        return ["speech of 1 texts"]


@pytest.fixture(scope="module")
def published():
    return Published()


@given(st.text(), st.sampled_from(sorted(POLLY_SPEAKERS)))
def test_both_sides_have_the_same_key_for_a_text(text, language):
    plain = words.plain(text)

    assert fixed_speech._UNSPEAKABLE.sub("", text).strip() == plain
    assert fixed_speech.speech_key(plain, language) == words.speech_key(POLLY_SPEAKERS[language], plain)


def test_both_sides_have_the_same_voices_and_names():
    assert {
        language: (speaker.voice, speaker.language) for language, speaker in POLLY_SPEAKERS.items()
    } == fixed_speech.SPEAKERS
    assert fixed_speech.object_name("k") == voices.object_name("k")


def test_both_sides_ask_polly_the_same(monkeypatch):
    polly = FakePolly()
    with bucket("sounds", "eu-west-1", monkeypatch) as client:
        FixedSpeech(polly, client, "sounds")._ensure(("查询运单请按1", "zh-CN"))
    voices.Polly(polly, None)._synthesize("查询运单请按1", POLLY_SPEAKERS["zh-CN"])

    by_publishing, by_bridge = polly.asked
    assert by_publishing == by_bridge


def test_whatever_a_caller_of_the_demo_centre_hears_without_a_value_was_spoken_ahead(published):
    ahead = {text for text, _ in fixed_texts(published.flows, published.plugins)}
    caller = Centre().calls("83366857")
    said = caller.hears("查询运单请按1").text

    assert said in ahead


def test_texts_with_values_are_left_to_the_bridge(published):
    texts = fixed_texts(published.flows, published.plugins)

    assert texts
    assert not [text for text, _ in texts if "{" in text]


def test_what_plugins_and_the_product_itself_say_is_among_them(published):
    texts = fixed_texts(published.flows, published.plugins)

    assert ("感谢您的来电，再见。", "zh-CN") in texts
    assert {(text, language) for plugin in published.plugins for language, text in plugin.on_failure.items()} <= texts


def test_speech_that_is_there_is_not_made_again(monkeypatch):
    published, polly = Published([FLOWS / "echo.yaml"]), FakePolly()
    with bucket("sounds", "eu-west-1", monkeypatch) as client:
        speech = FixedSpeech(polly, client, "sounds")
        count = len(fixed_texts(published.flows, published.plugins))

        assert speech.make(published.flows, published.plugins) == [f"speech of {count} texts"]
        assert speech.make(published.flows, published.plugins) == []
        assert len(polly.asked) == count
        objects = client.list_objects_v2(Bucket="sounds")["Contents"]
        wav = client.get_object(Bucket="sounds", Key=objects[0]["Key"])["Body"].read()

    assert len(objects) == count
    assert wav == telephone_wav()
    assert telephone.read(wav).fits


def test_who_may_not_ask_polly_publishes_all_the_same_and_is_told(monkeypatch):
    published, polly = Published([FLOWS / "echo.yaml"]), FakePolly()
    polly.failure = OSError()
    with bucket("sounds", "eu-west-1", monkeypatch) as client:
        [told] = FixedSpeech(polly, client, "sounds").make(published.flows, published.plugins)

    assert told.startswith("no speech of ")


def test_publishing_tells_how_much_was_spoken(published):
    assert published.told[-1] == "speech of 1 texts"


def test_a_stack_without_asterisk_has_nothing_spoken(tmp_path):
    Path(tmp_path / "bye.yaml").write_text("name: bye\nlanguage: en-US\nsteps: {bye: {do: hangup}}\n", "utf-8")
    publisher = Publisher(Centre().immortal, lambda _name, _wav: None, ADDRESSES)

    assert publisher.publish([tmp_path]) == ["bye version 1"]
