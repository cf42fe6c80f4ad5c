"""The gateway put together: `make_app` for an event loop that is there, `Gateway` with a thread of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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
from local.serving import Server

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
    _share(app, settings.shared)
    add_proxies(app, settings.proxied)
    if settings.home:
        _serve_home(app, settings.home)
    app.router.add_route("*", "/{path:.*}", RestApi(settings, functions, pool).serve)

    async def life(_: web.Application) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    async def close_sockets(_: web.Application) -> None:
        await connections.close_all()

    app.on_shutdown.append(close_sockets)
    app.cleanup_ctx.append(life)
    return app


def _serve_folder(app: web.Application, path: str, folder: Path) -> None:
    root = folder.resolve()

    async def show(request: web.Request) -> web.StreamResponse:
        request[ROUTE] = f"{path}/*"
        file = (root / (request.match_info["file"] or "index.html")).resolve()
        if not (file.is_relative_to(root) and file.is_file()):
            raise web.HTTPNotFound
        return web.FileResponse(file)

    app.router.add_get(f"{path}/{{file:.*}}", show)


def _share(app: web.Application, paths: Collection[str]) -> None:
    """Let pages of every origin load what is below these paths, and see that something is missing there."""
    below = tuple(f"{path}/" for path in paths)

    async def share(request: web.Request, response: web.StreamResponse) -> None:
        if request.path.startswith(below):
            response.headers["Access-Control-Allow-Origin"] = "*"

    app.on_response_prepare.append(share)


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
    """The gateway in a thread of its own; stopped, it can be started again, on the same port."""

    def __init__(self, settings: GatewaySettings, chalice_app: Chalice, host: str = "127.0.0.1", port: int = 0) -> None:
        self._settings = settings
        self._chalice_app = chalice_app
        self._host = host
        self._port = port
        self._running = ExitStack()

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
        loop = self._start_loop()
        server = Server(make_app(self._settings, self._chalice_app), _SHUTDOWN_SECONDS)
        self._running.callback(lambda: asyncio.run_coroutine_threadsafe(server.end(), loop).result())
        listening = server.listen(self._host, self._port)
        try:
            self._port = asyncio.run_coroutine_threadsafe(listening, loop).result()
        except OSError:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Listens no more, says goodbye to the sockets, and waits for the functions that run.

        Such a function can push nothing any more: it is refused, and fails as it would without API Gateway.
        """
        self._running.close()

    def _start_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        self._running.callback(loop.close)
        thread = threading.Thread(target=loop.run_forever, name="gateway", daemon=True)
        thread.start()
        self._running.callback(thread.join)
        self._running.callback(loop.call_soon_threadsafe, loop.stop)
        return loop
