"""Speech of fixed texts, made when flows are published, so that no caller waits until an Asterisk has had it made.

It lies in the bucket of sounds where the bridges look (infra/asterisk/bridge/icall_bridge/sound/words.py, voices.py):
below the same key, in the same voices. Neither package imports the other; a test of both holds them equal.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.flow.model import Flow, Utterance
from chalicelib.core.flow.plugins import Plugin
from chalicelib.core.speech.phrases import PHRASES

RATE: Final = 8000
SPEAKERS: Final[Mapping[str, tuple[str, str]]] = {
    "zh-CN": ("Zhiyu", "cmn-CN"),
    "en-US": ("Joanna", "en-US"),
    "en-GB": ("Amy", "en-GB"),
}
"""Polly's voice and its name of the language, by ours."""

_FORM = "icall speech 1"
_ENGINE = "neural"
_MOST = 3000
"""Characters in one request; a longer text is left to the bridge."""

_AT_ONCE = 8
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")

Text = tuple[str, str]
"""A text and the language that it is said in."""


@dataclass(frozen=True, slots=True)
class FixedSpeech:
    """Makes speech with Polly and puts it into `bucket`; clients are boto3's."""

    polly: Any
    s3: Any
    bucket: str

    def make(self, flows: Iterable[Flow], plugins: Iterable[Plugin]) -> list[str]:
        """Make what is not there yet, and tell how much that was. What fails is told, and made at its first use."""
        texts = [text for text in sorted(fixed_texts(flows, plugins)) if text[1] in SPEAKERS and len(text[0]) <= _MOST]
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            outcomes = list(threads.map(self._ensure, texts))
        made, failed = outcomes.count("made"), outcomes.count("failed")
        told = [f"speech of {made} texts"] if made else []
        if failed:
            told.append(
                f"no speech of {failed} texts: may you ask Polly and write into the bucket? Callers wait for it"
            )
        return told

    def _ensure(self, text: Text) -> str:
        name = object_name(speech_key(*text))
        try:
            if self._is_there(name):
                return "there"
            self.s3.put_object(Bucket=self.bucket, Key=name, Body=_wav(self._spoken(*text)), ContentType="audio/wav")
        except (BotoCoreError, ClientError, OSError):
            return "failed"
        return "made"

    def _is_there(self, name: str) -> bool:
        try:
            self.s3.head_object(Bucket=self.bucket, Key=name)
        except ClientError as missing:
            # Who may not list the bucket is told 403 of what is not there.
            if missing.response["Error"]["Code"] in {"404", "403"}:
                return False
            raise
        return True

    def _spoken(self, text: str, language: str) -> bytes:
        voice, named = SPEAKERS[language]
        answer = self.polly.synthesize_speech(
            Engine=_ENGINE,
            VoiceId=voice,
            LanguageCode=named,
            OutputFormat="pcm",
            SampleRate=str(RATE),
            TextType="text",
            Text=text,
        )
        with answer["AudioStream"] as stream:
            return bytes(stream.read())


def fixed_texts(flows: Iterable[Flow], plugins: Iterable[Plugin]) -> set[Text]:
    """Give every text without a value in it that callers may hear: the flows', the plugins', the product's own."""
    flows = list(flows)
    said = {text for flow in flows for text in _fixed_of(flow)}
    said |= {(text, language) for plugin in plugins for language, text in plugin.on_failure.items()}
    spoken = {language for flow in flows for language in (flow.language, *flow.languages)}
    said |= {
        (sentence, language)
        for sentences in PHRASES.values()
        for language, sentence in sentences.items()
        if language in spoken and "{" not in sentence
    }
    return {(plain, language) for text, language in said if (plain := _UNSPEAKABLE.sub("", text).strip())}


def speech_key(text: str, language: str) -> str:
    """Give the key that the bridges look for."""
    voice, named = SPEAKERS[language]
    return sha256("\n".join((_FORM, f"polly {_ENGINE}", voice, named, text)).encode()).hexdigest()


def object_name(key: str) -> str:
    """Give the name of speech in the bucket."""
    return f"speech/{key}.wav"


def _fixed_of(part: Any) -> Iterator[Text]:
    """Give the fixed texts in a part of a flow, however deep."""
    if isinstance(part, Utterance):
        if not part.template.lookups():
            yield part.template.plain({}), part.voice
    elif is_dataclass(part):
        for field in fields(part):
            yield from _fixed_of(getattr(part, field.name))
    elif isinstance(part, Mapping):
        for inner in part.values():
            yield from _fixed_of(inner)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _fixed_of(inner)


def _wav(pcm: bytes) -> bytes:
    form = 16, 1, 1, RATE, 2 * RATE, 2, 16
    return _HEADER.pack(b"RIFF", len(pcm) + _HEADER.size - 8, b"WAVE", b"fmt ", *form, b"data", len(pcm)) + pcm
