"""Servers on loopback for the bridge's tests: the stack with its sounds, other people's, a bucket."""

import asyncio
from collections import Counter
from hashlib import sha256

from aiohttp import web

LOOPBACK = "loopback"


class Web:
    """Serves what stands in `files` by path; `redirects` lead elsewhere, `statuses` refuse; all wait until `open`."""

    def __init__(self):
        self.files = {}
        self.redirects = {}
        self.statuses = {}
        self.asked = Counter()
        self.sent = Counter()
        self.stored = {}
        self.begun = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.url = ""
        self._running = 0
        self.most_at_once = 0

    async def __aenter__(self):
        app = web.Application(client_max_size=2**26)
        app.router.add_get("/{path:.*}", self._give)
        app.router.add_put("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_):
        self.open.set()
        await self._runner.cleanup()

    def status_of(self, path):
        """Give the next status that a path is to answer; of a list, one after the other."""
        planned = self.statuses.get(path)
        if isinstance(planned, list):
            return planned.pop(0) if planned else None
        return planned

    async def _give(self, request):
        path = request.path_qs
        self.asked[path] += 1
        self.begun.set()
        await self.open.wait()
        if status := self.status_of(path):
            return web.Response(status=status)
        if path in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[path]})
        content = self.files.get(path)
        if content is None:
            return web.Response(status=404)
        etag = f'"{sha256(content).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        self.sent[path] += 1
        return web.Response(body=content, headers={"ETag": etag})

    async def _take(self, request):
        """Take a file as a presigned PUT does: with its length and the type that was signed, or not at all."""
        path = request.path_qs
        self.asked[path] += 1
        self.begun.set()
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        try:
            content = await request.read()
            await self.open.wait()
        finally:
            self._running -= 1
        if status := self.status_of(path):
            return web.Response(status=status)
        if request.headers.get("Content-Length") is None:
            return web.Response(status=411)
        if request.headers.get("Content-Type") != "audio/wav":
            return web.Response(status=403)
        self.stored[path] = content
        return web.Response()
