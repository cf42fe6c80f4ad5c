"""Who speaks: Amazon Polly in AWS, espeak-ng on a laptop; and a store that remembers what was said.

What a text says is the caller's data: no log, error or file's name holds it, and no process shows it in its arguments.
"""

import asyncio
import shutil
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from icall_bridge.sound import telephone
from icall_bridge.sound.converting import Converter
from icall_bridge.sound.telephone import NotSound
from icall_bridge.sound.words import Speaker, pieces, speech_key

POLLY: Final = "polly"
ESPEAK: Final = "espeak-ng"

POLLY_SPEAKERS: Final[Mapping[str, Speaker]] = {
    "zh-CN": Speaker(f"{POLLY} neural", "Zhiyu", "cmn-CN"),
    "en-US": Speaker(f"{POLLY} neural", "Joanna", "en-US"),
    "en-GB": Speaker(f"{POLLY} neural", "Amy", "en-GB"),
}
"""The same voices as at Twilio."""

ESPEAK_SPEAKERS: Final[Mapping[str, Speaker]] = {
    "zh-CN": Speaker(ESPEAK, "cmn", "zh-CN"),
    "en-US": Speaker(ESPEAK, "en-us", "en-US"),
    "en-GB": Speaker(ESPEAK, "en-gb", "en-GB"),
}

_POLLY_MOST = 3000
"""Characters that Polly bills for one request, at most (SynthesizeSpeech, TextLengthExceededException)."""

_WORDS_A_MINUTE = "160"
_ESPEAK_SECONDS = 20.0


class NotSpoken(Exception):
    """Nobody could say it; `why` is one word: language, engine, refused or throttled."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Voice(Protocol):
    """Speaks."""

    def key(self, text: str, language: str) -> str:
        """Give the key of what would be said, or raise NotSpoken when nobody speaks the language (BCP 47)."""
        ...

    async def speak(self, text: str, language: str) -> bytes:
        """Give a text (plain, not empty) as telephone sound, or raise NotSpoken."""
        ...


class SpeechStore(Protocol):
    """Remembers speech by its key, also for the other bridges; a store that is away is no reason not to speak."""

    async def get(self, key: str) -> bytes | None:
        """Give the WAV file, None when it is not there or the store is away."""
        ...

    async def put(self, key: str, wav: bytes) -> bool:
        """Keep it, and tell whether that could be done."""
        ...


@dataclass(frozen=True, slots=True)
class Polly:
    """Amazon Polly; `client` is boto3's, whose calls wait in `threads`."""

    client: Any
    threads: Executor

    def key(self, text: str, language: str) -> str:
        """Give the key of what would be said, or raise NotSpoken when nobody speaks the language."""
        return speech_key(_of(POLLY_SPEAKERS, language), text)

    async def speak(self, text: str, language: str) -> bytes:
        """Give the text as telephone sound, or raise NotSpoken."""
        speaker = _of(POLLY_SPEAKERS, language)
        loop = asyncio.get_running_loop()
        spoken = [
            await loop.run_in_executor(self.threads, self._synthesize, piece, speaker)
            for piece in pieces(text, _POLLY_MOST)
        ]
        return telephone.written(b"".join(spoken))

    def _synthesize(self, text: str, speaker: Speaker) -> bytes:
        """Ask for plain text to be spoken, not SSML: what has no markup can hold none that a caller brought in."""
        try:
            answer = self.client.synthesize_speech(
                Engine=speaker.engine.removeprefix(f"{POLLY} "),
                VoiceId=speaker.voice,
                LanguageCode=speaker.language,
                OutputFormat="pcm",
                SampleRate=str(telephone.RATE),
                TextType="text",
                Text=text,
            )
            with answer["AudioStream"] as stream:
                return bytes(stream.read())
        except ClientError as wrong:
            throttled = "Throttl" in wrong.response["Error"]["Code"]
            raise NotSpoken("throttled" if throttled else "refused") from None
        except (BotoCoreError, OSError):
            raise NotSpoken("engine") from None


class Espeak:
    """espeak-ng, a program of the machine: `program` is its path."""

    def __init__(self, program: Path, converter: Converter) -> None:
        self._program = program
        self._converter = converter

    def key(self, text: str, language: str) -> str:
        """Give the key of what would be said, or raise NotSpoken when nobody speaks the language."""
        return speech_key(_of(ESPEAK_SPEAKERS, language), text)

    async def speak(self, text: str, language: str) -> bytes:
        """Give the text as telephone sound, or raise NotSpoken."""
        try:
            async with asyncio.timeout(_ESPEAK_SECONDS):
                return await self._converter.convert(await self._run(_of(ESPEAK_SPEAKERS, language), text))
        except (OSError, NotSound):
            # A TimeoutError is an OSError, too.
            raise NotSpoken("engine") from None

    async def _run(self, speaker: Speaker, text: str) -> bytes:
        pipe = asyncio.subprocess.PIPE
        command = (self._program, "-v", speaker.voice, "-s", _WORDS_A_MINUTE, "-b", "1", "--stdin", "--stdout")
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            # Between double brackets it would read phonemes.
            wav, _ = await process.communicate(text.replace("[[", "[ [").encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return wav


def find_espeak(setting: str) -> Path | None:
    """Give where espeak-ng is: at the setting, or on PATH."""
    found = shutil.which(setting or ESPEAK)
    return Path(found) if found else None


@dataclass(frozen=True, slots=True)
class S3Speech:
    """Speech in the stack's bucket of sounds; `client` is boto3's, whose calls wait in `threads`."""

    client: Any
    bucket: str
    threads: Executor

    async def get(self, key: str) -> bytes | None:
        """Give the WAV file, None when it is not there or the store is away."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, self._get, key)

    async def put(self, key: str, wav: bytes) -> bool:
        """Keep it, and tell whether that could be done."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, self._put, key, wav)

    def _get(self, key: str) -> bytes | None:
        try:
            wav = self.client.get_object(Bucket=self.bucket, Key=object_name(key))["Body"].read()
            return bytes(wav) if telephone.read(wav).fits else None
        except (BotoCoreError, ClientError, OSError, NotSound):
            return None

    def _put(self, key: str, wav: bytes) -> bool:
        try:
            self.client.put_object(Bucket=self.bucket, Key=object_name(key), Body=wav, ContentType="audio/wav")
        except (BotoCoreError, ClientError, OSError):
            return False
        return True


def object_name(key: str) -> str:
    """Give the name of speech in the bucket."""
    return f"speech/{key}.wav"


def _of(speakers: Mapping[str, Speaker], language: str) -> Speaker:
    if language not in speakers:
        raise NotSpoken("language")
    return speakers[language]
