"""Is the net under us a net? Faults are put into the product one by one, and each must be noticed.

A fault is a change of one line. It is put into the modules as they are loaded, and taken out again: the functions stay
the same objects, and have other code for a while.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from tests.fakes.centre import Centre
from tests.interleavings.exploring import Bounds, Tally
from tests.interleavings.pairing import Theatre
from tests.usecases.test_sweeping import Floor

MOST_SCHEDULES = 400
"""Among so many every fault of the list shows, mostly among the first ten."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence that is not true any more, the line that makes it so, and what notices it: a meeting or a test."""

    what: str
    module: str
    line: str
    instead: str
    by: "Meeting | str"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who meets in which state; some take a mishap, and some show only when nothing but the sweeper follows."""

    state: str
    parts: tuple[str, ...]
    mishaps: bool = False
    swept: bool = False

    def __str__(self) -> str:
        return f"{self.state}: {' | '.join(self.parts)}{' (only the sweeper follows)' if self.swept else ''}"


FAULTS = (
    Fault(
        "a decision that met a conflict is made again",
        "chalicelib.usecases.commit",
        "ATTEMPTS = 9",
        "ATTEMPTS = 1",
        Meeting("a call rings", ("the caller hangs up", "the agent ends the call")),
    ),
    Fault(
        "call and agents are seen as they really were together",
        "chalicelib.usecases.see",
        "if len(found) < len(wanting) or is_torn(call, agents.values()):",
        "if False:",
        Meeting("a call rings", ("the caller hangs up", "the agent ends the call")),
    ),
    Fault(
        "an offer that somebody looks at before its deadline stands",
        "chalicelib.usecases.due",
        "if call is None or offer is None or now < offer.deadline:",
        "if call is None or offer is None:",
        "tests/usecases/test_sweeping.py::test_what_is_not_due_yet_is_left_alone",
    ),
    Fault(
        "a match looks again after it lost a race",
        "chalicelib.usecases.match",
        "ROUNDS = 6",
        "ROUNDS = 1",
        "tests/usecases/test_busy_table.py::test_who_lost_a_race_for_one_agent_is_offered_to_the_next_by_the_same_handler",
    ),
    Fault(
        "the stream has those offered whom their own handlers left beside each other",
        "chalicelib.usecases.tell_again",
        "    if mine:\n",
        "    if False:\n",
        "tests/usecases/test_busy_table.py::test_the_stream_has_those_offered_whose_own_handler_died",
    ),
    Fault(
        "the sweeper matches",
        "chalicelib.usecases.sweep",
        "    waiting = _by_itself(lambda: look_everywhere(world), world) or []",
        "    waiting = []",
        Meeting("a caller waits and two agents pause", ("the agent resumes",), mishaps=True, swept=True),
    ),
    Fault(
        "the sweeper ends what is overdue",
        "chalicelib.usecases.sweep",
        "overdue = sorted(((since, agent) for since, agent in seen if since is not None), key=itemgetter(0))",
        "overdue: list[tuple[int, Agent]] = []",
        Meeting("a call has rung long enough", ("the sweeper comes",), swept=True),
    ),
    Fault(
        "the sweeper looks up at their carrier who has been silent for long",
        "chalicelib.usecases.sweep",
        "silent_calls(restless, waiting, began)",
        "[]",
        Meeting("they talk", ("the caller hangs up, and nobody tells",)),
    ),
    Fault(
        "who told the carrier something looks at the call again",
        "chalicelib.usecases.carry_out",
        "if now is None or (wanted(now), taken(now)) == (wanted(call), taken(call)):",
        "if True:",
        Meeting("they talk", ("the agent holds", "the agent retrieves")),
    ),
    Fault(
        "what is brought to the carrier later is what the call wants by then",
        "chalicelib.usecases.carry_out",
        "call, commands, again = now, everything(now), True",
        "call, commands, again = now, everything(call), True",
        Meeting("they talk", ("the agent holds", "the agent retrieves")),
    ),
    Fault(
        "a change that its own handler brought to the carrier is not brought there again",
        "chalicelib.usecases.carry_out",
        "call = world.desk.call(call_id) if outbox and outbox.carrier else None",
        "call = world.desk.call(call_id)",
        "tests/usecases/test_wanted_and_confirmed.py::test_a_change_that_was_carried_out_is_not_looked_at_again",
    ),
    Fault(
        "a change whose handler died is carried out by others",
        "chalicelib.usecases.tell_again",
        "if row.outbox.carrier and world",
        "if False and world",
        Meeting("they talk", ("the agent holds",), mishaps=True),
    ),
    Fault(
        "a command that comes too early is given once more",
        "chalicelib.usecases.carry_out",
        "        if _comes_too_early(kind, gone=gone, lives=lives):",
        "        if False:",
        "tests/usecases/test_wanted_and_confirmed.py::test_a_customer_who_cannot_be_moved_yet_is_moved_in_a_moment",
    ),
    Fault(
        "a caller who left before the call was stored is remembered",
        "chalicelib.usecases.note_leg",
        "            note_gone_before_it_came(event, carrier, world)",
        "            pass",
        Meeting("a call arrives", ("the carrier tells call arrived", "the caller hangs up")),
    ),
    Fault(
        "a leg that is where it is not wanted makes the call ask its carrier again",
        "chalicelib.usecases.note_leg",
        "    if wants is None or not isinstance(event, LegAnswered | ParticipantJoined):",
        "    if True:",
        "tests/usecases/test_wanted_and_confirmed.py::test_a_telephone_that_is_picked_up_when_its_call_is_over_is_hung_up_at_once",
    ),
    Fault(
        "a refused hold is undone",
        "chalicelib.usecases.note_refusal",
        """    elif command in ("HoldParticipant", "RetrieveParticipant"):""",
        "    elif False:",
        Meeting("they talk", ("the agent holds",), mishaps=True),
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


def noticed(fault: Fault) -> str:
    """Give what is wrong with this fault in place, by the meeting or the test that is to notice it; "" if nothing."""
    with put_in(fault):
        return _told_by_meeting(fault.by) if isinstance(fault.by, Meeting) else _told_by_test(fault.by)


def finds_every_fault() -> int:
    """Put every fault in, and print who notices it; 1 when one is not noticed."""
    missed = 0
    for fault in FAULTS:
        found = noticed(fault)
        missed += not found
        print(f"{'noticed' if found else 'NOT NOTICED'}: it is not true any more that {fault.what}")
        print(f"    {fault.by}\n    => {found.splitlines()[0] if found else 'nothing is wrong'}", flush=True)
    return 1 if missed else 0


def _told_by_meeting(meeting: Meeting) -> str:
    bounds = Bounds(schedules=MOST_SCHEDULES, mishaps=meeting.mishaps)
    found = Theatre().explores(meeting.state, meeting.parts, Tally(), bounds, deaf=meeting.swept)
    return next((f"{story}: {failure.complaints[0]}" for story, failure in found), "")


def _told_by_test(name: str) -> str:
    path, _, function = name.partition("::")
    test = getattr(import_module(path.removesuffix(".py").replace("/", ".")), function)
    try:
        test(*[_SCENES[parameter]() for parameter in inspect.signature(test).parameters])
    except AssertionError as error:
        return str(error) or "an assertion failed"
    return ""


_SCENES: Mapping[str, Callable[[], Any]] = {"centre": Centre, "floor": Floor}
"""What a test of the list may begin with."""


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
