"""The phone page: plain files, no build."""

from pathlib import Path

from aiohttp import web

WEB = Path(__file__).parents[3] / "web"
PHONE = WEB / "phone"
LINE = WEB / "sdk" / "src" / "telephones" / "media-line.js"


def routes() -> list[web.AbstractRouteDef]:
    """The page at the carrier's address, and what it is made of."""
    return [
        web.get("/", _front),
        web.get("/phone/media-line.js", _line),
        web.static("/phone", PHONE),
    ]


async def _front(_request: web.Request) -> web.FileResponse:
    return fresh(PHONE / "index.html")


async def _line(_request: web.Request) -> web.FileResponse:
    return fresh(LINE)


def fresh(file: Path) -> web.FileResponse:
    """Give a file that the browser asks for anew each time."""
    return web.FileResponse(file, headers={"Cache-Control": "no-cache"})
