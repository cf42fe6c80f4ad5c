"""Bad days of a bridge and its Asterisk, with people who call: `make prove CARRIER=asterisk DAY=... CALLS=...`.

Each day is a real Asterisk, a real bridge in a process of its own, telephones that know what they hear, and the little
stack. At its end every call must have come to an end, nobody may have been rung twice, nothing may be left at Asterisk,
and of every talk there must be its recording. What was seen is told in figures.
"""

import argparse
import math
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from local.asterisk.instance import Instance, Settings
from local.asterisk.packages import install
from tests.asterisk.bridges import Bridge
from tests.asterisk.exchange import Exchange
from tests.asterisk.little_stack import AGENT, CALLER, LittleStack, Talk
from tests.asterisk.people import Crowd, Fate

PROVIDER = "127.0.0.2"
BEGINS = 120.0
"""Seconds in which a bridge must work, on a machine that has much else to do."""
SETTLES = 90.0
"""Seconds in which all that was still going on when the last telephone was put down has come to its end."""
SHORTEST_TALK = 2.0


@dataclass(slots=True)
class Day:
    """Everything that is there on one day."""

    folder: Path
    pbx: Instance
    stack: LittleStack
    bridge: Bridge
    line: Exchange
    calls: int
    people: int
    notes: list[str] = field(default_factory=list)
    sound_until: float = math.inf
    """When Asterisk moved no more (s since 1970): nothing was recorded of whoever talked then and later."""
    recordings_may_lack: bool = False
    """Whether a talk of this day may have no recording, for its Asterisk died."""
    legs_may_be_unknown: bool = False
    """Whether ends may not be told, for nobody could keep them."""

    def crowd(self) -> Crowd:
        """Let people call from now on."""
        return Crowd(self.line, self.people, self.calls).begins()


def nothing_happens(day: Day) -> None:
    """Nothing bad happens: what the other days are compared with."""
    crowd = day.crowd()
    crowd.ends()
    _judge(day, crowd)


def bridge_is_killed(day: Day) -> None:
    """The bridge is killed at random moments, and started again a second later, as systemd does."""
    crowd = day.crowd()
    while crowd.busy():
        time.sleep(random.uniform(1, 7))  # noqa: S311 - chance
        day.bridge.kill()
        time.sleep(1)
        day.stack.alive.clear()
        day.bridge.start()
        wait_until_alive(day.stack)
    day.notes.append(f"{day.bridge.lives - 1} kills")
    crowd.ends()
    _judge(day, crowd)


def asterisk_is_frozen(day: Day) -> None:
    """Asterisk does not move for 30 s under load, and then goes on as if nothing had been."""
    crowd = day.crowd()
    time.sleep(8)
    day.pbx.freeze()
    day.sound_until = time.time()
    time.sleep(30)
    day.pbx.thaw()
    crowd.ends()
    _judge(day, crowd)


def asterisk_is_killed(day: Day) -> None:
    """Asterisk dies under load, and is started again."""
    day.recordings_may_lack = True
    crowd = day.crowd()
    time.sleep(10)
    day.pbx.kill()
    time.sleep(2)
    day.pbx.start()
    crowd.ends()
    _judge(day, crowd)


def cloud_is_away_for(seconds: float) -> Callable[[Day], None]:
    """Make the day on which the cloud cannot be reached for so long, with talks going on and calls arriving."""

    def cloud_is_away(day: Day) -> None:
        """The cloud cannot be reached for some time, with talks going on and calls arriving."""
        day.stack.moods.talks = 6.0
        crowd = day.crowd()
        time.sleep(6)
        day.stack.goes_away()
        # Whoever talks is connected until the cloud is back; so others call meanwhile.
        meanwhile = Crowd(day.line, 3, max(3, round(seconds / 10)), first=500).begins()
        time.sleep(seconds)
        day.stack.comes_back()
        crowd.ends()
        crowd.fates += meanwhile.ends()
        _judge(day, crowd)

    return cloud_is_away


def orders_come_twice_and_late(day: Day) -> None:
    """A third of the orders is given out again though it was carried out; each may be late by 2 s."""
    day.stack.moods.twice, day.stack.moods.late = 0.33, 2.0
    day.stack.moods.talks = 8.0
    crowd = day.crowd()
    crowd.ends()
    _judge(day, crowd)


