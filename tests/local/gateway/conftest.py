import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import boto3
import pytest
from chalice.app import Chalice, CORSConfig, Response

from local.gateway.server import Gateway
from local.gateway.settings import GatewaySettings
from tests.local.gateway.websocket_app import add_sockets


class ServedApp:
    """A small app, and what its functions were given."""

    def __init__(self):
        self.app = Chalice(app_name="served", configure_logs=False)
        self.app.log.disabled = True
        self.events = []
        self.arrived = threading.Event()
        self.may_answer = threading.Event()
        add_routes(self)
        add_sockets(self)

    def of(self, route_key):
        return [e for e in self.events if e["requestContext"].get("routeKey") == route_key]

    def wait_for(self, route_key, count=1):
        deadline = time.monotonic() + 60
        while len(self.of(route_key)) < count:
            assert time.monotonic() < deadline, f"no {count} {route_key} within a minute"
            time.sleep(0.005)
        return self.of(route_key)


def add_routes(served):
    app = served.app

    @app.route("/echo/{name}", methods=["GET", "PUT"], cors=CORSConfig("https://crm.example"))
    def echo(name):
        time.sleep(0.005)
        request = app.current_request
        return {"name": name, "asked": (request.query_params or {}).get("n"), "path": request.context["path"]}

    @app.route("/echo/literal")
    def literal():
        return {"literal": True}

    @app.route("/event", methods=["POST"], content_types=["application/x-www-form-urlencoded", "audio/wav"])
    def event():
        served.events.append(app.current_request.to_original_event())
        return Response(
            b"RIFF" if app.current_request.headers["content-type"] == "audio/wav" else "ok",
            headers={"Set-Cookie": ["a=1", "b=2"], "Content-Type": "text/plain"},
        )

    @app.route("/slow")
    def slow():
        served.may_answer.wait(60)

    @app.route("/fails")
    def fails():
        raise ValueError("a secret 4111111111111111")


@dataclass
class Answer:
    status: int
    headers: object
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """Speaks HTTP to the gateway."""

    def __init__(self, url):
        self.url = url

    def __call__(self, method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=named)  # noqa: S310  # loopback
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # loopback
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read())


@pytest.fixture(autouse=True)
def region(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.fixture
def served():
    return ServedApp()


@pytest.fixture
def serving(served):
    """Starts gateways before the small app, and stops them at the end."""
    with contextlib.ExitStack() as stack:

        def start(**settings):
            gateway = stack.enter_context(Gateway(GatewaySettings(**settings), served.app))
            return Client(gateway.url)

        yield start


@pytest.fixture
def management():
    def client(url):
        return boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="laptop",
            aws_secret_access_key="laptop",
        )

    return client
