"""`icall-bridge [FILE]`: the bridge, with settings from the environment and from FILE (lines of NAME=value)."""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import aiohttp
import boto3
from botocore.config import Config

from icall_bridge import logs
from icall_bridge.ari.client import AriAddress, AriClient
from icall_bridge.cloud import HttpCloud, Signing
from icall_bridge.health import Health, Systemd, read_machine, tick
from icall_bridge.heart.state import Ways
from icall_bridge.journal import Journal
from icall_bridge.lock import Taken, lock
from icall_bridge.measuring import MeasuredAri, MeasuredCloud, MeasuredOrders, checks, read_bridge
from icall_bridge.metrics import Metrics
from icall_bridge.orders import LONG_POLL, SqsOrders
from icall_bridge.service import Bridge, Replaced, Surroundings
from icall_bridge.settings import NotConfigured, Settings, read_file, read_secret, read_settings
from icall_bridge.sound.parts import prompts_of
from icall_bridge.sound.recordings import Recordings

_log = logging.getLogger("icall_bridge")

MISCONFIGURED, TAKEN_OVER = 2, 3
"""Exit codes: systemd need not try again with either."""


def main() -> None:
    """Run until told to end."""
    code = _run(sys.argv[1:])
    logging.shutdown()
    # The thread that waits for orders would keep us for a whole long poll, and everything is closed.
    os._exit(code)


def _run(arguments: list[str]) -> int:
    try:
        settings = read_settings({**_named(arguments), **os.environ})
        logs.start(settings.log_level)
        settings.state_folder.mkdir(parents=True, exist_ok=True)
        held = lock(settings.state_folder)
        asyncio.run(_work(settings))
        held.close()
    except (NotConfigured, Taken) as wrong:
        print(f"icall-bridge: {wrong}", file=sys.stderr)
        return MISCONFIGURED
    except Replaced:
        _log.error("another bridge has taken this Asterisk over: this one ends, and tells nothing any more")
        return TAKEN_OVER
    return 0


def _named(arguments: list[str]) -> dict[str, str]:
    """Give the settings of the file that is named, if one is."""
    return read_file(Path(arguments[0])) if arguments else {}


async def _work(settings: Settings) -> None:
    metrics, systemd = Metrics(), Systemd.of(os.environ)
    journal = Journal(settings.state_folder / "journal.sqlite")
    orders = SqsOrders(_sqs(settings), settings.queue_url)
    prompts, recordings = prompts_of(settings, metrics), Recordings(settings.recordings_folder, metrics)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        ari = AriClient(_address(settings), session)
        bridge = Bridge(
            settings.pbx,
            _ways(settings),
            Surroundings(
                ari=MeasuredAri(ari, metrics),
                cloud=MeasuredCloud(HttpCloud(settings.public_url, settings.pbx, session), metrics),
                orders=MeasuredOrders(orders, metrics),
                prompts=prompts,
                recordings=recordings,
                journal=journal,
                signing=Signing(read_secret(settings.webhook_keys_file)),
                note=_note,
            ),
        )
        health = Health(metrics, checks(bridge, journal), settings.health_port)
        read_bridge(metrics, bridge, ari, journal)
        folders = {
            "state": settings.state_folder,
            "cache": settings.cache_folder,
            "recordings": settings.recordings_folder,
        }
        read_machine(metrics, folders)
        await health.start()
        ticking = asyncio.create_task(tick(metrics, systemd))
        _listen_to_signals(bridge, systemd)
        systemd.ready()
        try:
            await bridge.run()
        finally:
            ticking.cancel()
            await health.close()
            await prompts.close()
            await recordings.close()
            orders.close()
            journal.close()


def _listen_to_signals(bridge: Bridge, systemd: Systemd) -> None:
    """The first SIGTERM lets calls come to their end, the second ends the bridge; its next life takes them up."""
    loop = asyncio.get_running_loop()

    def told() -> None:
        systemd.stopping()
        if bridge.stopping:
            bridge.stop_now()
        bridge.stop()

    loop.add_signal_handler(signal.SIGTERM, told)
    loop.add_signal_handler(signal.SIGINT, told)


def _note(what: str, which: str) -> None:
    _log.warning(what, extra={"why": which})


def _address(settings: Settings) -> AriAddress:
    password = read_secret(settings.ari_password_file)
    return AriAddress(settings.ari_url, settings.ari_user, password, settings.application)


def _ways(settings: Settings) -> Ways:
    return Ways(settings.application, settings.agent, settings.sip, settings.outside, settings.fallback)


def _sqs(settings: Settings) -> object:
    patient = Config(read_timeout=LONG_POLL + 10, connect_timeout=5, retries={"mode": "standard", "max_attempts": 3})
    return boto3.client("sqs", region_name=settings.region, endpoint_url=settings.endpoints.get("sqs"), config=patient)


if __name__ == "__main__":
    main()
