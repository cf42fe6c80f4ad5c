"""Runs a command for as long as its own standard input stays open.

A server started through it ends with the process that started it, however that process ends: even a kill
closes the pipe. Arguments: the command.
"""

import subprocess
import sys
import threading


def _end_with_input(child: "subprocess.Popen[bytes]") -> None:
    sys.stdin.buffer.read()
    child.terminate()


def main() -> None:
    """Runs the command and answers with its exit code."""
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)  # noqa: S603  # the starter's own words
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    sys.exit(child.wait())


if __name__ == "__main__":
    main()
