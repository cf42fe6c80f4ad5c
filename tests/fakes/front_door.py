"""The centre of centre.py entered through `app.py` itself: each event is the very one that Lambda would hand over.

API Gateway's events are made by the laptop's own gateway; Chalice's functions are run as Lambda runs them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from aiohttp.test_utils import make_mocked_request
from botocore.config import Config
from multidict import CIMultiDict

import app
from chalicelib.adapters.dynamodb.catalogue import DynamoCatalogue
from chalicelib.adapters.dynamodb.credentials import DynamoCredentials
from chalicelib.adapters.dynamodb.desk import DynamoDesk
from chalicelib.adapters.dynamodb.history import DynamoHistory
from chalicelib.adapters.dynamodb.stream import read_row
from chalicelib.adapters.dynamodb.table import Table, connect
from chalicelib.ports import StreamRow
from chalicelib.wiring import Parts
from infra import resources
from local.aws.delivery import as_json
from local.aws.functions import Functions
from local.aws.stream_pump import Checkpoints, ShardReader
from local.carrier import messages
from local.gateway import rest_events
from local.gateway.socket_events import SocketEvents
from local.publishing import Publisher
from tests.fakes.centre import Centre, Page
from tests.fakes.thrifty_moto import told_so_far

REGION = "us-east-1"
MEDIA = "https://media.example/"
ANSWERED = {"batchItemFailures": []}
FORM = "application/x-www-form-urlencoded"
_A_REQUEST = make_mocked_request("GET", "/")
"""All requests are copies of it: what aiohttp mocks around each takes longer than an answer of the whole centre."""


@dataclass(frozen=True)
class Answer:
    """What the front door answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class FrontDoor(Centre):
    """A whole centre whose every event goes through a function of app.py; table, queues and pages are in memory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **centre: Any) -> None:
        super().__init__(**centre)
        self.functions = Functions(app.app)
        self.routes = rest_events.RouteTable(app.app.routes)
        self.told: list[str] = []
        self._rows: dict[str, StreamRow] = {}
        monkeypatch.setattr(app, "parts", self.parts)
        monkeypatch.setenv("AWS_REGION", REGION)  # as Lambda does; Chalice's socket handlers insist on it

    def parts(self) -> Parts:
        """What the front door is given, in wiring's place."""
        return Parts(self.world, self.read_row, lambda name, _: f"{MEDIA}{name}")

    def read_row(self, record: Mapping[str, Any]) -> StreamRow | None:
        """Read a stream's record, as often as it is asked: a batch is looked through twice."""
        return self._rows[record["dynamodb"]["SequenceNumber"]]

    def asks(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        stage: str = "",
    ) -> Answer:
        """Ask over HTTP; a body that is no bytes goes as JSON."""
        sent = CIMultiDict({"Content-Type": "application/json", "Host": "icall.example"} | dict(headers or {}))
        if token:
            sent["Authorization"] = f"Bearer {token}"
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        below = path.partition("?")[0]
        match = self.routes.find(below)
        if match is None:
            return Answer(403, {}, '{"message": "Missing Authentication Token"}')
        prefix = f"/{stage}" if stage else ""
        request = _A_REQUEST.clone(method=method, rel_url=prefix + path, headers=sent)
        place = rest_events.Place(below, prefix, stage or "api", match)
        answered = self.functions.rest(rest_events.event(request, place, raw, app.app.api.binary_types))
        told = {**answered.get("headers", {})}
        told |= {name: values[-1] for name, values in answered.get("multiValueHeaders", {}).items()}
        self.told.append((answered["body"] or "").encode().decode())
        return Answer(answered["statusCode"], told, answered["body"] or "")

    def page(self, agent_id: str = "100") -> "DoorPage":
        self.device_of(agent_id)
        return DoorPage(self, agent_id)

    def sweeps(self) -> None:
        self.functions.invoke("sweep", {"source": "aws.events"} | dict.fromkeys(_SCHEDULED, ""))

    def _webhook(self, request: messages.Request) -> messages.Response:
        if request.url.startswith(MEDIA):
            return messages.Response(200, {"Content-Type": "audio/wav"}, b"RIFF")
        answer = self.asks(request.method, urlsplit(request.url).path, request.body, headers=dict(request.headers))
        return messages.Response(answer.status, answer.headers, answer.text.encode())

    def _streamed(self, row: Any) -> bool:
        number = str(next(self._deliveries))
        self._rows[number] = row
        return self._streams({"dynamodb": {"SequenceNumber": number}})

    def _streams(self, record: Mapping[str, Any]) -> bool:
        return bool(self.functions.invoke("stream", {"Records": [record]}) == ANSWERED)

    def _takes_message(self, queue: str, record: Mapping[str, Any]) -> bool:
        return bool(self.functions.invoke(queue, {"Records": [record]}) == ANSWERED)


