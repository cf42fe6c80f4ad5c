import asyncio
import logging
import wave
from pathlib import Path

import pytest

from icall_bridge.messages import Pause, Play, Say
from icall_bridge.metrics import Metrics
from icall_bridge.sound.fetching import Fetcher
from icall_bridge.sound.guard import Guard
from icall_bridge.sound.prompts import STANDBY, NotReady, Patience, Prompts, Sources
from icall_bridge.sound.shelf import Bounds, NoRoom, Shelf
from icall_bridge.sound.voices import NotSpoken
from icall_bridge.sound.words import Speaker, speech_key
from tests.bridge.sounds import heard, linear_16, telephone_wav, tone, wav
from tests.bridge.web import LOOPBACK, Web

pytestmark = pytest.mark.enable_socket

HOLD = Play("media:hold-music", 0)
NEWS = "media:news"
HELLO = Say("Your waybill is 6012345678.", "en-US")
SOON = Patience(deadline=0.05, failed=0.0)
"""For what never comes: nobody waits long for it, and no machine is too slow for the outcome."""
PATIENT = Patience()


class FakeVoice:
    """Says a text as a tone; like a real one it takes no empty text and not every language."""

    def __init__(self):
        self.said = []
        self.free = asyncio.Event()
        self.free.set()
        self.failure = ""

    def key(self, text, language):
        if language not in {"en-US", "zh-CN"}:
            raise NotSpoken("language")
        return speech_key(Speaker("fake", "one", language), text)

    async def speak(self, text, language):
        assert text
        assert text == text.strip()
        self.said.append((text, language))
        await self.free.wait()
        if self.failure:
            raise NotSpoken(self.failure)
        return telephone_wav(300 + len(text))


class FakeStore:
    """Speech of the stack's bucket."""

    def __init__(self):
        self.kept = {}
        self.put_begun = asyncio.Event()
        self.free = asyncio.Event()
        self.free.set()

    async def get(self, key):
        return self.kept.get(key)

    async def put(self, key, wav):
        self.put_begun.set()
        await self.free.wait()
        self.kept[key] = wav
        return True


class FullShelf(Shelf):
    def put(self, _key, _wav):
        raise NoRoom


class Place:
    """A bridge's prompts, the stack that they come from, and another server."""

    def __init__(self, stack, other, folder):
        self.stack, self.other, self.folder = stack, other, folder
        self.voice, self.store, self.metrics = FakeVoice(), FakeStore(), Metrics()
        self.begun = []

    def prompts(self, patience=PATIENT, *, shelf=None, voice=True, store=True, standby=STANDBY):
        fetcher = Fetcher(self.stack.url, Guard(frozenset({LOOPBACK})))
        sources = Sources(fetcher, self.voice if voice else None, self.store if store else None, standby)
        self.begun.append(Prompts(sources, shelf or Shelf(self.folder), self.metrics, patience))
        return self.begun[-1]

    def counted(self, kind, outcome):
        return self.metrics.counted("prompts_total", kind=kind, outcome=outcome)

    async def why(self, prompts, prompt):
        with pytest.raises(NotReady) as failed:
            await prompts.path(prompt)
        return failed.value.why


@pytest.fixture
def plays(tmp_path):
    """Run a story at such a place."""

    def play(story):
        async def at_a_place():
            async with Web() as stack, Web() as other:
                place = Place(stack, other, tmp_path / "sounds")
                try:
                    return await story(place)
                finally:
                    for prompts in place.begun:
                        await prompts.close()

        return asyncio.run(at_a_place())

    return play


def content(path):
    return path.with_name(path.name + ".wav").read_bytes()


async def settled(prompts):
    await asyncio.gather(*prompts._making.values(), return_exceptions=True)


def test_a_sound_of_the_stack_is_fetched_once_and_then_played_at_once(plays):
    async def story(place):
        place.stack.files["/media/hold-music.wav"] = telephone_wav()
        prompts = place.prompts()
        first, again = await prompts.path(HOLD), await prompts.path(HOLD)
        assert first == again
        assert first.is_absolute()
        assert content(first) == telephone_wav()
        assert place.stack.asked["/media/hold-music.wav"] == 1
        assert place.counted("media", "made") == place.counted("media", "ready") == 1

    plays(story)


def test_many_who_wait_for_one_sound_make_one_download(plays):
    async def story(place):
        place.stack.files["/media/news.wav"] = telephone_wav()
        place.stack.open.clear()
        prompts = place.prompts()
        prompts.expect([Play(NEWS), Play(NEWS)])
        waiting = [asyncio.ensure_future(prompts.path(Play(NEWS))) for _ in range(20)]
        await place.stack.begun.wait()
        place.stack.open.set()
        assert len(set(await asyncio.gather(*waiting))) == 1
        assert place.stack.asked["/media/news.wav"] == 1

    plays(story)


