"""The REST service that the contact centre's plugins ask: waybills and customers."""

from aiohttp import web

from local.business.requests import refuse
from local.business.staff import require_staff_or_key
from local.business.store import Store

STORE = web.AppKey("store", Store)


async def get_waybill(request: web.Request) -> web.StreamResponse:
    """GET /api/waybills/{number}?language=: where the goods are and when they can be had."""
    require_staff_or_key(request)
    waybill = request.app[STORE].waybill(request.match_info["number"], request.query.get("language", ""))
    if waybill is None:
        refuse(web.HTTPNotFound, "there is no such waybill", found=False)
    return web.json_response({"found": True, **waybill})


async def get_customer(request: web.Request) -> web.StreamResponse:
    """GET /api/customers?phone=: who calls, and `title`, how to address them."""
    require_staff_or_key(request)
    customer = request.app[STORE].customer(request.query.get("phone", ""))
    if customer is None:
        refuse(web.HTTPNotFound, "no customer has that telephone number", found=False)
    return web.json_response({"found": True, **customer})


async def list_customers(request: web.Request) -> web.StreamResponse:
    """GET /api/customers/all: everybody in the register."""
    require_staff_or_key(request)
    return web.json_response({"customers": request.app[STORE].customers})
