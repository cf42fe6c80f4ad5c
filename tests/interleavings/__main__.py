"""Explores how handlers meet, for as long as it is told to: `make prove MINUTES=10`.

Exits with 1 when a schedule was found after which something is wrong. Its story is printed with a name;
`make prove STORY="..."` plays it again.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from tests.interleavings import mutating
from tests.interleavings.known import is_known
from tests.interleavings.pairing import Story, Theatre
from tests.interleavings.proving import Found, Job, done, jobs

_THEATRE: list[Theatre] = []


def main(arguments: list[str] | None = None) -> int:
    """Explore, or play one story."""
    asked = _parser().parse_args(arguments)
    if asked.story:
        return _plays(asked.story)
    if asked.faults:
        return mutating.finds_every_fault()
    return _explores(asked.minutes, asked.workers, asked.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__, allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to explore (%(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which three meet first, once all pairs have met")
    parser.add_argument("--story", default="", help="play this one again")
    parser.add_argument("--faults", action="store_true", help="put faults in, one by one, and see them found")
    return parser


def _plays(name: str) -> int:
    steps, complaints = Theatre().plays(Story.named(name))
    _tells(name, steps, complaints)
    return 1 if complaints else 0


def _explores(minutes: float, workers: int, seed: int) -> int:
    began = time.monotonic()
    pairs = schedules = known = 0
    told: dict[tuple[str, ...], int] = {}
    for found in _found(workers, seed, began + minutes * 60):
        pairs, schedules = pairs + found.met, schedules + found.tally.schedules
        _progress(found, schedules / (time.monotonic() - began), time.monotonic() - began)
        for story, complaints in found.failures:
            if is_known(story.state, story.parts, complaints):
                known += 1
                continue
            told[complaints] = told.get(complaints, 0) + 1
            if told[complaints] == 1:
                _tells(str(story), Theatre().plays(story)[0], complaints)
    print(f"\n{pairs:,} meetings, {schedules:,} schedules, {sum(told.values()):,} failures of {len(told)} kinds")
    print(f"{known:,} failures more are of faults that are known to stand (tests/interleavings/known.py)")
    for complaints, times in sorted(told.items(), key=lambda item: -item[1]):
        print(f"  {times:>5}  {complaints[0]}")
    return 1 if told else 0


def _found(workers: int, seed: int, until: float) -> Iterator[Found]:
    waiting = jobs(seed=seed)
    with ProcessPoolExecutor(workers) as pool:
        running: set[Future[Found]] = {pool.submit(_done, next(waiting)) for _ in range(workers)}
        while running:
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            if time.monotonic() < until:
                running |= {pool.submit(_done, next(waiting)) for _ in ready}
            for future in ready:
                yield future.result()


def _done(job: Job) -> Found:
    if not _THEATRE:
        _THEATRE.append(Theatre())
    return done(job, _THEATRE[0])


def _progress(found: Found, rate: float, passed: float) -> None:
    failing = f", {len(found.failures)} fail" if found.failures else ""
    print(
        f"[{passed:5.0f} s, {rate:,.0f}/s] {found.job.round.value}: {found.job.state}: "
        f"{found.met:,} meetings, {found.tally.schedules:,} schedules{failing}",
        flush=True,
    )


def _tells(name: str, steps: list[str], complaints: tuple[str, ...]) -> None:
    print(f"\n  {name}")
    for step in steps:
        print(f"    {step}")
    for complaint in complaints or ("nothing is wrong",):
        print(f"  => {complaint}")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
