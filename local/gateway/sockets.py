"""The WebSocket half: upgrades, messages in order of arrival, and the limits of a connection's life.

API Gateway also refuses frames above 32 KB; here only whole messages are measured, because the reader joins frames
before anybody sees them.
"""

import asyncio
import datetime as dt
import random
from concurrent.futures import Executor
from typing import Any, Final

from aiohttp import WSMessage, WSMsgType, web

from local.aws.functions import Functions
from local.gateway.access_log import LOG, ROUTE
from local.gateway.settings import GatewaySettings
from local.gateway.socket_events import SocketEvents

_PROTOCOL: Final = "sec-websocket-protocol"
_REFUSED: Final = 400
_GOING_AWAY: Final = 1001
_LOST: Final = 1006
_LONGEST_SCRAMBLE_SECONDS: Final = 0.05


class GoneError(Exception):
    """The connection is closed, or there never was one."""


class Connection:
    """One open socket."""

    def __init__(self, socket: web.WebSocketResponse, events: SocketEvents, send_seconds: float) -> None:
        self.events: Final = events
        self.last_active_at = events.connected_at
        self._socket = socket
        self._send_seconds = send_seconds

    async def send(self, text: str) -> None:
        """Returns when the text is on its way; raises GoneError when it cannot be."""
        try:
            await asyncio.wait_for(self._socket.send_str(text), self._send_seconds)
        except (ConnectionError, RuntimeError, TimeoutError) as error:
            raise GoneError from error
        self.touch()

    async def close(self, code: int = 1000) -> None:
        """Closes from our side."""
        await self._socket.close(code=code)

    def touch(self) -> None:
        """Something was said: idleness begins anew."""
        self.last_active_at = dt.datetime.now(dt.UTC)


class Connections:
    """The open sockets by id."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}

    def add(self, connection: Connection) -> None:
        """From now on others can push to it."""
        self._open[connection.events.connection_id] = connection

    def remove(self, connection: Connection) -> None:
        """From now on it is gone."""
        self._open.pop(connection.events.connection_id, None)

    def find(self, connection_id: str) -> Connection:
        """The open connection; raises GoneError when it is not open."""
        try:
            return self._open[connection_id]
        except KeyError as error:
            raise GoneError from error

    async def close_all(self) -> None:
        """Closes every socket: the gateway ends."""
        await asyncio.gather(*(connection.close(_GOING_AWAY) for connection in list(self._open.values())))


class SocketApi:
    """Serves the app's socket functions."""

    def __init__(
        self, settings: GatewaySettings, functions: Functions, pool: Executor, connections: Connections
    ) -> None:
        self._settings = settings
        self._functions = functions
        self._pool = pool
        self._connections = connections
        self._names = {key: config.name for key, config in functions.app.websocket_handlers.items()}
        self._scrambled: set[asyncio.Task[None]] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from its upgrade request to its end."""
        request[ROUTE] = self._settings.socket_path
        # Told what the page offers, aiohttp does not complain of it in a log: a ticket may be among that.
        if not web.WebSocketResponse(protocols=_offered(request)).can_prepare(request).ok:
            return web.json_response({"message": "Upgrade Required"}, status=426)
        events = SocketEvents(request, self._settings.stage_name)
        answer = await self._ask("$connect", events.connect())
        if answer is None or answer["statusCode"] >= _REFUSED:
            return web.Response(status=502 if answer is None else answer["statusCode"])
        return await self._open(request, events, _echoed(answer))

    async def _open(
        self, request: web.Request, events: SocketEvents, protocols: tuple[str, ...]
    ) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=protocols, max_msg_size=self._settings.message_limit, compress=False)
        connection = Connection(socket, events, self._settings.send_seconds)
        code = _LOST
        try:
            await socket.prepare(request)
            self._connections.add(connection)
            code = await self._converse(socket, connection)
        finally:
            self._connections.remove(connection)
            await self._ask("$disconnect", events.disconnect(code))
        return socket

    async def _converse(self, socket: web.WebSocketResponse, connection: Connection) -> int:
        """Hands messages over until the end; answers the close code."""
        while (left := self._seconds_left(connection)) > 0:
            try:
                message = await socket.receive(timeout=left)
            except TimeoutError:
                continue
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return _close_code(message, socket)
            connection.touch()
            await self._hand_over(connection, message)
        await socket.close(code=_GOING_AWAY, message=b"Going away")
        return _GOING_AWAY

    def _seconds_left(self, connection: Connection) -> float:
        now = dt.datetime.now(dt.UTC)
        idle = self._settings.idle_seconds - (now - connection.last_active_at).total_seconds()
        life = self._settings.lifetime_seconds - (now - connection.events.connected_at).total_seconds()
        return min(idle, life)

    async def _hand_over(self, connection: Connection, message: WSMessage) -> None:
        if not self._settings.scramble:
            await self._message(connection, message.data)
            return
        task = asyncio.create_task(self._later(connection, message.data))
        self._scrambled.add(task)
        task.add_done_callback(self._scrambled.discard)

    async def _later(self, connection: Connection, data: str | bytes) -> None:
        await asyncio.sleep(random.uniform(0, _LONGEST_SCRAMBLE_SECONDS))
        await self._message(connection, data)

    async def _message(self, connection: Connection, data: str | bytes) -> None:
        event = connection.events.message(data)
        if await self._ask("$default", event) is None:
            context = event["requestContext"]
            told = {name: context[name] for name in ("connectionId", "requestId")}
            await _tell(connection, {"message": "Internal server error", **told})

    async def _ask(self, route_key: str, event: dict[str, Any]) -> Any:
        """The function's answer, or None when it failed; a function that does not exist agrees."""
        name = self._names.get(route_key)
        if name is None:
            return {"statusCode": 200}
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._pool, self._functions.invoke, name, event)
        try:
            return await asyncio.wait_for(running, self._settings.timeout_seconds)
        except Exception:  # noqa: BLE001  # whatever a function raises, the socket hears of a failure
            LOG.exception("%s failed", name)
            return None


def _close_code(last: WSMessage, socket: web.WebSocketResponse) -> int:
    # What we closed for a fault in the framing, aiohttp tells only in the error itself.
    if last.type is WSMsgType.ERROR:
        return int(getattr(last.data, "code", _LOST))
    return socket.close_code or _LOST


async def _tell(connection: Connection, fault: dict[str, str]) -> None:
    try:
        await connection.send(web.json_response(fault).text or "")
    except GoneError:
        LOG.info("a socket was gone before it heard of a failure")


def _offered(request: web.Request) -> tuple[str, ...]:
    return tuple(name.strip() for name in request.headers.get(_PROTOCOL, "").split(",") if name.strip())


def _echoed(answer: dict[str, Any]) -> tuple[str, ...]:
    headers = answer.get("headers") or {}
    return tuple(value for name, value in headers.items() if name.lower() == _PROTOCOL)
