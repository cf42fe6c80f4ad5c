"""Work orders: what an agent writes down about a call, bound to its recording by the VOCID."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from local.business.register import STORE
from local.business.requests import SETTINGS, read_object, refuse
from local.business.staff import require_staff_or_key

_REQUIRED = ("agentId",)
_OPTIONAL = ("waybill", "vocId", "callId", "phone", "disposition", "note")
_LONGEST = 2000


async def post_work_order(request: web.Request) -> web.StreamResponse:
    """POST /api/work-orders: the order as stored, with its number."""
    require_staff_or_key(request)
    order = _checked(await read_object(request))
    created_at = datetime.fromtimestamp(request.app[SETTINGS].clock(), UTC).isoformat(timespec="seconds")
    stored = request.app[STORE].add_work_order({"createdAt": created_at, **order})
    return web.json_response(stored, status=201)


async def list_work_orders(request: web.Request) -> web.StreamResponse:
    """GET /api/work-orders: all of them, oldest first."""
    require_staff_or_key(request)
    return web.json_response({"workOrders": request.app[STORE].work_orders})


def _checked(body: Mapping[str, Any]) -> dict[str, str]:
    fields = (*_REQUIRED, *_OPTIONAL)
    if unknown := sorted(set(body) - set(fields)):
        refuse(web.HTTPBadRequest, f"a work order has no {', '.join(unknown)}; it has {', '.join(fields)}")
    if wrong := sorted(name for name, value in body.items() if not _is_short_text(value)):
        refuse(web.HTTPBadRequest, f"{', '.join(wrong)} must be text of at most {_LONGEST} characters")
    if missing := [name for name in _REQUIRED if not body.get(name)]:
        refuse(web.HTTPBadRequest, f"a work order needs {', '.join(missing)}")
    return {name: body.get(name, "") for name in fields}


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST
