"""The phone page as a telephone at a real Asterisk: the same page, but that its carrier is SIP from the browser."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web

from local.asterisk.instance import Instance
from local.asterisk.lines import Lines, NoLineError
from local.carrier.control.neighbours import admit, allow
from local.carrier.control.pages import WEB, fresh, routes

_CARRIER: Final = WEB / "phone" / "sip-carrier.js"
_TELEPHONES: Final = WEB / "sdk" / "dist" / "telephones"
_NUMBER: Final = re.compile(r"\+?\d{3,15}")


def make_app(instance: Instance, numbers: Sequence[str], in_full: Callable[[str], str]) -> web.Application:
    """Give the page and what it asks for.

    Args:
        instance: the Asterisk at which its lines are.
        numbers: those that can be called.
        in_full: gives a number as neighbours write it in E.164.
    """
    lines = Lines(instance)

    async def numbers_there(_request: web.Request) -> web.Response:
        return web.json_response({"numbers": [{"number": number} for number in numbers]})

    async def line(request: web.Request) -> web.Response:
        shown = _number_in(await request.read())
        if not _NUMBER.fullmatch(shown):
            return _refused("A number has digits alone, with or without a leading +.")
        try:
            given = await lines.give(in_full(shown), shown)
        except NoLineError as why:
            return _refused(str(why))
        return web.json_response({"user": given.user, "secret": given.secret, "server": instance.sockets})

    app = web.Application(middlewares=[admit])
    app.on_response_prepare.append(allow)
    app.router.add_get("/control/numbers", numbers_there)
    app.router.add_post("/control/lines", line)
    app.router.add_get("/phone/carrier.js", _serving(_CARRIER))
    app.router.add_get("/phone/sip-phone.mjs", _serving(_TELEPHONES / "sip-phone.mjs"))
    app.add_routes(routes())
    return app


def _number_in(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    number = told.get("number") if isinstance(told, dict) else None
    return number if isinstance(number, str) else ""


def _refused(why: str) -> web.Response:
    return web.json_response({"error": why}, status=HTTPStatus.BAD_REQUEST)


def _serving(file: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_request: web.Request) -> web.FileResponse:
        return fresh(file)

    return serve
