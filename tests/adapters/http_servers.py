"""Small real servers on loopback, some of them badly behaved."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = Callable[["Visit"], None]


@dataclass
class Visit:
    """One connection, its request read; `closing` is set when the test is over."""

    connection: socket.socket
    request: bytes
    closing: Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drips(self, piece: bytes, every: float) -> None:
        """Send the piece again and again until nobody listens."""
        while not self.closing.wait(every):
            self.send(piece)


@dataclass
class Server:
    """What listens at `port`, and the requests it got."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.place}{path}"


def reply(body: bytes = b"{}", status: str = "200 OK", **headers: str) -> Answer:
    """Answer properly."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return lambda visit: visit.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve until the end of the block, one thread a visit."""
    listener = socket.create_server(("127.0.0.1", 0))
    server, closing = Server(listener.getsockname()[1]), Event()
    if tls:
        tls.sni_callback = lambda _socket, name, _context: server.names.append(name)
    visits: list[Thread] = []

    def visit(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            secured = tls.wrap_socket(connection, server_side=True) if tls else connection
            with secured:
                request = _read_request(secured)
                server.requests.append(request)
                answer(Visit(secured, request, closing))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                visits.append(Thread(target=visit, args=(connection,)))
                visits[-1].start()

    acceptor = Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        closing.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in [acceptor, *visits]:
            thread.join(5)


def _read_request(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        read += _received(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < sum(lengths):
        body += _received(connection)
    return head + b"\r\n\r\n" + body


def _received(connection: socket.socket) -> bytes:
    if data := connection.recv(65536):
        return data
    raise ConnectionResetError


def certificate(name: str) -> bytes:
    """Make a key and a certificate that vouches for itself and `name`, as one PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
