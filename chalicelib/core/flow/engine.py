"""The engine: one turn of a call through its flow, decided and nothing carried out.

`advance` never raises. A fault inside a step (a value that cannot be said, a condition that fails, a step that is
gone) takes the step's `on_error`, else the flow's `on_fault`, else the call hears an apology and ends.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from chalicelib.core.carrier.script import Gather, Prompt, Say
from chalicelib.core.flow.model import (
    BranchStep,
    CollectStep,
    ConfirmStep,
    Flow,
    HangupStep,
    MenuStep,
    PlayStep,
    PluginStep,
    Question,
    QueueStep,
    SayStep,
    SetStep,
    Step,
    TransferStep,
    Way,
)
from chalicelib.core.flow.templates import as_text
from chalicelib.core.flow.turns import (
    Ask,
    AskPlugin,
    Began,
    Context,
    Digits,
    End,
    Enqueue,
    Event,
    NoInput,
    Outcome,
    PluginAnswered,
    PluginFailed,
    QueueLeft,
    Run,
    TransferOut,
)
from chalicelib.core.flow.walk import Walk, as_input, kept_of, played, value_of

__all__ = [
    "Ask",
    "AskPlugin",
    "Began",
    "Context",
    "Digits",
    "End",
    "Enqueue",
    "Event",
    "NoInput",
    "Outcome",
    "PluginAnswered",
    "PluginFailed",
    "QueueLeft",
    "Run",
    "TransferOut",
    "advance",
    "begin",
]

MOST_STEPS = 40
MOST_FAULTS = 3

Move = Way | Outcome

# What a step's own data can make go wrong: expressions that find nothing and unspeakable values are ValueErrors.
_FAULTS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)


class _GoesRound(Exception):
    """Too many steps since the caller was last heard."""


def begin(flow: Flow, version: int, language: str | None) -> Run:
    """Give the run of a call that enters the flow; a language that the flow does not speak is not taken."""
    spoken = language if language in flow.languages else None
    return Run(flow.name, version, flow.start, spoken or flow.language)


def advance(flow: Flow, run: Run, event: Event, context: Context) -> Outcome:
    """Give what must be done after `event`.

    An `AskPlugin` comes back as `PluginAnswered` or `PluginFailed` with the outcome's run and tags, and the prompts of
    both outcomes are said one after the other. An event that the present step does not wait for asks it anew.
    """
    walk = Walk(flow, context, _counted(run, event), dict(context.tags), dict(context.withheld))
    move = _fault_way(walk) if walk.run.turns > flow.max_turns else _tried(walk, partial(_receive, walk, event))
    while isinstance(move, Way):
        move = _tried(walk, partial(_follow, walk, move))
    return move


def _counted(run: Run, event: Event) -> Run:
    if isinstance(event, PluginAnswered | PluginFailed):
        return run
    return replace(run, turns=run.turns + 1, passed=0)


def _tried(walk: Walk, action: Callable[[], Move]) -> Move:
    try:
        return action()
    except _GoesRound:
        return _fault_way(walk)
    except _FAULTS:
        return _error_way(walk)


def _error_way(walk: Walk) -> Move:
    step = walk.flow.steps.get(walk.run.step)
    if step is None or step.on_error is None or step.id in walk.failed:
        return _fault_way(walk)
    walk.failed.add(step.id)
    return step.on_error


def _fault_way(walk: Walk) -> Move:
    way = walk.flow.on_fault
    walk.now_at(faults=walk.run.faults + 1, passed=0)
    over = way is None or walk.run.faults > MOST_FAULTS
    if way is None or over or way.say is None:
        walk.prompts.append(walk.own_phrase("system_fault"))
    return End(reason="fault", **walk.turned()) if way is None or over else way


def _follow(walk: Walk, way: Way) -> Move:
    if walk.run.passed >= MOST_STEPS:
        raise _GoesRound
    if way.say is not None:
        walk.prompts += walk.spoken(way.say)
    walk.now_at(step=way.next, attempts=0, entered="", passed=walk.run.passed + 1)
    try:
        return _enter(walk)
    finally:
        walk.secret = ""


def _enter(walk: Walk) -> Move:
    step = walk.flow.steps[walk.run.step]
    return _ENTERED[type(step)](walk, step)


def _receive(walk: Walk, event: Event) -> Move:
    step = walk.flow.steps[walk.run.step]
    match step, event:
        case Question(), Digits(digits):
            return _ANSWERED[type(step)](walk, step, digits)
        case Question(), NoInput():
            return _missed(walk, step, step.on_timeout, "nothing_entered")
        case PluginStep(), PluginAnswered(outputs):
            return _told(walk, step, outputs)
        case PluginStep(), PluginFailed():
            return _not_told(walk, step, event)
        case ((QueueStep() | TransferStep()), QueueLeft(way)):
            return _left(step, way) if isinstance(step, QueueStep) else _returned(walk, step, way)
        case _:
            return _enter(walk)


# Entering a step


def _say(walk: Walk, step: SayStep) -> Move:
    walk.prompts += walk.spoken(step.text)
    return step.next


def _play(walk: Walk, step: PlayStep) -> Move:
    walk.prompts.append(played(step.sound))
    return step.next


def _ask(walk: Walk, step: Question, before: Iterable[Prompt] = ()) -> Move:
    """Ask the step's question, or the one whether what was entered is right."""
    prompt, digits, finish_on = step.prompt, 1, ""
    if isinstance(step, CollectStep):
        if walk.run.entered and step.confirm is not None:
            prompt = step.confirm.prompt
        else:
            digits, finish_on = step.digits.stop_after(), step.digits.finish_on
    prompts = (*before, *walk.spoken(prompt, walk.run.entered))
    gather = Gather("", prompts, max_digits=digits, finish_on=finish_on, timeout=step.timeout)
    return Ask(gather=gather, **walk.turned())


