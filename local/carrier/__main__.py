"""Starts the emulated carrier by itself: `python -m local.carrier --help`."""

import argparse
import asyncio
import contextlib
import os
from collections.abc import Sequence

from local.carrier.server import serve
from local.carrier.settings import CarrierSettings, Number

TOKEN_VARIABLE = "CARRIER_AUTH_TOKEN"  # noqa: S105  the name of the variable, not the token


def read_arguments(arguments: Sequence[str] | None = None) -> CarrierSettings:
    """The settings from the command line; the token may come from the environment instead."""
    parser = argparse.ArgumentParser(prog="python -m local.carrier", description="A carrier that runs on a laptop.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8020)
    parser.add_argument("--public-url", default="", help="how the product reaches this carrier")
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token", default=os.environ.get(TOKEN_VARIABLE, ""), help=f"or ${TOKEN_VARIABLE}")
    parser.add_argument("--number", action="append", default=[], metavar="NUMBER=VOICE_URL[,STATUS_URL]")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster prompts are spoken")
    given = parser.parse_args(arguments)
    if not given.auth_token:
        parser.error(f"--auth-token or {TOKEN_VARIABLE} is needed: webhooks are signed with it")
    return CarrierSettings(
        account_sid=given.account_sid,
        auth_token=given.auth_token,
        public_url=given.public_url or f"http://{given.host}:{given.port}",
        host=given.host,
        port=given.port,
        numbers=tuple(_number(text, parser) for text in given.number),
        speed=given.speed,
        fetch_media=True,
    )


def _number(text: str, parser: argparse.ArgumentParser) -> Number:
    number, equals, addresses = text.partition("=")
    if not equals:
        parser.error(f"--number {text!r} must be NUMBER=VOICE_URL[,STATUS_URL]")
    voice, _, status = addresses.partition(",")
    return Number(number, voice, status)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(read_arguments()))
