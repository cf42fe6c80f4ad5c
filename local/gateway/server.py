"""The gateway put together: `make_app` for an event loop that is there, `Gateway` with a thread of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web
from chalice.app import Chalice

from local.aws.functions import Functions
from local.gateway.access_log import ROUTE, access_log
from local.gateway.management import ManagementApi
from local.gateway.proxy import add_proxies
from local.gateway.rest import RestApi
from local.gateway.settings import GatewaySettings
from local.gateway.sockets import Connections, SocketApi

_SHUTDOWN_SECONDS: Final = 2.0


def make_app(settings: GatewaySettings, chalice_app: Chalice) -> web.Application:
    """The gateway before a Chalice app."""
    functions = Functions(chalice_app, settings.timeout_seconds)
    pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="lambda")
    connections = Connections()
    app = web.Application(client_max_size=settings.body_limit, middlewares=[access_log])
    app.add_routes(ManagementApi(settings, connections).routes())
    app.router.add_get(settings.socket_path, SocketApi(settings, functions, pool, connections).serve)
    for path, document in settings.documents.items():
        _serve_document(app, path, document)
    for path, folder in settings.static.items():
        _serve_folder(app, path, folder)
    add_proxies(app, settings.proxied)
    if settings.home:
        _serve_home(app, settings.home)
    app.router.add_route("*", "/{path:.*}", RestApi(settings, functions, pool).serve)

    async def life(_: web.Application) -> AsyncIterator[None]:
        yield
        pool.shutdown(wait=False, cancel_futures=True)

    async def close_sockets(_: web.Application) -> None:
        await connections.close_all()

    app.on_shutdown.append(close_sockets)
    app.cleanup_ctx.append(life)
    return app


def _serve_folder(app: web.Application, path: str, folder: Path) -> None:
    async def index(request: web.Request) -> web.StreamResponse:
        request[ROUTE] = path
        return web.FileResponse(folder / "index.html")

    if (folder / "index.html").exists():
        app.router.add_get(f"{path}/", index)
    app.router.add_static(path, folder)


def _serve_document(app: web.Application, path: str, document: Mapping[str, Any]) -> None:
    async def show(request: web.Request) -> web.StreamResponse:
        request[ROUTE] = path
        return web.json_response(document, headers={"Cache-Control": "no-store"})

    app.router.add_get(path, show)


def _serve_home(app: web.Application, page: Path) -> None:
    async def home(request: web.Request) -> web.StreamResponse:
        request[ROUTE] = "/"
        return web.FileResponse(page)

    app.router.add_get("/", home)


class Gateway:
    """The gateway in a thread of its own."""

    def __init__(self, settings: GatewaySettings, chalice_app: Chalice, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = host
        self._port = port
        self._app = make_app(settings, chalice_app)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gateway", daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it answers, without a slash at its end; port 0 becomes a real one at the start."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> str:
        """Listens; answers its address. A port that is taken raises OSError."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except OSError:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Says goodbye to the sockets, then listens no more."""
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
            self._runner = None
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
