"""Signalling: how a browser's microphone and loudspeaker come to a party.

`web/sdk/src/telephones/SIGNALLING.md` tells the whole.

POST   /control/media/{party}/offer {sdp, type}      -> {sdp, type}, the answer; candidates stand in both
DELETE /control/media/{party}                        closes it
GET    /control/media                                who is connected
"""

from collections.abc import Callable

from aiohttp import web

from local.carrier.audio.studio import LegIsOverError, Studio, UnknownPartyError


class Signalling:
    """The routes of a studio."""

    def __init__(self, studio: Callable[[], Studio]) -> None:
        self._studio = studio

    def routes(self) -> list[web.RouteDef]:
        """Every route of the signalling."""
        return [
            web.get("/control/media", self.show),
            web.post("/control/media/{party}/offer", self.offer),
            web.delete("/control/media/{party}", self.close),
        ]

    async def show(self, _request: web.Request) -> web.Response:
        """Who is connected."""
        return web.json_response({"connected": self._studio().connected})

    async def offer(self, request: web.Request) -> web.Response:
        """Connect a party."""
        from local.carrier.audio.peers import Description  # noqa: PLC0415  with aiortc: not before it is used

        wish = await request.json()
        offer = Description(str(wish["type"]), str(wish["sdp"]))
        try:
            answer = await self._studio().connect(request.match_info["party"], offer)
        except UnknownPartyError as error:
            raise web.HTTPNotFound(text=str(error)) from None
        except LegIsOverError as error:
            raise web.HTTPConflict(text=str(error)) from None
        return web.json_response({"type": answer.type, "sdp": answer.sdp})

    async def close(self, request: web.Request) -> web.Response:
        """Close a party's connection."""
        await self._studio().disconnect(request.match_info["party"])
        return await self.show(request)
