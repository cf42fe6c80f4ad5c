"""Run the freight company's system: `python -m local.business --port 8090`."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from local.business.app import start
from local.business.settings import BusinessSettings, IncompleteSettings, read_settings


async def _serve(settings: BusinessSettings, host: str, port: int) -> None:
    runner = await start(settings, host, port)
    try:
        print(f"The freight company answers at http://{host}:{runner.addresses[0][1]}", flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.business", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 lets the system choose")
    parser.add_argument("--data-dir", type=Path, help="where work orders and webhooks survive a restart")
    return parser.parse_args()


def main() -> int:
    """Serve until interrupted; 2 when a setting is missing."""
    options = _options()
    try:
        settings = read_settings(os.environ, options.data_dir)
        asyncio.run(_serve(settings, options.host, options.port))
    except IncompleteSettings as incomplete:
        print(incomplete, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
