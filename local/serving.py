"""A web application that listens on one of the laptop's loops, and forgets none of its connections when it ends."""

import asyncio
from typing import Final, cast

from aiohttp import web

_ROUNDS: Final = 10


class Server:
    """An application at one address, from `listen` to `end`, on one loop."""

    def __init__(self, application: web.Application, shutdown_seconds: float) -> None:
        """`shutdown_seconds`, more than 0, are what a request in progress at the end is waited for."""
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=shutdown_seconds)
        self._listening: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Give the port it listens on, a free one for 0. A port that is taken raises OSError."""
        await self._runner.setup()
        accepted_by = cast("web.Server", self._runner.server)
        self._listening = await asyncio.get_running_loop().create_server(accepted_by, host, port)
        return int(self._listening.sockets[0].getsockname()[1])

    async def end(self) -> None:
        """Listen no more, answer what is in progress, and close every connection."""
        if self._listening is not None:
            await _accept_no_more(self._listening)
            self._listening.close()
        connected = self._runner.server.connections if self._runner.server else []
        transports = [connection.transport for connection in connected]
        await self._runner.cleanup()
        # Who reads nothing of what they are sent has only been told to go: asyncio would wait until they read it.
        for transport in transports:
            if transport is not None:
                transport.abort()
        await _rounds_of_the_loop()


async def _accept_no_more(listening: asyncio.Server) -> None:
    """Leave whoever comes from now on to the system, which refuses them, and let all become connections who came.

    In this order, because asyncio accepts in one round of its loop and makes a connection in the next. A server that
    closes in between makes it fail without a word, and nobody closes what was accepted: who called waits for an answer
    until the garbage is collected (https://github.com/python/cpython/issues/109564).
    """
    loop = asyncio.get_running_loop()
    for listener in listening.sockets:
        loop.remove_reader(listener)
    await _rounds_of_the_loop()


async def _rounds_of_the_loop() -> None:
    """Wait until what was accepted is a connection, or what was closed is gone: asyncio takes four rounds for it.

    Counted, and not timed: on a busy machine one round may take longer than any time that would be waited.
    """
    for _ in range(_ROUNDS):
        await asyncio.sleep(0)
