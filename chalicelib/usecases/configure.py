"""Configure: publish flows and plugins, and put a centre's configuration in force, checked whole."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.centre import Centre
from chalicelib.core.centre_reading import CentreMistakes, read_centre
from chalicelib.core.errors import NotConfigured
from chalicelib.core.flow.model import Known, QueueStep
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.mistakes import Mistake
from chalicelib.core.plugins import read_plugin
from chalicelib.core.webhook_keys import read_signing_keys
from chalicelib.ports import World


def apply_configuration(document: Any, world: World) -> Centre:
    """Put the document in force as the next version, checked whole, its passwords hashed.

    Raises:
        CentreMistakes: every mistake with its place; nothing was changed.
        Conflict: somebody else applied another one meanwhile; nothing was changed.
        NotConfigured: a password's or a signing key's secret is missing; nothing was changed.
        AddressRefused: a webhook's address can never be told anything; nothing was changed.
    """
    expected = _version_in_force(world)
    centre = read_centre(document, expected + 1)
    _check_flows(centre, world)
    _check_webhooks(centre, world)
    passwords = {agent.id: world.secrets.get(agent.password) for agent in centre.agents.values() if agent.password}
    world.catalogue.put_centre(document, expected)
    for agent_id, password in passwords.items():
        _keep_password(agent_id, password, world)
    return centre


def _keep_password(agent_id: str, password: str, world: World) -> None:
    """Keep a password's hash, unless it is kept already: another salt would change a row for nothing."""
    kept = world.catalogue.password_hash(agent_id)
    if kept is None or not world.passwords.verify(password, kept):
        world.catalogue.put_password_hash(agent_id, world.passwords.hash(password))


def _version_in_force(world: World) -> int:
    try:
        return world.catalogue.centre().version
    except NotConfigured:
        return 0


def _check_flows(centre: Centre, world: World) -> None:
    published = world.catalogue.flow_names()
    mistakes = [
        Mistake(f"numbers.{number.number}.flow", problem)
        for number in centre.numbers.values()
        for problem in _problems(number.flow, centre, published, world)
    ]
    if mistakes:
        raise CentreMistakes(mistakes)


def _problems(name: str, centre: Centre, published: Mapping[str, int], world: World) -> list[str]:
    if name not in published:
        return [f"no flow {name} is published: publish it first"]
    _, flow = world.catalogue.flow(name)
    waited = {step.queue for step in flow.steps.values() if isinstance(step, QueueStep)}
    return [
        f"the flow {name} waits in the queue {queue}, which is not configured" for queue in waited - {*centre.queues}
    ]


def _check_webhooks(centre: Centre, world: World) -> None:
    """Refuse a webhook that could never be sent or signed, before its first notice is lost."""
    for endpoint in centre.webhooks.values():
        world.webhooks.check(endpoint)
        read_signing_keys(world.secrets.get(endpoint.secret), endpoint.secret)


def publish_plugin(document: Any, world: World) -> str:
    """Publish a plugin and give its name.

    Raises:
        BadRequest: every mistake with its place; nothing was changed.
        AddressRefused: its address can never be asked; nothing was changed.
    """
    plugin = read_plugin(document)
    world.plugins.check(plugin)
    world.catalogue.put_plugin(plugin.name, document)
    return plugin.name


def publish_flow(
    document: Mapping[str, Any],
    world: World,
    beside: frozenset[str] = frozenset(),
    sounds: frozenset[str] | None = None,
) -> tuple[str, int]:
    """Publish a flow as its next version, and give its name and version; a call keeps the version it began with.

    `beside` names flows that are published together with it, `sounds` our own sounds (None: not checked). Queues are
    checked against the configuration in force; before there is any, the configuration is checked against the flows.

    Raises:
        FlowMistakes: every mistake with its place; nothing was changed.
    """
    shapes = {name: plugin.shape() for name, plugin in world.catalogue.plugins().items()}
    queues = frozenset(world.catalogue.centre().queues) if _version_in_force(world) else None
    flows = frozenset(world.catalogue.flow_names()) | beside
    flow = read_flow(document, Known(plugins=shapes, queues=queues, sounds=sounds, flows=flows))
    return flow.name, world.catalogue.put_flow(flow.name, document)
