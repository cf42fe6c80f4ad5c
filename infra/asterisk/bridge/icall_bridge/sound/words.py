"""What can be said, and the key that speech is kept by.

The stack makes the same key when it has fixed texts spoken at publishing time (local/speech.py); a test of both holds
the two equal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

_FORM = "icall speech 1"
"""Names the way in which speech is made: 8 kHz, 16 bit, mono, in a WAV file. Another way takes another name."""

# What no voice can say, and what some take for an order: control characters, halves of characters.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SENTENCE_END = re.compile(r"(?<=[。！？；.!?;\n])\s*")  # noqa: RUF001 - as Chinese ends them


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it: the engine that makes the voice, the voice, and the language as the engine names it."""

    engine: str
    voice: str
    language: str


def plain(text: str) -> str:
    """Give what of a text can be said."""
    return _UNSPEAKABLE.sub("", text).strip()


def speech_key(speaker: Speaker, text: str) -> str:
    """Give the key of a text (plain already) as this speaker says it: a hash, 64 hexadecimal digits."""
    parts = (_FORM, speaker.engine, speaker.voice, speaker.language, text)
    return sha256("\n".join(parts).encode()).hexdigest()


def pieces(text: str, most: int) -> Iterator[str]:
    """Give the text in pieces of at most `most` characters, cut at ends of sentences where there are any."""
    piece = ""
    for sentence in _SENTENCE_END.split(text):
        if piece and len(piece) + len(sentence) > most:
            yield piece
            piece = ""
        piece += sentence
        while len(piece) > most:
            yield piece[:most]
            piece = piece[most:]
    if piece:
        yield piece