_SCHEDULED = ("version", "account", "region", "detail", "detail-type", "time", "resources", "id")


class DoorPage(Page):
    """An agent's page that knows nothing but HTTP and its socket."""

    centre: FrontDoor

    def signs_in(self) -> "DoorPage":
        body = {"agentId": self.agent_id, "password": f"icall-{self.agent_id}"}
        answer = self.centre.asks("POST", "/agent/sessions", body)
        assert answer.status == 201, answer.text
        return self.has_session(answer.json["token"])

    def has_session(self, token: str) -> "DoorPage":
        """Go on with a session and open the page's socket."""
        self.token = token
        return self.connects()

    def connects(self) -> "DoorPage":
        ticket = self.centre.asks("POST", "/agent/socket-tickets", {}, token=self.token).json["ticket"]
        assert self.knocks(f"icall.v1, ticket.{ticket}")["statusCode"] == 200
        self.sends({"type": "hello", "epoch": self.epoch, "lastSeq": self.seq, "tab": "1"})
        return self

    def knocks(self, protocols: str) -> Mapping[str, Any]:
        """Try to open a socket with these subprotocols, and give what $connect answers."""
        headers = CIMultiDict({"Host": "icall.example", "Sec-WebSocket-Protocol": protocols})
        self.wire = SocketEvents(_A_REQUEST.clone(rel_url="/socket", headers=headers), "api")
        self.socket = self.wire.connection_id
        self.centre.sockets.pages[self.socket] = self.takes
        answer: Mapping[str, Any] = self.centre.functions.invoke("socket_connect", self.wire.connect())
        if answer["statusCode"] != 200:
            del self.centre.sockets.pages[self.socket]
        return answer

    def sends(self, frame: Mapping[str, Any]) -> bool:
        return self.sends_text(json.dumps(frame))

    def sends_text(self, text: str | bytes) -> bool:
        """Send a frame as it is; tell whether the function lived to answer."""
        answer = self.centre.functions.invoke("socket_message", self.wire.message(text))
        return bool(answer == {"statusCode": 200})

    def loses_its_socket(self, *, told: bool = True) -> None:
        self.centre.sockets.pages.pop(self.socket, None)
        if told:
            self.centre.functions.invoke("socket_disconnect", self.wire.disconnect(1006))


class TableFrontDoor(FrontDoor):
    """The same on the real table's adapters and the table's own stream, with DynamoDB by moto in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **centre: Any) -> None:
        super().__init__(monkeypatch, **centre)
        clients = resources.Clients(*(boto3.client(name, region_name=REGION) for name in ("dynamodb", "sqs", "s3")))
        made = resources.create(resources.read(), clients)
        self.connection = connect(made.refs["Table"], REGION)
        table = Table(self.connection)
        self.immortal = self.world = replace(
            self.immortal,
            desk=DynamoDesk(table, self.clock),
            history=DynamoHistory(table),
            catalogue=DynamoCatalogue(table, self.clock),
            credentials=DynamoCredentials(table, self.clock),
        )
        publisher = Publisher(
            self.immortal,
            lambda _name, _wav: None,
            dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example"),
        )
        publisher.publish()
        publisher.apply()
        self._shard = _only_shard(made.arns["Table.StreamArn"])
        self._told = 0
        self.time.after(0, self._read_stream)

    def read_row(self, record: Mapping[str, Any]) -> StreamRow | None:
        return read_row(record)

    def _streamed(self, row: Any) -> bool:
        return self._streams(row)

    def _read_stream(self) -> None:
        if self._has_more_to_tell():
            while records := self._shard.offer(50):
                self._shard.take(len(records))
                self.stream.add([as_json(record) for record in records])
        self.time.after(0.2, self._read_stream)

    def _has_more_to_tell(self) -> bool:
        """Look behind moto's door: for it, an empty page is as much work as a full one."""
        before, self._told = self._told, told_so_far(self.connection.table_name)
        return before != self._told


def _only_shard(arn: str) -> ShardReader:
    # Moto does not know the addresses that begin with an account's number.
    usual = Config(account_id_endpoint_mode="disabled")
    client = boto3.client("dynamodbstreams", region_name=REGION, config=usual)
    (shard,) = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return ShardReader(client, arn, shard, Checkpoints())
