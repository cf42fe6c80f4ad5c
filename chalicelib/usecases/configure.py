"""Configure: publish flows and plugins, and put a centre's configuration in force, checked whole."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.core.centre.model import Centre, WebhookEndpoint
from chalicelib.core.centre.reading import CentreMistakes, entries, read_centre, unspoken_languages
from chalicelib.core.centre.sections import SECRET, SECRET_NAME
from chalicelib.core.documents.examining import examine
from chalicelib.core.flow.model import Known, PluginShape, QueueStep
from chalicelib.core.flow.plugins import Plugin, PluginMistakes, read_plugin
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.ground.errors import AddressRefused, NotConfigured
from chalicelib.core.ground.mistakes import Mistake, Notes, did_you_mean
from chalicelib.core.told.webhook_keys import read_signing_keys
from chalicelib.ports import World


def apply_configuration(document: Any, world: World) -> Centre:
    """Put the document in force as the next version, checked whole, its passwords hashed.

    Raises:
        CentreMistakes: every mistake with its place, what it refers to in vain among them; nothing was changed.
        Conflict: somebody else applied another one meanwhile; nothing was changed.
    """
    expected = _version_in_force(world)
    centre = _checked(document, expected + 1, world)
    passwords = {agent.id: world.secrets.get(agent.password) for agent in centre.agents.values() if agent.password}
    world.catalogue.put_centre(document, expected)
    for agent_id, password in passwords.items():
        _keep_password(agent_id, password, world)
    return centre


def mistakes_of_configuration(document: Any, world: World) -> tuple[Mistake, ...]:
    """Give every mistake for which `apply_configuration` would refuse the document."""
    try:
        _checked(document, 1, world)
    except CentreMistakes as wrong:
        return wrong.mistakes
    return ()


def _checked(document: Any, version: int, world: World) -> Centre:
    examine(document, Notes(error=CentreMistakes))
    around = [
        *unspoken_languages(document),
        *_missing_flows(document, world),
        *_missing_passwords(document, world),
        *_useless_webhooks(document, world),
    ]
    try:
        centre = read_centre(document, version)
    except CentreMistakes as wrong:
        raise CentreMistakes([*wrong.mistakes, *around]) from None
    if around:
        raise CentreMistakes(around)
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


def _missing_flows(document: Any, world: World) -> Iterator[Mistake]:
    """Give what is wrong with the flows that numbers start; the document may be wrong in other ways too."""
    published, queues = world.catalogue.flow_names(), {name for name, _ in entries(document, "queues")}
    for number, entry in entries(document, "numbers"):
        name = entry.get("flow")
        problems = _problems(name, queues, published, world) if isinstance(name, str) else ()
        yield from (Mistake(f"numbers.{number}.flow", problem) for problem in problems)


def _problems(name: str, queues: Iterable[str], published: Mapping[str, int], world: World) -> list[str]:
    if name not in published:
        return [f"no flow {name} is published: publish it first{did_you_mean(name, published)}"]
    _, flow = world.catalogue.flow(name)
    waited = {step.queue for step in flow.steps.values() if isinstance(step, QueueStep)}
    return [
        f"the flow {name} waits in the queue {queue}, which is not configured" for queue in sorted(waited - {*queues})
    ]


def _missing_passwords(document: Any, world: World) -> Iterator[Mistake]:
    """Give the agents whose password is in no secret."""
    for agent, entry in entries(document, "agents"):
        named = entry.get("password")
        if isinstance(named, str) and SECRET_NAME.read(named, Notes()):
            try:
                world.secrets.get(named.removeprefix(SECRET))
            except NotConfigured as missing:
                yield Mistake(f"agents.{agent}.password", f"has no secret: {missing}")


def _useless_webhooks(document: Any, world: World) -> Iterator[Mistake]:
    """Give the webhooks that could never be sent or signed, before a first notice is lost."""
    for name, entry in entries(document, "webhooks"):
        place, url, named = f"webhooks.{name}", entry.get("url"), entry.get("secret")
        if isinstance(url, str):
            yield from _useless_address(f"{place}.url", WebhookEndpoint(name, url, ""), world)
        if isinstance(named, str) and SECRET_NAME.read(named, Notes()):
            yield from _useless_key(f"{place}.secret", named.removeprefix(SECRET), world)


def _useless_address(place: str, endpoint: WebhookEndpoint, world: World) -> Iterator[Mistake]:
    try:
        world.webhooks.check(endpoint)
    except AddressRefused as refused:
        yield Mistake(place, str(refused))


def _useless_key(place: str, secret: str, world: World) -> Iterator[Mistake]:
    try:
        read_signing_keys(world.secrets.get(secret), secret)
    except NotConfigured as useless:
        yield Mistake(place, str(useless))


def publish_plugin(document: Any, world: World) -> str:
    """Publish a plugin and give its name.

    Raises:
        PluginMistakes: every mistake with its place; nothing was changed.
    """
    plugin = plugin_that_can_be_asked(document, world)
    world.catalogue.put_plugin(plugin.name, document)
    return plugin.name


def plugin_that_can_be_asked(document: Any, world: World) -> Plugin:
    """Read a plugin; raises PluginMistakes, also when its address can never be asked from here."""
    plugin = read_plugin(document)
    try:
        world.plugins.check(plugin)
    except AddressRefused as refused:
        raise PluginMistakes([Mistake("address", str(refused))]) from None
    return plugin


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
    flow = read_flow(document, known_to(world, flows=beside, sounds=sounds))
    return flow.name, world.catalogue.put_flow(flow.name, document)


def known_to(
    world: World,
    plugins: Mapping[str, PluginShape | None] | None = None,
    flows: Iterable[str] = (),
    sounds: frozenset[str] | None = None,
) -> Known:
    """Give what a flow may refer to: what is published, and with it these `plugins` and `flows`."""
    shapes = {name: plugin.shape() for name, plugin in world.catalogue.plugins().items()}
    queues = frozenset(world.catalogue.centre().queues) if _version_in_force(world) else None
    names = frozenset(world.catalogue.flow_names()).union(flows)
    return Known(plugins={**shapes, **(plugins or {})}, queues=queues, sounds=sounds, flows=names)
