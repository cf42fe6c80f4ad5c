"""The smaller ports in memory: pages, messages, business systems, files, secrets, passwords, tokens, the watch."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chalicelib.core.centre.model import WebhookEndpoint
from chalicelib.core.flow.plugins import Plugin, outputs_of, request_for
from chalicelib.core.ground.errors import AddressRefused, NotConfigured, PluginFailed
from chalicelib.core.told.closing import Closing
from chalicelib.core.told.notices import CrmNotice, Timer
from tests.fakes.strictness import EngineRefuses
from tests.fakes.strictness import sent as as_sent

T = TypeVar("T")
R = TypeVar("R")

Page = Callable[[Mapping[str, Any]], None]


@dataclass(slots=True)
class MemorySockets:
    """Keeps ports.Sockets: a socket is a page's function that takes frames."""

    pages: dict[str, Page] = field(default_factory=dict)
    closed: list[tuple[str, int]] = field(default_factory=list)

    def post(self, socket: str, frame: Mapping[str, Any]) -> bool:
        page, frame = self.pages.get(socket), as_sent(frame)
        if page:
            page(frame)
        return page is not None

    def close(self, socket: str, why: Closing) -> None:
        self.post(socket, why.to_frame())
        self.pages.pop(socket, None)
        self.closed.append((socket, int(why)))


@dataclass(slots=True)
class MemoryMessages:
    """Keeps ports.Messages: `send(queue, body, delay in s)` brings a message to its function."""

    send: Callable[[str, Mapping[str, Any], float], None]
    now: Callable[[], int]
    put_offs: dict[str, int] = field(default_factory=dict)

    def remind(self, timers: Sequence[Timer]) -> None:
        for timer in timers:
            self.send("timers", as_sent(timer.to_plain()), min(max(0.0, (timer.due - self.now()) / 1000), 900.0))

    def tell_business(self, call_id: str, version: int, notices: Sequence[CrmNotice]) -> None:
        for number, notice in enumerate(notices):
            body = {"id": f"{call_id}.{version}.{number}", "type": notice.type, "at": notice.at, "data": notice.data}
            self.send("webhooks", as_sent(body), 0)

    def fan_out(self, notice_id: str, body: Mapping[str, Any], endpoints: Sequence[str]) -> None:
        for endpoint in endpoints:
            self.send("webhooks", as_sent({**body, "id": notice_id, "endpoint": endpoint}), 0)

    def put_off(self, receipt: str, seconds: int) -> None:
        self.put_offs[receipt] = seconds

    def fetch_recording(self, vocid: str) -> None:
        self.send("recordings", as_sent({"vocid": vocid}), 0)


@dataclass(slots=True)
class MemoryPlugins:
    """Keeps ports.Plugins: `business(name, inputs)` gives (status, document), or raises PluginFailed."""

    business: Callable[[str, Mapping[str, str]], tuple[int, Any]]
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    refused: Collection[str] = ()

    def check(self, plugin: Plugin) -> None:
        if plugin.name in self.refused:
            raise AddressRefused(f"The plugin {plugin.name} may not be asked.")

    def ask(self, plugin: Plugin, inputs: Mapping[str, str], *, budget_ms: int) -> Mapping[str, Any]:
        request = request_for(plugin, inputs)
        request.url.encode("ascii")
        self.asked.append((plugin.name, dict(inputs)))
        if budget_ms <= 0:
            raise PluginFailed("timeout", "no time left")
        status, document = self.business(plugin.name, inputs)
        return outputs_of(plugin, status, json.loads(json.dumps(document)))


@dataclass(slots=True)
class MemoryWebhooks:
    """Keeps ports.Webhooks; the next `failing` deliveries are not taken."""

    delivered: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    failing: int = 0
    refused: Collection[str] = ()

    def check(self, endpoint: WebhookEndpoint) -> None:
        if endpoint.name in self.refused:
            raise AddressRefused(f"The webhook {endpoint.name} may not be told.")

    def deliver(self, endpoint: WebhookEndpoint, notice_id: str, kind: str, at: int, data: Mapping[str, Any]) -> None:
        if self.failing:
            self.failing -= 1
            raise PluginFailed("bad_status", f"webhook {endpoint.name} answered 503")
        self.delivered.append((notice_id, kind, as_sent(data)))

    def kinds(self) -> list[str]:
        return [kind for _, kind, _ in self.delivered]


@dataclass(slots=True)
class MemoryFiles:
    """Keeps ports.RecordingFiles."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, vocid: str, wav: bytes) -> None:
        self.files[_file(vocid)] = wav

    def url(self, vocid: str, seconds: int) -> str:
        _file(vocid)
        return f"https://files.example/{vocid}.wav?good-for={seconds}"

    def upload_url(self, vocid: str, seconds: int) -> str:
        return f"https://files.example/{_file(vocid)}.wav?to-be-put-for={seconds}"


def _file(vocid: str) -> str:
    """Give the name that S3 would take: 1,024 bytes at most ("Naming Amazon S3 objects")."""
    if len(f"recordings/{vocid}.wav".encode()) > 1024:
        raise EngineRefuses("the key is too long")
    return vocid


@dataclass(slots=True)
class MemorySecrets:
    """Keeps ports.Secrets."""

    known: Mapping[str, str]

    def get(self, name: str) -> str:
        if name not in self.known:
            raise NotConfigured(f"the secret {name!r} is not there")
        return self.known[name]


class PlainPasswords:
    """Keeps ports.Passwords, without the slowness that is a real hash's virtue."""

    def hash(self, password: str) -> str:
        return f"hash of {password.encode().hex()}"

    def verify(self, password: str, hashed: str | None) -> bool:
        return hashed == self.hash(password)

    def seal(self, key: str, password: str, hashed: str) -> str:
        return hashlib.sha256(f"{key} {password} {hashed}".encode()).hexdigest()


class InTurn:
    """Keeps ports.Workers with one worker: what happens, and in which order, hangs on nothing."""

    def each(self, work: Callable[[T], R], things: Iterable[T]) -> list[R]:
        return [work(thing) for thing in things]


@dataclass(slots=True)
class CountedTokens:
    """Keeps ports.Tokens, predictably."""

    made: int = 0

    def new(self) -> str:
        self.made += 1
        return f"token-{self.made}"

    def fingerprint(self, secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    def same(self, sent: str, secret: str) -> bool:
        return sent.encode() == secret.encode()


@dataclass(slots=True)
class MemoryWatch:
    """Keeps ports.Watch."""

    counted: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def bind(self, call_id: str) -> None:
        pass

    def count(self, metric: str, value: float = 1, unit: str = "Count") -> None:
        self.counted[str(metric)] += int(value) if unit == "Count" else 1

    def note(self, message: str, **facts: str | float) -> None:
        self.notes.append((message, facts))