def test_who_no_longer_waits_does_not_stop_it_for_the_others(plays):
    async def story(place):
        place.stack.files["/media/news.wav"] = telephone_wav()
        place.stack.open.clear()
        prompts = place.prompts()
        gone = asyncio.ensure_future(prompts.path(Play(NEWS)))
        await place.stack.begun.wait()
        gone.cancel()
        waiting = asyncio.ensure_future(prompts.path(Play(NEWS)))
        place.stack.open.set()
        assert content(await waiting) == telephone_wav()

    plays(story)


def test_a_sound_that_changed_is_heard_soon_and_the_old_one_stays_whole(plays):
    async def story(place):
        place.stack.files["/media/news.wav"] = telephone_wav(400)
        prompts = place.prompts(Patience(fresh=0.0))
        old = await prompts.path(Play(NEWS))
        place.stack.files["/media/news.wav"] = telephone_wav(800)
        assert await prompts.path(Play(NEWS)) == old
        await settled(prompts)
        new = await prompts.path(Play(NEWS))
        assert content(new) == telephone_wav(800)
        assert content(old) == telephone_wav(400)

    plays(story)


def test_a_sound_that_has_not_changed_is_not_sent_again_even_after_a_restart(plays):
    async def story(place):
        place.stack.files["/media/news.wav"] = telephone_wav()
        first = await place.prompts().path(Play(NEWS))
        restarted = place.prompts()
        assert await restarted.path(Play(NEWS)) == first
        await settled(restarted)
        assert place.stack.asked["/media/news.wav"] == 2
        assert place.stack.sent["/media/news.wav"] == 1

    plays(story)


def test_while_the_cloud_is_away_what_was_heard_before_is_heard_again(plays):
    async def story(place):
        place.stack.files["/media/news.wav"] = telephone_wav()
        first = await place.prompts().path(Play(NEWS))
        place.stack.statuses["/media/news.wav"] = 503
        prompts = place.prompts(Patience(fresh=0.0))
        assert await prompts.path(Play(NEWS)) == first
        await settled(prompts)
        assert await prompts.path(Play(NEWS)) == first

    plays(story)


@pytest.mark.parametrize("name", ["hold-music", "silence"])
def test_hold_music_goes_with_the_bridge_for_when_the_stack_was_never_reached(plays, name):
    async def story(place):
        place.stack.statuses[f"/media/{name}.wav"] = 503
        path = await place.prompts().path(Play(f"media:{name}"))
        heard(content(path))
        assert place.counted("media", "standby") == 1

    plays(story)


def test_a_prompt_that_does_not_come_in_time_is_given_up_but_not_its_making(plays):
    async def story(place):
        place.stack.files["/media/news.wav"] = telephone_wav()
        place.stack.open.clear()
        prompts = place.prompts(SOON)
        assert await place.why(prompts, Play(NEWS)) == "late"
        place.stack.open.set()
        await settled(prompts)
        assert content(await prompts.path(Play(NEWS))) == telephone_wav()
        assert place.stack.asked["/media/news.wav"] == 1

    plays(story)


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (NEWS, "status"),
        ("media:../secrets", "name"),
        ("media:", "name"),
        ("file:///etc/passwd", "name"),
        ("https://10.0.0.1/a.wav", "refused"),
        ("http://169.254.169.254/a.wav", "refused"),
    ],
)
def test_a_sound_that_cannot_be_had_says_why_in_a_word(plays, sound, why):
    async def story(place):
        assert await place.why(place.prompts(), Play(sound)) == why

    plays(story)


def test_what_is_no_sound_is_not_played(plays):
    async def story(place):
        place.other.files["/a.mp3"] = b"ID3 this is an mp3"
        assert await place.why(place.prompts(), Play(f"{place.other.url}/a.mp3")) == "not-sound"
        assert place.counted("address", "not-sound") == 1

    plays(story)


def test_music_in_stereo_at_44_100_samples_is_heard_as_on_a_telephone(plays):
    async def story(place):
        stereo = [sample for each in tone(1000, 0.1, 44100) for sample in (each, each)]
        place.other.files["/music.wav"] = wav(linear_16(stereo), 44100, 2)
        path = await place.prompts().path(Play(f"{place.other.url}/music.wav", 0))
        assert len(heard(content(path))) == 800

    plays(story)


