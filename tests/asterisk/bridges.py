"""A bridge in a process of its own, which a test may kill, stop, start again, and have a second of."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from local.asterisk.instance import APP, Instance
from local.aws.processes import free_port
from tests.asterisk.little_stack import PBX, LittleStack

PACKAGE = Path(__file__).resolve().parents[2] / "infra" / "asterisk" / "bridge"
PATIENCE = 10.0


class Bridge:
    """One bridge for an Asterisk and a stack, with its state in a folder."""

    def __init__(self, stack: LittleStack, pbx: Instance, folder: Path, **settings: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.health = free_port()
        self._environment = {**os.environ, **self._settings(stack, pbx), **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self.lives = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Begin a life of it; its log goes on."""
        self.lives += 1
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "icall_bridge"], env=self._environment, stderr=log, stdin=subprocess.DEVNULL
            )

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def code(self, within: float = PATIENCE) -> int:
        """Wait until it ends by itself; give its exit code."""
        assert self._process is not None
        return self._process.wait(within)

    def runs(self) -> bool:
        """Tell whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def signals(self, what: signal.Signals) -> None:
        """Send it a signal."""
        if self.runs():
            os.kill(self.pid, what)

    def kill(self) -> None:
        """End it as a fault would."""
        self.signals(signal.SIGKILL)
        if self._process:
            self._process.wait(PATIENCE)

    def log(self) -> str:
        """Give what it has written in all its lives."""
        return (self.folder / "log").read_text("utf-8")

    def _settings(self, stack: LittleStack, pbx: Instance) -> dict[str, str]:
        for name, secret in (("webhook-keys", stack.webhook_keys), ("ari-password", pbx.secret)):
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(secret, "utf-8")
        own = {
            "PBX": PBX,
            "PUBLIC_URL": stack.url,
            "QUEUE_URL": stack.queue_url,
            "SQS_ENDPOINT": stack.url,
            "WEBHOOK_KEYS_FILE": str(self.folder / "webhook-keys"),
            "ARI_URL": pbx.ari,
            "ARI_USER": APP,
            "ARI_PASSWORD_FILE": str(self.folder / "ari-password"),
            "VOICE": "none",
            "ALLOW_PRIVATE": "loopback",
            "STATE_FOLDER": str(self.folder / "state"),
            "CACHE_FOLDER": str(self.folder / "sounds"),
            "RECORDINGS_FOLDER": str(pbx.recordings),
            "HEALTH_PORT": str(self.health),
        }
        return {
            "PYTHONPATH": str(PACKAGE),
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "pretend",
            "AWS_SECRET_ACCESS_KEY": "pretend",
            **{f"ICALL_BRIDGE_{name}": value for name, value in own.items()},
        }
