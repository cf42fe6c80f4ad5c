"""`make run`: start the whole contact centre, say where it is and who may sign in, and run until Ctrl-C."""

import contextlib
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path

from chalicelib.core.ground.mistakes import Mistake
from local import console
from local.carriers import EmulatedTwilio, LaptopCarrier, SipTelephone
from local.laptop import DEMO_NUMBER, HOST, Laptop, LaptopSettings
from local.secrets_file import DEMO_AGENTS, demo_password

LOCAL = Path(__file__).parents[1] / ".local"
DATA = LOCAL / "data"
STACK = DATA / "stack.json"
"""Where the running stack's variables stand for `./icall`, whichever carrier it has."""

AT_ASTERISK = LOCAL / "data-asterisk"
"""What happened at one carrier is kept by itself: another knows none of its calls and recordings."""

DONE, FAILED = 0, 1

EMULATED, ASTERISK = "emulated", "asterisk"
SOUND_PORTS = range(16000, 16500)


class CannotRunError(Exception):
    """The laptop cannot start; the message says why and what to set."""


def read_settings(environment: Mapping[str, str]) -> LaptopSettings:
    """Read ports and speed, where somebody set them.

    Raises:
        CannotRunError: one of them is no number.
    """
    return LaptopSettings(
        gateway_port=int(_number(environment, "ICALL_PORT", 8000)),
        carrier_port=int(_number(environment, "ICALL_CARRIER_PORT", 8010)),
        business_port=int(_number(environment, "ICALL_BUSINESS_PORT", 8020)),
        data=AT_ASTERISK if environment.get("CARRIER") == ASTERISK else DATA,
        speed=_number(environment, "ICALL_SPEED", 1),
        allow_private=environment.get("ICALL_ALLOW_PRIVATE", ""),
    )


def carrier_of(environment: Mapping[str, str], settings: LaptopSettings, say: Callable[[str], None]) -> LaptopCarrier:
    """Give the carrier that CARRIER names; a real Asterisk is fetched the first time.

    Raises:
        CannotRunError: there is no such carrier, it cannot be had here, or cannot listen where it is to.
    """
    wanted = environment.get("CARRIER") or EMULATED
    if wanted == EMULATED:
        return EmulatedTwilio(settings.speed)
    if wanted != ASTERISK:
        raise CannotRunError(f"CARRIER must be {EMULATED} (or nothing) or {ASTERISK}.")
    return _real_asterisk(environment, say)


def check_ports(settings: LaptopSettings) -> None:
    """See that nobody listens where the laptop wants to.

    Raises:
        CannotRunError: naming the port and the variable that moves us elsewhere.
    """
    wanted = (
        ("contact centre", settings.gateway_port, "ICALL_PORT"),
        ("carrier", settings.carrier_port, "ICALL_CARRIER_PORT"),
        ("business system", settings.business_port, "ICALL_BUSINESS_PORT"),
    )
    for what, port, variable in wanted:
        if _is_taken(port):
            raise CannotRunError(
                f"Port {port} for the {what} is taken, perhaps by another make run: end that, or set {variable}."
            )


def welcome(laptop: Laptop) -> str:
    """Give what a newcomer needs to know."""
    phones = laptop.carrier.telephones()
    whose = "to call in, with sound" if phones else "the emulated carrier's"
    sign_ins = "\n".join(f"    {agent}  password {demo_password(agent)}" for agent in DEMO_AGENTS)
    kept = (
        f"kept in {_shown(laptop.folder)}"
        if laptop.aws.engine == "dynamodb-local"
        else "forgotten then, for want of Java 17"
    )
    return f"""
icall is running. Ctrl-C ends it; what happened is {kept}.

  Start here       {laptop.url}/
  Agent page       {laptop.url}/console/
  Phone page       {laptop.carrier_url}/  ({whose})
  Business system  {laptop.url}/business/  (the freight company's)
  Logs             {_shown(laptop.folder)}/logs

{_telephones(phones) if phones else _TERMINAL}

  Demo sign-ins
{sign_ins}
"""


def _shown(folder: Path) -> Path:
    return folder.relative_to(LOCAL.parent) if folder.is_relative_to(LOCAL) else folder


_TERMINAL = f"""  In a terminal    ./icall call --from 83366857 --to {DEMO_NUMBER}
                   ./icall agent --id 100"""


