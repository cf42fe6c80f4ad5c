"""Prints the simulation alone: python -m benchmarks.assignment [PART OF A DAY'S NAME] [CALLS A SECOND]."""

import sys
from collections.abc import Iterable

from benchmarks.assignment import report


def main() -> int:
    """Play the days asked for, or all; 1 when a promise is broken."""
    names, rates = sys.argv[1:2], sys.argv[2:3]
    days = [day for day in report.DAYS if all(name in day.name for name in names)]
    return 1 if show([day for day in days if not rates or f"{day.rate:g}" in rates]) else 0


def show(days: Iterable[report.Day]) -> list[str]:
    """Print the table as it grows, and give what is broken."""
    print(report.HEAD, flush=True)
    seen = []
    for figures in report.measure(days):
        seen.append(figures)
        print(report.row(figures), flush=True)
    print(f"  the first limit: {report.first_limit(seen)}")
    print(f"  drawn in {report.draw(seen)}")
    return list(report.broken(seen))


if __name__ == "__main__":
    sys.exit(main())
