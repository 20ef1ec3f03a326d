"""`scrapy export FORMAT`: the archive, or a part of it, in other people's formats."""

import argparse
import difflib
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester import exceptions
from harvester.commands.archive import held
from harvester.commands.stop import stoppable
from harvester.export import datapackage, published, records, tables
from harvester.export.selection import Wanted, select, snapshot
from harvester.reading_room.plugin.citing import FORMATS as REFERENCES

FORMATS = {
    "csv": "a row a document",
    "jsonl": "a line a document, with people, versions and files",
    "ris": "references for most reference managers",
    "bibtex": "references for LaTeX",
    "csl-json": "references for Zotero and Pandoc",
    "datapackage": "all tables as CSV, described and with checksums, for a repository",
    "sqlite": "a database to publish, without what only the harvest needs",
}
# Option → filter of the reading room's search.
FILTERS = {
    "topic": "topics",
    "person": "people",
    "place": "places",
    "subject": "subjects",
    "archive": "archives",
    "language": "languages",
    "donor": "donors",
}
_REFERENCE = {"ris": "ris", "bibtex": "bib", "csl-json": "json"}
_TARGETS = {"datapackage": "wilson-datapackage.zip", "sqlite": "wilson-published.db"}


class Command(ScrapyCommand):
    """Writes to standard output, or to the file or folder named with -o."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <format>"

    def short_desc(self) -> str:
        return f"Export the archive as {', '.join(FORMATS)}"

    def long_desc(self) -> str:
        formats = "; ".join(f"{name}: {what}" for name, what in FORMATS.items())
        return f"Formats: {formats}. Filters narrow the documents down, and can be given more than once."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="PATH", help="file or folder to write (default: standard output)")
        for option, name in FILTERS.items():
            parser.add_argument(
                f"--{option}", action="append", default=[], metavar="NAME", help=f"only with one of the {name}"
            )
        parser.add_argument("--from", dest="first", type=int, metavar="YEAR", help="only from this year on")
        parser.add_argument("--to", dest="last", type=int, metavar="YEAR", help="only up to this year")
        parser.add_argument("--search", metavar="WORDS", help="only with these words, as in the reading room")
        parser.add_argument("--spreadsheet", action="store_true", help="csv: safe to open in a spreadsheet program")

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        form = _format(args)
        if None not in (opts.first, opts.last) and opts.first > opts.last:
            raise UsageError(f"--from {opts.first} --to {opts.last}: it ends before it begins.", print_help=False)
        output = held(self.settings)
        wanted = Wanted(
            {name: getattr(opts, option) for option, name in FILTERS.items() if getattr(opts, option)},
            opts.first,
            opts.last,
            opts.search,
        )
        try:
            self._export(form, output, wanted, opts)
        except exceptions.UsageError as error:
            raise UsageError(str(error), print_help=False) from None
        except exceptions.HarvesterError as error:
            print(f"scrapy export: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        except BrokenPipeError:
            sys.stdout = None  # the reader (`head`, say) has enough

    def _export(self, form: str, output: Path, wanted: Wanted, opts: argparse.Namespace) -> None:
        target = Path(opts.output or _TARGETS.get(form, "-"))
        if form == "sqlite":
            if wanted:
                raise UsageError("sqlite exports the whole archive: leave the filters out.", print_help=False)
            print(f"Published copy: {published.publish(output, target)}", file=sys.stderr)
            return
        with snapshot(output) as connection:
            slugs = select(connection, wanted)
            count = len(slugs) if slugs is not None else _count(connection)
            if form == "datapackage":
                datapackage.write(connection, slugs, target)
            else:
                _write(target, _pieces(connection, slugs, form, spreadsheet=opts.spreadsheet))
        where = "" if str(target) == "-" else f" to {target}"
        print(f"Exported {count:,} document{'' if count == 1 else 's'}{where}.", file=sys.stderr)


def _format(args: list[str]) -> str:
    if len(args) != 1:
        raise UsageError(f"Name one format: {', '.join(FORMATS)}.", print_help=False)
    if args[0] not in FORMATS:
        near = difflib.get_close_matches(args[0], FORMATS, n=1, cutoff=0.4)
        advice = f"Did you mean {near[0]!r}? " if near else ""
        raise UsageError(f"Unknown format {args[0]!r}. {advice}Formats: {', '.join(FORMATS)}.", print_help=False)
    return args[0]


def _count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])


def _pieces(connection: sqlite3.Connection, slugs: Any, form: str, *, spreadsheet: bool) -> Iterable[str]:
    if form == "csv":
        return tables.csv_lines(connection, slugs, spreadsheet=spreadsheet)
    if form == "jsonl":
        return tables.jsonl(connection, slugs)
    return REFERENCES[_REFERENCE[form]].stream(records.references(connection, slugs))


def _write(target: Path, pieces: Iterable[str]) -> None:
    """To standard output (`-`), or to a file that appears when it is whole."""
    if str(target) == "-":
        for piece in _encodable(pieces):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.writelines(_encodable(pieces))
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror or error}.", print_help=False) from None
    finally:
        partial.unlink(missing_ok=True)


def _encodable(pieces: Iterable[str]) -> Iterator[bytes]:
    return (piece.encode("utf-8", "replace") for piece in pieces)
