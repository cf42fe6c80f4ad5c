"""The ways in which a business system fails its callers, switched on for tests and demonstrations."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from local.business.requests import read_object, refuse

HUGE_BYTES = 10 * 1024 * 1024
USUAL_SLOWNESS = 20.0
LONGEST_SLOWNESS = 60.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Mood:
    """How waybills are answered now; `seconds` belongs to slow."""

    mode: str = "off"
    seconds: float = USUAL_SLOWNESS


MOOD = web.AppKey("mood", Mood)


async def misbehave(request: web.Request) -> web.StreamResponse:
    """POST /demo/misbehave: choose the mode; `seconds` says how slow slow is."""
    body = await read_object(request)
    mode = body.get("mode")
    if mode not in MODES:
        refuse(web.HTTPBadRequest, f"mode is one of {', '.join(MODES)}")
    seconds = body.get("seconds", USUAL_SLOWNESS)
    if not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST_SLOWNESS:
        refuse(web.HTTPBadRequest, f"seconds is a number from 0 to {LONGEST_SLOWNESS:.0f}")
    mood = request.app[MOOD]
    mood.mode, mood.seconds = mode, float(seconds)
    return web.json_response({"mode": mood.mode})


def moody(handler: Handler) -> Handler:
    """The handler, failing in the way that is switched on."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await MODES[request.app[MOOD].mode](request, handler)

    return answer


async def _off(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


async def _slow(request: web.Request, handler: Handler) -> web.StreamResponse:
    await asyncio.sleep(request.app[MOOD].seconds)
    return await handler(request)


async def _down(request: web.Request, _handler: Handler) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _error500(_request: web.Request, _handler: Handler) -> web.StreamResponse:
    return web.json_response({"error": "the demonstration asked for this"}, status=500)


async def _html(_request: web.Request, _handler: Handler) -> web.StreamResponse:
    return web.Response(text="<html><body><h1>It works!</h1></body></html>", content_type="text/html")


async def _huge(request: web.Request, _handler: Handler) -> web.StreamResponse:
    """Ten megabytes that would be valid JSON if anybody read them to the end."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"found": true, "destination": "')
    for _ in range(HUGE_BYTES // 65536):
        await response.write(b"x" * 65536)
    await response.write(b'"}')
    return response


async def _redirect(request: web.Request, _handler: Handler) -> web.StreamResponse:
    """To the trap on loopback, which answers like a waybill: whoever says Trap Town aloud has followed."""
    raise web.HTTPFound(f"http://127.0.0.1:{request.url.port}/demo/trap")


async def _wrong(_request: web.Request, _handler: Handler) -> web.StreamResponse:
    """Valid JSON, every field of another type than was promised."""
    return web.json_response(
        {"found": "perhaps", "sent_at": 20260305, "destination": ["A"], "plate": None, "pickup_at": "soon"}
    )


async def trap(_request: web.Request) -> web.StreamResponse:
    """GET /demo/trap: where the redirect leads."""
    return web.json_response({"found": True, "destination": "Trap Town"})


MODES: dict[str, Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]] = {
    "off": _off,
    "slow": _slow,
    "down": _down,
    "error500": _error500,
    "html": _html,
    "huge": _huge,
    "redirect": _redirect,
    "wrong": _wrong,
}
