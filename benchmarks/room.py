"""(d) Search and a document's page in Datasette against the bare SQL that answers the same.

Both are asked of one server by turns, so that HTTP, process and JSON stand on both sides. The reading room
keeps the answers to searches, therefore nothing is asked twice.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from benchmarks import data, questions
from benchmarks.report import Result
from benchmarks.served import Client, room
from harvester.store.database import NAME

_PAGES = 60  # document pages a round
_SQL = "/wilson.json"


@dataclass
class _Times:
    """Seconds of each question of a round."""

    room: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)


def against_sql(documents: int, rounds: int = 5) -> list[Result]:
    """Ratios of 95th percentiles, one a round."""
    output = data.archive(documents)
    searches, pages = [], []
    with closing(sqlite3.connect(output / NAME)) as connection, room(output) as client:
        _search_round(client, connection, "warm")
        for number in range(rounds):
            searches.append(_search_round(client, connection, number))
            pages.append(_page_round(client, connection, number))
    return [
        *_results(f"{documents:,} documents: search", "the best 20 by bm25 with titles and snippets", searches),
        *_results(f"{documents:,} documents: a document's page", "row, links and versions", pages),
    ]


def _search_round(client: Client, connection: sqlite3.Connection, seed: object) -> _Times:
    times = _Times()
    for number, search in enumerate(questions.searches(connection, seed)):
        _ask(times, number, partial(client.seconds, "/-/search", search.arguments), client, connection, *search.sql)
    return times


def _page_round(client: Client, connection: sqlite3.Connection, seed: object) -> _Times:
    times = _Times()
    for number, slug in enumerate(questions.slugs(connection, seed, _PAGES)):
        page = partial(client.seconds, f"/wilson/documents/{slug}")
        page()  # it shows parts of other documents, which may be on the disk still
        _ask(times, number, page, client, connection, questions.DOCUMENT, {"slug": slug})
    return times


def _ask(
    times: _Times,
    number: int,
    page: Callable[[], float],
    client: Client,
    connection: sqlite3.Connection,
    sql: str,
    values: dict[str, str],
) -> None:
    """One question in all three ways; once before, so that no side pays for the disk, and each first in its turn."""

    def inside() -> float:
        started = time.perf_counter()
        connection.execute(sql, values).fetchall()
        return time.perf_counter() - started

    def served() -> float:
        return client.seconds(_SQL, {"sql": sql, "_shape": "array", **values})

    inside()
    ways = [(times.room, page), (times.served, served), (times.inside, inside)]
    for taken, way in ways if number % 2 else reversed(ways):
        taken.append(way())


def _results(what: str, bare: str, rounds: list[_Times]) -> list[Result]:
    ninety_fifth = [(_late(times.room), _late(times.served), _late(times.inside)) for times in rounds]
    name = f"{what}, 95th percentile"
    return [
        Result("d", f"{name}; bare: {bare}", "× the bare SQL, served", [a / b for a, b, _ in ninety_fifth], goal=3.0),
        Result("d", f"{name}", "× the bare SQL, in process", [a / c for a, _, c in ninety_fifth]),
        Result("d", f"{name}", "ms", [a * 1000 for a, _, _ in ninety_fifth]),
        Result("d", f"{name}: the bare SQL, served", "ms", [b * 1000 for _, b, _ in ninety_fifth]),
    ]


def _late(values: list[float]) -> float:
    """The 95th percentile, by nearest rank."""
    return sorted(values)[-(-len(values) * 95 // 100) - 1]
