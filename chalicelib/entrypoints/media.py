"""Sounds of ours, for carriers that fetch them."""

import re
from collections.abc import Callable
from http import HTTPStatus

from chalicelib.core.ground.errors import NotFound
from chalicelib.entrypoints.http import Reply, Request

_NAME = re.compile(r"([a-z0-9][a-z0-9-]{0,63})\.wav\Z")
URL_SECONDS = 600


def show_media(request: Request, media_url: Callable[[str, int], str]) -> Reply:
    """GET /media/{name}.wav: lead to the sound in its bucket."""
    known = _NAME.match(request.params["name"])
    if not known:
        raise NotFound("There is no such sound.")
    return Reply("", HTTPStatus.FOUND, "text/plain", {"Location": media_url(known.group(1), URL_SECONDS)})
