"""The words of `./icall`: every command with its help and examples."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local.laptop import DEMO_NUMBER
from local.publishing import DEMO_CENTRE

SETTING_HINT = "--set NAME=VALUE, or by the environment"

_WHOLE = """examples:
  ./icall flows check                          are the flows in flows/ right, do their stories come true?
  ./icall flows publish hello.yaml             publish a flow
  ./icall config apply my-centre.yaml          put a configuration in force
  ./icall call --then "hear Welcome" --then "press 1" --then stay
  ./icall agent --id 100                       be an agent in this terminal

exit codes: 0 done; 1 mistakes, or it failed; 2 the command was not understood, or there is nothing to do"""

_APPLY = """Checks a configuration whole, and puts it in force as the next version. Every mistake is told at once,
with its line; then nothing has changed. Flows that numbers start must be published first.
What differs from the version in force is stored and told; it is seen by everybody at once, at the end. Begun twice, the
later one goes on. One that was broken off changed nothing, and is finished by applying again.

examples:
  ./icall config apply                         the demo centre
  ./icall config apply my-centre.yaml --set BUSINESS_URL=https://erp.example.com"""

_COMPARE = """Checks a configuration whole, as apply does, and tells what applying it would change. Nothing is changed.

examples:
  ./icall config check                         the demo centre
  ./icall config check my-centre.yaml --set BUSINESS_URL=https://erp.example.com

exit codes: 0 it can be applied; 1 it has mistakes"""

_PUBLISH = """Publishes flows as new versions, with plugins and sounds: all of them, or none if there is a mistake.

examples:
  ./icall flows publish                        everything in flows/
  ./icall flows publish hello.yaml             one flow
  ./icall flows publish my-flows               a folder: *.yaml, plugins/*.yaml, media/*.wav
  ./icall flows publish --set BANK_URL=https://bank.example.com"""

_CHECK = """Reads flows and plugins and tells their stories. Nothing is published, and no laptop need run.
Of a single file's folder the rest is read too, and the stories of a named flow are told.

examples:
  ./icall flows check                          everything in flows/
  ./icall flows check my-flows                 a folder: *.yaml, plugins/*.yaml, stories/*.yaml
  ./icall flows check my-flows/hello.yaml --centre my-centre.yaml

exit codes: 0 no mistake, and every story came true; 1 mistakes; 2 there is nothing to check"""

_PAGES = """Publishes the agent page and the SDK to a stack on AWS; on the laptop they are served as they are built.
ICALL_PAGES_BUCKET and ICALL_SOCKETS_URL name the stack's bucket and socket. Pages' telephones are at Twilio, or with
ICALL_SIP_SERVER at the Asterisk of that address; ICALL_SIP_ICE names STUN servers, where they need some.

example:
  ICALL_PAGES_BUCKET=... ICALL_SOCKETS_URL=https://... ./icall pages publish"""

_CALL = """Calls the laptop's centre. Without --then by hand: digits are pressed, h hangs up, other words are spoken.
With --then by a script, which must come true.

steps of a script:
  hear TEXT         wait until this is heard, after what was heard before
  hear /PATTERN/    the same with a regular expression
  press KEYS        press keys, once something was heard
  say WORDS         speak, once something was heard
  wait SECONDS      do nothing for a while
  stay              stay until the other side hangs up
  hang-up           hang up, as the end of a script does too

examples:
  ./icall call --from 83366857
  ./icall call --then "hear Welcome" --then "press 1" --then stay
  ./icall call --then "hear /waybill|parcel/" --then "press 6012345678#" --then "wait 2" --then hang-up

exit codes: 0 the script came true; 1 it did not"""

_AGENT = """Signs an agent in here, with a browser's telephone, and prints each event and who is in the call.
Words to type, all of which `help` tells once one is signed in:

  ready             take calls                   pause REASON      take none, for a reason's code
  answer            answer what rings            hangup            hang up
  hold, retrieve    hold the caller, and back    digits KEYS       send keys
  call NUMBER       dial                         wrapped RESULT    finish writing the call up
  consult, swap, conference, complete, cancel    ask somebody while the caller hears music, and what comes of it
  transfer          hand the caller over         monitor SEAT      listen, as a supervisor
  q                 end

examples:
  ./icall agent --id 100
  ./icall agent --id 100 --password icall-100"""


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; `command` is what shall be done. Ends the process with 2 when it is not understood."""
    whole = argparse.ArgumentParser(
        prog="icall",
        description="Configure a centre, check and publish flows, publish pages, call, be an agent.",
        epilog=_WHOLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    config = _group(commands, "config", "check, apply: the centre's configuration")
    flows = _group(commands, "flows", "check, publish: IVR flows, plugins, stories")
    pages = _group(commands, "pages", "publish: the agent page and the SDK")
    _apply(_command(config, "apply", "check a configuration whole and put it in force", _APPLY, does="config apply"))
    _apply(_command(config, "check", "check a configuration and tell what would change", _COMPARE, does="config check"))
    _check(_command(flows, "check", "check flows and tell their stories", _CHECK, does="flows check"))
    _publish(_command(flows, "publish", "publish flows as new versions", _PUBLISH, does="flows publish"))
    _command(pages, "publish", "publish them to a stack on AWS", _PAGES, does="pages publish")
    _call(_command(commands, "call", "call the laptop's centre, by hand or by a script", _CALL, does="call"))
    _agent(_command(commands, "agent", "be an agent in this terminal", _AGENT, does="agent"))
    return whole.parse_args(arguments)


def _group(commands: Any, name: str, about: str) -> Any:
    return commands.add_parser(name, help=about).add_subparsers(required=True, metavar="COMMAND")


def _command(commands: Any, name: str, about: str, description: str, *, does: str) -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=description, formatter_class=plain
    )
    made.set_defaults(command=does)
    return made


def _apply(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, nargs="?", default=DEMO_CENTRE, help="the configuration")
    _setting(command)


def _publish(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", type=Path, nargs="*", metavar="PATH", help="files, or folders of them")
    _setting(command)


def _check(command: argparse.ArgumentParser) -> None:
    _publish(command)
    command.add_argument("--centre", type=Path, metavar="FILE", help="a configuration: are the queues in it?")


def _setting(command: argparse.ArgumentParser) -> None:
    command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="fills ${NAME}")


def _call(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="from_", default="83366857", metavar="NUMBER", help="who calls")
    command.add_argument("--to", default=DEMO_NUMBER, metavar="NUMBER", help="which number is called")
    command.add_argument("--then", action="append", default=[], metavar="STEP", help="a step of a script, see above")


def _agent(command: argparse.ArgumentParser) -> None:
    command.add_argument("--id", required=True, metavar="AGENTID")
    command.add_argument("--password", help="the demo password if not given")
