"""The stack's table, queues and buckets on this machine: started, made as declared, stopped.

DynamoDB Local where Java is found, otherwise moto with its DynamoDB behind one lock; S3 and SQS are moto's always.
With a data folder and DynamoDB Local everything survives a restart; moto's DynamoDB forgets, and then the queues
and buckets, which only mean something together with the table, forget too.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

import boto3

from infra import resources
from local.aws import dynamodb_local
from local.aws.beginning import Beginning, keys_in
from local.aws.processes import ServerProcess, free_port

T = TypeVar("T")
Engine = Literal["dynamodb-local", "moto", "best"]

REGION: Final = "us-east-1"
_CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "laptop", "AWS_SECRET_ACCESS_KEY": "laptop"}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the services answer."""

    dynamodb: str
    s3: str
    sqs: str

    def of(self, service: str) -> str:
        """The address for a boto3 service name; the table's stream is served beside the table."""
        address: str = getattr(self, service.removesuffix("streams"))
        return address


class EmbeddedAws:
    """AWS for one stack. `best` is DynamoDB Local if it can run here, else moto; the others insist.

    Of the queues that only some stacks have it has those in `optional_queues`.
    """

    def __init__(
        self,
        data: Path | None = None,
        engine: Engine = "best",
        prefix: str = "icall",
        optional_queues: Sequence[str] = (),
    ) -> None:
        self.declared: Final = resources.read()
        self._optional_queues = optional_queues
        self._data = data
        self._wanted = engine
        self._prefix = prefix
        self._servers: list[ServerProcess] = []
        self._log_folder: tempfile.TemporaryDirectory[str] | None = None
        self._endpoints: Endpoints | None = None
        self._names: resources.Names | None = None
        self._clients: dict[str, Any] = {}
        self.engine: Engine = engine

    @property
    def endpoints(self) -> Endpoints:
        """Where the services answer, once started."""
        return _started(self._endpoints)

    @property
    def names(self) -> resources.Names:
        """What the declared resources are called here, once started."""
        return _started(self._names)

    @property
    def checkpoint_file(self) -> Path | None:
        """Where the stream's pump notes how far it came; None where the stream itself forgets."""
        kept = self._data is not None and self.engine == "dynamodb-local"
        return self._data / "stream.json" if self._data is not None and kept else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Endpoints:
        """Starts the servers and makes what is declared; ends what it began if that fails."""
        try:
            self._start_servers()
            self._names = resources.create(self.declared, self._by_service(), self._prefix, self._optional_queues)
        except BaseException:
            self.stop()
            raise
        return self.endpoints

    def stop(self) -> None:
        """Ends the servers, all at once; each saves what is its own first."""
        self._clients.clear()
        for server in self._servers:
            server.end()
        while self._servers:
            self._servers.pop().stop()
        if self._log_folder is not None:
            self._log_folder.cleanup()
            self._log_folder = None

    def empty(self) -> None:
        """Makes the tables anew, with streams of their own, and forgets every message and object."""
        clients, names = self._by_service(), self.names.refs
        for logical in self.declared.tables:
            clients.dynamodb.delete_table(TableName=names[logical])
        for logical in (*self.declared.queues, *self._optional_queues):
            clients.sqs.purge_queue(QueueUrl=names[logical])
        for logical in self.declared.buckets:
            _empty_bucket(clients.s3, names[logical])
        made = resources.create(replace(self.declared, queues={}, buckets={}), clients, self._prefix)
        self._names = resources.Names(names, {**self.names.arns, **made.arns})
        if self.checkpoint_file is not None:
            self.checkpoint_file.unlink(missing_ok=True)

    def beginning(self) -> Beginning:
        """What the table and the buckets hold."""
        names = self.names.refs
        return Beginning.of(self._by_service(), names["Table"], [names[bucket] for bucket in self.declared.buckets])

    def put_back(self, beginning: Beginning) -> None:
        """Fills the table and the buckets, which are empty."""
        beginning.put_back(self._by_service())

    def client(self, service: str) -> Any:
        """The boto3 client of a local service (dynamodb, dynamodbstreams, s3, sqs), for any number of threads."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.endpoints.of(service),
                region_name=REGION,
                aws_access_key_id=_CREDENTIALS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            )
        return self._clients[service]

    def environment(self) -> Mapping[str, str]:
        """The variables under which the app finds all this: AWS's own and those the template declares.

        Not among them, because they are the caller's to say: addresses, the carrier's account, secrets.
        """
        return {
            **_CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "ICALL_DYNAMODB_ENDPOINT": self.endpoints.dynamodb,
            "ICALL_S3_ENDPOINT": self.endpoints.s3,
            "ICALL_SQS_ENDPOINT": self.endpoints.sqs,
            **resources.environment(self.declared, self.names),
        }

    def _by_service(self) -> resources.Clients:
        return resources.Clients(self.client("dynamodb"), self.client("sqs"), self.client("s3"))

    def _start_servers(self) -> None:
        table = self._dynamodb_local()
        self.engine = "moto" if table is None else "dynamodb-local"
        moto_port = free_port()
        moto = f"http://127.0.0.1:{moto_port}"
        self._endpoints = Endpoints(table or moto, moto, moto)
        memory = [] if self._data is None or table is None else ["--data", str(self._data)]
        line = [sys.executable, "-m", "local.aws.moto_host", "--port", str(moto_port), *memory]
        self._launch("moto", line, moto_port)
        for server in self._servers:
            server.wait()

    def _dynamodb_local(self) -> str | None:
        if self._wanted == "moto":
            return None
        try:
            java, jar = dynamodb_local.find_java(), dynamodb_local.install()
        except dynamodb_local.UnavailableError as missing:
            if self._wanted == "dynamodb-local":
                raise
            print(f"DynamoDB: embedded moto, which forgets everything at the end, because {missing}.")
            return None
        port = free_port()
        data = None if self._data is None else self._data / "dynamodb"
        self._launch("dynamodb", dynamodb_local.command(java, jar, port, data), port)
        return f"http://127.0.0.1:{port}"

    def _launch(self, name: str, command: list[str], port: int) -> None:
        server = ServerProcess(name, command, port, self._logs() / f"{name}.log")
        self._servers.append(server)
        server.start()

    def _logs(self) -> Path:
        if self._data is not None:
            return self._data / "logs"
        if self._log_folder is None:
            self._log_folder = tempfile.TemporaryDirectory(prefix="icall-aws-")
        return Path(self._log_folder.name)


def _empty_bucket(s3: Any, bucket: str) -> None:
    if keys := [{"Key": key} for key in keys_in(s3, bucket)]:
        s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})


def _started(value: T | None) -> T:
    if value is None:
        raise RuntimeError("EmbeddedAws is not started: call start() first.")
    return value
