"""Configure: publish flows and plugins, and put a centre's configuration in force, checked whole."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.centre import Centre
from chalicelib.core.centre_reading import CentreMistakes, read_centre
from chalicelib.core.flow.model import Known, PluginShape
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.mistakes import Mistake
from chalicelib.core.plugins import read_plugin
from chalicelib.ports import World


def apply_configuration(document: Any, expected: int, world: World) -> Centre:
    """Put the document in force as the version after `expected`, its passwords hashed first.

    Raises:
        CentreMistakes: every mistake with its place; nothing was changed.
        Conflict: somebody else applied another one meanwhile; nothing was changed.
        NotConfigured: a password's secret is missing.
    """
    centre = read_centre(document, expected + 1)
    flows = world.catalogue.flow_names()
    unknown = [number for number in centre.numbers.values() if number.flow not in flows]
    if unknown:
        raise CentreMistakes(
            [Mistake(f"numbers.{number.number}.flow", f"no flow {number.flow} is published") for number in unknown]
        )
    passwords = {agent.id: world.secrets.get(agent.password) for agent in centre.agents.values() if agent.password}
    world.catalogue.put_centre(document, expected)
    for agent_id, password in passwords.items():
        if not world.passwords.verify(password, world.catalogue.password_hash(agent_id)):
            world.catalogue.put_password_hash(agent_id, world.passwords.hash(password))
    return centre


def publish_plugin(document: Any, world: World) -> str:
    """Publish a plugin and give its name.

    Raises:
        BadRequest: every mistake with its place; nothing was changed.
    """
    plugin = read_plugin(document)
    world.catalogue.put_plugin(plugin.name, document)
    return plugin.name


def publish_flow(document: Mapping[str, Any], queues: frozenset[str], world: World) -> tuple[str, int]:
    """Publish a flow as its next version, and give its name and version; a call keeps the version it began with.

    Raises:
        FlowMistakes: every mistake with its place; nothing was changed.
    """
    shapes = {
        name: PluginShape(frozenset(plugin.inputs), frozenset(plugin.outputs))
        for name, plugin in world.catalogue.plugins().items()
    }
    flow = read_flow(document, Known(plugins=shapes, queues=queues, sounds=None))
    return flow.name, world.catalogue.put_flow(flow.name, document)
