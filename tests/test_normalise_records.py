"""Pages become records: what is chosen, kept, joined and reported."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.items import Document, Mention, Person, Place, Subject, Term, Text, Topic
from harvester.normalise import records, text
from harvester.pages.model import (
    CatalogPage,
    DocumentPage,
    LegacyPage,
    NotAPage,
    Pill,
    TermEntry,
    TermListPage,
    TermPage,
    Version,
)

LIVE = "https://digitalarchive.wilsoncenter.org"
SCANS = "/sites/default/files/shared-media/imported_document_original_file"


def read(**values) -> Document:
    values = {"url": f"{LIVE}/document/a-letter", "slug": "a-letter", "text_from": "template"} | values
    (record,) = records(DocumentPage(**values))
    assert isinstance(record, Document)
    return record


def version(label: str | None, body: str | None, scans: tuple[str, ...] = ()) -> Version:
    return Version(label, body, f"<p>{body}</p>" if body else None, scans=list(scans))


def test_a_whole_page():
    found = read(
        node_id=99018,
        title="A Letter",
        date="November 10, 1949",
        credit="This document was made possible with support from Leon Levy Foundation",
        summary="A letter.",
        authors=[Pill("Japan. Foreign Ministry", "/people/japan-foreign-ministry")],
        people=[Pill("Mao, Zedong", f"{LIVE}/people/mao-zedong")],
        contributors=[Pill("Hoppens, Robert")],
        places=[Pill("Japan", "/places/japan")],
        subjects=[Pill("Japan--Economic policy")],
        versions=[version("English", "From X.\n\nTo Y.")],
        source="RGANI, f. 5, op. 49.",
        uploaded="2023-10-10",
        rights="Free.",
        record_id="300653",
        classification="Secret",
        archives=[Pill("German Federal Archives (BArch)")],
        languages=[Pill("Russian")],
        donors=[Pill("Leon Levy Foundation")],
        download=f"{LIVE}/document/99018/download",
        agreement=0.99,
        flags=["depth"],
    )
    assert (found.slug, found.record_id, found.node_id) == ("a-letter", 300653, 99018)
    assert (found.url, found.legacy_url) == (f"{LIVE}/document/a-letter", f"{LIVE}/document/300653")
    assert (found.title, found.summary, found.rights, found.classification) == (
        "A Letter",
        "A letter.",
        "Free.",
        "Secret",
    )
    assert (found.date_text, found.date_edtf) == ("November 10, 1949", "1949-11-10")
    assert (found.date_earliest, found.date_latest) == ("1949-11-10", "1949-11-10")
    assert found.credit.endswith("Leon Levy Foundation")
    assert (found.text, found.html) == ("From X.\n\nTo Y.", "<p>From X.\n\nTo Y.</p>")
    assert (found.text_language, found.text_from, found.text_agreement, found.word_count) == ("en", "template", 0.99, 4)
    assert [(m.role, m.person.id, m.person.kind) for m in found.people] == [
        ("author", "japan-foreign-ministry", "organisation"),
        ("associated", "mao-zedong", "person"),
        ("contributor", "hoppens-robert", "person"),
    ]
    assert [(place.id, place.latitude is None) for place in found.places] == [("japan", False)]
    assert found.subjects == [
        Subject("japan-economic-policy", "Japan--Economic policy", "Japan", ["Economic policy"]),
    ]
    assert found.archives == [Term("german-federal-archives-barch", "German Federal Archives (BArch)")]
    assert (found.languages, found.donors) == (
        [Term("ru", "Russian")],
        [Term("leon-levy-foundation", "Leon Levy Foundation")],
    )
    assert (found.source, found.citation.fond) == ("RGANI, f. 5, op. 49.", "5")
    assert (found.uploaded, found.files) == ("2023-10-10", [f"{LIVE}/document/99018/download"])
    assert (found.texts, found.topics, found.other, found.flags, found.unknown) == ([], [], {}, ["depth"], [])


def test_an_empty_page_has_no_values_and_nothing_unknown():
    found = read()
    assert {name for name, value in vars(found).items() if value} == {"slug", "url"}


def test_english_is_the_text_wherever_its_tab_stands_and_the_others_keep_their_places():
    found = read(versions=[version("Russian", "Два"), version("English Translation", "Two"), version("Chinese", "二")])
    assert (found.text, found.text_language) == ("Two", "en")
    assert found.texts == [Text(0, "ru", "Russian", "Два", "<p>Два</p>"), Text(2, "zh", "Chinese", "二", "<p>二</p>")]


def test_without_english_the_first_that_has_text_is_the_text():
    found = read(versions=[version("Russian", None, ("/a.pdf",)), version("Chinese", "二"), version("Korean", "둘")])
    assert (found.text, found.text_language, found.word_count) == ("二", "zh", 1)
    assert [(other.position, other.language, other.text) for other in found.texts] == [(0, "ru", None), (2, "ko", "둘")]


def test_english_that_is_only_a_scan_is_not_the_text():
    found = read(versions=[version("English", None, ("/a.pdf",)), version("Russian", "Два")])
    assert (found.text, found.text_language, [other.language for other in found.texts]) == ("Два", "ru", ["en"])


def test_a_version_without_a_label_has_no_language():
    found = read(versions=[version(None, "Two")], languages=[Pill("Russian")])
    assert (found.text, found.text_language, found.texts) == ("Two", None, [])


def test_a_scan_alone_is_no_text():
    found = read(versions=[version(None, None, (f"{SCANS}/a.pdf",))])
    assert (found.text, found.text_from, found.word_count) == (None, None, None)
    assert found.texts == [Text(0)]
    assert found.files == [f"{LIVE}{SCANS}/a.pdf"]


def test_files_are_absolute_and_named_once_the_download_first():
    found = read(
        download="/document/99018/download",
        versions=[
            version(
                "English", "Two", (f"{SCANS}/b.pdf", "http://wilson-center.drivingcreative.com/document/99018/download")
            ),
            version(
                "Russian", None, (f"{SCANS}/b.pdf", "https://example.org/c.pdf", "javascript:alert(1)", "http://[")
            ),
        ],
    )
    assert found.files == [f"{LIVE}/document/99018/download", f"{LIVE}{SCANS}/b.pdf", "https://example.org/c.pdf"]


def test_a_name_counts_once_in_a_role_and_again_in_another():
    mao, lin = Pill("Mao, Zedong", "/people/mao-zedong"), Pill("Lin, Biao")
    found = read(
        authors=[mao], people=[lin, mao, mao, Pill("Lin, Biao", "https://example.org/lin")], places=[Pill("China")] * 2
    )
    assert [(m.role, m.person.id) for m in found.people] == [
        ("author", "mao-zedong"),
        ("associated", "lin-biao"),
        ("associated", "mao-zedong"),
    ]
    assert [place.id for place in found.places] == ["china"]


def test_what_no_table_knows_is_kept_and_reported_once():
    found = read(
        date="the day after",
        record_id="30065x",
        uploaded="soon",
        other={"Provenance": ["A cellar"], "Condition": ["Damp", "Torn"]},
        languages=[Pill("Klingon"), Pill("Russian")],
        versions=[version("English", "Two"), version("Klingon", "cha'")],
    )
    assert (found.date_text, found.date_edtf, found.date_earliest, found.date_latest) == (
        "the day after",
        None,
        None,
        None,
    )
    assert (found.record_id, found.legacy_url, found.uploaded) == (None, None, None)
    assert found.other == {"Provenance": ["A cellar"], "Condition": ["Damp", "Torn"]}
    assert found.languages == [Term("klingon", "Klingon"), Term("ru", "Russian")]
    assert found.texts == [Text(1, None, "Klingon", "cha'", "<p>cha'</p>")]
    assert found.unknown == [
        "label: Provenance",
        "label: Condition",
        "date: the day after",
        "uploaded: soon",
        "record id: 30065x",
        "language: Klingon",
    ]


def test_no_date_is_not_reported():
    assert (read(date="Undated").date_text, read(date="Undated").unknown) == ("Undated", [])


@pytest.mark.parametrize("shown", ["12", "3" * 19, "٣", "-1", "1.5", "1e3"])
def test_a_record_id_is_a_plain_number_that_fits(shown):
    found = read(record_id=shown)
    assert (found.record_id, found.unknown) in [(12, []), (None, [f"record id: {shown}"])]
    assert (found.record_id == 12) == (shown == "12")


def test_people_places_and_topics_from_their_own_pages():
    life = "Chairman.\n\nHe led the country."
    assert records(TermPage("person", f"{LIVE}/people/mao-zedong", "mao-zedong", "Mao, Zedong", "1893-1976", life)) == [
        Person(
            id="mao-zedong",
            name="Mao, Zedong",
            kind="person",
            family_name="Mao",
            given_names="Zedong",
            life_dates="1893-1976",
            birth_year=1893,
            death_year=1976,
            biography=life,
            url=f"{LIVE}/people/mao-zedong",
        )
    ]
    (china,) = records(TermPage("place", f"{LIVE}/places/china", "china", "China", "East Asia"))
    assert isinstance(china, Place)
    assert (china.id, china.region, china.url, china.latitude is None) == (
        "china",
        "East Asia",
        f"{LIVE}/places/china",
        False,
    )
    assert records(
        TermPage("topic", f"{LIVE}/topics/space-race", "space-race", "Space Race", "(43) documents", "Up.", "87205")
    ) == [Topic("space-race", "Space Race", "Up.", 43, f"{LIVE}/topics/space-race", "87205")]


def test_lists_give_a_record_an_entry_in_order():
    entries = [
        TermEntry(f"{LIVE}/people/tass", "tass", "Telegraph Agency of the Soviet Union (TASS)"),
        TermEntry(f"{LIVE}/people/kim-il-sung", "kim-il-sung", "Kim, Il Sung", "(1912-1994)"),
    ]
    found = records(TermListPage("person", f"{LIVE}/people", entries=entries))
    assert [(person.id, person.kind, person.death_year) for person in found if isinstance(person, Person)] == [
        ("tass", "organisation", None),
        ("kim-il-sung", "person", 1994),
    ]


def test_the_page_of_a_person_and_a_pill_agree_on_name_and_id():
    (page,) = records(TermPage("person", f"{LIVE}/people/mao-zedong", "mao-zedong", "Mao, Zedong 1893-1976"))
    (mention,) = read(people=[Pill("Mao, Zedong", "/people/mao-zedong")]).people
    assert mention == Mention(mention.person, "associated")
    assert isinstance(page, Person)
    assert (page.id, page.name, page.family_name) == (
        mention.person.id,
        mention.person.name,
        mention.person.family_name,
    )


def test_a_legacy_record_stands_in_until_the_slug_is_known():
    (found,) = records(
        LegacyPage(
            url=f"{LIVE}/srv/record/134696.json",
            record_id=134696,
            form="json",
            title="TASS Digest",
            date="October 16, 1945",
            doc_date="19451016",
            type="Report",
            authors=["Telegraph Agency of the Soviet Union (TASS)"],
            contributors=["Radchenko, Sergey"],
            subjects=["Stalin, Joseph, 1879-1953"],
            places=["Soviet Union"],
            collections=["Stalin and the Cold War"],
            publishers=["CWIHP"],
            languages=["rus", "xxx"],
            archives=["RGASPI"],
            versions=[version("English", "Digest")],
            files=["/document/134696.pdf"],
            uploaded="2012-07-02 16:12:00",
            updated="2017-10-13 15:57:42",
            first_published="2012-07-03 00:00:00",
        )
    )
    assert isinstance(found, Document)
    assert (found.slug, found.record_id, found.legacy_url) == ("record-134696", 134696, f"{LIVE}/document/134696")
    assert (found.date_text, found.date_edtf, found.type) == ("October 16, 1945", "1945-10-16", "Report")
    assert [(m.role, m.person.kind) for m in found.people] == [("author", "organisation"), ("contributor", "person")]
    assert [language.id for language in found.languages] == ["ru", "xxx"]
    assert (found.text, found.text_from, found.text_language) == ("Digest", "legacy", "en")
    assert (found.uploaded, found.first_published) == ("2012-07-02", "2012-07-03")
    assert (found.collections, found.other["Publisher"]) == (["Stalin and the Cold War"], ["CWIHP"])
    assert found.files == [f"{LIVE}/document/134696.pdf"]
    assert found.unknown == ["language: xxx"]


@pytest.mark.parametrize(
    ("shown", "compact", "edtf", "unknown"),
    [
        ("May 19, 1944", "19440519", "1944-05-19", []),
        (None, "19440500", "1944-05", []),
        ("1950s", "19500101", "195X", []),
        ("Undated", "19500101", None, []),
        (None, "00000000", None, []),
        (None, "1950", None, []),
        ("1944 or so", "19440000", None, ["date: 1944 or so"]),
        (None, None, None, []),
    ],
)
def test_a_legacy_date_is_the_shown_one_or_else_the_compact_one(shown, compact, edtf, unknown):
    (found,) = records(LegacyPage(f"{LIVE}/document/1", 1, date=shown, doc_date=compact))
    assert isinstance(found, Document)
    assert (found.date_text, found.date_edtf, found.unknown) == (shown, edtf, unknown)


def test_the_catalog_and_what_is_no_page_hold_no_records():
    assert records(CatalogPage(f"{LIVE}/search?page=0")) == []
    assert records(NotAPage(f"{LIVE}/document/a-letter", "challenge", "bm-verify")) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("One two-three, it's four.", 4),
        ("It’s “quoted” — twice… 10 – 12", 5),
        ("- a -- b ' c '-' d--e", 5),
        ("Привет, мир", 2),
        ("毛主席 said 二 words", 6),
        ("", 0),
        (None, None),
    ],
)
def test_words_are_counted_the_same_in_any_script(body, count):
    assert text.count_words(body) == count


@given(st.text(alphabet="ab_1'-’‘“”–—… \n.,;é中\xa0", max_size=40))
def test_the_fast_count_is_the_count_of_the_words(body):
    assert text.count_words(body) == len(text.words(body))


SHOWN = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["1962?", "Kim, Il Sung", "f. 5, op. 1", "English"]))
PILLS = st.lists(st.builds(Pill, st.text(min_size=1, max_size=20), SHOWN), max_size=3)
PAGES = st.builds(
    DocumentPage,
    url=st.just(f"{LIVE}/document/a"),
    slug=st.just("a"),
    date=SHOWN,
    source=SHOWN,
    uploaded=SHOWN,
    record_id=SHOWN,
    authors=PILLS,
    places=PILLS,
    subjects=PILLS,
    languages=PILLS,
    donors=PILLS,
    versions=st.lists(st.builds(Version, SHOWN, SHOWN, SHOWN, scans=st.lists(st.text(), max_size=2)), max_size=3),
    download=SHOWN,
    other=st.dictionaries(st.text(max_size=9), st.lists(st.text(), max_size=2), max_size=2),
)


@given(PAGES)
def test_no_page_raises_and_its_record_travels_between_processes(page):
    (found,) = records(page)
    assert pickle.loads(pickle.dumps(found)) == found
    assert isinstance(found, Document)
    assert found.date_text == page.date
    assert len({place.id for place in found.places}) == len(found.places)