def _plugin(walk: Walk, step: PluginStep) -> Move:
    scene = walk.scene(walk.secret)
    inputs = {name: as_input(value_of(value, scene)) for name, value in step.inputs.items()}
    return AskPlugin(plugin=step.ask, inputs=inputs, **walk.turned())


def _branch(walk: Walk, step: BranchStep) -> Move:
    scene = walk.scene()
    return next((case.way for case in step.cases if case.when.holds(scene)), step.otherwise)


def _set(walk: Walk, step: SetStep) -> Move:
    scene = walk.scene()
    tags = {name: as_text(value_of(value, scene)) for name, value in step.tags.items()}
    values = {name: value_of(value, scene) for name, value in step.values.items()}
    for name, text in tags.items():
        walk.tag(name, text)
    for name in step.reveal:
        walk.reveal(name)
    walk.now_at(results={**walk.run.results, **kept_of(values)}, language=step.language or walk.run.language)
    return step.next


def _queue(walk: Walk, step: QueueStep) -> Move:
    walk.prompts += walk.spoken(step.say or ())
    keys = {key: way.next for key, way in step.keys.items()}
    return Enqueue(queue=step.queue, priority=step.priority, keys=keys, max_wait=step.max_wait, **walk.turned())


def _transfer(walk: Walk, step: TransferStep) -> Move:
    walk.prompts += walk.spoken(step.say or ())
    if step.number is not None:
        return TransferOut(target_kind="number", target=step.number, **walk.turned())
    return TransferOut(target_kind="flow", target=step.flow or "", **walk.turned())


def _hangup(walk: Walk, step: HangupStep) -> Move:
    walk.prompts += walk.spoken(step.text or ())
    return End(reason="completed", **walk.turned())


