import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.sockets import ApiGatewaySockets
from chalicelib.core.ground.errors import OurFault
from chalicelib.core.told.closing import Closing

pytestmark = pytest.mark.enable_socket


@dataclass
class Gateway:
    """API Gateway's management API: what it was asked, and how often it will still say that it is too much."""

    url: str = ""
    open: set[str] = field(default_factory=lambda: {"here"})
    frames: list[bytes] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    busy: int = 0


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    known = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            frame = self.rfile.read(int(self.headers["Content-Length"]))
            self._reach(lambda _socket: known.frames.append(frame))

        def do_DELETE(self) -> None:
            self._reach(known.deleted.append)

        def _reach(self, do: Callable[[str], None]) -> None:
            socket = self.path.rpartition("/")[2]
            if known.busy:
                known.busy -= 1
                self._answer(429, "LimitExceededException")
            elif socket in known.open:
                do(socket)
                self._answer(200, "")
            else:
                self._answer(410, "GoneException")

        def _answer(self, status: int, error: str) -> None:
            self.send_response(status)
            self.send_header("x-amzn-ErrorType", error)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_port}/api"
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def sockets(gateway, monkeypatch) -> ApiGatewaySockets:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "pretend")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "pretend")
    return ApiGatewaySockets(gateway.url, "eu-central-1")


def test_a_page_gets_its_frame_as_it_is_written(sockets, gateway):
    assert sockets.post("here", {"type": "Ring", "tags": {"NAME": "王"}})

    assert gateway.frames == ['{"type":"Ring","tags":{"NAME":"王"}}'.encode()]


def test_a_page_that_has_gone_is_told_from_one_that_is_there(sockets, gateway):
    assert not sockets.post("gone", {"type": "Ring"})


def test_a_moment_of_throttling_is_waited_out(sockets, gateway):
    gateway.busy = 1

    assert sockets.post("here", {"type": "Ring"})


def test_a_gateway_that_stays_throttled_is_an_error(sockets, gateway):
    gateway.busy = 99

    with pytest.raises(ClientError, match="LimitExceeded"):
        sockets.post("here", {"type": "Ring"})
    assert gateway.busy == 97


def test_a_frame_too_large_for_a_message_is_our_fault_and_not_sent(sockets, gateway):
    with pytest.raises(OurFault, match="128 KB"):
        sockets.post("here", {"text": "王" * 43_700})
    assert gateway.frames == []


def test_a_page_is_told_why_before_its_socket_is_closed(sockets, gateway):
    sockets.close("here", Closing.SUPERSEDED)

    assert json.loads(gateway.frames[0]) == {
        "type": "close",
        "code": 4009,
        "reason": "Another page of this agent took over.",
    }
    assert gateway.deleted == ["here"]


def test_closing_a_socket_that_has_gone_is_no_error(sockets, gateway):
    sockets.close("gone", Closing.SUPERSEDED)

    assert gateway.deleted == []
