"""Which of Tesseract's language packs to read a document with. Pure; raises nothing."""

from collections.abc import Collection, Iterable

from harvester.normalise.tables import rows

FALLBACK = "eng"
# Where Tesseract's name is not the ISO 639-3 code, or a language has two scripts.
_OWN_NAMES = {
    "zh": ["chi_sim", "chi_tra"],
    "sr": ["srp", "srp_latn"],
    "sh": ["hrv", "srp"],
    "az": ["aze", "aze_cyrl"],
    "uz": ["uzb", "uzb_cyrl"],
}


def wanted(languages: Iterable[str]) -> list[str]:
    """The packs for languages given by their ISO 639 codes, in order."""
    table = {row["id"]: row["codes"].split("|")[0] for row in rows("languages")}
    found = [pack for code in languages for pack in _OWN_NAMES.get(code, [table.get(code, code)])]
    return list(dict.fromkeys(found))


def choose(languages: Iterable[str], there: Collection[str]) -> tuple[list[str], list[str]]:
    """The packs to read with, and those that are missing; English stands in where none is there."""
    asked = wanted(languages)
    return [pack for pack in asked if pack in there] or [FALLBACK], [pack for pack in asked if pack not in there]
