"""Our own people at their pages: who has signed in gets a cookie, which opens what the plugins' key opens."""

import secrets

from aiohttp import web

from local.business.requests import refuse, require_key

STAFF = web.AppKey("staff", dict[str, str])
"""User names by session."""

COOKIE = "freight_session"
_LIFE_SECONDS = 12 * 3600


def welcome(app: web.Application, answer: web.StreamResponse, user: str) -> None:
    """Let a user's pages in from this answer on.

    The cookie goes with no request that another site's page sends, so that no such page can act in the user's name.
    """
    session = secrets.token_urlsafe(24)
    app[STAFF][session] = user
    answer.set_cookie(COOKIE, session, max_age=_LIFE_SECONDS, httponly=True, samesite="Lax")


def user_of(request: web.Request) -> str | None:
    """The user whose page asks, or None."""
    return request.app[STAFF].get(request.cookies.get(COOKIE, ""))


def require_staff_or_key(request: web.Request) -> None:
    """Let in our own people's pages, and the contact centre's plugins."""
    if user_of(request) is None:
        require_key(request)


async def show_session(request: web.Request) -> web.StreamResponse:
    """GET /api/session: who is signed in here."""
    user = user_of(request)
    if user is None:
        refuse(web.HTTPUnauthorized, "sign in first")
    return web.json_response({"user": user})
