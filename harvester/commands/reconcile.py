"""`scrapy reconcile`: what should be here against what is, and where the rest can still be had."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scrapy.commands import ScrapyCommand

from harvester.clock import now
from harvester.commands.archive import held
from harvester.commands.stop import stoppable
from harvester.console import typed
from harvester.exceptions import HarvesterError, UsageError
from harvester.sources import inflate
from harvester.store import database
from harvester.store.lock import Lock
from harvester.store.reconcile import Claim, Missing, Reconciliation

_SHOWN = 20
_COMMANDS = {"live": "scrapy crawl document", "wayback": "scrapy crawl wayback"}


class Command(ScrapyCommand):
    """Exit code 0 when nothing is missing, 6 when something is."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] [LIST ...]"

    def short_desc(self) -> str:
        return "Say what is missing: the site's own counts and lists against the database"

    def long_desc(self) -> str:
        return (
            "Compares the output directory (-s HARVEST_OUTPUT=DIR) with the catalog's total and list, the counts "
            "that topics claim, the Wayback Machine's index as far as it was listed, and the lists of addresses "
            "named (one a line, as document-urls.txt of the mirror; .zst and .gz too). What is missing is printed "
            "and kept in the table `missing`, with where it can still be had."
        )

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        output = held(self.settings)
        try:
            given = [pair for name in args for pair in addresses(Path(name))]
            lock = Lock(output, "reconcile", now())
            try:
                self.exitcode = reconcile(Reconciliation(db := database.connect(output)), db, given)
            finally:
                lock.release()
        except HarvesterError as error:
            print(f"scrapy reconcile: {error}", file=sys.stderr)
            self.exitcode = error.exit_code


def addresses(path: Path) -> Iterator[tuple[str, str]]:
    """The addresses in a list, each with the list's name. Raises UsageError."""
    try:
        with path.open("rb") as file:
            pieces = list(inflate.pieces(file))
    except OSError as error:
        raise UsageError(f"The list {path} cannot be read: {error.strerror}.") from None
    if broken := next((piece for piece in pieces if isinstance(piece, inflate.Gap)), None):
        raise UsageError(f"The list {path} is damaged at byte {broken.offset}: {broken.reason}.")
    text = b"".join(piece.data for piece in pieces if isinstance(piece, inflate.Piece)).decode("utf-8", "replace")
    for line in text.split():
        yield line if "/" in line else f"/document/{line}", f"the list {path.name}"


def reconcile(work: Reconciliation, db: database.Database, given: list[tuple[str, str]]) -> int:
    """Compare, print, store, and return the exit code."""
    claims, missing = list(work.claims()), work.missing(given)
    with database.transaction(db):
        work.store_missing(missing)
    print(f"{work.held:,} documents are here.")
    if claims:
        print(*_table(claims), sep="\n")
    elif not given:
        print(typed("No list of the site is known to compare them with: `scrapy crawl document` reads the catalog."))
    short = [claim for claim in claims if claim.short]
    if not missing and not short:
        print("Nothing is known to be missing.")
        return 0
    print(f"{len(missing):,} {'document is' if len(missing) == 1 else 'documents are'} missing by name.")
    for one in missing[:_SHOWN]:
        print(f"  {one.url}: expected by {one.expected_by}")
    if len(missing) > _SHOWN:
        print(f"  … and {len(missing) - _SHOWN:,} more: see the table `missing`.")
    if unnamed := [claim for claim in short if claim.claimed and claim.claimed > claim.listed]:
        print("More than they show is claimed by: " + "; ".join(f"{c.name}, {c.short:,}" for c in unnamed) + ".")
    print(*map(typed, _advice(work, missing)), sep="\n")
    return 6


def _table(claims: list[Claim]) -> Iterator[str]:
    width = max(len(claim.name) for claim in claims)
    yield f"  {'':<{width}}  {'claims':>8}  {'shows':>8}  {'here':>8}"
    for claim in claims:
        claimed = "?" if claim.claimed is None else f"{claim.claimed:,}"
        yield f"  {claim.name:<{width}}  {claimed:>8}  {claim.listed:>8,}  {claim.held:>8,}"


def _advice(work: Reconciliation, missing: list[Missing]) -> Iterator[str]:
    sources = Counter(one.source for one in missing)
    for source, command in _COMMANDS.items():
        if sources[source]:
            yield f"Next: `{command}` may bring {sources[source]:,} of them."
    if sources[None] or not missing:
        if not work.knows_wayback():
            yield "Next: `scrapy crawl wayback` finds what the Wayback Machine has."
        else:
            yield (
                "Of the others no copy is known here. `scrapy crawl document` asks the live site;"
                " `scrapy crawl warc -a path=…` and `scrapy crawl mirror -a path=…` read other copies."
            )
