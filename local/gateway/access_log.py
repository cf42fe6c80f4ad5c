"""One line a request: method, route, status, time.

The route is its template: a path, a query or a body may carry callers' data.
"""

import logging
import time
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

LOG = logging.getLogger("laptop.gateway")
ROUTE: Final = web.RequestKey("route", str)


@web.middleware
async def access_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets the request through and notes how it ended; whoever serves it sets ROUTE."""
    begun = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as answer:
        status = answer.status
        raise
    finally:
        spent = (time.perf_counter() - begun) * 1000
        LOG.info("%s %s %d %.0f ms", request.method, request.get(ROUTE, "(no route)"), status, spent)
    return response
