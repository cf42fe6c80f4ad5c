"""What must hold of a flow as a whole: names that lead somewhere, no way without an end, secrets kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from chalicelib.core.flow.kinds import NOT_FOUND
from chalicelib.core.flow.model import (
    ENDS,
    WAITS,
    CollectStep,
    ConfirmStep,
    Flow,
    Known,
    PluginShape,
    PluginStep,
    QueueStep,
    SetStep,
    Sound,
    Step,
    TransferStep,
    Way,
    nodes,
)
from chalicelib.core.flow.templates import Lookup, Template
from chalicelib.core.ground.mistakes import Notes

Graph = Mapping[str, tuple[str, ...]]
Ways = tuple[tuple[str, Way], ...]


class _Survey:
    """A flow with what its steps are asked about again and again: their ways, and which results there may be.

    `outputs` are those of the plugins that are known and asked, `every_output` theirs together: None if any is unknown.
    """

    def __init__(self, flow: Flow, known: Known) -> None:
        self.flow = flow
        self.ways: Mapping[str, Ways] = {name: tuple(step.ways()) for name, step in flow.steps.items()}
        self.leading_to: dict[str, list[tuple[Step, str]]] = {name: [] for name in flow.steps}
        for name, ways in self.ways.items():
            for place, way in ways:
                self.leading_to.setdefault(way.next, []).append((flow.steps[name], place))
        asked = {step.ask for step in flow.steps.values() if isinstance(step, PluginStep) and step.ask}
        shapes = {name: shape for name, shape in (known.plugins or {}).items() if shape}
        self.outputs = {name: shapes[name].outputs for name in asked & shapes.keys()}
        self.every_output = frozenset().union(*self.outputs.values()) if asked and asked <= shapes.keys() else None
        self.results = asked.union(*(step.values for step in flow.steps.values() if isinstance(step, SetStep)))


def check(flow: Flow, known: Known, notes: Notes) -> None:
    """Note every mistake that no single field shows."""
    survey = _Survey(flow, known)
    _check_names(survey, notes)
    _check_shape(survey, notes)
    for step in flow.steps.values():
        place = notes.at("steps").at(step.id)
        _check_references(step, known, place)
        _check_lookups(step, survey, place)
        if isinstance(step, CollectStep):
            _check_collect(step, survey, place)
        elif isinstance(step, PluginStep):
            _check_plugin(step, survey, known, place)
        elif isinstance(step, ConfirmStep) and step.yes_key == step.no_key is not None:
            place.at("no_key").add("is the same key as yes_key")
        elif isinstance(step, QueueStep) and (step.max_wait is None) != (step.on_timeout is None):
            place.at("on_timeout").add("and max_wait belong together: give both or neither")
        elif isinstance(step, SetStep):
            _check_reveals(step, survey.flow, place)
        elif isinstance(step, TransferStep) and (step.number is None) == (step.flow is None):
            place.add("must have either a number or a flow")


def graph_of(flow: Flow) -> dict[str, tuple[str, ...]]:
    """Give which steps each step leads to."""
    return {
        name: tuple(way.next for _, way in step.ways() if way.next in flow.steps) for name, step in flow.steps.items()
    }


def reached(starts: Iterable[str], graph: Graph) -> frozenset[str]:
    """Give every step that can be reached from `starts`, these included."""
    found: set[str] = set()
    ahead = [name for name in starts if name in graph]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += graph[name]
    return frozenset(found)


def _check_names(survey: _Survey, notes: Notes) -> None:
    flow = survey.flow
    if flow.start not in flow.steps:
        notes.at("start").refers(flow.start, flow.steps, "step")
    if flow.on_fault is not None:
        notes.at("on_fault").refers(flow.on_fault.next, flow.steps, "step")
    for name, ways in survey.ways.items():
        for place, way in ways:
            if way.next:
                notes.at("steps").at(name).at(place).refers(way.next, flow.steps, "step")


def _check_shape(survey: _Survey, notes: Notes) -> None:
    flow, graph = survey.flow, graph_of(survey.flow)
    open_ended = {name for name, step in flow.steps.items() if _is_open_ended(step, survey)}
    guessed = graph | dict.fromkeys(open_ended, tuple(graph))
    starts = tuple(graph) if flow.start not in graph else (flow.start, flow.on_fault.next if flow.on_fault else "")
    reachable = reached(starts, guessed)
    backwards = {name: tuple(step.id for step, _ in survey.leading_to[name]) for name in graph}
    ends = {name for name, step in flow.steps.items() if isinstance(step, ENDS)}
    ending = reached(ends | open_ended, backwards)
    for name in graph:
        if name not in reachable:
            notes.at("steps").at(name).add("no other step leads here")
        if name not in ending:
            notes.at("steps").at(name).add("from here no way leads to a hangup, transfer or queue")
    for ring in _rings(flow, graph):
        notes.at("steps").at(ring[0]).add(f"goes round for ever without waiting for the caller: {' -> '.join(ring)}")


def _is_open_ended(step: Step, survey: _Survey) -> bool:
    """Tell whether a mistake hides where the step leads: then it may lead anywhere, so that no other is blamed."""
    unread = any(item.type is Way and getattr(step, item.name) is None for item in fields(step))
    return unread or type(step) is Step or any(way.next not in survey.flow.steps for _, way in survey.ways[step.id])


def _rings(flow: Flow, graph: Graph) -> Iterator[tuple[str, ...]]:
    """Give the circles in which no step waits for the caller, each once."""
    hasty = {
        name: tuple(after for after in graph[name] if not isinstance(flow.steps[after], WAITS))
        for name, step in flow.steps.items()
        if not isinstance(step, WAITS)
    }
    blamed: set[str] = set()
    for name in hasty:
        ring = None if name in blamed else _way_back(name, hasty)
        if ring:
            blamed.update(ring)
            yield ring


def _way_back(start: str, graph: Graph) -> tuple[str, ...] | None:
    came_from: dict[str, str] = {}
    ahead = [start]
    while ahead:
        name = ahead.pop(0)
        for after in graph[name]:
            if after == start:
                return (*_trail(start, name, came_from), start)
            if after not in came_from:
                came_from[after] = name
                ahead.append(after)
    return None


def _trail(start: str, end: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    trail = [end]
    while trail[-1] != start:
        trail.append(came_from[trail[-1]])
    return tuple(reversed(trail))


def _check_references(step: Step, known: Known, notes: Notes) -> None:
    if isinstance(step, QueueStep) and known.queues is not None and step.queue:
        notes.at("queue").refers(step.queue, known.queues, "queue")
    if isinstance(step, TransferStep) and known.flows is not None and step.flow:
        notes.at("flow").refers(step.flow, known.flows, "flow")
    for place, node in nodes(step):
        if isinstance(node, Sound) and known.sounds is not None and node.sound and "://" not in node.sound:
            at = notes.at(place)
            (at if place == "sound" else at.at("sound")).refers(node.sound, known.sounds, "sound")


def _check_reveals(step: SetStep, flow: Flow, notes: Notes) -> None:
    for place, name in enumerate(step.reveal):
        if name:
            notes.at("reveal").at(place).refers(name, flow.private, "private tag")


def _check_collect(step: CollectStep, survey: _Survey, notes: Notes) -> None:
    if not step.sensitive:
        if step.into is None:
            notes.at("into").add("is missing: name the tag that keeps the digits")
        return
    if step.into is not None:
        notes.at("into").add("keeps the digits, and sensitive ones may be kept nowhere: leave it out")
    if step.confirm is not None:
        notes.at("confirm").add("reads the digits back, and sensitive ones may not be said: leave it out")
    following = [survey.flow.steps.get(way.next) for place, way in survey.ways[step.id] if place == "next"]
    if any(type(after) is not Step and not isinstance(after, PluginStep) for after in following):
        notes.at("next").add("must be a plugin step: sensitive digits go nowhere else")


def _check_plugin(step: PluginStep, survey: _Survey, known: Known, notes: Notes) -> None:
    if known.plugins is not None and step.ask and notes.at("ask").refers(step.ask, known.plugins, "plugin"):
        shape = known.plugins[step.ask]
        if shape is not None:
            _check_shape_of_plugin(step, shape, notes)
    if not _secret_inputs(step):
        return
    for other, place in survey.leading_to[step.id]:
        if not (isinstance(other, CollectStep) and other.sensitive and place == "next"):
            notes.at("inputs").add(
                f"tells {{{{ entered }}}}, but steps.{other.id}.{place} leads here too, where nothing was entered"
            )


def _check_shape_of_plugin(step: PluginStep, shape: PluginShape, notes: Notes) -> None:
    for name in step.inputs:
        notes.at("inputs").at(name).refers(name, shape.inputs, f"input of {step.ask}")
    for name in sorted(shape.inputs - set(step.inputs)):
        notes.at("inputs").add(f"{step.ask} needs {name} too")
    for tag, output in step.into.items():
        if output:
            notes.at("into").at(tag).refers(output, shape.outputs, f"output of {step.ask}")
    if step.on_not_found is not None and step.on_not_found.when == NOT_FOUND and "found" not in shape.outputs:
        notes.at("on_not_found").at("when").add(f"is missing: {step.ask} has no output `found` to tell it by")
    for name in sorted(_secret_inputs(step) - shape.sensitive):
        notes.at("inputs").at(name).add(f"is told sensitive digits, but {step.ask} does not declare it sensitive")


def _secret_inputs(step: PluginStep) -> frozenset[str]:
    return frozenset(
        name
        for name, value in step.inputs.items()
        if isinstance(value, Template) and any(found.path[:1] == ("entered",) for found in value.lookups())
    )


def _check_lookups(step: Step, survey: _Survey, notes: Notes) -> None:
    for place, node in nodes(step):
        for found in node.lookups() if isinstance(node, Template) else ():
            if found.path[:1] == ("entered",):
                _check_entered(place, notes)
            elif found.path[:1] in {("results",), ("plugin",)}:
                _check_result(found, survey, notes.at(place))


def _check_entered(place: str, notes: Notes) -> None:
    if not place.startswith(("confirm.prompt", "inputs.")):
        notes.at(place).add("{{ entered }} is known only in confirm.prompt, and to the plugin asked next")


def _check_result(found: Lookup, survey: _Survey, notes: Notes) -> None:
    if found.path[0] == "plugin":
        outputs, output = survey.every_output, found.path[1:2]
    elif len(found.path) < 2 or not notes.refers(found.path[1], survey.results, "result"):  # noqa: PLR2004 - root and name
        return
    else:
        outputs, output = survey.outputs.get(found.path[1]), found.path[2:3]
    if outputs is not None and output:
        notes.refers(output[0], outputs, "output")
