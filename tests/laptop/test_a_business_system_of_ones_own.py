"""A developer runs a system of their own beside the laptop, on a port of their own: it is asked, and it is told."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import yaml

from chalicelib.wiring import parts
from local.cli import main
from local.laptop import DEMO_NUMBER
from local.publishing import DEMO_CENTRE
from tests.docs import pages
from tests.laptop.conftest import calls

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]

SECRET = "business/webhook-key"
PLUGIN = {
    "name": "order",
    "address": "${OWN_URL}/orders/{number}",
    "inputs": {"number": {}},
    "outputs": {"where": "where"},
}
FLOW = """
name: orders
language: zh-CN
steps:
  welcome: {do: say, text: 您好。, next: look_up}
  look_up:
    do: plugin
    ask: order
    inputs: {number: "42"}
    next: tell
    on_failure: sorry
  tell: {do: say, text: "您的货物在{{ plugin.where }}。", next: bye}
  sorry: {do: say, text: 查询失败。, next: bye}
  bye: {do: hangup}
"""


@dataclass
class Own:
    """The developer's system, and what it was asked and told."""

    url: str
    asked: list[str] = field(default_factory=list)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    heard: Event = field(default_factory=Event)


@pytest.fixture
def own() -> Iterator[Own]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            system.asked.append(self.path)
            self.answers({"where": "成都"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            system.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.answers({})
            system.heard.set()

        def answers(self, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.2", 0), Handler) as server:
        system = Own(f"http://127.0.0.2:{server.server_port}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield system
        server.shutdown()


@pytest.fixture
def shell(laptop, own, monkeypatch, tmp_path):
    """A shell in which the running laptop is known, and the own system's address."""
    monkeypatch.setattr("local.cli.STACK", tmp_path / "stack.json")
    for name, address in {"CARRIER_URL": laptop.carrier_url, "OWN_URL": own.url, **laptop.addresses()}.items():
        monkeypatch.setenv(name, address)


def published(folder: Path, plugin: dict[str, Any]) -> int:
    (folder / "plugins").mkdir()
    (folder / "plugins" / "order.yaml").write_text(yaml.safe_dump(plugin), "utf-8")
    (folder / "orders.yaml").write_text(FLOW, "utf-8")
    return main(["flows", "publish", str(folder)])


def applied(folder: Path, flow: str, receiver: str) -> int:
    centre = yaml.safe_load(DEMO_CENTRE.read_text("utf-8"))
    centre["numbers"][DEMO_NUMBER]["flow"] = flow
    centre["webhooks"]["own"] = {"url": receiver, "secret": f"secret:{SECRET}"}
    path = folder / "centre.yaml"
    path.write_text(yaml.safe_dump(centre, allow_unicode=True), "utf-8")
    return main(["config", "apply", str(path)])


def shown_receiver():
    (source,) = pages.examples(pages.DOCS / "webhooks.md", "python")
    shown: dict[str, Any] = {}
    exec(compile(source, "webhooks.md", "exec"), shown)  # noqa: S102 - our own page
    return shown["verify"]


def test_its_answer_is_spoken_and_it_hears_of_the_call(laptop, shell, own, tmp_path, capsys):
    assert published(tmp_path, PLUGIN) == 0, capsys.readouterr().err
    assert applied(tmp_path, "orders", "${OWN_URL}/hooks") == 0, capsys.readouterr().err
    # A process that begins now knows of it; one that has just answered others would within ten seconds.
    parts.cache_clear()

    async def story():
        came_true, heard = await calls(laptop, "hear 您的货物在成都", "stay")
        assert came_true == 0, heard
        assert await asyncio.to_thread(own.heard.wait, 15)

    asyncio.run(story())
    assert own.asked == ["/orders/42"]
    headers, body = own.told[0]
    assert json.loads(body)["type"] == "call.ended"
    assert shown_receiver()(laptop.secrets[SECRET], headers, body)


def test_an_address_elsewhere_inside_is_refused_by_name_before_a_call_with_the_setting_that_allows_it(
    shell, tmp_path, capsys
):
    assert published(tmp_path, PLUGIN | {"address": "https://10.0.0.5/orders/{number}"}) == 1
    refusal = "https://10.0.0.5:443 is inside: if it may be asked, name 10.0.0.5:443 in ICALL_ALLOW_PRIVATE."
    told = capsys.readouterr().err
    assert "plugins/order.yaml:1:1: address: " in told
    assert f"The plugin order may not be asked: {refusal}" in told
    assert applied(tmp_path, "freight-waybill", "https://10.0.0.5/hooks") == 1
    assert f"webhooks.own.url: The webhook own may not be told: {refusal}" in capsys.readouterr().err
