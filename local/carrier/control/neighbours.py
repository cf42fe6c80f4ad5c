"""Which web pages may use the carrier: those of this machine, wherever they are served from, and nobody else's.

The agent page comes from the contact centre's address and reaches its telephone here, so the browser asks whether it
may. A page from the internet that happens to be open on the same machine may not.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
ASKING = "OPTIONS"


@web.middleware
async def admit(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse pages of other machines; answer a browser that asks beforehand."""
    origin = request.headers.get("Origin", "")
    if origin and not _near(request, origin):
        raise web.HTTPForbidden(text=f"pages of {origin} may not use this carrier: open them from this machine")
    if origin and request.method == ASKING:
        return web.Response(status=HTTPStatus.NO_CONTENT)
    return await handler(request)


async def allow(request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser that a page of this machine may read the answer."""
    origin = request.headers.get("Origin", "")
    if origin and _near(request, origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Vary"] = "Origin"


def _near(request: web.Request, origin: str) -> bool:
    address = urlsplit(origin)
    return address.hostname in HERE or address.netloc == request.host
