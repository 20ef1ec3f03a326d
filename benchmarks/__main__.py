"""`python -m benchmarks [--full] [--only PARTS]`: measure, print a table, keep the figures as JSON."""

import argparse
from collections.abc import Callable

from benchmarks import ingest, live, report, room, steps
from benchmarks.report import Result

Measurement = Callable[[], list[Result]]

SHORT: dict[str, list[Measurement]] = {
    "a": [lambda: ingest.against_the_limit("mirror", 2000), lambda: ingest.against_the_limit("warc", 2000)],
    "b": [lambda: live.against_downloads(100, 0.13, 2), lambda: live.against_downloads(100, 0, 2)],
    "c": [lambda: steps.of_a_page(100)],
    "d": [lambda: room.against_sql(3000, 3)],
    "f": [lambda: ingest.scaling(500)],
}
FULL: dict[str, list[Measurement]] = {
    "a": [
        lambda: ingest.against_the_limit("mirror", 6000, 5),
        lambda: ingest.against_the_limit("warc", 6000, 5),
        lambda: ingest.against_the_limit("mirror", 17_000),
        lambda: ingest.against_the_limit("warc", 17_000),
    ],
    "b": [lambda: live.against_downloads(500, 0.13), lambda: live.against_downloads(500, 0)],
    "c": [lambda: steps.of_a_page(1000)],
    "d": [lambda: room.against_sql(17_000), lambda: room.against_sql(170_000)],
    "e": [lambda: ingest.growth(170_000)],
    "f": [lambda: ingest.scaling(6000)],
}


def main() -> None:
    """Run what was asked for; a result appears as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures against the bare limits.")
    parser.add_argument("--full", action="store_true", help="all sizes: takes hours and some 20 GB of disk")
    parser.add_argument("--only", default="abcdef", metavar="PARTS", help="letters of the measurements, such as `ae`")
    options = parser.parse_args()
    results: list[Result] = []
    for part, measurements in (FULL if options.full else SHORT).items():
        for measurement in measurements if part in options.only else ():
            found = measurement()
            print(report.table(found), flush=True)
            results += found
    print()
    print(report.table(results))
    print(f"\nKept in {report.keep(results)}")


if __name__ == "__main__":
    main()
