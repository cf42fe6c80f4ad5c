"""What grows with the number of agents, as a picture: the table's units against agents, both by powers of ten."""

from collections.abc import Iterator, Mapping
from math import log10
from pathlib import Path

from benchmarks.growth import FLAT, Cost

PICTURE = Path("build/growth.svg")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 320" font-family="sans-serif" font-size="12">'
FLAT_COLOUR, GROWING_COLOUR = "#1b6", "#c52"
UNITS = (1, 10, 100, 1_000, 10_000, 100_000)
LEAST_BETWEEN_NAMES = 13


def draw(by_size: Mapping[int, Mapping[str, Cost]], picture: Path = PICTURE) -> Path:
    """Draw read and write units together against the number of agents: green what must be flat, red what may grow."""
    sizes = sorted(by_size)
    frame = [line for units in UNITS for line in _level(units)]
    frame += [f'<text x="{_x(size, sizes)}" y="{_y(1) + 22}" text-anchor="middle">{size:,}</text>' for size in sizes]
    lines = {name: [(size, _units(by_size[size][name])) for size in sizes] for name in by_size[sizes[0]]}
    drawn = [_curve(name, points, sizes) for name, points in lines.items()]
    title = "<title>Read and write units against agents: green must be flat</title>"
    text = "\n".join([SVG, title, *frame, *drawn, *_names(lines)])
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(f"{text}\n</svg>\n", encoding="utf-8")
    return picture


def _units(cost: Cost) -> float:
    return max(1.0, cost.write_units + cost.read_units)


def _level(units: int) -> Iterator[str]:
    yield f'<line x1="70" x2="520" y1="{_y(units):.0f}" y2="{_y(units):.0f}" stroke="#ddd"/>'
    yield f'<text x="62" y="{_y(units) + 4:.0f}" text-anchor="end">{units:,}</text>'


def _curve(name: str, points: list[tuple[int, float]], sizes: list[int]) -> str:
    drawn = " ".join(f"{_x(size, sizes)},{_y(units):.1f}" for size, units in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{_colour(name)}"/>'


def _names(lines: Mapping[str, list[tuple[int, float]]]) -> Iterator[str]:
    """Write each name at the end of its line, and those that would cover each other one above the other."""
    free = _y(1) + LEAST_BETWEEN_NAMES
    for name, points in sorted(lines.items(), key=lambda line: line[1][-1][1]):
        free = min(_y(points[-1][1]) + 4, free - LEAST_BETWEEN_NAMES)
        yield f'<text x="530" y="{free:.1f}" fill="{_colour(name)}">{name}: {points[-1][1]:,.0f}</text>'


def _colour(name: str) -> str:
    return FLAT_COLOUR if name in FLAT else GROWING_COLOUR


def _x(size: int, sizes: list[int]) -> int:
    return round(80 + 440 * (log10(size) - log10(sizes[0])) / (log10(sizes[-1]) - log10(sizes[0])))


def _y(units: float) -> float:
    return 280 - log10(units) * 48
