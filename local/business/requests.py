"""Reading and refusing requests: JSON in, JSON out, and one door for keys."""

import hmac
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from aiohttp import web

from local.business.settings import BusinessSettings

SETTINGS = web.AppKey("settings", BusinessSettings)


def refuse(kind: type[web.HTTPException], why: str, **more: object) -> NoReturn:
    """End the request with a JSON error that says why."""
    raise kind(text=json.dumps({"error": why, **more}, ensure_ascii=False), content_type="application/json")


def require_key(request: web.Request) -> None:
    """Let only the contact centre's plugins and our own pages' server in."""
    presented = request.headers.get("Authorization", "").encode(errors="surrogateescape")
    if not hmac.compare_digest(presented, b"Bearer " + request.app[SETTINGS].api_key.encode()):
        refuse(web.HTTPUnauthorized, "present the business system's API key as a bearer token")


async def read_object(request: web.Request) -> Mapping[str, Any]:
    """The request's JSON object. The content type is required: a form on a strange page cannot send it."""
    if request.content_type != "application/json":
        refuse(web.HTTPUnsupportedMediaType, "send application/json")
    try:
        body = await request.json()
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        refuse(web.HTTPBadRequest, "the body is not JSON in UTF-8, or too deeply nested")
    if not isinstance(body, dict):
        refuse(web.HTTPBadRequest, "the body is not a JSON object")
    return body