def _telephones(phones: Sequence[SipTelephone]) -> str:
    whose = {"desk": "agent 101's", "outside": f"a customer's: dial {DEMO_NUMBER}"}
    lines = [f"    {whose[phone.who]}: user {phone.user}  password {phone.password}" for phone in phones]
    return "\n".join([f"  SIP telephones   server {phones[0].server}, UDP or TCP", *lines])


def say_mistakes(mistakes: Sequence[Mistake], say: Callable[[str], None], setting: str) -> None:
    """Say every mistake in a line of its own, and how to give a `setting` if one is missing."""
    for mistake in mistakes:
        say(f"✗ {mistake}")
    if any("there is no setting" in mistake.message for mistake in mistakes):
        say(f"  A setting is given by {setting}")


def run(settings: LaptopSettings, carrier: LaptopCarrier, terminal: console.Console, ended: threading.Event) -> None:
    """Run from the start to the end, with the stack's variables in their file meanwhile."""
    with Laptop(settings, terminal.show, carrier) as laptop:
        carried = "PHONE_URL" if carrier.telephones() else "CARRIER_URL"
        urls = {carried: laptop.carrier_url, **laptop.addresses()}
        STACK.parent.mkdir(parents=True, exist_ok=True)
        STACK.touch(mode=0o600)
        STACK.write_text(json.dumps({**laptop.environment(), **urls}, indent=2), "utf-8")
        terminal.say(welcome(laptop))
        if laptop.mistakes:
            terminal.say("What follows was not published; everything else was.")
            say_mistakes(laptop.mistakes, terminal.say, "NAME=VALUE make run")
        try:
            ended.wait()
        finally:
            terminal.say("\nEnding ...")
            with contextlib.suppress(FileNotFoundError):
                STACK.unlink()


def main() -> int:
    """Run until told to stop; a second Ctrl-C does not wait for an orderly end."""
    ended = threading.Event()

    def end(number: int, _frame: object) -> None:
        ended.set()
        signal.signal(number, signal.SIG_DFL)

    try:
        settings = read_settings(os.environ)
        check_ports(settings)
        carrier = carrier_of(os.environ, settings, print)
    except CannotRunError as why:
        print(f"✗ {why}", file=sys.stderr)
        return FAILED
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    with console.opened((settings.data or DATA) / "logs") as terminal:
        terminal.say("Starting ...")
        run(settings, carrier, terminal, ended)
    return DONE


def _real_asterisk(environment: Mapping[str, str], say: Callable[[str], None]) -> LaptopCarrier:
    # Who runs without it does not wait for its modules.
    from local.asterisk import packages  # noqa: PLC0415
    from local.asterisk.on_laptop import Place, RealAsterisk  # noqa: PLC0415

    address = environment.get("SIP_ADDRESS") or HOST
    sip = int(_number(environment, "ICALL_SIP_PORT", 5060))
    http = int(_number(environment, "ICALL_ASTERISK_PORT", 8030))
    if not _is_ours(address):
        raise CannotRunError("SIP_ADDRESS must be one of this machine's own addresses, as 192.168.1.5.")
    if _is_taken(http):
        raise CannotRunError(f"Port {http} for Asterisk is taken: end what listens there, or set ICALL_ASTERISK_PORT.")
    if _is_taken(sip, address, socket.SOCK_DGRAM) or _is_taken(sip, address):
        raise CannotRunError(f"Port {sip} for SIP is taken: end what listens there, or set ICALL_SIP_PORT.")
    if not packages.is_installed():
        say("Fetching Asterisk out of Debian's packages; this once takes about a minute ...")
    try:
        unpacked = packages.install()
    except packages.UnavailableError as missing:
        raise CannotRunError(
            f"No Asterisk can be had here: {missing}. Without CARRIER the emulated one runs."
        ) from None
    return RealAsterisk(unpacked, Place(address, sip, http, SOUND_PORTS))


def _is_ours(address: str) -> bool:
    """Tell whether it is one address of this machine: at all of them at once it would be open to everybody."""
    try:
        if ip_address(address).is_unspecified:
            return False
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except (OSError, ValueError):
        return False
    return True


def _number(environment: Mapping[str, str], variable: str, usual: float) -> float:
    text = environment.get(variable) or str(usual)
    try:
        return float(text)
    except ValueError:
        raise CannotRunError(f"{variable} must be a number, not {text!r}.") from None


def _is_taken(port: int, address: str = HOST, kind: socket.SocketKind = socket.SOCK_STREAM) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
