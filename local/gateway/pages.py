"""What the gateway serves beside the product: the start page, the agent page, the SDK, the business system's pages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.gateway.settings import GatewaySettings

WEB = Path(__file__).parents[2] / "web"


def with_pages(
    telephone: Mapping[str, Any], start: Mapping[str, Any], business_url: str, web: Path = WEB
) -> GatewaySettings:
    """Give the settings of a gateway with every page; a page that is not built is not served.

    `telephone` is that of agents' browsers, `start` is what the start page asks for.
    """
    deployment = {"telephone": telephone}
    folders = {"/console": web / "console" / "dist", "/sdk": web / "sdk" / "dist"}
    return GatewaySettings(
        static={path: folder for path, folder in folders.items() if folder.is_dir()},
        shared=["/sdk"],
        documents={**{f"{path}/deployment.json": deployment for path in folders}, "/start.json": start},
        proxied={"/business": business_url},
        home=web / "start" / "index.html",
    )
