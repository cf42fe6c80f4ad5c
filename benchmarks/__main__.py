"""Prints every figure beside its budget; ends with 1 when one that does not depend on the machine is broken."""

import io
import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from typing import TypeVar

from benchmarks import budgets, by_asterisk, durations, growth, growth_picture, laptop, pages, prices, steps
from benchmarks.assignment import report
from benchmarks.assignment.__main__ import show

T = TypeVar("T")


def main() -> int:
    """Measure, print, judge."""
    account = _quietly(steps.count)
    _print_steps(account)
    _print_bill(account)
    asterisk = _quietly(by_asterisk.count)
    _print_asterisk(asterisk)
    by_size = _print_growth()
    _print_durations()
    _print_laptop()
    _print_pages()
    print("\nAssignment as calls come faster, simulated; ms, per call or per offer")
    broken = [
        *budgets.broken(account),
        *budgets.broken_by_asterisk(asterisk),
        *growth.grown(by_size),
        *show(report.DAYS),
    ]
    for line in broken:
        print(f"over budget: {line}")
    return 1 if broken else 0


def _print_steps(account: steps.Account) -> None:
    print("What each step asks of AWS (asked/budget)")
    print(f"  {'':24} {'in a row':>9} {'write units':>12} {'read units':>12} {'pushes':>7} {'carrier':>8}")
    rows = [(account.steps[name], budget) for name, budget in budgets.STEPS.items()]
    roads = [(account.roads[name], budget) for name, budget in budgets.ROADS.items()]
    for step, budget in [*rows, *roads, (account.call, budgets.CALL)]:
        asked = f"{step.sequential}/{budget.sequential}"
        written, read = f"{step.write_units:g}/{budget.write_units:g}", f"{step.read_units:g}/{budget.read_units:g}"
        print(f"  {step.name:24} {asked:>9} {written:>12} {read:>12} {step.pushes:>7} {step.commands:>8}")


def _print_bill(account: steps.Account) -> None:
    used = prices.used(account)
    bill = prices.bill(account)
    print(f"\nA thousand calls of three minutes, list prices of us-east-1 as of {prices.AS_OF}")
    for name, dollars in bill.items():
        print(f"  {name:42} {used[name] * 1000:>10,.0f}  ${dollars:.4f}")
    print(f"  {'together':42} {'':>10}  ${sum(bill.values()):.4f} (budget ${budgets.DOLLARS_PER_1000_CALLS:.3f})")


def _print_asterisk(account: steps.Account) -> None:
    call, budget = account.call, budgets.BY_ASTERISK
    dollars = sum(prices.bill(account).values())
    print("\nThe same call by Asterisk (asked/budget)")
    print(
        f"  in a row {call.sequential}/{budget.sequential}, write units {call.write_units:g}/{budget.write_units:g}, "
        f"read units {call.read_units:g}/{budget.read_units:g}, orders {account.orders}; a thousand ${dollars:.4f}"
    )
    print(f"  an Asterisk without calls ${prices.of_idle_asterisk():.2f} a month")


def _print_growth() -> Mapping[int, Mapping[str, growth.Cost]]:
    engine, by_size = _quietly(growth.measure)
    least = min(by_size)
    print(
        f"\nAs agents are added ({engine}): requests, write and read units, KB read, and times as long as with {least}"
    )
    print(f"  {'':22}" + "".join(f"{size:>34,}" for size in by_size))
    for name, first in by_size[least].items():
        cells = (costs[name] for costs in by_size.values())
        print(f"  {name:22}" + "".join(f"{_cell(cost, first):>34}" for cost in cells))
    print(f"  drawn in {growth_picture.draw(by_size)}")
    return by_size


def _cell(cost: growth.Cost, first: growth.Cost) -> str:
    units = f"{cost.requests:,} {cost.write_units:,.0f} {cost.read_units:,.0f} {cost.read_bytes / 1000:,.1f}"
    return f"{units} {cost.seconds / first.seconds:,.1f}x"


def _print_durations() -> None:
    ours, trivial = _quietly(durations.ivr_step)
    print("\nOur own code, in this process, ports in memory")
    print(f"  one IVR step            {ours}")
    print(f"  a trivial Chalice route {trivial}   ({ours.p50 / trivial.p50:.1f} times at p50)")
    app, sdk = durations.imports()
    print(f"\nImport in a fresh process, best of {durations.FRESH_PROCESSES}")
    print(f"  app.py {app * 1000:.0f} ms, PynamoDB with a DynamoDB client alone {sdk * 1000:.0f} ms")
    print(f"  {app / sdk:.2f} times (budget {durations.IMPORT_BUDGET})")


def _print_laptop() -> None:
    told = _quietly(laptop.measure)
    print(f"\nThe running laptop stack ({told.engine})")
    print(f"  key to answer           {told.keys}   (budget p95 {laptop.KEY_TO_ANSWER_P95 * 1000:.0f} ms)")
    print(f"  decision to page        {told.page}   (budget p95 {laptop.DECISION_TO_PAGE_P95 * 1000:.0f} ms)")
    if told.screen:
        times = told.screen.p50 / told.page.p50
        print(f"  decision to screen      {told.screen}   ({times:.1f} times decision to page at p50)")
    else:
        print("  decision to screen      not measured: no browser (apt-get install chromium, or ICALL_BROWSER)")


def _print_pages() -> None:
    print("\nWhat a browser loads")
    for line in pages.sizes():
        print(f"  {line}")


def _quietly(measure: Callable[[], T]) -> T:
    """Measure without the lines that operators would see."""
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()):
            return measure()
    finally:
        logging.disable(logging.NOTSET)


if __name__ == "__main__":
    sys.exit(main())
