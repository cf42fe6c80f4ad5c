"""The bridge beside an Asterisk of ours, in a process of its own, as it runs beside any."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from local.asterisk.instance import APP, Instance
from local.asterisk.packages import Unpacked
from local.aws.processes import ServerProcess, free_port

PACKAGE: Final = Path(__file__).resolve().parents[2] / "infra" / "asterisk" / "bridge"
_STOP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Stack:
    """What the bridge is told of the stack; `outside` is how Asterisk dials a number outside."""

    pbx: str
    url: str
    queue_url: str
    webhook_keys: str
    region: str
    sqs: str
    outside: str


class BridgeProcess:
    """A bridge, from `start` to `stop`; everything that it writes is in its folder, but for its log."""

    def __init__(self, stack: Stack, instance: Instance, unpacked: Unpacked, folder: Path, log: Path) -> None:
        self._stack = stack
        self._instance = instance
        self._unpacked = unpacked
        self._folder = folder
        health = free_port()
        line = [sys.executable, "-m", "icall_bridge", str(self._settings_file)]
        self._server = ServerProcess("the bridge", line, health, log, {"PYTHONPATH": str(PACKAGE)})
        self._health = health

    @property
    def _settings_file(self) -> Path:
        return self._folder / "bridge.conf"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Write what it reads, and start it; `wait` tells when it works."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._keep_secret("ari-password", self._instance.secret)
        self._keep_secret("webhook-keys", self._stack.webhook_keys)
        self._write(self._settings_file, "".join(f"{name}={value}\n" for name, value in self._settings().items()))
        self._write(self._espeak, f'#!/bin/sh\nexec {shlex.join(self._unpacked.espeak)} "$@"\n', mode=0o700)
        self._server.start()

    def wait(self) -> None:
        """Return when it works.

        Raises:
            ServerFailedError: it ended; its log says why.
        """
        self._server.wait()

    def stop(self) -> None:
        """End it; calls that are still there come to their end first, if that takes no longer than some seconds."""
        self._server.stop(_STOP_SECONDS)

    @property
    def _espeak(self) -> Path:
        return self._folder / "espeak-ng"

    def _settings(self) -> Mapping[str, str]:
        stack, folder = self._stack, self._folder
        own = {
            "PBX": stack.pbx,
            "PUBLIC_URL": stack.url,
            "QUEUE_URL": stack.queue_url,
            "SQS_ENDPOINT": stack.sqs,
            "WEBHOOK_KEYS_FILE": str(folder / "webhook-keys"),
            "ARI_URL": self._instance.ari,
            "ARI_USER": APP,
            "ARI_PASSWORD_FILE": str(folder / "ari-password"),
            "OUTSIDE": stack.outside,
            "VOICE": "espeak",
            "ESPEAK": str(self._espeak),
            "ALLOW_PRIVATE": "loopback",
            "STATE_FOLDER": str(folder / "state"),
            "CACHE_FOLDER": str(folder / "sounds"),
            "RECORDINGS_FOLDER": str(self._instance.recordings),
            "HEALTH_PORT": str(self._health),
        }
        return {"AWS_REGION": stack.region, **{f"ICALL_BRIDGE_{name}": value for name, value in own.items()}}

    def _keep_secret(self, name: str, secret: str) -> None:
        self._write(self._folder / name, secret)

    def _write(self, path: Path, text: str, mode: int = 0o600) -> None:
        path.touch(mode=mode)
        path.write_text(text, "utf-8")
