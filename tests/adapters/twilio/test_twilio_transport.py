import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.adapters.twilio import transport
from chalicelib.adapters.twilio.transport import ApiRequest, NoAnswer, NotSent, PooledTransport

pytestmark = pytest.mark.enable_socket


class Office(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, self.headers["Authorization"].encode() + b" " + form)

    def do_GET(self) -> None:
        if self.path == "/moved":
            self._answer(302, b"", {"Location": "/big"})
        elif self.path == "/silent":
            self.server.released.wait(5)  # type: ignore[attr-defined]
        elif self.path == "/broken":
            self.wfile.write(b"nonsense\r\n\r\n")
            self.close_connection = True
        else:
            self._answer(429, b"x" * 100_000, {"Retry-After": "1"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def office() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Office)
    server.released = threading.Event()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.released.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def get(url: str, max_bytes: int = 1_000_000) -> ApiRequest:
    return ApiRequest("GET", url, {}, None, max_bytes)


def test_a_form_goes_out_and_the_answer_comes_back(office):
    reply = PooledTransport()(ApiRequest("POST", f"{office}/Calls.json", {"Authorization": "Basic x"}, b"To=1"))

    assert (reply.status, reply.body) == (201, b"Basic x To=1")


def test_any_status_is_an_answer_with_its_headers_in_lower_case(office):
    reply = PooledTransport()(get(f"{office}/big"))

    assert (reply.status, reply.headers["retry-after"], len(reply.body)) == (429, "1", 100_000)


def test_a_redirect_is_not_followed(office):
    assert PooledTransport()(get(f"{office}/moved")).status == 302


def test_more_than_was_asked_for_is_not_taken(office):
    with pytest.raises(NoAnswer):
        PooledTransport()(get(f"{office}/big", max_bytes=99_999))


@pytest.mark.parametrize("path", ["/silent", "/broken"])
def test_no_usable_answer_is_told_from_nothing_sent(office, path, monkeypatch):
    monkeypatch.setattr(transport, "_READ_SECONDS", 0.2)

    with pytest.raises(NoAnswer):
        PooledTransport()(get(office + path))


def test_a_refused_connection_means_that_nothing_was_sent():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    with pytest.raises(NotSent):
        PooledTransport()(get(f"http://127.0.0.1:{port}/"))
