"""Is the net under us a net? Faults are put into the product one by one, and each must be noticed.

A fault is a change of one line. It is put into the modules as they are loaded, and taken out again: the functions stay
the same objects, and have other code for a while.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from tests.interleavings.exploring import Bounds, Tally
from tests.interleavings.known import FAULTS as FOUND
from tests.interleavings.pairing import Story, Theatre
from tests.interleavings.proving import SHORT_STATES, Job, Round, done


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence that is not true any more, and the line that makes it so."""

    what: str
    module: str
    line: str
    instead: str


FAULTS = (
    Fault(
        "a decision that met a conflict is made again",
        "chalicelib.usecases.commit",
        "ATTEMPTS = 9",
        "ATTEMPTS = 1",
    ),
    Fault(
        "call and agents are seen as they really were together",
        "chalicelib.usecases.see",
        "if len(found) < len(wanting) or is_torn(call, agents.values()):",
        "if False:",
    ),
    Fault(
        "an offer that somebody looks at before its deadline stands",
        "chalicelib.usecases.due",
        "if call is None or offer is None or now < offer.deadline:",
        "if call is None or offer is None:",
    ),
    Fault(
        "a match looks again after it lost a race",
        "chalicelib.usecases.match",
        "ROUNDS = 6",
        "ROUNDS = 1",
    ),
    Fault(
        "the stream has those offered whom their own handlers left beside each other",
        "chalicelib.usecases.tell_again",
        "    if mine:\n",
        "    if False:\n",
    ),
    Fault(
        "the sweeper matches",
        "chalicelib.usecases.sweep",
        "    waiting = _by_itself(lambda: look_everywhere(world), world) or []",
        "    waiting = []",
    ),
    Fault(
        "the sweeper ends what is overdue",
        "chalicelib.usecases.sweep",
        "overdue = sorted(((since, agent) for since, agent in seen if since is not None), key=itemgetter(0))",
        "overdue: list[tuple[int, Agent]] = []",
    ),
    Fault(
        "the sweeper looks up at their carrier who has been silent for long",
        "chalicelib.usecases.sweep",
        "silent_calls(restless, waiting, began)",
        "[]",
    ),
    Fault(
        "who told the carrier something looks at the call again",
        "chalicelib.usecases.carry_out",
        "if now is None or wanted(now) == wanted(call):",
        "if True:",
    ),
    Fault(
        "what is brought to the carrier later is what the call wants by then",
        "chalicelib.usecases.carry_out",
        "call, commands, again = now, everything(now), True",
        "call, commands, again = now, everything(call), True",
    ),
    Fault(
        "a change that its own handler brought to the carrier is not brought there again",
        "chalicelib.usecases.carry_out",
        "call = world.desk.call(call_id) if outbox and outbox.carrier else None",
        "call = world.desk.call(call_id)",
    ),
    Fault(
        "a change whose handler died is carried out by others",
        "chalicelib.usecases.tell_again",
        "if row.outbox.carrier and world",
        "if False and world",
    ),
    Fault(
        "a command that comes too early is given once more",
        "chalicelib.usecases.carry_out",
        "        if _comes_too_early(command, refusal, carrier):",
        "        if False:",
    ),
    Fault(
        "a caller who left before the call was stored is remembered",
        "chalicelib.usecases.note_leg",
        "            note_gone_before_it_came(event, carrier, world)",
        "            pass",
    ),
    Fault(
        "a leg that is where it is not wanted makes the call ask its carrier again",
        "chalicelib.usecases.note_leg",
        "    if wants is None or not isinstance(event, LegAnswered | ParticipantJoined):",
        "    if True:",
    ),
    Fault(
        "a refused hold is undone",
        "chalicelib.usecases.note_refusal",
        """    elif command in ("HoldParticipant", "RetrieveParticipant"):""",
        "    elif False:",
    ),
)


@contextmanager
def put_in(fault: Fault) -> Iterator[None]:
    """Have the product work with this fault, for as long as the block lasts."""
    module = import_module(fault.module)
    mutant = _mutant(module, fault)
    codes = [(function, function.__code__) for function in _functions(module).values()]
    numbers = {name: value for name, value in vars(module).items() if type(value) is int}
    try:
        for name, function in _functions(mutant).items():
            _functions(module)[name].__code__ = function.__code__
        vars(module).update({name: vars(mutant)[name] for name in numbers})
        yield
    finally:
        for function, code in codes:
            function.__code__ = code
        vars(module).update(numbers)


def finds_every_fault() -> int:
    """Put every fault in, and print the first story that exploring finds with it; 1 when one is not noticed."""
    missed = 0
    for fault in FAULTS:
        with put_in(fault):
            found = next(_found(), None)
        missed += found is None
        print(f"{'noticed' if found else 'NOT NOTICED'}: it is not true any more that {fault.what}", flush=True)
        if found:
            print(f"    {found[0]}\n    => {found[1][0]}", flush=True)
    return 1 if missed else 0


def _found() -> Iterator[tuple[Story, tuple[str, ...]]]:
    theatre = Theatre()
    for known in FOUND:
        for story, failure in theatre.explores(
            known.state, known.parts, Tally(), Bounds(schedules=2000, mishaps=known.mishaps)
        ):
            yield story, failure.complaints
    for each, state in product((Round.SWEPT, Round.ALONE, Round.SHORT, Round.UNHEARD), SHORT_STATES):
        yield from done(Job(each, state), theatre).failures


def _mutant(module: ModuleType, fault: Fault) -> ModuleType:
    assert module.__file__
    source = Path(module.__file__).read_text("utf-8")
    assert source.count(fault.line) == 1, f"{fault.module} has no such line any more: write the fault anew"
    mutant = ModuleType(fault.module)
    code = compile(source.replace(fault.line, fault.instead), module.__file__, "exec")
    exec(code, vars(mutant))  # noqa: S102 - our own module, but for one line
    return mutant


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    found: dict[str, Any] = {name: inspect.unwrap(thing) for name, thing in vars(module).items() if callable(thing)}
    return {
        name: thing
        for name, thing in found.items()
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__
    }
