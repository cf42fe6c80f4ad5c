"""The browser that tests and benchmarks drive, and how: its microphone beeps once a second and needs no question."""

import os
import shutil

CHROMIUM = os.environ.get("ICALL_BROWSER") or shutil.which("chromium") or ""
"""Where it is; empty where none is found. `ICALL_BROWSER` names another than Debian's."""

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
