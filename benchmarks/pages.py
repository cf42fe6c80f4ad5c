"""How much a browser loads: the agent object and the agent page, as built."""

import json
import subprocess
from pathlib import Path

WEB = Path(__file__).parents[1] / "web"


def sizes() -> list[str]:
    """Give a line for each file of the agent object, and one for the agent page; they must have been built."""
    console = json.loads(_measured("console"))
    page = f"agent page, first load {console['firstLoadKb']} KB gzip, {console['laterKb']} KB more when needed"
    telephones = f"its telephone, one of: at Twilio {console['twilioKb']} KB, at Asterisk {console['sipKb']} KB"
    return [*_measured("sdk").splitlines(), f"{page}; {telephones}"]


def _measured(folder: str) -> str:
    command = ["npm", "run", "--silent", "size"]
    told = subprocess.run(command, cwd=WEB / folder, check=True, capture_output=True, text=True)  # noqa: S603 - our own script
    return told.stdout.strip()
