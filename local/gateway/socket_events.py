"""A socket's life as API Gateway's WebSocket events."""

import base64
import datetime as dt
import secrets
from typing import Any

from aiohttp import web

from local.gateway import rest_events


def connection_id() -> str:
    """A new connection's id: like AWS's it ends in "=", which must be escaped in a path."""
    return secrets.token_urlsafe(11) + "="


class SocketEvents:
    """Makes the events of one connection."""

    def __init__(self, request: web.Request, stage: str) -> None:
        self.connection_id = connection_id()
        self.connected_at = dt.datetime.now(dt.UTC)
        self._request = request
        self._stage = stage

    @property
    def identity(self) -> dict[str, Any]:
        """The peer, as far as it is known."""
        identity: dict[str, Any] = rest_events.request_context(self._request, self._stage)["identity"]
        return identity

    def connect(self) -> dict[str, Any]:
        """$connect: the upgrade request, with all its headers."""
        headers = rest_events.forwarded(self._request)
        query = self._request.query
        return self._event("$connect", "CONNECT") | {
            "headers": rest_events.last_values(headers),
            "multiValueHeaders": rest_events.all_values(headers),
            "queryStringParameters": rest_events.last_values(query) or None,
            "multiValueQueryStringParameters": rest_events.all_values(query) or None,
        }

    def message(self, data: str | bytes) -> dict[str, Any]:
        """$default: a text message as it came, a binary one in base64."""
        event = self._event("$default", "MESSAGE", messageId=connection_id())
        if isinstance(data, bytes):
            return event | {"body": base64.b64encode(data).decode(), "isBase64Encoded": True}
        return event | {"body": data}

    def disconnect(self, code: int) -> dict[str, Any]:
        """$disconnect: the socket is gone already."""
        gone = {"disconnectStatusCode": code, "disconnectReason": ""}
        return self._event("$disconnect", "DISCONNECT", **gone) | {
            "headers": {"Host": self._request.host},
            "multiValueHeaders": {"Host": [self._request.host]},
        }

    def _event(self, route_key: str, event_type: str, **more: Any) -> dict[str, Any]:
        return {
            "requestContext": {
                **rest_events.request_context(self._request, self._stage),
                "routeKey": route_key,
                "eventType": event_type,
                "messageDirection": "IN",
                "connectionId": self.connection_id,
                "connectedAt": int(self.connected_at.timestamp() * 1000),
                **more,
            },
            "isBase64Encoded": False,
        }
