"""Publishing the agent page and the SDK to the bucket behind a stack's address.

Order matters: a browser that loads the page in the middle of a publication gets the old page or the new one, whole,
because what a page names is there before the page itself. Files of earlier publications stay: an agent has a page
open for a whole shift, and it may fetch a part of itself in the last hour.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

FOR_EVER, ASK_EACH_TIME = "public, max-age=31536000, immutable", "no-cache"
"""A file whose name changes with its content is never asked for twice; of any other the newest is wanted."""

_JSON: Final = "application/json"
_SCRIPT: Final = "text/javascript; charset=utf-8"
_CONTENT_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": _SCRIPT,
    ".json": _JSON,
    ".map": _JSON,
    ".mjs": _SCRIPT,
    ".mp3": "audio/mpeg",
    ".mts": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".woff2": "font/woff2",
}
_HASHED = re.compile(r"console/assets/.+-[\w-]{8}\.\w+")
"""What Vite names after its content."""

_DEPLOYMENT, _INDEX = "console/deployment.json", "console/index.html"
_OF_THE_SDK = "sdk/deployment.json"


class CannotPublish(Exception):
    """The pages are not published; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Page:
    """One object of the bucket, with what a browser is told of it."""

    key: str
    body: bytes
    content_type: str

    @property
    def cache_control(self) -> str:
        """How long browsers and CloudFront may keep it."""
        return FOR_EVER if _HASHED.fullmatch(self.key) else ASK_EACH_TIME


TWILIO: Final[Mapping[str, Any]] = {"kind": "twilio"}


def at_asterisk(server: str, ice: str = "") -> Mapping[str, Any]:
    """Give the place of pages' telephones at Asterisk: its WebSocket, and STUN servers with blanks between.

    Raises:
        CannotPublish: a page with a secure address would not be let there.
    """
    if not server.startswith("wss://"):
        raise CannotPublish("ICALL_SIP_SERVER must be the address of Asterisk's WebSocket: wss://pbx.example.com/ws.")
    return {"kind": "sip", "server": server} | ({"ice": [{"urls": ice.split()}]} if ice.split() else {})


def publish_pages(
    s3: Any, bucket: str, sockets_url: str, web: Path, telephone: Mapping[str, Any] = TWILIO
) -> list[str]:
    """Publish what is built below `web`, and tell what was published; `telephone` is the place of pages' telephones.

    Raises:
        CannotPublish: nothing is built, the sockets' address is none, or the bucket refused.
    """
    said = {"socket": _wss(sockets_url), "telephone": telephone}
    pages = sorted([*_built(web), *_deployments(said)], key=_turn)
    for page in pages:
        _put(s3, bucket, page)
    hashed = sum(page.cache_control == FOR_EVER for page in pages)
    sdk = sum(page.key.startswith("sdk/") for page in pages)
    return [
        f"console/: {len(pages) - sdk} files, {hashed} of them under a name of their own; earlier ones were left",
        f"sdk/: {sdk} files",
        f"{_DEPLOYMENT}: sockets at {said['socket']}, telephones of kind {telephone['kind']}",
    ]


def _turn(page: Page) -> tuple[bool, bool, bool, str]:
    """Give the place in the order: hashed files, the others, what the page asks for first, the page."""
    return (page.key == _INDEX, page.key == _DEPLOYMENT, page.cache_control != FOR_EVER, page.key)


def _built(web: Path) -> Iterator[Page]:
    for name, proof in (("console", "index.html"), ("sdk", "iCallAgent.js")):
        folder = web / name / "dist"
        if not (folder / proof).is_file():
            raise CannotPublish(f"web/{name} is not built: run tools/web (make package does).")
        for path in sorted(folder.rglob("*")):
            below = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in below.parts):
                yield Page(f"{name}/{below.as_posix()}", path.read_bytes(), _content_type(path))


def _content_type(path: Path) -> str:
    if path.suffix not in _CONTENT_TYPES:
        raise CannotPublish(f"What kind of file {path.name} is, is not known: name it in local/pages_publishing.py.")
    return _CONTENT_TYPES[path.suffix]


def _deployments(said: Mapping[str, Any]) -> list[Page]:
    """Give what the agent page reads beside itself, and what business systems' pages read beside the SDK."""
    return [Page(key, json.dumps(said).encode(), _JSON) for key in (_DEPLOYMENT, _OF_THE_SDK)]


def _wss(sockets_url: str) -> str:
    if not sockets_url.startswith("https://"):
        raise CannotPublish(
            "ICALL_SOCKETS_URL must be the stack's output SocketsUrl, an https address. Is a laptop running? Stop it."
        )
    return f"wss://{sockets_url.removeprefix('https://').rstrip('/')}"


def _put(s3: Any, bucket: str, page: Page) -> None:
    try:
        s3.put_object(
            Bucket=bucket,
            Key=page.key,
            Body=page.body,
            ContentType=page.content_type,
            CacheControl=page.cache_control,
        )
    except (BotoCoreError, ClientError) as error:
        raise CannotPublish(
            f"The bucket {bucket} did not take {page.key}: {error}. Publish again; the page that is there goes on."
        ) from error
