"""Another system below the gateway's own origin: its pages then find the agent object at `window.top`.

Browsers keep pages of different origins apart, so a business system that wants its pages inside the console is put
behind the console's own address, as any reverse proxy does it in production.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Final

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.gateway.access_log import ROUTE

_PATIENCE: Final = aiohttp.ClientTimeout(total=29)
_OF_ONE_HOP: Final = frozenset(
    ["connection", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"]
)
"""Headers about the connection itself, which ends here."""

_ASKING: Final = web.AppKey("asking", aiohttp.ClientSession)


def add_proxies(app: web.Application, proxied: Mapping[str, str]) -> None:
    """Serve every path below each key from the system at its address, the key taken off."""
    if proxied:
        app.cleanup_ctx.append(_asking)
    for path, address in proxied.items():
        app.router.add_route("*", f"{path}/{{rest:.*}}", Proxy(path, address).serve)


async def _asking(app: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(
        timeout=_PATIENCE, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as app[_ASKING]:
        yield


class Proxy:
    """One system behind one path."""

    def __init__(self, path: str, address: str) -> None:
        self._path = path
        self._address = address.rstrip("/")

    async def serve(self, request: web.Request) -> web.Response:
        """Ask the system what was asked here, and answer as it does."""
        request[ROUTE] = f"{self._path}/*"
        rest = request.rel_url.raw_path_qs.removeprefix(self._path)
        asked = request.app[_ASKING].request(
            request.method,
            URL(self._address + rest, encoded=True),
            headers=_passed_on(request.headers),
            data=await request.read(),
            allow_redirects=False,
        )
        try:
            async with asked as answer:
                headers = _passed_on(answer.headers)
                self._keep_below(headers)
                return web.Response(status=answer.status, headers=headers, body=await answer.read())
        except TimeoutError:
            return web.Response(status=504, text="The business system took too long.")
        except aiohttp.ClientError:
            return web.Response(status=502, text="The business system cannot be reached.")

    def _keep_below(self, headers: CIMultiDict[str]) -> None:
        """A redirect to a path of the system's own stays below ours."""
        to = headers.get("Location", "")
        if to.startswith("/") and not to.startswith("//"):
            headers["Location"] = self._path + to


def _passed_on(headers: Mapping[str, str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _OF_ONE_HOP)
