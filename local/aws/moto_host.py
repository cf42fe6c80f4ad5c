"""Moto's server in a process of its own: S3 and SQS, and DynamoDB where no Java is found.

Moto forgets; with `--data` the buckets' objects and the queues' messages are kept in that folder, written within
half a second and at the end, and given back at the next start. Moto's DynamoDB lets two racing writers both win,
so its requests pass one at a time.
"""

import argparse
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.sqs.models import sqs_backends
from werkzeug.serving import BaseWSGIServer, make_server

from local.aws import moto_queues
from local.aws.keepsakes import Messages, Objects

ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
SAVE_SECONDS: Final = 0.5

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class DynamoDbOneAtATime:
    """Lets DynamoDB's requests through one by one and all others as they come."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The WSGI call."""
        if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB"):
            return self._app(environ, start_response)
        with self._lock:
            return list(self._app(environ, start_response))


def server(port: int) -> BaseWSGIServer:
    """Moto's server on the loopback interface, not yet serving."""
    app = DynamoDbOneAtATime(DomainDispatcherApplication(create_backend_app))
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=MotoRequestHandler)


class Keeper:
    """Keeps what changes in the folder; it speaks to moto through a door of its own, open before the public one."""

    def __init__(self, data: Path) -> None:
        door = server(0)
        threading.Thread(target=door.serve_forever, daemon=True).start()
        client: dict[str, Any] = {
            "endpoint_url": f"http://127.0.0.1:{door.server_port}",
            "region_name": REGION,
            "aws_access_key_id": "laptop",
            "aws_secret_access_key": "laptop",
        }
        backend = sqs_backends[ACCOUNT][REGION]
        self._objects = Objects(boto3.client("s3", **client), data / "s3")
        self._messages = Messages(boto3.client("sqs", **client), lambda: backend.queues, data / "queues.json")

    def restore(self) -> None:
        """Gives back the objects; messages follow when their queues are made."""
        self._objects.restore()

    def save_until(self, ended: threading.Event) -> None:
        """Saves again and again, and once more at the end."""
        while not ended.wait(SAVE_SECONDS):
            self._save()
        self._save()

    def _save(self) -> None:
        self._objects.save()
        self._messages.save()


def main() -> None:
    """Serves until it is told to end."""
    parser = argparse.ArgumentParser(description="Moto's server, with a memory.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # A queue may be purged once a minute at AWS; who begins again here does not wait.
    os.environ["MOTO_SQS_ENFORCE_STRICT_QUEUE_PURGE_BEHAVIOUR"] = "false"
    moto_queues.mend()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    keeper = Keeper(arguments.data) if arguments.data else None
    if keeper:
        keeper.restore()
    threading.Thread(target=server(arguments.port).serve_forever, daemon=True).start()
    if keeper:
        keeper.save_until(ended)
    else:
        ended.wait()


if __name__ == "__main__":
    main()
