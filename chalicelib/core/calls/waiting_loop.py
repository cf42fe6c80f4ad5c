"""What a waiting caller hears, round after round: their position, an estimate, music; keys are taken meanwhile."""

from collections.abc import Sequence

from chalicelib.core.calls.call import Call
from chalicelib.core.calls.queueing import waiting_row
from chalicelib.core.calls.routing import Waiting, estimated_wait, position
from chalicelib.core.carrier.script import Gather, Play, Prompt, Say, Script
from chalicelib.core.centre.model import Queue
from chalicelib.core.speech.phrases import waiting_announcement

MUSIC_SECONDS = 20
"""How long flows/media/hold-music.wav plays."""


def waiting_round(
    call: Call, queue: Queue, line: Sequence[Waiting], token: str, now: int, first: tuple[Prompt, ...] = ()
) -> Script:
    """Give the next round for a caller in `queue`, `first` before it; while an agent rings there is music alone.

    `line` are the queue's waiting calls, with or without this one.
    """
    music = Play(queue.music, max(1, round(queue.announce_every / MUSIC_SECONDS)))
    return (Gather(token, (*first, *_news(call, line, now), music), max_digits=1, finish_on="", timeout=1),)


def _news(call: Call, line: Sequence[Waiting], now: int) -> tuple[Prompt, ...]:
    row = waiting_row(call)
    if row is None or call.place is None or call.run is None:
        return ()
    language = call.run.language
    remaining = estimated_wait(call.place.began, line, now)
    return (Say(waiting_announcement(position(row, line), remaining, language), language),)
