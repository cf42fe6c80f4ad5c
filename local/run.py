"""`make run`: start the whole contact centre, say where it is and who may sign in, and run until Ctrl-C."""

import contextlib
import json
import os
import signal
import sys
import threading
from pathlib import Path

from local.laptop import DEMO_NUMBER, Laptop, LaptopSettings
from local.secrets_file import DEMO_AGENTS, demo_password

DATA = Path(__file__).parents[1] / ".local" / "data"
STACK = DATA / "stack.json"
"""Where the running stack's variables stand for `./icall`."""


def read_settings() -> LaptopSettings:
    """Read ports and speed from the environment, where somebody set them."""
    return LaptopSettings(
        gateway_port=int(os.environ.get("ICALL_PORT", "8000")),
        carrier_port=int(os.environ.get("ICALL_CARRIER_PORT", "8010")),
        business_port=int(os.environ.get("ICALL_BUSINESS_PORT", "8020")),
        data=DATA,
        speed=float(os.environ.get("ICALL_SPEED", "1")),
    )


def welcome(laptop: Laptop) -> str:
    """Give what a newcomer needs to know."""
    sign_ins = "\n".join(f"    {agent}  password {demo_password(agent)}" for agent in DEMO_AGENTS)
    return f"""
icall is running. Ctrl-C ends it; what happened is kept in .local/data ({laptop.aws.engine}).

  Contact centre   {laptop.url}
  Carrier          {laptop.carrier_url}  (emulated Twilio)
  Business system  {laptop.business_url}  (the freight company)

  Call it:         ./icall call --from 83366857 --to {DEMO_NUMBER}
  Be an agent:     ./icall agent --id 100

  Demo sign-ins
{sign_ins}
"""


def main() -> int:
    """Run until told to stop."""
    DATA.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    with Laptop(read_settings(), show=print) as laptop:
        urls = {"CARRIER_URL": laptop.carrier_url, "BUSINESS_URL": laptop.business_url}
        STACK.touch(mode=0o600)
        STACK.write_text(json.dumps({**laptop.environment(), **urls}, indent=2), "utf-8")
        print(welcome(laptop), flush=True)
        ended.wait()
    with contextlib.suppress(FileNotFoundError):
        STACK.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