_ENTERED: Mapping[type[Step], Callable[[Walk, Any], Move]] = {
    SayStep: _say,
    PlayStep: _play,
    MenuStep: _ask,
    CollectStep: _ask,
    ConfirmStep: _ask,
    PluginStep: _plugin,
    BranchStep: _branch,
    SetStep: _set,
    QueueStep: _queue,
    TransferStep: _transfer,
    HangupStep: _hangup,
}


# Answers


def _chosen(walk: Walk, step: MenuStep, digits: str) -> Move:
    way = step.keys.get(digits)
    return _mistaken(walk, step) if way is None else way


def _decided(walk: Walk, step: ConfirmStep, digits: str) -> Move:
    if digits == step.yes_key:
        return step.on_yes
    return step.on_no if digits == step.no_key else _mistaken(walk, step)


def _collected(walk: Walk, step: CollectStep, digits: str) -> Move:
    if walk.run.entered and step.confirm is not None:
        return _confirmed(walk, step, digits)
    digits = digits.removesuffix(step.digits.finish_on)
    if not step.digits.accept(digits):
        return _mistaken(walk, step)
    if step.sensitive:
        walk.secret = digits
        return step.next
    if step.confirm is None:
        return _taken(walk, step, digits)
    walk.now_at(entered=digits, attempts=0)
    return _ask(walk, step)


def _confirmed(walk: Walk, step: CollectStep, digits: str) -> Move:
    if step.confirm is not None and digits == step.confirm.yes_key:
        return _taken(walk, step, walk.run.entered)
    if step.confirm is not None and digits == step.confirm.again_key:
        walk.now_at(entered="", attempts=0)
        return _ask(walk, step)
    return _mistaken(walk, step)


def _taken(walk: Walk, step: CollectStep, digits: str) -> Move:
    if step.into is not None:
        walk.tag(step.into, digits)
    return step.next


_ANSWERED: Mapping[type[Step], Callable[[Walk, Any, str], Move]] = {
    MenuStep: _chosen,
    CollectStep: _collected,
    ConfirmStep: _decided,
}


def _mistaken(walk: Walk, step: Question) -> Move:
    return _missed(walk, step, step.on_no_match, "invalid_entry")


def _missed(walk: Walk, step: Question, way: Way, own: str) -> Move:
    """Ask again, or take `way` when that was the last attempt; either way say what was wrong."""
    said = [walk.own_phrase(own)] if way.say is None else walk.spoken(way.say)
    walk.now_at(attempts=walk.run.attempts + 1)
    if walk.run.attempts < step.attempts:
        return _ask(walk, step, said)
    walk.prompts += said
    return Way(way.next)


def _told(walk: Walk, step: PluginStep, outputs: Mapping[str, Any]) -> Move:
    kept = kept_of(outputs)
    walk.now_at(results={**walk.run.results, step.ask: kept}, asked=step.ask)
    not_found = step.on_not_found if step.on_not_found and step.on_not_found.when.holds(walk.scene()) else None
    for tag, output in step.into.items():
        walk.tag(tag, as_text(kept.get(output)) if not_found is None else None)
    return step.next if not_found is None else not_found.way


def _not_told(walk: Walk, step: PluginStep, event: PluginFailed) -> Move:
    text = event.text.get(walk.run.language)
    if step.on_failure.say is None and text:
        walk.prompts.append(Say(text, walk.run.language))
    return step.on_failure


def _left(step: QueueStep, way: str) -> Move:
    ways = {"timeout": step.on_timeout, "full": step.on_full, "closed": step.on_closed}
    ways |= {f"key:{key}": out for key, out in step.keys.items()}
    if (out := ways.get(way)) is None:
        raise LookupError("the queue was left by no way that the step knows")
    return out


def _returned(walk: Walk, step: TransferStep, way: str) -> Move:
    if way == "completed":
        return End(reason="completed", **walk.turned())
    if step.on_failure is None:
        raise LookupError("the number was not reached, and the step has no way for that")
    return step.on_failure
