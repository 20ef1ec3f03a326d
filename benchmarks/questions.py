"""What readers ask of an archive, and the plain SQL that answers the same: made by seed, never the same twice."""

import sqlite3
from dataclasses import dataclass, field
from random import Random

from benchmarks import words

_MIX = ["word"] * 18 + ["words"] * 14 + ["phrase"] * 10 + ["beginning"] * 8 + ["years", "place", "person", "topic"] * 3
_COMMONEST, _RAREST = 30, 20_000  # ranks in the lexicon: nobody looks for `the`, or for what stands nowhere

_LINKS = [
    ("people", "person"), ("places", "place"), ("subjects", "subject"), ("topics", "topic"),
    ("archives", "archive"), ("donors", "donor"), ("languages", "language"),
]  # fmt: skip


@dataclass
class Search:
    """Words, and what narrows them down."""

    words: str
    filters: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> dict[str, str]:
        """For the reading room's `/-/search`."""
        return {"q": self.words, **self.filters}

    @property
    def sql(self) -> tuple[str, dict[str, str]]:
        """The best 20 by bm25 with title, date and snippet: in the fastest form, which ranks in the index
        (`ORDER BY rank`) and makes snippets of the hits shown only. No counts, no other versions.
        """
        conditions, values = "", {"q": self.words.replace("*", " *")}
        for many, one in _LINKS:
            if many in self.filters:
                conditions += f" AND d.slug IN (SELECT document FROM document_{many} WHERE {one} = :{one})"
                values[one] = self.filters[many]
        if "from" in self.filters:
            conditions += " AND d.date_latest >= :first AND d.date_earliest < :after"
            values |= {"first": self.filters["from"], "after": str(int(self.filters["to"]) + 1)}
        return (
            "SELECT d.slug, d.title, d.date_text, snippet(documents_fts, -1, '<b>', '</b>', '…', 36) AS snippet"
            " FROM documents_fts CROSS JOIN documents d ON d.rowid = documents_fts.rowid WHERE documents_fts MATCH :q"
            f" AND rank MATCH 'bm25(10.0, 4.0, 1.0)'{conditions} ORDER BY rank LIMIT 20",
            values,
        )


def searches(connection: sqlite3.Connection, seed: object) -> list[Search]:
    """A round of them, in no order."""
    random = Random(f"searches:{seed}")
    found = [_search(connection, random, kind) for kind in _MIX]
    random.shuffle(found)
    return found


def _search(connection: sqlite3.Connection, random: Random, kind: str) -> Search:
    word = _word(random)
    match kind:
        case "words":
            return Search(f"{word} {_word(random)}")
        case "phrase":
            return Search(f'"{_phrase(connection, random)}"')
        case "beginning":
            return Search(f"{word[: max(4, len(word) - 2)]}*")
        case "years":
            first = random.randint(1945, 1985)
            return Search(word, {"from": str(first), "to": str(first + random.randint(0, 6))})
        case "place" | "person" | "topic":
            many = {"place": "places", "person": "people", "topic": "topics"}[kind]
            rows = connection.execute(f"SELECT id FROM {many} ORDER BY id").fetchall()
            return Search(word, {many: random.choice(rows)[0]})
        case _:
            return Search(word)


def _word(random: Random) -> str:
    """Common and rare ones alike: as many from the ranks 30 to 300 as from 2,000 to 20,000."""
    rank = int(_COMMONEST * (_RAREST / _COMMONEST) ** random.random())
    return words.lexicon()[0][rank]


def _phrase(connection: sqlite3.Connection, random: Random) -> str:
    """Two or three words that follow each other in a document."""
    (text,) = connection.execute(
        "SELECT text FROM documents WHERE rowid >= ? * (SELECT max(rowid) FROM documents) LIMIT 1", [random.random()]
    ).fetchone()
    said = text.replace(".", "").split()
    at = random.randrange(len(said) - 3)
    return " ".join(said[at : at + random.choice((2, 2, 3))])


def slugs(connection: sqlite3.Connection, seed: object, count: int) -> list[str]:
    """Documents whose pages are asked for."""
    random = Random(f"documents:{seed}")
    (last,) = connection.execute("SELECT max(rowid) FROM documents").fetchone()
    rows = [random.randint(1, last) for _ in range(count)]
    return [connection.execute("SELECT slug FROM documents WHERE rowid = ?", [row]).fetchone()[0] for row in rows]


def _group(columns: dict[str, str], source: str) -> str:
    pairs = ", ".join(f"'{name}', {value}" for name, value in columns.items())
    return f"(SELECT json_group_array(json_object({pairs})) FROM {source})"


def _document() -> str:
    groups = {
        f"linked_{many}": _group(
            {"id": "t.id", "name": "t.name"} | ({"role": "l.role"} if many == "people" else {}),
            f"document_{many} l JOIN {many} t ON t.id = l.{one} WHERE l.document = d.slug",
        )
        for many, one in _LINKS
    }
    groups["versions"] = _group(
        {name: name for name in ("position", "language", "label", "text", "html")}, "texts WHERE document = d.slug"
    )
    columns = ", ".join(f"{sql} AS {name}" for name, sql in groups.items())
    return f"SELECT d.*, {columns} FROM documents d WHERE slug = :slug"


DOCUMENT = _document()
"""A document's row, all that it is linked to, and its other versions, in one statement."""
