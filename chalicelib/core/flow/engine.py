"""The engine: one turn of a call through its flow, decided and nothing carried out.

`advance` never raises. A fault inside a step (a value that cannot be said, a condition that fails, a step that is
gone) takes the step's `on_error`, else the flow's `on_fault`, else the call hears an apology and ends.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

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
    Silence,
    Sound,
    Spoken,
    Step,
    TransferStep,
    Value,
    Way,
    Words,
)
from chalicelib.core.flow.templates import Template, as_text
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
from chalicelib.core.script import Gather, Pause, Play, Prompt, Say
from chalicelib.core.speech.forms import say
from chalicelib.core.speech.phrases import phrase

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
LONGEST_VALUE = 500
MOST_OUTPUTS = 50

Move = Way | Outcome

# What a step's own data can make go wrong: JMESPath errors and unspeakable values are ValueErrors.
_FAULTS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)


class _GoesRound(Exception):
    """Too many steps since the caller was last heard."""


@dataclass(slots=True)
class _Walk:
    """One turn while it is being decided; `secret` are sensitive digits on their way to the next step."""

    flow: Flow
    context: Context
    run: Run
    tags: dict[str, str]
    prompts: list[Prompt] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    secret: str = field(default="", repr=False)

    def now_at(self, **changes: Any) -> None:
        """Change where the call is."""
        self.run = replace(self.run, **changes)

    def turned(self) -> dict[str, Any]:
        """Give what every outcome has."""
        return {"run": self.run, "tags": self.tags, "prompts": tuple(self.prompts)}


def begin(flow: Flow, version: int, language: str | None) -> Run:
    """Give the run of a call that enters the flow; a language that the flow does not speak is not taken."""
    spoken = language if language in flow.languages else None
    return Run(flow.name, version, flow.start, spoken or flow.language)


def advance(flow: Flow, run: Run, event: Event, context: Context) -> Outcome:
    """Give what must be done after `event`.

    An `AskPlugin` comes back as `PluginAnswered` or `PluginFailed` with the outcome's run and tags, and the prompts of
    both outcomes are said one after the other. An event that the present step does not wait for asks it anew.
    """
    walk = _Walk(flow, context, _counted(run, event), dict(context.tags))
    move = _fault_way(walk) if walk.run.turns > flow.max_turns else _tried(walk, partial(_receive, walk, event))
    while isinstance(move, Way):
        move = _tried(walk, partial(_follow, walk, move))
    return move


def _counted(run: Run, event: Event) -> Run:
    if isinstance(event, PluginAnswered | PluginFailed):
        return run
    return replace(run, turns=run.turns + 1, passed=0)


def _tried(walk: _Walk, action: Callable[[], Move]) -> Move:
    try:
        return action()
    except _GoesRound:
        return _fault_way(walk)
    except _FAULTS:
        return _error_way(walk)


def _error_way(walk: _Walk) -> Move:
    step = walk.flow.steps.get(walk.run.step)
    if step is None or step.on_error is None or step.id in walk.failed:
        return _fault_way(walk)
    walk.failed.add(step.id)
    return step.on_error


def _fault_way(walk: _Walk) -> Move:
    way = walk.flow.on_fault
    walk.now_at(faults=walk.run.faults + 1, passed=0)
    over = way is None or walk.run.faults > MOST_FAULTS
    if way is None or over or way.say is None:
        walk.prompts.append(_own_phrase(walk, "system_fault"))
    return End(reason="fault", **walk.turned()) if way is None or over else way


def _follow(walk: _Walk, way: Way) -> Move:
    if walk.run.passed >= MOST_STEPS:
        raise _GoesRound
    if way.say is not None:
        walk.prompts += _spoken(walk, way.say)
    walk.now_at(step=way.next, attempts=0, entered="", passed=walk.run.passed + 1)
    try:
        return _enter(walk)
    finally:
        walk.secret = ""


def _enter(walk: _Walk) -> Move:
    step = walk.flow.steps[walk.run.step]
    return _ENTERED[type(step)](walk, step)


def _receive(walk: _Walk, event: Event) -> Move:
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
        case QueueStep(), QueueLeft(way):
            return _left(step, way)
        case _:
            return _enter(walk)


# Entering a step


def _say(walk: _Walk, step: SayStep) -> Move:
    walk.prompts += _spoken(walk, step.text)
    return step.next


def _play(walk: _Walk, step: PlayStep) -> Move:
    walk.prompts.append(_played(step.sound))
    return step.next


def _ask(walk: _Walk, step: Question, before: Iterable[Prompt] = ()) -> Move:
    """Ask the step's question, or the one whether what was entered is right."""
    prompt, digits, finish_on = step.prompt, 1, ""
    if isinstance(step, CollectStep):
        if walk.run.entered and step.confirm is not None:
            prompt = step.confirm.prompt
        else:
            digits, finish_on = step.digits.stop_after(), step.digits.finish_on
    prompts = (*before, *_spoken(walk, prompt, walk.run.entered))
    gather = Gather("", prompts, max_digits=digits, finish_on=finish_on, timeout=step.timeout)
    return Ask(gather=gather, **walk.turned())


