"""How long a caller waits from a key to the next prompt: by the bridge and a stack, and by the dialplan alone.

Both on the same Asterisk in the same run, one call of each kind after the other, so that a busy machine is as unfair to
both; the stack once at hand, and once 30 ms away in each direction.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.asterisk.instance import Instance, Settings
from local.asterisk.packages import install
from tests.asterisk.bad_days import PROVIDER, wait_until_alive
from tests.asterisk.bridges import Bridge
from tests.asterisk.exchange import Exchange, Telephone
from tests.asterisk.little_stack import CALLER, MENU, MUSIC, LittleStack, sound
from tests.carriers import tones

BRIDGE, DIALPLAN = "+8675583000000", "+8675583000009"
AWAY = 0.03
PATIENCE = 20.0
_MENUS = """
[icall](+)
exten => +8675583000009,1,Answer()
 same => n,Goto(menus,s,1)
[menus]
exten => s,1,Background({folder}/menu)
 same => n,WaitExten(10)
exten => 1,1,Playback({folder}/music)
 same => n,Wait(1)
 same => n,Goto(s,1)
"""


@contextmanager
def house() -> Iterator[tuple[Exchange, LittleStack]]:
    """Give a provider's line to an Asterisk with both."""
    with tempfile.TemporaryDirectory(prefix="icall-key-to-sound-") as name:
        folder = Path(name)
        for file, hertz in (("menu", MENU), ("music", MUSIC)):
            (folder / f"{file}.wav").write_bytes(sound(hertz))
        with (
            Exchange(PROVIDER) as line,
            Instance(install(), folder / "pbx", Settings(trunk=line.address)) as pbx,
            LittleStack() as stack,
            Bridge(stack, pbx, folder / "bridge"),
        ):
            line.server = pbx.sip
            with (pbx.configuration / "extensions.conf").open("a") as plan:
                plan.write(_MENUS.format(folder=folder))
            pbx.says("dialplan reload")
            wait_until_alive(stack)
            yield line, stack


def key_to_sound(line: Exchange, number: str, place: int) -> float:
    """Call, wait for the menu, press a key; give the seconds until the first frame of the next prompt has come."""
    caller = line.telephone(f"{CALLER}{place:06d}", 500)
    caller.dial(number)
    _until_hears(caller, MENU)
    came: list[float] = []

    def listens(frame: bytes, at: float) -> None:
        if not came and MUSIC in tones.tones_in(line.linear(frame)):
            came.append(at)

    call = caller.calls[-1]
    call.listens = listens
    began = time.monotonic()
    caller.press("1")
    while not came and time.monotonic() - began < PATIENCE:
        time.sleep(0.01)
    caller.put_down()
    assert came, "nothing was heard"
    return came[0] - began


def _until_hears(caller: Telephone, tone: int) -> None:
    until = time.monotonic() + PATIENCE
    while tone not in (caller.sounds() or ()):
        assert time.monotonic() < until, "the menu is not heard"
        time.sleep(0.02)


def measure(calls: int) -> Mapping[str, Sequence[float]]:
    """Give the seconds of so many calls of each kind."""
    found: dict[str, list[float]] = {"dialplan": [], "bridge": [], "bridge, stack 30 ms away": []}
    with house() as (line, stack):
        stack.moods.answers_with_music = True
        for place in range(calls):
            found["dialplan"].append(key_to_sound(line, DIALPLAN, 3 * place))
            stack.moods.far = 0.0
            found["bridge"].append(key_to_sound(line, BRIDGE, 3 * place + 1))
            stack.moods.far = 2 * AWAY
            found["bridge, stack 30 ms away"].append(key_to_sound(line, BRIDGE, 3 * place + 2))
    return found


def main() -> None:
    """Print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=30)
    for name, seconds in measure(asked.parse_args().calls).items():
        ranked = sorted(seconds)
        p95 = ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]
        sys.stdout.write(
            f"{name}: p50 {1000 * statistics.median(ranked):.0f} ms, p95 {1000 * p95:.0f} ms of {len(ranked)} calls\n"
        )


if __name__ == "__main__":
    main()
