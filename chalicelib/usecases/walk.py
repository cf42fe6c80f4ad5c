"""Walk a call through its flow: the same loop for its first turn and for every other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Self
from zoneinfo import ZoneInfo

from chalicelib.core.calls import automating, queueing
from chalicelib.core.calls.automating import CameBack
from chalicelib.core.calls.call import CUSTOMER, Call, EndedBy, Place
from chalicelib.core.calls.routing import MOST_IN_LINE, Waiting
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import end, wrap_up_of
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.calls.waiting_loop import waiting_round
from chalicelib.core.carrier.script import Dial, Hangup, Instruction, Join, Prompt, Script
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


@dataclass(slots=True)
class Questions:
    """What plugins were asked in one turn, and what came of it; no more is asked after `deadline` (ms since 1970).

    A turn that is decided anew, because somebody changed the call or an agent meanwhile, asks nothing a second time: a
    business system may count the tries at a PIN. Digits are in here while the turn is taken, and nowhere after it.
    """

    deadline: int
    asked: list[tuple[AskPlugin, turns.Event]] = field(default_factory=list, repr=False)
    place: int = 0

    @classmethod
    def of_turn(cls, now: int) -> Self:
        """Give what a turn that begins now may ask."""
        return cls(now + PLUGIN_BUDGET_MS)

    def answered(self, question: AskPlugin, ask: Callable[[], turns.Event]) -> turns.Event:
        """Give the answer that the question got at this place of the turn, or ask."""
        told = self.asked[self.place : self.place + 1]
        if not told or (told[0][0].plugin, told[0][0].inputs) != (question.plugin, question.inputs):
            self.asked[self.place :] = [(question, ask())]
        self.place += 1
        return self.asked[self.place - 1][1]


def walk(world: World, centre: Centre, scene: Scene, event: turns.Event, questions: Questions) -> tuple[Scene, Script]:
    """Give the scene after `event` and all that follows from it at once, and the script that the caller gets now.

    A flow that leads nowhere any more gives a customer back for whom an agent waits.
    """
    questions.place = 0
    try:
        return _walked(world, centre, scene, event, questions)
    except errors.NotConfigured as nowhere:
        if not scene.call.reserved:
            raise
        world.watch.note("a flow leads nowhere", call=scene.call.id, why=str(nowhere))
        return _given_back(scene, (), world.clock.now(), CameBack.BY_FAULT)


def _walked(
    world: World, centre: Centre, scene: Scene, event: turns.Event, questions: Questions
) -> tuple[Scene, Script]:
    prompts: tuple[Prompt, ...] = ()
    for _ in range(MOST_PASSES):
        outcome = _advanced(world, centre, scene.call, event)
        scene = scene.with_call(replace(scene.call, run=outcome.run, tags=outcome.tags, withheld=outcome.withheld))
        prompts += outcome.prompts
        match outcome:
            case AskPlugin():
                budget_ms = questions.deadline - world.clock.now()
                event = questions.answered(outcome, partial(_ask, world, outcome, budget_ms))
            case Enqueue():
                line = _line(world, centre, outcome.queue)
                if not _is_full(world, centre.queues[outcome.queue], line):
                    place = _place(outcome, scene.call, world.clock.now())
                    away = _led_away(centre, scene, TargetKind.QUEUE, outcome.queue, world.clock.now())
                    waits, script = _enqueued(world, centre, away, place, line, prompts)
                    return _spared(waits, scene.call.owner, world.clock.now()), script
                event = turns.QueueLeft("full")
            case TransferOut(target_kind="flow"):
                scene, event = scene.with_call(_into_flow(world, scene.call, outcome)), turns.Began()
            case _:
                return _final(world, centre, scene, outcome, prompts)
    raise errors.NotConfigured(f"The flow {scene.call.run.flow if scene.call.run else ''} goes round without end.")


def _advanced(world: World, centre: Centre, call: Call, event: turns.Event) -> turns.Outcome:
    if call.run is None:
        raise errors.IllegalMove("A call without a flow cannot be walked.")
    _, flow = world.catalogue.flow(call.run.flow, call.run.version)
    world.watch.count(Metric.STEPS)
    return advance(flow, call.run, event, _context(call, centre, world.clock.now()))


def _context(call: Call, centre: Centre, now: int) -> turns.Context:
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(centre.time_zone))
    return turns.Context(
        caller=call.peer,
        called=call.own_number,
        call_id=call.id,
        tags=call.tags,
        withheld=call.withheld,
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


def _final(
    world: World, centre: Centre, scene: Scene, outcome: turns.Outcome, prompts: tuple[Prompt, ...]
) -> tuple[Scene, Script]:
    now, token = world.clock.now(), str(scene.call.turn + 1)
    match outcome:
        case Ask(gather=gather):
            return scene, (replace(gather, token=token, prompts=(*prompts, *gather.prompts)),)
        case TransferOut(target=number):
            away = _led_away(centre, scene, TargetKind.OUTSIDE, number, now)
            return away, (*prompts, Dial(number, scene.call.own_number, token))
        case End():
            return _ended(world, centre, scene, outcome, prompts)
    raise errors.IllegalMove("An outcome that nobody knows.")


def _ended(
    world: World, centre: Centre, scene: Scene, outcome: End, prompts: tuple[Prompt, ...]
) -> tuple[Scene, Script]:
    """End the call with its flow, unless the customer is to come back: to the agent, or to the queue they left."""
    call, now, completed = scene.call, world.clock.now(), outcome.reason == "completed"
    if call.reserved:
        return _given_back(scene, prompts, now, None if completed else CameBack.BY_FAULT)
    if call.place and call.place.queue in centre.queues:
        back = scene.with_call(replace(call, run=call.run_before, run_before=None))
        return _enqueued(world, centre, back, call.place, _line(world, centre, call.place.queue), prompts)
    farewell: tuple[Instruction, ...] = (*prompts, Hangup())
    # The script hangs up by itself: nobody else needs to.
    gone = scene.with_call(call.notes(CUSTOMER, "end", now))
    return end(gone, now, EndedBy.FLOW if completed else EndedBy.CARRIER, cause=outcome.reason), farewell


def _given_back(scene: Scene, prompts: tuple[Prompt, ...], now: int, how: CameBack | None) -> tuple[Scene, Script]:
    back = automating.give_back(scene, now, how, by_script=True)
    return back, (*prompts, Join(back.call.id, CUSTOMER, back.call.recorded_from_start))


def _led_away(centre: Centre, scene: Scene, kind: int, to: str, now: int) -> Scene:
    """Give the scene in which nobody waits for the customer any more, who goes elsewhere."""
    awaited = scene.call.reserved or scene.call.place
    return automating.leads_away(scene, kind, to, wrap_up_of(scene.call, centre), now) if awaited else scene


def _spared(scene: Scene, giver: str, now: int) -> Scene:
    """Let others be asked before who has just sent the customer away, if anybody has."""
    return scene.with_call(queueing.spare(scene.call, giver, now)) if giver else scene


def _line(world: World, centre: Centre, queue: str) -> Sequence[Waiting]:
    if queue not in centre.queues:
        raise errors.NotConfigured(f"The queue {queue} is gone.")
    line, _ = world.desk.lines([queue], [])
    return line


def _is_full(world: World, queue: Queue, line: Sequence[Waiting]) -> bool:
    """Tell whether nobody more may wait; who is behind those in sight is counted only where it matters."""
    if len(line) < MOST_IN_LINE or queue.max_waiting <= MOST_IN_LINE:
        return len(line) >= queue.max_waiting
    return world.desk.count_waiting(queue.name, queue.max_waiting) >= queue.max_waiting


def _enqueued(
    world: World, centre: Centre, scene: Scene, place: Place, line: Sequence[Waiting], prompts: tuple[Prompt, ...]
) -> tuple[Scene, Script]:
    now, call = world.clock.now(), queueing.enqueue(scene.call, place)
    script = waiting_round(call, centre.queues[place.queue], line, str(call.turn + 1), now, prompts)
    return scene.with_call(call), script


def _place(outcome: Enqueue, call: Call, now: int) -> Place:
    """Give the place in a queue that the flow says, but for who has been with an agent already."""
    until = now + outcome.max_wait * 1000 if outcome.max_wait is not None else None
    first = Place(outcome.queue, outcome.priority, now, outcome.keys, until)
    return queueing.behind_nobody_newer(first, call, now) if call.owner or call.from_agent else first