def _plugin(walk: _Walk, step: PluginStep) -> Move:
    scene = _scene(walk, walk.secret)
    inputs = {name: _as_input(_value(value, scene)) for name, value in step.inputs.items()}
    return AskPlugin(plugin=step.ask, inputs=inputs, **walk.turned())


def _branch(walk: _Walk, step: BranchStep) -> Move:
    scene = _scene(walk)
    return next((case.way for case in step.cases if case.when.holds(scene)), step.otherwise)


def _set(walk: _Walk, step: SetStep) -> Move:
    scene = _scene(walk)
    tags = {name: as_text(_value(value, scene)) for name, value in step.tags.items()}
    values = {name: _value(value, scene) for name, value in step.values.items()}
    for name, text in tags.items():
        _tag(walk, name, text)
    walk.now_at(results={**walk.run.results, **_kept(values)}, language=step.language or walk.run.language)
    return step.next


def _queue(walk: _Walk, step: QueueStep) -> Move:
    walk.prompts += _spoken(walk, step.say or ())
    keys = {key: way.next for key, way in step.keys.items()}
    return Enqueue(queue=step.queue, priority=step.priority, keys=keys, max_wait=step.max_wait, **walk.turned())


def _transfer(walk: _Walk, step: TransferStep) -> Move:
    walk.prompts += _spoken(walk, step.say or ())
    if step.number is not None:
        return TransferOut(target_kind="number", target=step.number, **walk.turned())
    return TransferOut(target_kind="flow", target=step.flow or "", **walk.turned())


def _hangup(walk: _Walk, step: HangupStep) -> Move:
    walk.prompts += _spoken(walk, step.text or ())
    return End(reason="completed", **walk.turned())


