"""The REST half: each request to the app's REST function, with API Gateway's own refusals."""

import asyncio
from concurrent.futures import Executor
from typing import Any

from aiohttp import web

from local.aws.functions import Functions
from local.gateway import rest_events
from local.gateway.access_log import LOG, ROUTE
from local.gateway.settings import GatewaySettings


def refusal(status: int, message: str) -> web.Response:
    """One of API Gateway's own answers."""
    return web.json_response({"message": message}, status=status)


class RestApi:
    """Serves the app's routes."""

    def __init__(self, settings: GatewaySettings, functions: Functions, pool: Executor) -> None:
        self._settings = settings
        self._functions = functions
        self._pool = pool
        self._routes = functions.app.routes
        self._table = rest_events.RouteTable(self._routes)

    async def serve(self, request: web.Request) -> web.Response:
        """Any request that nothing else claims."""
        prefix = self._settings.prefix
        path = request.rel_url.raw_path
        if prefix and not path.startswith(f"{prefix}/"):
            return refusal(403, "Forbidden")
        path = path.removeprefix(prefix)
        match = self._table.find(path)
        if match is None:
            return refusal(403, "Missing Authentication Token")
        request[ROUTE] = match.resource
        return await self._at_route(request, rest_events.Place(path, prefix, self._settings.stage_name, match))

    async def _at_route(self, request: web.Request, place: rest_events.Place) -> web.Response:
        methods = self._routes[place.match.resource]
        if request.method not in methods:
            return self._preflight(request, place.match.resource)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return refusal(413, "Request Too Long")
        event = rest_events.event(request, place, body, self._functions.app.api.binary_types)
        return await self._answer(event)

    async def _answer(self, event: dict[str, Any]) -> web.Response:
        running = asyncio.get_running_loop().run_in_executor(self._pool, self._functions.rest, event)
        try:
            return rest_events.response(await asyncio.wait_for(running, self._settings.timeout_seconds))
        except TimeoutError:
            return refusal(504, "Endpoint request timed out")
        except Exception:  # noqa: BLE001  # whatever a function raises, API Gateway answers 502
            LOG.exception("%s failed", event["resource"])
            return refusal(502, "Internal server error")

    def _preflight(self, request: web.Request, resource: str) -> web.Response:
        # Chalice puts OPTIONS into API Gateway itself; no function sees it.
        methods = self._routes[resource]
        shared = [entry.cors for entry in methods.values() if entry.cors is not None]
        if request.method != "OPTIONS" or not shared:
            return refusal(403, "Missing Authentication Token")
        allowed = {"Access-Control-Allow-Methods": ",".join(sorted({*methods, "OPTIONS"}))}
        return web.Response(headers=shared[0].get_access_control_headers() | allowed)