def test_what_failed_just_now_is_not_waited_for_by_every_caller_anew(plays):
    async def story(place):
        prompts = place.prompts(Patience(failed=60.0))
        assert await place.why(prompts, Play(NEWS)) == "status"
        assert await place.why(prompts, Play(NEWS)) == "status"
        assert place.stack.asked["/media/news.wav"] == 1
        later = place.prompts(Patience(failed=0.0))
        assert await place.why(later, Play(NEWS)) == "status"
        place.stack.files["/media/news.wav"] = telephone_wav()
        assert await later.path(Play(NEWS))

    plays(story)


def test_a_text_is_spoken_once_and_kept_for_the_other_bridges(plays):
    async def story(place):
        prompts = place.prompts()
        first = await prompts.path(HELLO)
        assert await prompts.path(HELLO) == first
        assert await place.prompts(shelf=Shelf(place.folder / "of-another-bridge")).path(HELLO)
        assert place.voice.said == [(HELLO.text, "en-US")]
        assert place.counted("speech", "made") == 2

    plays(story)


def test_a_caller_does_not_wait_until_the_speech_is_in_the_store(plays):
    async def story(place):
        place.store.free.clear()
        assert await place.prompts().path(HELLO)
        await place.store.put_begun.wait()
        assert not place.store.kept

    plays(story)


def test_the_same_text_in_another_language_is_another_prompt(plays):
    async def story(place):
        prompts = place.prompts(store=False)
        assert await prompts.path(Say("1", "en-US")) != await prompts.path(Say("1", "zh-CN"))

    plays(story)


@pytest.mark.parametrize("prompt", [Pause(2), Say("", "en-US"), Say(" \x00\n", "zh-CN"), Play("dtmf:1234")])
def test_where_there_is_nothing_to_hear_there_is_no_file(plays, prompt):
    async def story(place):
        assert await place.prompts().path(prompt) is None

    plays(story)


def test_control_characters_never_reach_a_voice(plays):
    async def story(place):
        await place.prompts().path(Say("one\x01\x02two\ud83d", "en-US"))
        assert place.voice.said == [("onetwo", "en-US")]

    plays(story)


def test_what_a_text_says_is_in_no_file_name_error_or_log(plays, caplog):
    caplog.set_level(logging.DEBUG)

    async def story(place):
        prompts = place.prompts(Patience(failed=0.0))
        await prompts.path(HELLO)
        place.voice.failure = "throttled"
        other = Say("Your plate is A12345.", "en-US")
        assert await place.why(prompts, other) == "throttled"
        return [path.name for path in place.folder.rglob("*")]

    names = plays(story)
    told = " ".join([*names, caplog.text, *(str(record.__dict__) for record in caplog.records)])
    assert "6012345678" not in told
    assert "A12345" not in told
    assert "a prompt cannot be had" in told


def test_a_language_that_nobody_speaks_and_a_bridge_without_a_voice_say_so(plays):
    async def story(place):
        assert await place.why(place.prompts(), Say("Bonjour", "fr-FR")) == "language"
        assert await place.why(place.prompts(voice=False), HELLO) == "no-voice"

    plays(story)


def test_what_is_expected_is_ready_when_it_is_asked_for(plays):
    async def story(place):
        place.stack.files["/media/news.wav"] = telephone_wav()
        prompts = place.prompts()
        prompts.expect([HELLO, Play(NEWS), Pause(1), Say("Bonjour", "fr-FR"), Play("media:../x"), Play("dtmf:1")])
        await settled(prompts)
        await prompts.path(HELLO)
        await prompts.path(Play(NEWS))
        assert place.counted("speech", "ready") == place.counted("media", "ready") == 1

    plays(story)


def test_what_was_expected_and_failed_complains_to_nobody(plays):
    async def story(place):
        place.voice.failure = "engine"
        prompts = place.prompts()
        prompts.expect([HELLO, Play(NEWS)])
        await settled(prompts)

    plays(story)


def test_with_no_room_on_any_disk_the_prompt_is_left_out_and_counted(plays):
    async def story(place):
        prompts = place.prompts(shelf=FullShelf(place.folder, bounds=Bounds()))
        assert await place.why(prompts, HELLO) == "disk-full"
        assert place.metrics.counted("disk_full_total") == 1

    plays(story)


def test_there_is_a_sound_that_says_that_something_is_coming_unless_its_folder_is_gone(plays):
    async def story(place):
        assert place.prompts().filler
        assert place.prompts(standby=Path("/nowhere")).filler is None

    plays(story)


@pytest.mark.parametrize("sound", sorted(STANDBY.glob("*.wav")), ids=lambda path: path.stem)
def test_what_goes_with_the_bridge_is_telephone_sound(sound):
    with wave.open(str(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
