"""Walk a call through its flow: the same loop for its first turn and for every other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.core.calls import queueing
from chalicelib.core.calls.call import CUSTOMER, Call, EndedBy, Place
from chalicelib.core.calls.routing import MOST_IN_LINE, Waiting
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import end
from chalicelib.core.calls.waiting_loop import waiting_round
from chalicelib.core.carrier.script import Dial, Hangup, Instruction, Prompt, Script
from chalicelib.core.centre.model import Centre, Queue
from chalicelib.core.flow import turns
from chalicelib.core.flow.engine import advance, begin
from chalicelib.core.flow.turns import Ask, AskPlugin, End, Enqueue, TransferOut
from chalicelib.core.ground import errors
from chalicelib.core.ground.metrics import Metric
from chalicelib.ports import World

PLUGIN_BUDGET_MS = 8000
"""What all plugins of one turn may take together: Twilio gives up on a webhook after 15 s, a retry included."""

MOST_PASSES = 20
"""Plugins, full queues and changes of flow within one turn."""


def walk(world: World, centre: Centre, call: Call, event: turns.Event, deadline: int) -> tuple[Call, Script]:
    """Give the call after `event` and all that follows from it at once, and the script that the caller gets now.

    Plugins must have answered by `deadline` (ms since 1970), however often the turn is decided anew.
    """
    prompts: tuple[Prompt, ...] = ()
    for _ in range(MOST_PASSES):
        outcome = _advanced(world, centre, call, event)
        call = replace(call, run=outcome.run, tags=outcome.tags)
        prompts += outcome.prompts
        match outcome:
            case AskPlugin():
                event = _ask(world, outcome, deadline - world.clock.now())
            case Enqueue():
                line, _ = world.desk.lines([outcome.queue], [])
                if not _is_full(world, centre.queues[outcome.queue], line):
                    return _enqueued(world, centre, call, outcome, line, prompts)
                event = turns.QueueLeft("full")
            case TransferOut(target_kind="flow"):
                call, event = _into_flow(world, call, outcome), turns.Began()
            case _:
                return _final(world, call, outcome, prompts)
    raise errors.NotConfigured(f"The flow {call.run.flow if call.run else ''} goes round without end.")


def _advanced(world: World, centre: Centre, call: Call, event: turns.Event) -> turns.Outcome:
    if call.run is None:
        raise errors.IllegalMove("A call without a flow cannot be walked.")
    _, flow = world.catalogue.flow(call.run.flow, call.run.version)
    world.watch.count(Metric.STEPS)
    return advance(flow, call.run, event, _context(call, centre, world.clock.now()))


def _context(call: Call, centre: Centre, now: int) -> turns.Context:
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(centre.time_zone))
    return turns.Context(
        caller=call.caller,
        called=call.called,
        call_id=call.id,
        tags=call.tags,
        now=local.replace(tzinfo=None).isoformat(timespec="seconds"),
        zone=centre.time_zone,
    )


def _ask(world: World, question: AskPlugin, budget_ms: int) -> turns.Event:
    try:
        plugin = world.catalogue.plugin(question.plugin)
    except errors.NotConfigured:
        return turns.PluginFailed("not_configured")
    try:
        if budget_ms <= 0:
            raise errors.PluginFailed("timeout", "The turn's time for plugins is used up.")
        return turns.PluginAnswered(world.plugins.ask(plugin, question.inputs, budget_ms=budget_ms))
    except errors.BusinessSystemsFault as fault:
        reason = getattr(fault, "reason", "refused")
        world.watch.count(Metric.PLUGIN_FAILURES)
        world.watch.note("a plugin failed", plugin=plugin.name, reason=reason, why=str(fault))
        return turns.PluginFailed(reason, plugin.on_failure)


def _into_flow(world: World, call: Call, outcome: TransferOut) -> Call:
    version, flow = world.catalogue.flow(outcome.target)
    return replace(call, run=begin(flow, version, outcome.run.language))


def _final(world: World, call: Call, outcome: turns.Outcome, prompts: tuple[Prompt, ...]) -> tuple[Call, Script]:
    now, token = world.clock.now(), str(call.turn + 1)
    match outcome:
        case Ask(gather=gather):
            return call, (replace(gather, token=token, prompts=(*prompts, *gather.prompts)),)
        case TransferOut(target=number):
            return call, (*prompts, Dial(number, call.called, token))
        case End():
            by = EndedBy.FLOW if outcome.reason == "completed" else EndedBy.CARRIER
            farewell: tuple[Instruction, ...] = (*prompts, Hangup())
            # The script hangs up by itself: nobody else needs to.
            ended = end(Scene(call.notes(CUSTOMER, "end", now)), now, by, cause=outcome.reason)
            return ended.call, farewell
    raise errors.IllegalMove("An outcome that nobody knows.")


def _is_full(world: World, queue: Queue, line: Sequence[Waiting]) -> bool:
    """Tell whether nobody more may wait; who is behind those in sight is counted only where it matters."""
    if len(line) < MOST_IN_LINE or queue.max_waiting <= MOST_IN_LINE:
        return len(line) >= queue.max_waiting
    return world.desk.count_waiting(queue.name, queue.max_waiting) >= queue.max_waiting


def _enqueued(
    world: World, centre: Centre, call: Call, outcome: Enqueue, line: Sequence[Waiting], prompts: tuple[Prompt, ...]
) -> tuple[Call, Script]:
    now = world.clock.now()
    waiting = queueing.enqueue(call, _place(outcome, now))
    queue = centre.queues[outcome.queue]
    return waiting, waiting_round(waiting, queue, line, str(call.turn + 1), now, prompts)


def _place(outcome: Enqueue, now: int) -> Place:
    until = now + outcome.max_wait * 1000 if outcome.max_wait is not None else None
    return Place(outcome.queue, outcome.priority, now, outcome.keys, until)
