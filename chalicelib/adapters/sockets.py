"""Open pages, through API Gateway's management API."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalicelib.core.ground.errors import OurFault
from chalicelib.core.told.closing import Closing

_MOST_BYTES = 128 * 1024


class ApiGatewaySockets:
    """Posts to the WebSocket API's connections; being throttled is waited out for a moment by the client itself."""

    def __init__(self, endpoint_url: str, region: str) -> None:
        self._endpoint_url = endpoint_url
        self._region = region

    def post(self, socket: str, frame: Mapping[str, Any]) -> bool:
        """Send a frame, and tell whether the socket was still there.

        Raises:
            OurFault: the frame is larger than the 128 KB that fit a message.

        """
        data = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        if len(data) > _MOST_BYTES:
            raise OurFault("A frame became larger than 128 KB.")
        try:
            self._client.post_to_connection(ConnectionId=socket, Data=data)
        except self._client.exceptions.GoneException:
            return False
        return True

    def close(self, socket: str, why: Closing) -> None:
        """Close a socket, its page told why: the gateway can send no close code of ours, so a frame says it."""
        if self.post(socket, why.to_frame()):
            try:
                self._client.delete_connection(ConnectionId=socket)
            except self._client.exceptions.GoneException:
                return

    @cached_property
    def _client(self) -> Any:
        # Imported on first use: boto3 takes a cold start longer than everything else here.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
        return boto3.client(
            "apigatewaymanagementapi", endpoint_url=self._endpoint_url, region_name=self._region, config=config
        )
