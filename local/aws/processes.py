"""Servers in processes of their own: started on a free port, waited for, ended."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import IO, Final

_PROJECT: Final = Path(__file__).resolve().parents[2]

_PORTS: Final = range(10_000, 32_000)
"""Below those from which the system takes ports for outgoing connections: nobody is given one of these meanwhile."""


class ServerFailedError(Exception):
    """A server ended or stayed silent instead of answering; its log says why."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on, and that no other process is likely to choose next.

    Chosen by true chance: processes that share a random seed must not choose the same.
    """
    while True:
        port = SystemRandom().choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class ServerProcess:
    """One server, which never outlives its starter; `environment` are variables of its own."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        port: int,
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._name = name
        self._command = command
        self._port = port
        self._log = log
        self._environment = environment or {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process; `wait` tells when it answers."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = self._spawn(log)

    def _spawn(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        keeper = [sys.executable, str(Path(__file__).with_name("keeper.py"))]
        # A session of its own: Ctrl-C is for the starter, who ends its servers in order.
        return subprocess.Popen(  # noqa: S603  # our own words
            [*keeper, *self._command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=_PROJECT,
            env={**os.environ, **self._environment},
        )

    def wait(self, timeout_seconds: float = 30.0) -> None:
        """Returns when the port answers; raises ServerFailedError otherwise."""
        deadline = time.monotonic() + timeout_seconds
        while not (self._answers() and self._runs()):
            if not self._runs():
                raise ServerFailedError(f"{self._name} ended at its start; see {self._log}.")
            if time.monotonic() > deadline:
                raise ServerFailedError(f"{self._name} is silent after {timeout_seconds} s; see {self._log}.")
            time.sleep(0.02)

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Tells the server to end, without waiting for it."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Ends the server and waits until it is gone; nothing happens when it is."""
        if self._process is None:
            return
        self.end()
        process, self._process = self._process, None
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            # The server with its keeper, who would not end it any more.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
