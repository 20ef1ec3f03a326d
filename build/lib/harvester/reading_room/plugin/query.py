"""A reader's words made into expressions for SQLite's full-text search.

Whatever is typed gives a valid query: words and phrases are quoted, so nothing of FTS5's own syntax gets
through, and what could not be taken as meant is said in `notes`. Pure; raises nothing.
"""

import re
from dataclasses import dataclass, field

from . import cjk

MAX_LENGTH = 500
MAX_TERMS = 32

_TOKEN = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Term:
    """A word, the beginning of a word, or a phrase."""

    text: str
    prefix: bool = False

    @property
    def expression(self) -> str:
        """In FTS5's syntax."""
        return f'"{self.text}" *' if self.prefix else f'"{self.text}"'


@dataclass
class Query:
    """What to look for."""

    groups: list[list[Term]] = field(default_factory=list)
    """All of these, of each group any."""
    without: list[Term] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    """Runs of Chinese, Japanese or Korean, all of them."""
    without_runs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the reader should know of how the words were taken."""

    @property
    def words(self) -> str | None:
        """For the indexes of words; None when there is nothing to look for in them."""
        if not self.groups:
            return None
        found = " AND ".join(f"({' OR '.join(term.expression for term in group)})" for group in self.groups)
        if self.without:
            found = f"({found}) NOT ({' OR '.join(term.expression for term in self.without)})"
        return found

    @property
    def characters(self) -> str | None:
        """For the index of character pairs; None when there is nothing to look for in it."""
        if not self.runs:
            return None
        found = " AND ".join(cjk.expression(run) for run in self.runs)
        if self.without_runs:
            found = f"({found}) NOT ({' OR '.join(map(cjk.expression, self.without_runs))})"
        return found

    def __bool__(self) -> bool:
        return bool(self.groups or self.runs)


def clean(text: str) -> str:
    """What was typed, without control characters and lone surrogates."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def parse(text: str) -> Query:
    """Words (all of them), "phrases", beginnings*, -without, either OR other."""
    query = Query()
    text = clean(text).translate(_QUOTES)
    if len(text) > MAX_LENGTH:
        text = text[:MAX_LENGTH]
        query.notes.append(f"The query is long: only its first {MAX_LENGTH} characters are looked for.")
    if text.count('"') % 2:
        text = text[: text.rindex('"')] + " " + text[text.rindex('"') + 1 :]
        query.notes.append("A quotation mark has no partner: the words after it were looked for one by one.")
    either, negative, count = False, False, 0
    for token in _TOKEN.finditer(text):
        phrase, word = token["phrase"], token["word"]
        if word in ("AND", "NOT", "OR"):
            either, negative = word == "OR", word == "NOT"
            continue
        without = negative or bool(token["minus"])
        for run in cjk.RUN.findall(phrase or word or ""):
            (query.without_runs if without else query.runs).append(run)
        term = _term(phrase, word, query)
        if term is not None and count == MAX_TERMS:
            query.notes.append(f"Only the first {MAX_TERMS} words are looked for.")
            break
        if term is not None:
            count += 1
            if without:
                query.without.append(term)
            elif either and query.groups:
                query.groups[-1].append(term)
            else:
                query.groups.append([term])
        either = negative = False
    if not query and text.strip():
        query.notes.append(
            "Only words to leave out were given, so all documents are shown: add a word to look for."
            if query.without or query.without_runs
            else "There is no word in this query to look for, so all documents are shown."
        )
    return query


def _term(phrase: str | None, word: str | None, query: Query) -> Term | None:
    text = cjk.RUN.sub(" ", phrase if phrase is not None else word or "").strip()
    prefix = text.endswith("*")
    text = text.rstrip("*").strip()
    if not _LETTER.search(text):
        if (phrase or word) and not cjk.RUN.search(phrase or word or ""):
            query.notes.append(f"“{phrase or word}” holds no letter or digit and was left out.")
        return None
    if "*" in text:
        query.notes.append("A star works at the end of a word only.")
    return Term(text, prefix)
