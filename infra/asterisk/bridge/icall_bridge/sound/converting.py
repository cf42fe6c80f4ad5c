"""Makes telephone sound of WAV files without keeping the calls waiting."""

import asyncio
import sys

from icall_bridge.sound import telephone
from icall_bridge.sound.telephone import NotSound

_AT_ONCE = 2


class Converter:
    """Converts a few files at a time, each in a process of its own at low priority."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def convert(self, wav: bytes) -> bytes:
        """Give the file as 8 kHz, mono, 16 bit.

        Raises:
            NotSound: it is no WAV file, or takes too long to convert.

        """
        known = telephone.read(wav)
        if known.fits:
            return telephone.written(known.frames)
        async with self._places:
            return await _convert_elsewhere(wav)


async def _convert_elsewhere(wav: bytes) -> bytes:
    pipe = asyncio.subprocess.PIPE
    # Isolated, and by its path: it needs nothing but the standard library, and begins in 30 ms.
    command = (sys.executable, "-I", telephone.__file__)
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
    try:
        made, _ = await process.communicate(wav)
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise NotSound("it could not be converted")
    return made
