"""Configure: publish flows and plugins, and check a configuration whole, with all that it refers to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.core.agents.action_codes import ACTION_CODES
from chalicelib.core.agents.control_codes import CONTROL_CODES
from chalicelib.core.centre.model import Centre, Configuration, WebhookEndpoint
from chalicelib.core.centre.reading import (
    CentreMistakes,
    entries,
    examine_configuration,
    read_configuration,
    unspoken_languages,
)
from chalicelib.core.centre.sections import SECRET, SECRET_NAME, STATES
from chalicelib.core.flow.model import Known, PluginShape, QueueStep
from chalicelib.core.flow.plugins import Plugin, PluginMistakes, read_plugin
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.ground.errors import AddressRefused, NotConfigured
from chalicelib.core.ground.mistakes import Mistake, Notes, did_you_mean
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.webhook_keys import read_signing_keys
from chalicelib.ports import World


@dataclass(frozen=True, slots=True)
class Checked:
    """A configuration without mistakes, and the agents' passwords, by AgentID."""

    configuration: Configuration
    passwords: Mapping[str, str]


def mistakes_of_configuration(document: Any, world: World) -> tuple[Mistake, ...]:
    """Give every mistake for which `apply_configuration` would refuse the document."""
    try:
        check_configuration(document, world)
    except CentreMistakes as wrong:
        return wrong.mistakes
    return ()


def check_configuration(document: Any, world: World) -> Checked:
    """Read a whole document, or raise CentreMistakes with every mistake, what it refers to in vain among them."""
    examine_configuration(document)
    passwords, missing = _passwords(document, world)
    around = [
        *unspoken_languages(document),
        *_missing_flows(document, world),
        *missing,
        *_strange_carriers(document, world),
        *_useless_carriers(document, world),
        *_useless_webhooks(document, world),
        *_robbed_of_their_codes(document),
    ]
    try:
        configuration = read_configuration(document, world.catalogue.version() + 1)
    except CentreMistakes as wrong:
        raise CentreMistakes([*wrong.mistakes, *around]) from None
    if around:
        raise CentreMistakes(around)
    return Checked(configuration, passwords)


def _robbed_of_their_codes(document: Any) -> Iterator[Mistake]:
    """Give the own codes that take another's usual one, which then has none, and second codes of one state."""
    for section, own in entries(document, "codes"):
        named = list(own.values())
        for code, name in own.items():
            robbed = _USUAL_CODES.get(section, {}).get(str(code), name)
            if robbed != name and robbed not in named and (section, str(code)) != _CALL:
                yield Mistake(
                    f"codes.{section}.{code}", f"is the usual code of {robbed}: give that one of its own, too"
                )
            if section == "states" and named.count(name) > 1:
                yield Mistake(f"codes.{section}.{code}", "is not the only code of its state: pages are told one")


_USUAL_CODES: Mapping[str, Mapping[str, str]] = {
    "actions": {str(code): name for code, name in ACTION_CODES.items()},
    "controls": {str(code): name for code, name in CONTROL_CODES.items()},
    "states": {str(code): name for name, code in STATES.items()},
}

_CALL = ("actions", "7")
"""Whatever takes this code is told so as the document is read."""


def centre_in_force(world: World) -> Centre | None:
    """Give the centre in force, None when there is none, or none that can still be read."""
    try:
        return world.catalogue.centre()
    except NotConfigured:
        return None


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


def _strange_carriers(document: Any, world: World) -> Iterator[Mistake]:
    """Give the numbers whose carrier this deployment does not have, or could not tell from its others."""
    for number, entry in entries(document, "numbers"):
        place, named = f"numbers.{number}.carrier", entry.get("carrier")
        if isinstance(named, str) and named not in world.carriers:
            yield Mistake(place, f"no carrier of this deployment is called so{did_you_mean(named, world.carriers)}")
        if "carrier" not in entry and len(world.carriers) > 1:
            names = " and ".join(sorted(world.carriers))
            yield Mistake(place, f"is missing: this deployment has several carriers, {names}")


def _useless_carriers(document: Any, world: World) -> Iterator[Mistake]:
    """Give the carriers of numbers that cannot work as they are set up, each once."""
    only, seen = next(iter(world.carriers), None), set()
    for number, entry in entries(document, "numbers"):
        name = entry.get("carrier", only)
        if isinstance(name, str) and name in world.carriers and name not in seen:
            seen.add(name)
            try:
                world.carriers[name].check()
            except NotConfigured as useless:
                yield Mistake(f"numbers.{number}.carrier", f"{name} is not set up: {useless}")


def _passwords(document: Any, world: World) -> tuple[dict[str, str], list[Mistake]]:
    """Give the passwords by AgentID, and the agents whose password is in no secret."""
    named = [(agent, entry.get("password")) for agent, entry in entries(document, "agents")]
    secrets = {agent: name for agent, name in named if isinstance(name, str) and SECRET_NAME.read(name, Notes())}

    def find(agent: str) -> str | Mistake:
        try:
            return world.secrets.get(secrets[agent].removeprefix(SECRET))
        except NotConfigured as missing:
            return Mistake(f"agents.{agent}.password", f"has no secret: {missing}")

    found = dict(zip(secrets, world.workers.each(find, secrets), strict=True))
    passwords = {agent: password for agent, password in found.items() if isinstance(password, str)}
    return passwords, [mistake for mistake in found.values() if isinstance(mistake, Mistake)]


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
    centre = centre_in_force(world)
    queues = frozenset(centre.queues) if centre else None
    names = frozenset(world.catalogue.flow_names()).union(flows)
    return Known(plugins={**shapes, **(plugins or {})}, queues=queues, sounds=sounds, flows=names)
