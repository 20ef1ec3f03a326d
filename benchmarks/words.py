"""Words for pages that nobody wrote: a lexicon of 30,000, used as often as words of a language are (Zipf)."""

from functools import cache
from itertools import accumulate
from random import Random

_COMMON = """the of and to in a that was with for by on he his at from it not this be as had their which were they has
we would have our will is there said been its also but all if who when are no should these between after two must
comrade government minister embassy ambassador party committee talks question delegation meeting treaty agreement
countries people leadership policy position visit proposal telegram aid border forces troops relations trade council
session report information situation question leaders side reply peace war policy union economic military political
secretary foreign central socialist friendship assistance negotiations conference republic premier president"""
_ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sc sh sl sp st str t th tr v w y z".split()
_VOWELS = "a e i o u ai ea ie oo ou".split()
_CODAS = ["", "", "n", "r", "l", "s", "t", "m", "nd", "nt", "rd", "st", "ck", "ng"]
_SIZE = 30_000


@cache
def lexicon() -> tuple[list[str], list[float]]:
    """The words, commonest first, and their cumulative weights."""
    random = Random("lexicon")
    words = dict.fromkeys(_COMMON.split())
    while len(words) < _SIZE:
        parts = random.choices((1, 2, 3, 4), (1, 5, 5, 2))[0]
        words[
            "".join(random.choice(_ONSETS) + random.choice(_VOWELS) + random.choice(_CODAS) for _ in range(parts))
        ] = None
    return list(words), list(accumulate(1 / (rank + 2.7) for rank in range(_SIZE)))


@cache
def _drawn() -> list[str]:
    """Words as they come, drawn once: to pick one of these is ten times as fast as to weigh them all again."""
    words, weights = lexicon()
    return Random("drawn").choices(words, cum_weights=weights, k=1 << 18)


def some(random: Random, count: int) -> list[str]:
    """`count` words as they come."""
    return random.choices(_drawn(), k=count)


def sentences(random: Random, count: int) -> list[str]:
    """About `count` words in sentences."""
    found, words, at = [], some(random, count), 0
    while at < count:
        end = at + random.randint(6, 28)
        found.append(" ".join(words[at:end]).capitalize() + ".")
        at = end
    return found


def paragraphs(random: Random, count: int) -> list[str]:
    """About `count` words in paragraphs of one to six sentences."""
    found, said, at = [], sentences(random, count), 0
    while at < len(said):
        end = at + random.randint(1, 6)
        found.append(" ".join(said[at:end]))
        at = end
    return found


def name(random: Random) -> str:
    """One capitalised word that is not of the language: a proper name."""
    return "".join(random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(random.randint(2, 3))).capitalize()
