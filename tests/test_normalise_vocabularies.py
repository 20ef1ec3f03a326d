"""Languages, subjects, places, topics: what the tables know, and what becomes of what they don't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.items import Subject, Term
from harvester.normalise import text
from harvester.normalise.memory import remembered
from harvester.normalise.tables import rows
from harvester.normalise.vocabularies import language_of_label, languages, place, subject, term, topic

LIVE = "https://digitalarchive.wilsoncenter.org"


@pytest.mark.parametrize(
    ("shown", "ids"),
    [
        ("Russian", ["ru"]),
        ("RUSSIAN", ["ru"]),
        ("rus", ["ru"]),
        ("Русский", ["ru"]),
        ("Chinese", ["zh"]),
        ("chi", ["zh"]),
        ("中文", ["zh"]),
        ("Mandarin", ["zh"]),
        ("Cantonese", ["yue"]),
        ("German", ["de"]),
        ("ger", ["de"]),
        ("Czech", ["cs"]),
        ("Slovak", ["sk"]),
        ("Serbo-Croatian", ["sh"]),
        ("scc", ["sr"]),
        ("Farsi", ["fa"]),
        ("Persian", ["fa"]),
        ("Dari", ["prs"]),
        ("Moldovan", ["ro"]),
        ("Vietnamese", ["vi"]),
        ("Tiếng Việt", ["vi"]),
        ("mon", ["mn"]),
        ("Chinese and Korean", ["zh", "ko"]),
        ("Russian; English, Russian", ["ru", "en"]),
    ],
)
def test_languages_by_any_of_their_names(shown, ids):
    found = languages(shown)
    assert ([language.id for language in found.terms], found.unknown) == (ids, None)


def test_a_language_has_its_english_name():
    assert languages("фарси").unknown == "фарси"
    assert languages("per").terms == [Term("fa", "Persian")]


def test_an_unknown_language_is_kept_and_reported():
    assert languages("Harbor cipher") == ([Term("harbor-cipher", "Harbor cipher")], "Harbor cipher")
    assert languages("Russian and Klingon") == (
        [Term("russian-and-klingon", "Russian and Klingon")],
        "Russian and Klingon",
    )


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("English", "en"),
        ("English Translation", "en"),
        ("Translation (English)", "en"),
        ("Russian Transcript", "ru"),
        ("Transcript (Hungarian)", "hu"),
        ("Original Chinese Text", "zh"),
        ("Русский", "ru"),
        ("Serbo-Croatian Transcript", "sh"),
        ("Chinese (Simplified)", "zh"),
        ("Chinese - Simplified", "zh"),
        ("Read in English", "en"),
        ("English-language translation", "en"),
        ("Persian (Farsi)", "fa"),
        ("RU Transcript", "ru"),
        ("Русский язык", "ru"),
        ("Document No. 1", None),
        ("Original Scan", None),
        ("Transcript", None),
        ("PDF", None),
        ("", None),
        (None, None),
    ],
)
def test_the_language_of_a_tab(label, language):
    found = language_of_label(label)
    assert ([found.id for found in found.terms], found.unknown) == ([language] if language else [], None)


@pytest.mark.parametrize("label", ["As read", "Klingon Transcript", "Russian and English"])
def test_a_tab_whose_label_names_no_known_language_is_reported(label):
    assert language_of_label(label) == ([], label)


def test_the_table_of_languages_gives_each_name_one_language():
    owners: dict[str, set[str]] = {}
    for row in rows("languages"):
        for name in [row["id"], row["name"], *row["aliases"].split("|"), *row["codes"].split("|")]:
            owners.setdefault(name.casefold(), set()).add(row["id"])
    owners.pop("", None)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}
    assert len([row for row in rows("languages") if len(row["id"]) == 2]) == 184  # all of ISO 639-1, and `sh`


def test_subjects_are_taken_apart_where_the_heading_says():
    assert subject("China--Foreign relations--Soviet Union") == Subject(
        id="china-foreign-relations-soviet-union",
        name="China--Foreign relations--Soviet Union",
        heading="China",
        subdivisions=["Foreign relations", "Soviet Union"],
    )
    history = subject("China--History--Cultural Revolution, 1966-1976")
    assert history.subdivisions == ["History", "Cultural Revolution, 1966-1976"]
    assert subject("Ukraine--Economic policy--1991-").subdivisions == ["Economic policy", "1991-"]
    assert (subject("North Atlantic Treaty Organization").heading, subject("NATO").subdivisions) == (
        "North Atlantic Treaty Organization",
        [],
    )


def test_terms_have_slugs():
    assert term("German Federal Archives (BArch)") == Term(
        "german-federal-archives-barch", "German Federal Archives (BArch)"
    )


def test_places_get_the_table_s_coordinates_and_keep_the_site_s_region():
    found = place("East Germany", "/places/east-germany", "Eastern Europe")
    assert (found.id, found.region, found.url) == ("east-germany", "Eastern Europe", f"{LIVE}/places/east-germany")
    assert (round(found.latitude), round(found.longitude)) == (52, 13)
    assert place("German Democratic Republic").latitude == found.latitude
    assert (place("China (East Asia)").name, place("China (East Asia)").region) == ("China", "East Asia")
    assert place("China", "/places/china", "(East Asia)") == place("China (East Asia)", "/places/china")
    assert place("Korea (North)").name == "Korea (North)"
    nowhere = place("Ruritania")
    assert (nowhere.id, nowhere.latitude, nowhere.longitude, nowhere.url) == ("ruritania", None, None, None)


ARCHIVE_S_PLACES = """Soviet Union, Czechoslovakia, Yugoslavia, North Vietnam, South Vietnam, Manchuria, Taiwan, Japan,
Southeast Asia, India, Pakistan, Great Britain, Portugal, Turkey, Iran, Afghanistan, Ukraine, Kazakhstan"""


@pytest.mark.parametrize("name", ARCHIVE_S_PLACES.replace("\n", " ").split(", "))
def test_the_table_knows_the_places_of_the_archive(name):
    assert place(name).latitude is not None


def test_the_table_of_places_is_sound():
    owners: dict[str, str] = {}
    for row in rows("places"):
        assert row["kind"] in ("country", "state", "region", "city"), row
        assert -90 <= float(row["latitude"]) <= 90, row
        assert -180 <= float(row["longitude"]) <= 180, row
        for name in filter(None, [row["name"], *row["aliases"].split("|")]):
            assert owners.setdefault(text.slugify(name), row["name"]) == row["name"], name
    assert len(rows("places")) > 450


@pytest.mark.parametrize(
    ("note", "count"),
    [
        ("(372) documents", 372),
        ("(43)", 43),
        ("1,024 documents", 1024),
        ("1 document", 1),
        (None, None),
        ("many", None),
    ],
)
def test_topics_keep_the_number_the_site_claims(note, count):
    found = topic("Korean War, 1950-1953", "/topics/korean-war-1950-1953", note)
    assert (found.id, found.name, found.document_count) == ("korean-war-1950-1953", "Korean War, 1950-1953", count)


@pytest.mark.parametrize(
    ("shown", "name", "count"),
    [
        ("Cuban Missile Crisis (693)", "Cuban Missile Crisis", 693),
        ("Korean War, 1950-1953 (1,372) documents", "Korean War, 1950-1953", 1372),
        ("Hungarian Uprising (1956)", "Hungarian Uprising (1956)", None),
    ],
)
def test_the_number_may_stand_in_the_name(shown, name, count):
    found = topic(shown, "/topics/some")
    assert (found.name, found.document_count) == (name, count)


@given(st.text(min_size=1))
def test_no_value_raises_and_each_has_an_id(shown):
    assert term(shown).id
    assert subject(shown).id
    assert place(shown).id
    assert all(found.id for found in languages(shown).terms)
    assert language_of_label(shown).unknown in (None, text.line(shown))


def test_values_are_remembered_unless_a_hostile_page_made_them_long():
    calls = []

    @remembered(2)
    def measure(value: str | None, other: str | None = None) -> int:
        calls.append(value)
        return len(value or "") + len(other or "")

    assert [measure("a"), measure("a"), measure(None), measure(None)] == [1, 1, 0, 0]
    assert calls == ["a", None]
    assert measure("a", "x" * 9_999) == measure("a", "x" * 9_999) == 10_000
    assert len(calls) == 4
