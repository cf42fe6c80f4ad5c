"""Is the net under us a net? Faults are put into the product one by one, and the short form must notice each.

A fault is a change of one line, made while the module is imported, in a process of its own.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

FAULT = "ICALL_TEST_FAULT"
SECONDS = 600


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
        "who told the carrier something looks at the call again",
        "chalicelib.usecases.carry_out",
        "if now is None or (wanted(now), taken(now)) == (wanted(call), taken(call)):",
        "if True:",
    ),
    Fault(
        "what is brought to the carrier later is what the call wants by then",
        "chalicelib.usecases.carry_out",
        "call, commands, again = now, everything(now), True",
        "call, commands, again = now, everything(call), True",
    ),
    Fault(
        "a change whose handler died is carried out by others",
        "chalicelib.usecases.tell_again",
        "if row.outbox.carrier and world",
        "if False and world",
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


def install(what: str) -> None:
    """Let the modules imported from now on have this fault."""
    fault = next(fault for fault in FAULTS if fault.what == what)
    sys.meta_path.insert(0, _Finder(fault))


def finds_every_fault() -> int:
    """Put every fault in; print what the short form finds beyond what it finds without; 1 when one is not noticed."""
    known, missed = _seen(None), 0
    for fault in FAULTS:
        more = _seen(fault) - known
        missed += not more
        print(f"{'noticed' if more else 'NOT NOTICED'}: it is not true any more that {fault.what}", flush=True)
        for line in sorted(more)[:3]:
            print(f"    {line}")
    return 1 if missed else 0


def _seen(fault: Fault | None) -> set[str]:
    environment = dict(os.environ) | ({FAULT: fault.what} if fault else {})
    command = [sys.executable, "-m", "tests.interleavings.mutated"]
    run = subprocess.run(  # noqa: S603 - our own module
        command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if run.returncode:
        return {f"it fails altogether: {run.stderr.strip().splitlines()[-1]}"}
    return set(run.stdout.splitlines())


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._fault.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert spec
        assert spec.origin
        return importlib.util.spec_from_file_location(
            fullname, spec.origin, loader=_Loader(fullname, spec.origin, self._fault)
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, fault: Fault) -> None:
        super().__init__(name, path)
        self._fault = fault

    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_text("utf-8")
        if self._fault.line not in source:
            raise ImportError(f"{fullname} has no line {self._fault.line!r} any more: write the fault anew")
        return compile(source.replace(self._fault.line, self._fault.instead), self.path, "exec")
