"""`/@connections/{id}`: what boto3's apigatewaymanagementapi client speaks to. Its signatures are not checked."""

import asyncio
from typing import Final

from aiohttp import web

from local.gateway.access_log import ROUTE
from local.gateway.settings import GatewaySettings
from local.gateway.sockets import Connections, GoneError

PATH: Final = "/@connections/{id}"


def _refusal(status: int, error: str, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status, headers={"x-amzn-ErrorType": error})


def _gone() -> web.Response:
    return _refusal(410, "GoneException", "Gone")


class ManagementApi:
    """Pushes to, describes and closes open sockets."""

    def __init__(self, settings: GatewaySettings, connections: Connections) -> None:
        self._limit = settings.message_limit
        self._connections = connections
        self._closing: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """What is served, and by whom."""
        return [web.post(PATH, self.post), web.get(PATH, self.get), web.delete(PATH, self.delete)]

    async def post(self, request: web.Request) -> web.Response:
        """PostToConnection: answers when the text is on its way."""
        request[ROUTE] = PATH
        body = await request.read()
        if len(body) > self._limit:
            return _refusal(413, "PayloadTooLargeException", "Payload too large")
        try:
            await self._connections.find(request.match_info["id"]).send(body.decode(errors="replace"))
        except GoneError:
            return _gone()
        return web.Response()

    async def get(self, request: web.Request) -> web.Response:
        """GetConnection."""
        request[ROUTE] = PATH
        try:
            connection = self._connections.find(request.match_info["id"])
        except GoneError:
            return _gone()
        return web.json_response(
            {
                "connectedAt": connection.events.connected_at.isoformat(),
                "lastActiveAt": connection.last_active_at.isoformat(),
                "identity": connection.events.identity,
            }
        )

    async def delete(self, request: web.Request) -> web.Response:
        """DeleteConnection: the peer's goodbye is not waited for."""
        request[ROUTE] = PATH
        try:
            connection = self._connections.find(request.match_info["id"])
        except GoneError:
            return _gone()
        self._connections.remove(connection)
        task = asyncio.create_task(connection.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return web.Response(status=204)
