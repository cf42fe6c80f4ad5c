"""The days that are played, their figures as a table and a picture, and what is promised of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.assignment.day import UNDER, Day, Figures, play

PICTURE = Path("build/assignment.svg")
OFFER_P95_MS, CONFLICTS, FASTEST = 100, 0.2, 100
"""Promised of an offer, up to so many calls a second."""

BESIDE_MS = OVERTAKEN_MS = 1000
WRITES_GROW = 1.25
"""What a call writes when they come fast, as a multiple of what it writes when they do not.

A slow day has few calls, so that its own figure varies by a tenth with who was served in time to be counted.
"""

RATES = ((1, 40.0), (10, 12.0), (50, 5.0), (100, 4.0), (200, 3.0))
"""Calls a second, and for how many seconds they are watched."""

WELL = [Day("one queue, well staffed", rate, seconds=seconds) for rate, seconds in RATES]
DAYS = (
    *WELL,
    Day("one queue, well staffed", 300, seconds=2.0, warm_up=5.0),
    *(replace(day, name="one queue, understaffed", habits=UNDER) for day in WELL),
    *(replace(day, name="20 queues, one profile", queues=20) for day in WELL),
    Day("20 % of handlers die", 10, dying=0.2, seconds=30.0),
    Day("20 % of handlers die", 50, dying=0.2, seconds=6.0),
    Day("300 more at once", 10, burst=300, seconds=8.0),
    Day("1,000 more at once", 10, burst=1000, seconds=12.0),
    Day("2,000 pages reconnect", 10, reconnecting=2000, seconds=12.0),
)

HEAD = (
    f"  {'':25}{'calls/s':>8}{'offer p50':>10}{'p95':>7}{'max ms':>8}{'conflicts':>10}{'throttled':>10}"
    f"{'writes':>8}{'reads':>7}{'beside':>8}{'overtaken':>10}{'stream':>8}{'line':>6}{'failed':>7}"
)


def measure(days: Iterable[Day] = DAYS) -> Iterator[Figures]:
    """Play one day after the other."""
    return map(play, days)


def row(figures: Figures) -> str:
    """Give a line of the table."""
    f = figures
    return (
        f"  {f.day.name:25}{f.day.rate:>8g}{f.offer_p50:>10.0f}{f.offer_p95:>7.0f}{f.offer_max:>8.0f}"
        f"{f.conflicts:>10.2f}{f.throttled:>10}{f.writes:>8.1f}{f.reads:>7.1f}{f.beside:>8.0f}{f.overtook:>10.0f}"
        f"{f.stream_p95:>8.0f}{f.longest_line:>6}{f.failed_webhooks:>7}"
    )


def broken(seen: Iterable[Figures]) -> Iterator[str]:
    """Tell what is promised and did not come true; the virtual time of a seed is the same on every machine."""
    slowest: dict[str, float] = {}
    for figures in seen:
        day = figures.day
        name = f"assignment, {day.name}, {day.rate:g} calls a second"
        usual = not (day.burst or day.dying or day.reconnecting)
        if usual and day.rate <= FASTEST:
            yield from _over(name, "offer p95", figures.offer_p95, OFFER_P95_MS)
            yield from _over(name, "conflicts an offer", figures.conflicts, CONFLICTS)
            least = slowest.setdefault(day.name, figures.writes)
            yield from _over(name, "write units a call", figures.writes, least * WRITES_GROW)
        if day.rate <= FASTEST and day.burst <= MOST_AT_ONCE:
            yield from _over(name, "a call beside an agent (ms)", figures.beside, BESIDE_MS)
            yield from _over(name, "overtaken (ms)", figures.overtook, OVERTAKEN_MS)
            yield from _over(name, "failed webhooks", figures.failed_webhooks, 0)


MOST_AT_ONCE = 300


def first_limit(seen: Iterable[Figures]) -> str:
    """Name what the steady days met first as calls came faster, and at how many a second."""
    for figures in seen:
        if figures.throttled and not figures.day.burst:
            return f"{figures.busiest}'s partition is throttled at {figures.day.rate:g} calls a second"
    return "none was met"


def draw(seen: Iterable[Figures], picture: Path = PICTURE) -> Path:
    """Draw offer p50 and p95 against calls a second."""
    steady: dict[str, list[Figures]] = {}
    for figures in seen:
        if not (figures.day.burst or figures.day.dying or figures.day.reconnecting):
            steady.setdefault(figures.day.name, []).append(figures)
    drawn = [line for place, (name, each) in enumerate(steady.items()) for line in _curve(name, each, COLOURS[place])]
    frame = [f'<line x1="{_x(0)}" x2="{_x(RIGHT)}" y1="{_y(ms)}" y2="{_y(ms)}" stroke="#ddd"/>' for ms in (0, 50, 100)]
    frame += [f'<text x="4" y="{_y(ms) + 4}">{ms} ms</text>' for ms in (0, 50, 100)]
    frame += [f'<text x="{_x(rate)}" y="{_y(0) + 18}" text-anchor="middle">{rate}</text>' for rate, _ in RATES]
    text = "\n".join([SVG, "<title>Offer p95 (line) and p50 (dashes) against calls a second</title>", *frame, *drawn])
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(f"{text}\n</svg>\n", encoding="utf-8")
    return picture


RIGHT = 300
COLOURS = ("#1b6", "#c52", "#26c")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" font-family="sans-serif" font-size="12">'


def _curve(name: str, each: list[Figures], colour: str) -> Iterator[str]:
    for dashes, of in (("", "offer_p95"), ("4 3", "offer_p50")):
        points = " ".join(f"{_x(figures.day.rate):.1f},{_y(getattr(figures, of)):.1f}" for figures in each)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-dasharray="{dashes}"/>'
    last = each[-1]
    yield f'<text x="{_x(last.day.rate) + 6:.1f}" y="{_y(last.offer_p95) + 4:.1f}" fill="{colour}">{name}</text>'


def _x(rate: float) -> float:
    return 50 + rate * 480 / RIGHT


def _y(ms: float) -> float:
    return 260 - min(ms, 120) * 2


def _over(name: str, what: str, seen: float, most: float) -> Iterator[str]:
    if seen > most:
        yield f"{name}: {what} {seen:.2f}, promised {most:g}"
