"""The laptop's secrets: made on the first start, kept in a file that only its owner may read."""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

DEMO_AGENTS = ("100", "101", "102", "200")


def demo_password(agent_id: str) -> str:
    """Give the demo sign-in's password, which guards nothing but a laptop."""
    return f"icall-{agent_id}"


def ensure(path: Path) -> Mapping[str, str]:
    """Give the secrets in `path`, making those that are missing."""
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    made = _fresh() | known
    if made != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(made, indent=2), "utf-8")
    return made


def _fresh() -> dict[str, str]:
    return {
        "icall/password-seal": secrets.token_urlsafe(32),
        "twilio/auth-token": secrets.token_hex(16),
        "twilio/api-key": f"SK{secrets.token_hex(16)} {secrets.token_hex(16)}",
        "asterisk/laptop/webhook-keys": _signing_key(),
        "phones/lisi": secrets.token_hex(6),
        "phones/outside": secrets.token_hex(6),
        "business/api-key": secrets.token_urlsafe(24),
        "business/webhook-key": _signing_key(),
        **{f"agents/{agent_id}": demo_password(agent_id) for agent_id in DEMO_AGENTS},
    }


def _signing_key() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(24)).decode()
