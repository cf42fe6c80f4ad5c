"""`./icall`: configure a centre, publish flows and pages, call it, be an agent."""

import argparse
import asyncio
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import boto3

from chalicelib.adapters.recordings import S3Media
from chalicelib.config import read_settings
from chalicelib.core.errors import IcallError
from chalicelib.core.mistakes import MistakesFound
from chalicelib.wiring import build
from local.agent import AgentFailed, signed_in, work
from local.carrier.caller import ScriptError, converse, hanging_up_when_told, read_step, talk
from local.gateway.pages import WEB
from local.laptop import DEMO_NUMBER
from local.pages_publishing import CannotPublish, publish_pages
from local.publishing import DEMO_CENTRE, FLOWS, Publisher
from local.run import STACK
from local.secrets_file import demo_password

DONE, FAILED = 0, 1

Command = Callable[[argparse.Namespace, Mapping[str, str]], int]


def environment() -> Mapping[str, str]:
    """Give the stack's variables: the running laptop's, with what the shell sets on top."""
    running = json.loads(STACK.read_text("utf-8")) if STACK.exists() else {}
    return {**running, **os.environ}


def apply_config(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Put a configuration in force."""
    version = _publisher(given, known).apply(given.file)
    print(f"version {version} of the configuration is in force")
    return DONE


def publish_flows(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Publish flows: the named files, or a whole folder with its plugins and sounds."""
    publisher = _publisher(given, known)
    for path in given.paths or [FLOWS]:
        told = publisher.publish(path) if path.is_dir() else [publisher.publish_flow(path)]
        print("\n".join(f"published {line}" for line in told))
    return DONE


def publish_web(_given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Publish the agent page and the SDK to a stack on AWS; the laptop's gateway serves them as they are built."""
    for variable, output in (("ICALL_PAGES_BUCKET", "PagesBucketName"), ("ICALL_SOCKETS_URL", "SocketsUrl")):
        if not known.get(variable):
            raise CannotPublish(f"Set {variable} to the stack's output {output}.")
    s3 = boto3.client("s3", region_name=known.get("AWS_REGION"))
    told = publish_pages(s3, known["ICALL_PAGES_BUCKET"], known["ICALL_SOCKETS_URL"], WEB)
    print("\n".join(f"published {line}" for line in told))
    return DONE


def call(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Call the centre, by script or by hand."""
    if given.then or not sys.stdin.isatty():
        steps = [read_step(line) for line in given.then] or [read_step("stay")]
        calling = converse(known["CARRIER_URL"], given.from_, given.to, steps, _say)
    else:
        calling = talk(known["CARRIER_URL"], given.from_, given.to, _typed(), _say)
    return asyncio.run(hanging_up_when_told(calling, _say))


def agent(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Be an agent until `q` is typed."""

    async def run() -> None:
        password = given.password or demo_password(given.id)
        public, carrier = known["ICALL_PUBLIC_URL"], known["CARRIER_URL"]
        async with signed_in(public, carrier, given.id, print, password=password) as somebody:
            await work(somebody, _typed())

    asyncio.run(run())
    return DONE


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="icall", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    config = commands.add_parser("config", help="the centre's configuration").add_subparsers(required=True)
    applying = config.add_parser("apply", help="check a configuration whole and put it in force")
    applying.add_argument("file", type=Path, nargs="?", default=DEMO_CENTRE)
    flows = commands.add_parser("flows", help="IVR flows").add_subparsers(required=True)
    publishing = flows.add_parser("publish", help="publish flows as new versions")
    publishing.add_argument("paths", type=Path, nargs="*", help="flow files, or a folder with plugins/ and media/")
    pages = commands.add_parser("pages", help="the agent page and the SDK").add_subparsers(required=True)
    pages.add_parser("publish", help="publish them to a stack on AWS").set_defaults(run=publish_web)
    calling = commands.add_parser("call", help="call the laptop's centre")
    calling.add_argument("--from", dest="from_", default="83366857", metavar="NUMBER")
    calling.add_argument("--to", default=DEMO_NUMBER, metavar="NUMBER")
    calling.add_argument(
        "--then", action="append", default=[], metavar="STEP", help='"hear TEXT", "press KEYS", "stay"'
    )
    being = commands.add_parser("agent", help="be an agent in this terminal")
    being.add_argument("--id", required=True, metavar="AGENTID")
    being.add_argument("--password", help="the demo password if not given")
    for command in (applying, publishing):
        command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="fills ${NAME}")
    for command, run in ((applying, apply_config), (publishing, publish_flows), (calling, call), (being, agent)):
        command.set_defaults(run=run)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what is wrong is said in words, every mistake of a document in a line of its own."""
    given = read_arguments(arguments)
    try:
        return int(given.run(given, environment()))
    except MistakesFound as found:
        print("\n".join(f"✗ {mistake}" for mistake in found.mistakes), file=sys.stderr)
    except (IcallError, AgentFailed, CannotPublish, ScriptError) as error:
        print(f"✗ {error}", file=sys.stderr)
    except KeyError as missing:
        print(f"✗ {missing.args[0]} is not known: is the laptop running (make run)?", file=sys.stderr)
    return FAILED


def _publisher(given: argparse.Namespace, known: Mapping[str, str]) -> Publisher:
    settings = read_settings(known)
    os.environ.update({name: value for name, value in known.items() if name.startswith("AWS_")})
    media = S3Media(settings.media_bucket, settings.region, settings.aws_endpoints.get("s3"))
    named = dict(pair.partition("=")[::2] for pair in given.set)
    return Publisher(build(settings).world, media.put_media, {**known, **named})


def _say(line: str) -> None:
    # At once, for whoever reads along through a pipe.
    print(line, flush=True)


async def _typed() -> AsyncIterator[str]:
    """Give what is typed, line by line, until its end.

    A daemon waits for it: asyncio's own threads would keep a call that is over waiting for one more line.
    """
    lines: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        # Past sys.stdin, whose lock no thread may hold when Python ends.
        with suppress(RuntimeError), os.fdopen(os.dup(sys.stdin.fileno()), "rb", 0) as typed:
            while line := typed.readline():
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, b"")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        yield line.decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
