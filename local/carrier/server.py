"""The emulated carrier as a server: the REST API the product calls, the control API, the sound, the phone page."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from local.carrier.audio.routes import Signalling
from local.carrier.audio.studio import Studio
from local.carrier.audio.tapes import Tapes
from local.carrier.control.neighbours import admit, allow
from local.carrier.control.pages import routes as pages
from local.carrier.control.routes import Control, explain
from local.carrier.exchange import Exchange
from local.carrier.messages import Request, Response, Transport
from local.carrier.scheduling import WallTime
from local.carrier.settings import CarrierSettings
from local.carrier.wire.plant import API_VERSION
from local.carrier.wire.product_http import perform

EXCHANGE: web.AppKey[Exchange] = web.AppKey("exchange", Exchange)
STUDIO: web.AppKey[Studio] = web.AppKey("studio", Studio)
Show = Callable[[str], None]


def make_app(settings: CarrierSettings, show: Show | None = None, transport: Transport = perform) -> web.Application:
    """The web application; the exchange and its clock live as long as it runs.

    Args:
        settings: The account, its numbers and the carrier's habits.
        show: Gets a line for every exchange and error, for the console.
        transport: How webhooks reach the product.
    """
    app = web.Application(middlewares=[explain, admit])
    app.on_response_prepare.append(allow)
    app.add_routes(Control(lambda: app[EXCHANGE]).routes())
    app.add_routes(Signalling(lambda: app[STUDIO]).routes())
    app.add_routes(pages())
    app.router.add_route("*", f"/{API_VERSION}/{{path:.*}}", _rest)

    async def alive(running: web.Application) -> AsyncIterator[None]:
        time, tapes = WallTime(), Tapes()
        running[EXCHANGE] = Exchange(settings, transport, time, seed=None, show=show, sound=tapes)
        running[STUDIO] = Studio(running[EXCHANGE], tapes)
        yield
        await running[STUDIO].close()
        await asyncio.to_thread(time.close)

    app.cleanup_ctx.append(alive)
    return app


async def serve(settings: CarrierSettings, show: Show | None = print) -> None:
    """Serve until cancelled."""
    runner = web.AppRunner(make_app(settings, show), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _rest(request: web.Request) -> web.StreamResponse:
    plain = Request(request.method, request.raw_path, dict(request.headers), await request.read())
    answer = request.app[EXCHANGE].rest_answer(plain)
    if answer.late:
        await asyncio.sleep(answer.late)
    if answer.dropped and request.transport:
        request.transport.abort()
    return _web(answer.response)


def _web(response: Response) -> web.Response:
    return web.Response(status=response.status or 500, headers=dict(response.headers), body=response.body)
