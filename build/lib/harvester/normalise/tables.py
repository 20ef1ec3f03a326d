"""Reads the reviewed tables in `data/`: what is odd about values is a row there, not an if-chain.

A table is a CSV file with a header; lines that begin with `#` say where its facts come from.
Raises KeyError or FileNotFoundError only for a table that is not shipped.
"""

import csv
import re
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> list[dict[str, str]]:
    """The rows of `data/{name}.csv`, each a dictionary by column; cells are stripped."""
    text = (files(__package__) / "data" / f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(lines)]


@cache
def words(name: str, kind: str) -> dict[str, str]:
    """Word → value of the rows of one kind, for tables with the columns kind, word and value."""
    return {row["word"]: row["value"] for row in rows(name) if row["kind"] == kind}


def alternatives(name: str, kind: str) -> str:
    """The words of one kind as a part of a regular expression, the longest first."""
    return "|".join(sorted(map(re.escape, words(name, kind)), key=len, reverse=True))
