"""Tells the machine how the bridge is: health and metrics on loopback, and systemd's watchdog."""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web

from icall_bridge.metrics import CONTENT_TYPE, Metrics

Check = Callable[[], str]
"""Gives what is wrong, in words without a caller's data; empty: nothing."""

_LOOPBACK: Final = "127.0.0.1"
_TICK_SECONDS = 1.0
_MEMORY = Path("/proc/self/statm")
_OPEN_FILES = Path("/proc/self/fd")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Health:
    """Answers `/health` (200 while every check is well, else 503) and `/metrics` on loopback."""

    def __init__(self, metrics: Metrics, checks: Mapping[str, Check], port: int) -> None:
        self._metrics = metrics
        self._checks = checks
        self._port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Answer from now on; give the port."""
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/metrics", self._show_metrics)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, _LOOPBACK, self._port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Answer no more."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong, by check."""
        return {name: words for name, check in self._checks.items() if (words := check())}

    async def _health(self, _request: web.Request) -> web.Response:
        wrong = self.wrong
        status = HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
        return web.json_response({"state": "failing" if wrong else "working", "wrong": wrong}, status=status)

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text().encode(), headers={"Content-Type": CONTENT_TYPE})


@dataclass(frozen=True, slots=True)
class Systemd:
    """What systemd asks of a service of Type=notify; outside of systemd nothing is told to anybody.

    The protocol: sd_notify(3). `socket_name` is NOTIFY_SOCKET, `watchdog_seconds` from WATCHDOG_USEC, 0 for none.
    """

    socket_name: str = ""
    watchdog_seconds: float = 0.0

    @staticmethod
    def of(environment: Mapping[str, str]) -> "Systemd":
        """Read what systemd tells us."""
        microseconds = environment.get("WATCHDOG_USEC", "")
        seconds = int(microseconds) / 1e6 if microseconds.isdecimal() else 0.0
        return Systemd(environment.get("NOTIFY_SOCKET", ""), seconds)

    def ready(self) -> None:
        """Calls may come."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """No new ones; those that last go on to their end."""
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """We still move."""
        self._tell("WATCHDOG=1")

    def _tell(self, words: str) -> None:
        if not self.socket_name:
            return
        # A name that begins with @ is abstract: it stands in no file system.
        address = "\0" + self.socket_name[1:] if self.socket_name.startswith("@") else self.socket_name
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as out:
            out.sendto(words.encode(), address)


async def tick(metrics: Metrics, systemd: Systemd) -> None:
    """Tick for ever in the bridge's own loop: whoever blocks it is seen in the metrics, and ended by the watchdog."""
    loop = asyncio.get_running_loop()
    told = loop.time()
    while True:
        began = loop.time()
        await asyncio.sleep(_TICK_SECONDS)
        now = loop.time()
        metrics.observe("loop_late_seconds", max(0.0, now - began - _TICK_SECONDS))
        if systemd.watchdog_seconds and now - told >= systemd.watchdog_seconds / 3:
            systemd.alive()
            told = now


def read_machine(metrics: Metrics, folders: Mapping[str, Path]) -> None:
    """Let what the process uses be read, and what is free on the disks of these folders."""
    metrics.read("resident_memory_bytes", lambda: int(_MEMORY.read_text("ascii").split()[1]) * _PAGE_BYTES)
    metrics.read("open_files", lambda: len(list(_OPEN_FILES.iterdir())))
    metrics.read("cpu_seconds_total", time.process_time)
    metrics.read("disk_free_bytes", lambda: {name: _free(path) for name, path in folders.items()})


def _free(path: Path) -> int:
    """Give the free bytes of a folder's disk; 0 where there is none: an alarm looks for little."""
    try:
        disk = os.statvfs(path)
    except OSError:
        return 0
    return disk.f_bavail * disk.f_frsize
