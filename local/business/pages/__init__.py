"""The pages that the freight company's people see: plain HTML, one script, one style sheet."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parent
_PAGES = {
    "/login": "login.html",
    "/work-orders": "work-orders.html",
    "/work-orders/new": "work-order.html",
    "/customers": "customers.html",
}


def page_routes() -> list[web.RouteDef]:
    """Every page, and what they are made with."""
    pages = [web.get(path, _shows(name)) for path, name in _PAGES.items()]
    assets = [web.get(f"/assets/{name}", _shows(name)) for name in ("pages.js", "texts.js", "pages.css")]
    return [web.get("/", _home), *pages, *assets]


async def _home(_request: web.Request) -> web.StreamResponse:
    # Relative, so that it is right below whatever path a proxy serves these pages.
    return web.Response(status=302, headers={"Location": "work-orders"})


def _shows(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def show(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_FOLDER / name, headers={"Cache-Control": "no-cache"})

    return show
