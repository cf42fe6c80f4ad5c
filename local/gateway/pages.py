"""What the gateway serves beside the product: the start page, the agent page, the SDK, the business system's pages."""

from pathlib import Path

from local.gateway.settings import GatewaySettings

WEB = Path(__file__).parents[2] / "web"


def with_pages(carrier_url: str, business_url: str, web: Path = WEB, sip_server: str = "") -> GatewaySettings:
    """Give the settings of a gateway with every page; a page that is not built is not served.

    Pages' telephones are at the emulated carrier, or at the Asterisk whose WebSocket `sip_server` is.
    """
    emulated = {"kind": "emulated", "carrier": carrier_url}
    deployment = {"telephone": {"kind": "sip", "server": sip_server} if sip_server else emulated}
    folders = {"/console": web / "console" / "dist", "/sdk": web / "sdk" / "dist"}
    return GatewaySettings(
        static={path: folder for path, folder in folders.items() if folder.is_dir()},
        shared=["/sdk"],
        documents={f"{path}/deployment.json": deployment for path in folders},
        proxied={"/business": business_url},
        home=web / "start" / "index.html",
    )
