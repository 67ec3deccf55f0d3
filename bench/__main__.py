"""`python -m bench [--full]`: start the servers, measure, print one table after the other."""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence

from bench import certificates, growth, load, long_run, pages, payments, queues, sweep
from bench.people import cast
from bench.servers import Ground, running

MANY = 100_000
FULL = 1_000_000
REQUESTS, FULL_REQUESTS = 3_000, 100_000
OVER = {True: "OVER", False: "ok"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="grow to a million cases and watch memory for longer")
    options = parser.parse_args()
    begun = time.monotonic()
    with running() as ground:
        measure(ground, FULL if options.full else MANY, FULL_REQUESTS if options.full else REQUESTS)
    print(f"\nAll of it took {time.monotonic() - begun:.0f} s.")
    return 0


def measure(ground: Ground, many: int, requests: int) -> None:
    people = cast(ground.app)
    load.samples(ground)
    load.fill(ground, 1, growth.FEW)
    floor, costs = pages.measure(ground, people)
    table(
        f"Server CPU of one visit; the floor, one word from Flask behind the same gunicorn, is {floor:.2f} ms",
        ("page", "ms", "times the floor", "budget", "database ms", "round trips", ""),
        (
            (
                each.route.name,
                f"{each.web:.2f}",
                f"{each.times:.1f}",
                f"{each.route.budget:g}",
                f"{each.database:.2f}",
                f"{each.trips} of {each.route.trips}",
                OVER[each.is_over],
            )
            for each in costs
        ),
    )
    measured = (long_run.memory(ground, people, requests), long_run.paper(ground), certificates.certificate(ground))
    rows = ((each.name, each.value, each.budget, OVER[each.is_over]) for each in measured)
    table("Over time", ("what", "measured", "budget", ""), rows)
    table(
        f"Growth: CPU of web server and database with {growth.FEW:,} cases and with {many:,}; budget {growth.BUDGET}",
        ("page", "ms with few", "ms with many", "times", ""),
        (
            (each.name, f"{each.few:.2f}", f"{each.many:.2f}", f"{each.times:.2f}", OVER[each.is_over])
            for each in growth.measure(ground, people, many)
        ),
    )
    table(
        "Queues, one process, the database's part",
        ("what", "a second", "wanted", "", ""),
        (
            (each.name, f"{each.a_second:,.0f}", f"{each.wanted:,.0f}", each.note, OVER[each.is_over])
            for each in (
                queues.messages(ground),
                queues.deadlines(ground),
                sweep.sweep(ground),
                payments.verified(ground),
            )
        ),
    )


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as their longest cell."""
    lines = [heads, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    print(f"\n{title}\n")
    for line in lines:
        first, *others = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join((first, *(each.rjust(len(each)) for each in others))).rstrip())
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
