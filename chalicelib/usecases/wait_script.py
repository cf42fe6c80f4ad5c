"""What a waiting caller hears: their position, an estimate, music; then the same turn again."""

from chalicelib.core.calls import Call, CallState, Place
from chalicelib.core.centre import Queue
from chalicelib.core.routing import estimated_wait, position
from chalicelib.core.script import Gather, Play, Prompt, Say, Script
from chalicelib.core.speech.phrases import waiting_announcement
from chalicelib.ports import World

MUSIC_SECONDS = 20
"""How long flows/media/hold-music.wav plays."""


def wait_script(world: World, queue: Queue, call: Call, token: str, first: tuple[Prompt, ...] = ()) -> Script:
    """Give the waiting loop's next round, `first` before it; while an agent rings there is music alone."""
    music = Play(queue.music, max(1, round(queue.announce_every / MUSIC_SECONDS)))
    news: tuple[Prompt, ...] = ()
    if call.state is CallState.WAITING and call.place and call.run:
        news = (_news(world, call.id, call.place, call.run.language),)
    return (Gather(token=token, prompts=(*first, *news, music), max_digits=1, finish_on="", timeout=1),)


def _news(world: World, call_id: str, place: Place, language: str) -> Say:
    waiting, _ = world.desk.lines([place.queue], [])
    seconds = estimated_wait(place.since, waiting, world.clock.now())
    return Say(waiting_announcement(position(call_id, waiting), seconds, language), language)
