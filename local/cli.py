"""`./icall`: configure a centre, publish flows and pages, call it, be an agent."""

import argparse
import asyncio
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress

import boto3

from chalicelib.adapters.recordings import S3Media
from chalicelib.config import Settings, read_settings
from chalicelib.core.ground.errors import IcallError, NotConfigured
from chalicelib.core.ground.mistakes import MistakesFound
from chalicelib.wiring import build
from local.agent import AgentFailed, signed_in, work
from local.carrier.caller import ScriptError, converse, hanging_up_when_told, read_step, talk
from local.changes import progress, told_of
from local.checking import check
from local.command_line import SETTING_HINT, read_arguments
from local.documents import DocumentMistakes
from local.fixed_speech import FixedSpeech
from local.gateway.pages import WEB
from local.laptop import STANDARD_ADDRESSES
from local.packages import NothingThere, check_there
from local.pages_publishing import TWILIO, CannotPublish, at_asterisk, publish_pages
from local.publishing import FLOWS, MakeSpeech, Publisher
from local.run import STACK, say_mistakes
from local.secrets_file import demo_password

DONE, FAILED, MISUSED = 0, 1, 2
"""Exit codes: it is done; it has mistakes, or failed; the command was not understood, or there is nothing to do."""

Command = Callable[[argparse.Namespace, Mapping[str, str]], int]


def environment() -> Mapping[str, str]:
    """Give the stack's variables: the running laptop's, with what the shell sets on top."""
    running = json.loads(STACK.read_text("utf-8")) if STACK.exists() else {}
    return {**running, **os.environ}


def apply_config(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Put a configuration in force, and tell what changed."""
    applied = _publisher(given, known).apply(given.file, progress(_say))
    print("\n".join(told_of(applied.difference)))
    print(f"version {applied.configuration.version} of the configuration is in force")
    return DONE


def check_config(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Check a configuration whole, and tell what applying it would change; nothing is changed."""
    print("\n".join(told_of(_publisher(given, known).compare(given.file))))
    print("✓ it can be applied: ./icall config apply")
    return DONE


def publish_flows(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Publish flows, plugins and sounds of files and folders: all of them, or none if there is a mistake."""
    paths = given.paths or [FLOWS]
    check_there(paths)
    told = _publisher(given, known).publish(paths)
    print("\n".join(f"published {line}" for line in told))
    return DONE


def check_flows(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Read flows and plugins and tell stories; nothing is published, and no laptop need run."""
    settings = {**STANDARD_ADDRESSES, **known, **_named(given)}
    found = check(given.paths or [FLOWS], settings, given.centre)
    if found.mistakes:
        raise DocumentMistakes(found.mistakes)
    print("\n".join(f"✓ {line}" for line in found.told))
    return DONE


def publish_web(_given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Publish the agent page and the SDK to a stack on AWS; the laptop's gateway serves them as they are built."""
    for variable, output in (("ICALL_PAGES_BUCKET", "PagesBucketName"), ("ICALL_SOCKETS_URL", "SocketsUrl")):
        if not known.get(variable):
            raise CannotPublish(f"Set {variable} to the stack's output {output}.")
    s3 = boto3.client("s3", region_name=known.get("AWS_REGION"))
    server, ice = known.get("ICALL_SIP_SERVER"), known.get("ICALL_SIP_ICE", "")
    telephone = at_asterisk(server, ice) if server else TWILIO
    told = publish_pages(s3, known["ICALL_PAGES_BUCKET"], known["ICALL_SOCKETS_URL"], WEB, telephone)
    print("\n".join(f"published {line}" for line in told))
    return DONE


def call(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Call the centre, by script or by hand."""
    _needs_emulated_carrier(known, "call at the phone page, {PHONE_URL}/, or from a SIP telephone")
    if given.then or not sys.stdin.isatty():
        steps = [read_step(line) for line in given.then] or [read_step("stay")]
        calling = converse(known["CARRIER_URL"], given.from_, given.to, steps, _say)
    else:
        calling = talk(known["CARRIER_URL"], given.from_, given.to, _typed(), _say)
    return asyncio.run(hanging_up_when_told(calling, _say))


def agent(given: argparse.Namespace, known: Mapping[str, str]) -> int:
    """Be an agent until `q` is typed."""
    _needs_emulated_carrier(known, "an agent's telephone is in the agent page, {ICALL_PUBLIC_URL}/console/")

    async def run() -> None:
        password = given.password or demo_password(given.id)
        public, carrier = known["ICALL_PUBLIC_URL"], known["CARRIER_URL"]
        async with signed_in(public, carrier, given.id, _say, password=password) as somebody:
            await work(somebody, _typed())

    asyncio.run(run())
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what is wrong is said in words, every mistake of a document in a line of its own."""
    given = read_arguments(arguments)
    try:
        return RUNS[given.command](given, environment())
    except MistakesFound as found:
        say_mistakes(found.mistakes, lambda line: print(line, file=sys.stderr), SETTING_HINT)
    except NothingThere as nothing:
        print(f"✗ {nothing}", file=sys.stderr)
        return MISUSED
    except (IcallError, AgentFailed, CannotPublish, ScriptError) as error:
        print(f"✗ {error}", file=sys.stderr)
    except KeyError as missing:
        print(f"✗ {missing.args[0]} is not known: is the laptop running (make run)?", file=sys.stderr)
    return FAILED


RUNS: Mapping[str, Command] = {
    "config apply": apply_config,
    "config check": check_config,
    "flows check": check_flows,
    "flows publish": publish_flows,
    "pages publish": publish_web,
    "call": call,
    "agent": agent,
}


def _needs_emulated_carrier(known: Mapping[str, str], instead: str) -> None:
    if "PHONE_URL" in known:
        raise AgentFailed(f"This needs the emulated carrier, and Asterisk runs; {instead.format_map(known)}.")


def _named(given: argparse.Namespace) -> Mapping[str, str]:
    return dict(pair.partition("=")[::2] for pair in given.set)


def _publisher(given: argparse.Namespace, known: Mapping[str, str]) -> Publisher:
    try:
        settings = read_settings(known)
    except NotConfigured as missing:
        raise NotConfigured(f"No laptop is running (make run), and no stack is named. {missing}") from None
    os.environ.update({name: value for name, value in known.items() if name.startswith("AWS_")})
    media = S3Media(settings.media_bucket, settings.region, settings.aws_endpoints.get("s3"))
    return Publisher(build(settings).world, media.put_media, {**known, **_named(given)}, _speech(settings))


def _speech(settings: Settings) -> MakeSpeech | None:
    """Give what has fixed texts spoken ahead, for a stack on AWS whose Asterisks would have them made."""
    if not settings.asterisk_pbxs or settings.aws_endpoints:
        return None
    polly, s3 = (boto3.client(service, region_name=settings.region) for service in ("polly", "s3"))
    return FixedSpeech(polly, s3, settings.media_bucket).make


def _say(line: str) -> None:
    # At once, for whoever reads along through a pipe.
    print(line, flush=True)


async def _typed() -> AsyncIterator[str]:
    """Give what is typed, line by line, until its end.

    A daemon waits for it: asyncio's own threads would keep a call that is over waiting for one more line.
    """
    lines: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    # Past sys.stdin, whose lock no thread may hold when Python ends.
    typed = os.fdopen(os.dup(sys.stdin.fileno()), "rb", 0)

    def read() -> None:
        with suppress(RuntimeError), typed:
            while line := typed.readline():
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, b"")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        yield line.decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