def sounds_cannot_be_had(day: Day) -> None:
    """The stack has no sound: the menu is silence, and keys count all the same."""
    day.stack.moods.mute = True
    crowd = day.crowd()
    crowd.ends()
    _judge(day, crowd)


def phones_vanish(day: Day) -> None:
    """Telephones are gone without a word: Asterisk notices by their silence."""
    callers = [day.line.telephone(f"{CALLER}9{place:05d}", 500 + 100 * place) for place in range(day.people)]
    for caller in callers:
        caller.dial("+8675583000000")
    while not all(caller.is_answered() for caller in callers):
        time.sleep(0.05)
    for caller in callers:
        day.line.does(lambda call=caller.call: day.line.vanishes(call))
    began = time.monotonic()
    while day.stack.talks and not all(talk.ends("customer") for talk in day.stack.talks.values()):
        if time.monotonic() - began > 2 * SETTLES:
            break
        time.sleep(0.5)
    day.notes.append(f"noticed after {time.monotonic() - began:.0f} s")
    _judge(day, None)


def disk_is_full(day: Day) -> None:
    """The bridge's disk is full from the second call on: nothing can be kept."""
    day.legs_may_be_unknown = True
    crowd = day.crowd()
    time.sleep(3)
    state = day.bridge.folder / "state"
    with suppress(OSError), (state / "everything-else").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    day.notes.append(f"{shutil.disk_usage(state).free} bytes free")
    crowd.ends()
    _judge(day, crowd)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of day: what happens, and what it needs."""

    happens: Callable[[Day], None]
    small_disk: bool = False


DAYS: Mapping[str, Kind] = {
    "good": Kind(nothing_happens),
    "bridge-killed": Kind(bridge_is_killed),
    "asterisk-frozen": Kind(asterisk_is_frozen),
    "asterisk-killed": Kind(asterisk_is_killed),
    "cloud-away-1s": Kind(cloud_is_away_for(1)),
    "cloud-away-30s": Kind(cloud_is_away_for(30)),
    "cloud-away-10min": Kind(cloud_is_away_for(600)),
    "orders-twice-and-late": Kind(orders_come_twice_and_late),
    "no-sounds": Kind(sounds_cannot_be_had),
    "phones-vanish": Kind(phones_vanish),
    "disk-full": Kind(disk_is_full, small_disk=True),
}


class Bad(Exception):
    """The day went worse than it may."""


def _judge(day: Day, crowd: Crowd | None) -> None:
    """Wait until all is quiet; tell what was seen, and raise Bad where it may not be so."""
    quiet_after = _until_quiet(day)
    fates = crowd.fates if crowd else []
    talks = list(day.stack.talks.values())
    lines = [*_figures(day, fates), *day.notes, f"quiet after {quiet_after:.0f} s"]
    _say("  " + "; ".join(lines))
    wrong = [*_wrong_with_calls(fates), *_wrong_with_news(day, talks), *_left_over(day)]
    wrong += [f"a telephone's thread: {error!r}" for error in (crowd.errors if crowd else ())]
    if wrong:
        numbers = {number for line in wrong if (number := line.split()[0].rstrip(":")).isdecimal()}
        traced = [talk for talk in talks if talk.number in numbers][:3]
        wrong += [f"{talk.number} {talk.id}: " + "\n      ".join(talk.trace) for talk in traced]
        raise Bad("\n    ".join(["", *wrong]))


def _until_quiet(day: Day) -> float:
    began = time.monotonic()
    while time.monotonic() - began < SETTLES and list(_left_over(day)):
        time.sleep(0.5)
    return time.monotonic() - began


def _figures(day: Day, fates: list[Fate]) -> Iterator[str]:
    talks = list(day.stack.talks.values())
    kinds = Counter(fate.kind for fate in fates)
    yield f"{len(fates)} calls: " + ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    stored = sum(bool(talk.stored) for talk in talks)
    yield f"{len(talks)} told, {stored} recordings stored of {sum(_lasted(day, talk) for talk in talks)} talks"
    silences = sorted(((fate.longest_silence, fate.silent_since) for fate in fates), reverse=True)
    if silences:
        half = silences[len(silences) // 2][0]
        yield f"longest silence {silences[0][0]:.1f} s ({silences[0][1]}), median {half:.1f} s"


def _lasted(day: Day, talk: Talk) -> bool:
    joined = talk.told[0]["at"] / 1000
    until = day.sound_until if joined < day.sound_until else math.inf
    return talk.seconds(until) > SHORTEST_TALK


def _wrong_with_calls(fates: list[Fate]) -> Iterator[str]:
    for fate in fates:
        if fate.rings > 1:
            yield f"{fate.number} rang {fate.rings} times"
        if fate.over < 0:
            yield f"{fate.number} has no end: {fate}"


def _wrong_with_news(day: Day, talks: list[Talk]) -> Iterator[str]:
    for talk in talks:
        for leg in ("customer", AGENT):
            known = leg == "customer" or talk.rung
            if known and (talk.ends(leg) != 1) and not day.legs_may_be_unknown:
                yield f"{talk.number}: the end of {leg} was told {talk.ends(leg)} times"
        if _lasted(day, talk) and not talk.stored and not day.recordings_may_lack:
            yield f"{talk.number}: no recording of a talk of {talk.seconds(day.sound_until):.0f} s"
    if day.stack.unproven:
        yield f"{day.stack.unproven} webhooks that nobody signed"


def _left_over(day: Day) -> Iterator[str]:
    told = day.pbx.says("core show channels count") or "an Asterisk that says nothing,"
    if not told.startswith("0 "):
        yield f"{told.splitlines()[0]}: left"
    bridges = len(day.pbx.says("bridge show all").strip().splitlines()) - 1
    if bridges > 0:
        yield f"{bridges} bridges are left"
    if day.stack.waiting:
        yield f"{day.stack.waiting} orders are left"
    with suppress(sqlite3.Error), sqlite3.connect(day.bridge.folder / "state" / "journal.sqlite") as journal:
        for table in ("calls", "news"):
            (number,) = journal.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own words
            if number:
                yield f"{number} {table} are left in the journal"


@contextmanager
def begun(folder: Path, calls: int, people: int, *, small_disk: bool = False) -> Iterator[Day]:
    """Give a day that has just begun."""
    with ExitStack() as things:
        if small_disk:
            state = folder / "bridge" / "state"
            state.mkdir(parents=True)
            line = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(state)]
            subprocess.run(line, check=True)  # noqa: S603 - our own words
            things.callback(subprocess.run, ["umount", "-l", state], check=True)
        line = things.enter_context(Exchange(PROVIDER))
        pbx = things.enter_context(Instance(install(), folder / "pbx", Settings(trunk=line.address)))
        line.server = pbx.sip
        stack = things.enter_context(LittleStack())
        bridge = things.enter_context(Bridge(stack, pbx, folder / "bridge"))
        wait_until_alive(stack)
        yield Day(folder, pbx, stack, bridge, line, calls, people)


def wait_until_alive(stack: LittleStack) -> None:
    until = time.monotonic() + BEGINS
    while not stack.alive or stack.alive[-1] != "working":
        assert time.monotonic() < until, "the bridge tells nothing"
        time.sleep(0.05)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    """Let the days of the command line pass, or all of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("day", nargs="*", choices=[[], *DAYS], default=[])
    asked.add_argument("--calls", type=int, default=40)
    asked.add_argument("--people", type=int, default=6, help="at once; 12 at most")
    asked.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    told = asked.parse_args()
    folder, bad = Path(tempfile.mkdtemp(prefix="icall-bad-days-")), 0
    for name in told.day or DAYS:
        _say(f"{name}: {(DAYS[name].happens.__doc__ or '').splitlines()[0]}")
        try:
            with begun(folder / name, told.calls, told.people, small_disk=DAYS[name].small_disk) as day:
                DAYS[name].happens(day)
        except (Bad, AssertionError) as wrong:
            bad += 1
            _say(f"  WRONG: {wrong}")
    if told.keep:
        _say(f"logs: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
