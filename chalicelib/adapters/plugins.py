"""Business systems asked by REST within a step of a call."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from chalicelib.adapters.http import GuardedHttp, Reply
from chalicelib.core.flow.plugins import Plugin, outputs_of, request_for, with_secrets
from chalicelib.core.ground.errors import AddressRefused, NotConfigured, PluginFailed
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import Secrets


@dataclass(frozen=True, slots=True)
class RestPlugins:
    """Asks plugins; whatever goes wrong is one PluginFailed, so that the flow goes its way for failures."""

    http: GuardedHttp
    secrets: Secrets

    def check(self, plugin: Plugin) -> None:
        """Raise AddressRefused, naming the plugin, if its address can never be asked."""
        try:
            self.http.check(plugin.address)
        except AddressRefused as refusal:
            raise AddressRefused(_may_not_be_asked(plugin, refusal)) from None

    def ask(self, plugin: Plugin, inputs: Mapping[str, str], *, budget_ms: int) -> Mapping[str, Any]:
        """Give the plugin's outputs within its own time limit and the budget, or raise PluginFailed."""
        reply = self._reply(plugin, inputs, min(plugin.timeout_ms, budget_ms))
        return outputs_of(plugin, reply.status, _document(plugin, reply))

    def _reply(self, plugin: Plugin, inputs: Mapping[str, str], timeout_ms: int) -> Reply:
        request = request_for(plugin, inputs)
        try:
            headers = with_secrets(request.headers, self.secrets.get)
            return self.http.send(
                request.method,
                request.url,
                headers,
                request.body,
                timeout_ms=timeout_ms,
                max_bytes=plugin.max_bytes,
            )
        except AddressRefused as refusal:
            raise PluginFailed("refused", _may_not_be_asked(plugin, refusal)) from None
        except NotConfigured as missing:
            raise PluginFailed("not_configured", f"The plugin {plugin.name} lacks something: {missing}.") from None


def _may_not_be_asked(plugin: Plugin, refusal: AddressRefused) -> str:
    return f"The plugin {plugin.name} may not be asked: {refusal}."


def _finite(written: str) -> float:
    """Read a number as JavaScript would; NaN, Infinity and what is beyond every number are no JSON (RFC 8259, 6)."""
    number = float(written)
    if not isfinite(number):
        raise ValueError("not a number")
    return number


def _whole(written: str) -> int:
    _finite(written)
    return int(written)


def _document(plugin: Plugin, reply: Reply) -> Any:
    """Read the JSON of a success; of any other reply only the status matters."""
    if not 200 <= reply.status < 300:  # noqa: PLR2004 - what HTTP calls success
        return None
    try:
        return json.loads(reply.body, parse_constant=_finite, parse_float=_finite, parse_int=_whole)
    except (ValueError, RecursionError):
        raise PluginFailed("bad_json", f"The reply to the plugin {plugin.name} is no JSON.") from None
