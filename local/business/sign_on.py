"""Single sign-on: our user becomes the contact centre's agent.

The password check that stands here in a real system is left out; what matters is that our server, not the page,
asks the contact centre for the one-time login code.
"""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from aiohttp import web

from local.business.register import STORE
from local.business.requests import SETTINGS, read_object, refuse
from local.business.staff import welcome

_PATIENCE = aiohttp.ClientTimeout(total=5)
CONTACT_CENTRE = web.AppKey("contact_centre", aiohttp.ClientSession)


async def contact_centre(app: web.Application) -> AsyncIterator[None]:
    """Keep one session with the contact centre while the app runs."""
    key = app[SETTINGS].icall_api_key
    async with aiohttp.ClientSession(timeout=_PATIENCE, headers={"Authorization": f"Bearer {key}"}) as session:
        app[CONTACT_CENTRE] = session
        yield


async def login(request: web.Request) -> web.StreamResponse:
    """POST /login: the AgentID that belongs to the user, and a one-time code; the page is let in."""
    user = (await read_object(request)).get("user")
    agent_id = request.app[STORE].users.get(user) if isinstance(user, str) else None
    if agent_id is None:
        refuse(web.HTTPForbidden, "there is no such user, or the user is not an agent")
    granted = await _login_code(request.app, agent_id)
    answer = web.json_response({"agentId": agent_id, "code": granted["code"], "expiresAt": granted.get("expiresAt")})
    welcome(request.app, answer, str(user))
    return answer


async def show_contact_centre(request: web.Request) -> web.StreamResponse:
    """GET /api/contact-centre: where our pages can call and play recordings, whoever asks."""
    return web.json_response({"agentPage": request.app[SETTINGS].icall_url.rstrip("/") + "/console/"})


async def _login_code(app: web.Application, agent_id: str) -> dict[str, Any]:
    address = app[SETTINGS].icall_url.rstrip("/") + "/sso/login-codes"
    try:
        async with app[CONTACT_CENTRE].post(address, json={"agentId": agent_id}, allow_redirects=False) as answer:
            granted = await answer.json() if answer.ok else None
    except (aiohttp.ClientError, TimeoutError, ValueError):
        refuse(web.HTTPBadGateway, "the contact centre cannot be reached or does not speak JSON")
    if not isinstance(granted, dict) or not isinstance(granted.get("code"), str):
        refuse(web.HTTPBadGateway, f"the contact centre gave no login code (status {answer.status})")
    return granted