_ENTERED: Mapping[type[Step], Callable[[_Walk, Any], Move]] = {
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


def _chosen(walk: _Walk, step: MenuStep, digits: str) -> Move:
    way = step.keys.get(digits)
    return _mistaken(walk, step) if way is None else way


def _decided(walk: _Walk, step: ConfirmStep, digits: str) -> Move:
    if digits == step.yes_key:
        return step.on_yes
    return step.on_no if digits == step.no_key else _mistaken(walk, step)


def _collected(walk: _Walk, step: CollectStep, digits: str) -> Move:
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


def _confirmed(walk: _Walk, step: CollectStep, digits: str) -> Move:
    if step.confirm is not None and digits == step.confirm.yes_key:
        return _taken(walk, step, walk.run.entered)
    if step.confirm is not None and digits == step.confirm.again_key:
        walk.now_at(entered="", attempts=0)
        return _ask(walk, step)
    return _mistaken(walk, step)


def _taken(walk: _Walk, step: CollectStep, digits: str) -> Move:
    if step.into is not None:
        _tag(walk, step.into, digits)
    return step.next


_ANSWERED: Mapping[type[Step], Callable[[_Walk, Any, str], Move]] = {
    MenuStep: _chosen,
    CollectStep: _collected,
    ConfirmStep: _decided,
}


def _mistaken(walk: _Walk, step: Question) -> Move:
    return _missed(walk, step, step.on_no_match, "invalid_entry")


def _missed(walk: _Walk, step: Question, way: Way, own: str) -> Move:
    """Ask again, or take `way` when that was the last attempt; either way say what was wrong."""
    said = [_own_phrase(walk, own)] if way.say is None else _spoken(walk, way.say)
    walk.now_at(attempts=walk.run.attempts + 1)
    if walk.run.attempts < step.attempts:
        return _ask(walk, step, said)
    walk.prompts += said
    return Way(way.next)


def _told(walk: _Walk, step: PluginStep, outputs: Mapping[str, Any]) -> Move:
    kept = _kept(outputs)
    walk.now_at(results={**walk.run.results, step.ask: kept}, asked=step.ask)
    for tag, output in step.into.items():
        _tag(walk, tag, as_text(kept.get(output)))
    if step.on_not_found is not None and step.on_not_found.when.holds(_scene(walk)):
        return step.on_not_found.way
    return step.next


def _not_told(walk: _Walk, step: PluginStep, event: PluginFailed) -> Move:
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


# Values


def _scene(walk: _Walk, entered: str = "") -> dict[str, Any]:
    """Give what conditions and templates see."""
    run, context = walk.run, walk.context
    return {
        "tags": walk.tags,
        "results": run.results,
        "plugin": run.results.get(run.asked) or {},
        "entered": entered,
        "caller": context.caller,
        "called": context.called,
        "call_id": context.call_id,
        "now": context.now,
        "clock": _clock(context.now),
        "language": run.language,
    }


def _clock(now: str) -> dict[str, Any]:
    """Give the parts of the present moment; `hhmm` compares as the clock does: 8:30 is 830."""
    if not now:
        return {}
    moment = datetime.fromisoformat(now)
    return {
        "date": moment.date().isoformat(),
        "hour": moment.hour,
        "minute": moment.minute,
        "hhmm": moment.hour * 100 + moment.minute,
        "weekday": moment.isoweekday(),
    }


def _value(value: Value, scene: Mapping[str, Any]) -> Any:
    return value.plain(scene) if isinstance(value, Template) else value.value(scene)


def _as_input(value: Any) -> str:
    text = as_text(value)
    if text is None:
        raise ValueError("an input of a plugin is no single value")
    return text[:LONGEST_VALUE]


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the single values alone, their texts cut: what is stored with each turn stays small."""
    single = ((name, value) for name, value in values.items() if as_text(value) is not None)
    return {
        str(name): value[:LONGEST_VALUE] if isinstance(value, str) else value
        for name, value in list(single)[:MOST_OUTPUTS]
    }


def _tag(walk: _Walk, name: str, text: str | None) -> None:
    """Set a tag; nothing to set removes it, so that no older value is taken for the new one."""
    if text:
        walk.tags[name] = text[:LONGEST_VALUE]
    else:
        walk.tags.pop(name, None)


# Speech


def _spoken(walk: _Walk, spoken: Spoken, entered: str = "") -> list[Prompt]:
    return [_prompt(walk, part, entered) for part in spoken]


def _prompt(walk: _Walk, part: Words | Sound | Silence, entered: str) -> Prompt:
    if isinstance(part, Sound):
        return _played(part)
    if isinstance(part, Silence):
        return Pause(part.seconds)
    utterance, scene, zone = part.by_language[_language(walk)], _scene(walk, entered), walk.context.zone
    voice = utterance.voice
    return Say(utterance.template.spoken(scene, lambda value, form: say(value, form, voice, zone)), voice)


def _played(sound: Sound) -> Play:
    return Play(sound.sound if "://" in sound.sound else f"media:{sound.sound}", sound.loop)


def _own_phrase(walk: _Walk, key: str) -> Say:
    return Say(phrase(key, _language(walk)), _language(walk))


def _language(walk: _Walk) -> str:
    return walk.run.language if walk.run.language in walk.flow.languages else walk.flow.language
