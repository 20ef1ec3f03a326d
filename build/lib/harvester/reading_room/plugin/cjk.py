"""Chinese, Japanese and Korean for a full-text index whose tokenizer knows only spaces.

SQLite's `unicode61` takes a whole run of these characters for one word. Here a run becomes its pairs of
neighbours, and its last character alone: `毛泽东` → `毛泽 泽东 东`. A word of it is then a phrase of pairs,
a single character the beginning of one. Pure; raises nothing.
"""

import re
from itertools import pairwise

RUN = re.compile(
    "[\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# One range is three times as fast to look for; what it finds beyond the above has no grams.
_PERHAPS = re.compile("[\u3005-\U0003ffff]")


def grams(text: str) -> str:
    """What the index holds for a text: the pairs of its runs, separated by spaces; '' where it has none."""
    if text.isascii() or not _PERHAPS.search(text):
        return ""
    return " ".join(pair for run in RUN.findall(text) for pair in (*map("".join, pairwise(run)), run[-1]))


def expression(run: str) -> str:
    """The FTS5 expression that finds a run of characters in texts indexed as `grams`."""
    return f'"{" ".join(map("".join, pairwise(run)))}"' if len(run) > 1 else f'"{run}" *'
