"""Tell a business system of a call, signed; one that does not listen is told again later by the queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.ground.values import dataclass
from chalicelib.ports import World


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice on its way to one endpoint, or to be fanned out while `endpoint` is empty; `at` in ms since 1970."""

    id: str
    type: str
    at: int
    data: Mapping[str, Any]
    endpoint: str = ""


def fan_out(notice: Notice, world: World) -> None:
    """Send the notice on its way to each endpoint that wants it, so that each is retried alone."""
    endpoints = world.catalogue.centre().webhooks.values()
    wanting = [endpoint.name for endpoint in endpoints if notice.type in endpoint.events]
    world.messages.fan_out(notice.id, {"type": notice.type, "at": notice.at, "data": notice.data}, wanting)


def tell_business(notice: Notice, world: World) -> None:
    """Deliver a notice to its endpoint; one that was removed from the configuration is owed nothing.

    Raises:
        BusinessSystemsFault: not taken; tell again later.
    """
    endpoint = world.catalogue.centre().webhooks.get(notice.endpoint)
    if endpoint:
        world.webhooks.deliver(endpoint, notice.id, notice.type, notice.at, notice.data)
