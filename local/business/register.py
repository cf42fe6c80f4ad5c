"""The REST service that the contact centre's plugins ask: waybills, customers, members."""

from aiohttp import web

from local.business.requests import read_object, refuse, require_key
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


async def authenticate(request: web.Request) -> web.StreamResponse:
    """POST /api/authentications: whether `pin` is that of `member`; a wrong number looks like a wrong PIN."""
    require_key(request)
    told = await read_object(request)
    number, pin = told.get("member"), told.get("pin")
    if not isinstance(number, str) or not isinstance(pin, str) or not pin:
        refuse(web.HTTPBadRequest, "member and pin are texts")
    member = request.app[STORE].member(number, pin)
    if member is None:
        refuse(web.HTTPNotFound, "member number and PIN do not fit", found=False)
    return web.json_response({"found": True, **member})
