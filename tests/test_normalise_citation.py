"""Citations: what is plain is taken apart, what is not is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.normalise.citation import read

JAPAN = "Diplomatic Archives of the Ministry of Foreign Affairs of Japan"
FORMS = {
    "Nehru Memorial Museum and Library, File No. JNSG, vol. 21-1.": {
        "archive": "Nehru Memorial Museum and Library",
        "file": "JNSG",
        "volume": "21-1",
    },
    f"{JAPAN}, File A’0392 (Microfilm). Contributed by Robert Hoppens and translated by Stephen Mercado.": {
        "archive": JAPAN,
        "file": "A’0392",
        "people": ["contributor Robert Hoppens", "translator Stephen Mercado"],
    },
    "BArch, B 136/59748, 403-410. Contributed, transcribed, and translated by Stephan Kieninger.": {
        "archive": "BArch",
        "people": [f"{role} Stephan Kieninger" for role in ("contributor", "transcriber", "translator")],
    },
    "RGANI, Fond 2, Opis 1, Delo 12 a, Listy 5-7": {
        "archive": "RGANI",
        "fond": "2",
        "opis": "1",
        "delo": "12 a",
        "listy": "5-7",
    },
    # Of two files neither is the document's.
    "AVPRF, f. 100, op. 1, d. 3, 4, ll. 5, 7-9": {"archive": "AVPRF", "fond": "100", "opis": "1", "listy": "5, 7-9"},
    "Archive of the President, Russian Federation (APRF), f. 45, op. 1, d. 5": {
        "archive": "Archive of the President, Russian Federation (APRF)",
        "fond": "45",
        "opis": "1",
        "delo": "5",
    },
    "RGANI, f. 5, op. 49, d. 131, ll. 193-194. Translated by Gary Goldberg.": {
        "archive": "RGANI",
        "fond": "5",
        "opis": "49",
        "delo": "131",
        "listy": "193-194",
        "people": ["translator Gary Goldberg"],
    },
    "Obtained by Béla Révész; translated and edited by Barnabás Vajd, Laura Deal, and Karl P. Benziger.": {
        "people": [
            "obtainer Béla Révész",
            "translator Barnabás Vajd",
            "translator Laura Deal",
            "translator Karl P. Benziger",
        ]
    },
    "AVPRF f. 0100, op. 34, 1946, p. 253, d. 18. Obtained and translated for CWIHP by Austin Jersild.": {
        "archive": "AVPRF",
        "fond": "0100",
        "opis": "34",
        "papka": "253",
        "delo": "18",
        "people": ["obtainer Austin Jersild", "translator Austin Jersild"],
    },
    "AVPRF, Fond 0100, Opis 46, Papka 374, Delo 121, listy 5-8, 11ob.": {
        "archive": "AVPRF",
        "fond": "0100",
        "opis": "46",
        "papka": "374",
        "delo": "121",
        "listy": "5-8, 11ob",
    },
    "AVP RF, f. 0100, op. 42, por. 19, pap. 288, ll. 81-85.": {
        "archive": "AVP RF",
        "fond": "0100",
        "opis": "42",
        "papka": "288",
        "listy": "81-85",
    },
    "AVP RF, f. 0100, op. 42, p. 288.": {"archive": "AVP RF", "fond": "0100", "opis": "42"},  # papka, or page?
    "AVP RF, F. 3, Op. 65, d. 363, Papka 5, l. 12": {
        "archive": "AVP RF",
        "fond": "3",
        "opis": "65",
        "papka": "5",
        "delo": "363",
        "listy": "12",
    },
    "State Archive of the Russian Federation (GARF), f. R-9401, op. 2, d. 66, ll. 110-111, 1945": {
        "archive": "State Archive of the Russian Federation (GARF)",
        "fond": "R-9401",
        "opis": "2",
        "delo": "66",
        "listy": "110-111",
    },
    "RGASPI, fund 17, list 137, file 946, list 3": {
        "archive": "RGASPI",
        "fond": "17",
        "opis": "137",
        "delo": "946",
        "listy": "3",
    },
    "РГАСПИ, ф. 558, оп. 11, д. 97, лл. 67-70": {
        "archive": "РГАСПИ",
        "fond": "558",
        "opis": "11",
        "delo": "97",
        "listy": "67-70",
    },
    "RAN, f. 579, op. 2, d. 37.": {"archive": "RAN", "fond": "579", "opis": "2", "delo": "37"},
    "PRC FMA 105-00135-01, 1-5. Translated for NKIDP by Jeffrey Wang.": {
        "archive": "PRC FMA",
        "people": ["translator Jeffrey Wang"],
    },
    "Fujian Provincial Archive 222-12-288, pp. 2-6.": {"archive": "Fujian Provincial Archive"},
    "John F. Kennedy Library, National Security Files, Box 316, Folder 2.": {
        "archive": "John F. Kennedy Library",
        "box": "316",
        "folder": "2",
    },
    "Chehab Collection, GB165-0384, Box 13, File 149/13, Middle East Centre Archive, St Antony’s College, Oxford.": {
        "archive": "Middle East Centre Archive",
        "file": "149/13",
        "box": "13",
    },
    "Milovan Djilas. Wartime. Translated by Michael B. Petrovich. (New York: Harcourt, 1977), 385-387.": {
        "people": ["translator Michael B. Petrovich"]
    },
    "Translated from Russian by Svetlana Savranskaya and James Person, Jr. for CWIHP.": {
        "people": ["translator Svetlana Savranskaya", "translator James Person, Jr."]
    },
    "Translated for CWIHP by Gary Goldberg, National Security Archive.": {"people": ["translator Gary Goldberg"]},
    "Obtained by Yu. V. Melnik and by others; translated by Gary Wu. Published in 1999.": {
        "people": ["obtainer Yu. V. Melnik", "translator Gary Wu"]
    },
    "Translated by Jane Doe, London School of Economics": {"people": ["translator Jane Doe"]},
    "Obtained by A. B. Smith. AVPRF, f. 1, op. 2, d. 3.": {
        "archive": "AVPRF",
        "fond": "1",
        "opis": "2",
        "delo": "3",
        "people": ["obtainer A. B. Smith"],
    },
}


@pytest.mark.parametrize("source", FORMS)
def test_what_is_plain_is_taken_apart(source):
    found = dict(vars(read(source)))
    found["people"] = [f"{person.role} {person.name}" for person in found["people"]]
    assert {name: value for name, value in found.items() if value} == FORMS[source]


@pytest.mark.parametrize(
    "source",
    [
        None,
        "",
        "unknown",
        "Private collection. Contributed by the family.",
        "Documents obtained by the National Security Archive.",
        "Pravda, November 4, 1957, 1.",
        "Published in the archives of nobody",
        "Translated from Russian for the sample.",
        "NA, f. 02/2, sv. 146, a.j. 190.",  # fond, folio or Hungarian form? Nothing says
        "Yale University Library; Harvard University Library",
    ],
)
def test_what_is_not_plain_is_left_alone(source):
    assert read(source) is None


def test_of_two_shelfmarks_or_files_none_is_the_document_s():
    two = read("RGANI, f. 5, op. 30, d. 1; f. 5, op. 30, d. 2")
    assert (two.archive, two.fond, two.delo) == ("RGANI", None, None)
    assert read("BArch, File 12, File 13").file is None


NUMBER = st.integers(1, 9999)


@given(st.sampled_from(["AVPRF", "RGASPI", "GARF"]), NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, st.booleans())
def test_any_russian_shelfmark_comes_back(archive, fond, opis, delo, first, last, words):
    form = "{}, fond {}, opis {}, delo {}, listy {}-{}" if words else "{}, f. {}, op. {}, d. {}, ll. {}-{}."
    found = read(form.format(archive, fond, opis, delo, first, last))
    assert (found.archive, found.fond, found.opis, found.delo) == (archive, str(fond), str(opis), str(delo))
    assert found.listy == f"{first}-{last}"


PARTS = st.sampled_from(
    [
        "RGANI",
        "f.",
        "fond",
        "op. 3",
        "d.",
        "5",
        "ll.",
        "translated",
        "by",
        "and",
        "for",
        "Gary Goldberg",
        "Archive",
        ",",
        ".",
        "(",
        "File",
    ]
)


@given(st.one_of(st.text(), st.lists(PARTS, max_size=14).map(" ".join)))
def test_any_other_string_never_raises_and_nothing_is_invented(source):
    found = read(source)
    if found:
        values = [value for name, value in vars(found).items() if name != "people" and value]
        assert all(value in source for value in values + [person.name for person in found.people])
