"""Webhooks over real HTTP, with the carrier's patience: 5 s to connect, 15 s to answer."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from local.carrier.messages import Request, Response

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
LARGEST_ANSWER = 16 * 1024 * 1024


def perform(request: Request) -> Response:
    """Send the request to the product.

    Raises:
        OSError: Nobody listens, the answer took too long, or it was no HTTP.
    """
    address = urlsplit(request.url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=CONNECT_SECONDS)
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.connect()
        connection.sock.settimeout(READ_SECONDS)
        connection.request(request.method, target, request.body or None, dict(request.headers))
        answer = connection.getresponse()
        return Response(answer.status, dict(answer.getheaders()), answer.read(LARGEST_ANSWER))
    except HTTPException as error:
        raise ConnectionError(f"not HTTP: {error!r}") from error
    finally:
        connection.close()
