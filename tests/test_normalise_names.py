"""Names: people and organisations told apart where it is certain, life dates where they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.normalise.names import life_dates, person

PEOPLE = [
    ("Kim, Il Sung", "Kim", "Il Sung"),
    ("Chiang, Ching-kuo (Jiang Jingguo)", "Chiang", "Ching-kuo"),
    ('Blair, Anthony Charles Lynton ("Tony")', "Blair", "Anthony Charles Lynton"),
    ("Guterres, António Manuel de Oliveira", "Guterres", "António Manuel de Oliveira"),
    ("de Gaulle, Charles", "de Gaulle", "Charles"),
    ("O'Neill, Con", "O'Neill", "Con"),
    ("Roshchin, N.V.", "Roshchin", "N.V."),
    ("Smith, J. R.", "Smith", "J. R."),
    ("Johnson, Lyndon B.", "Johnson", "Lyndon B."),
    ("King, Martin Luther, Jr.", "King", "Martin Luther, Jr."),
    ("Hồ, Chí Minh", "Hồ", "Chí Minh"),
    ("Chehab, Emir Farid", "Chehab", "Emir Farid"),  # a title, and a given name
    ("Church, Frank", "Church", "Frank"),  # names that are words of bodies too
    ("Press, Frank", "Press", "Frank"),
    ("Epstein, Israel", "Epstein", "Israel"),  # given names that are places too
    ("Zhou, Enlai (Premier of the State Council)", "Zhou", "Enlai"),
    ("John Paul II, Pope", None, None),
    ("Hussein, King of Jordan", None, None),
]
ORGANISATIONS = [
    "Japan. Foreign Ministry",
    "Japan. Foreign Ministry. Asian Affairs Bureau",
    "Telegraph Agency of the Soviet Union (TASS)",
    "TASS",
    "KGB",
    "Japan-China Import-Export Association",
    "Japan-China Cultural Exchange Association",
    "Communist Party of the Soviet Union. Central Committee",
    "United States. Department of State",
    "Hungary. Prime Minister",
    "Ministry of Foreign Affairs, Japan",
    "Japan, Ministry of Foreign Affairs",
    "Korea, Democratic People's Republic of. Ministry of Foreign Affairs",
    "United Nations",
    "Bank of China",
    "Voice of America",
    "White House",
    "Zentralkomitee der Sozialistischen Einheitspartei (SED)",
]
UNCERTAIN = [
    "Ho",
    "Tito",
    "Chou En-lai",
    "U Thant",
    "Frank Church",
    "Party, Communist",
    "Beijing, China",
    "毛泽东",
    "No. 5, Group",
]


@pytest.mark.parametrize(("name", "family", "given"), PEOPLE)
def test_people(name, family, given):
    found = person(name)
    assert (found.name, found.kind, found.family_name, found.given_names) == (name, "person", family, given)


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_organisations_have_no_family(name):
    found = person(name)
    assert (found.name, found.kind, found.family_name, found.given_names) == (name, "organisation", None, None)


@pytest.mark.parametrize("name", UNCERTAIN)
def test_what_is_not_certain_has_no_kind(name):
    found = person(name)
    assert (found.name, found.kind, found.family_name) == (name, None, None)


@pytest.mark.parametrize(
    ("shown", "life"),
    [
        ("1893-1976", ("1893-1976", 1893, 1976)),
        ("(1908-1985)", ("1908-1985", 1908, 1985)),
        ("1896 – 1958", ("1896 – 1958", 1896, 1958)),
        ("1912-", ("1912-", 1912, None)),
        ("1950-present", ("1950-present", 1950, None)),
        ("-1953", ("-1953", None, 1953)),
        ("b. 1912", ("b. 1912", 1912, None)),
        ("born 1912, died 1980", ("born 1912, died 1980", 1912, 1980)),
        ("d. 1953", ("d. 1953", None, 1953)),
        ("December 26, 1893 - September 9, 1976", ("December 26, 1893 - September 9, 1976", 1893, 1976)),
        ("ca. 1880-1950", ("ca. 1880-1950", None, 1950)),  # a year that is not certain is no year
        ("1912?-1980", ("1912?-1980", None, 1980)),
        ("1912-?", ("1912-?", 1912, None)),
        ("fl. 1950", ("fl. 1950", None, None)),
        ("1912", (None, None, None)),  # born or died?
        ("East Asia", (None, None, None)),
        ("(372) documents", (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_life_dates(shown, life):
    assert life_dates(shown) == life


@pytest.mark.parametrize(
    "shown",
    ["Mao, Zedong 1893-1976", "Mao, Zedong (1893-1976)", "Mao, Zedong, 1893-1976", "Mao, Zedong, (1893-1976)"],
)
def test_life_dates_behind_a_name_are_no_part_of_it(shown):
    heading, apart = person(shown), person("Mao, Zedong", None, "1893-1976")
    assert heading == apart
    assert (heading.id, heading.birth_year, heading.death_year) == ("mao-zedong", 1893, 1976)


def test_a_heading_with_an_open_life():
    found = person("Fedorenko, Nikolai Trofimovich 1912-")
    assert (found.name, found.birth_year, found.death_year) == ("Fedorenko, Nikolai Trofimovich", 1912, None)


def test_other_forms_of_a_name_stay_in_the_name():
    found = person("Chiang, Kai-shek (Jiang Jieshi) 1887-1975")
    assert (found.name, found.given_names) == ("Chiang, Kai-shek (Jiang Jieshi)", "Kai-shek")


def test_years_of_an_organisation_are_no_life():
    found = person("Committee of Public Safety, 1945-1947")
    assert (found.name, found.birth_year) == ("Committee of Public Safety, 1945-1947", None)
    apart = person("Warsaw Treaty Organization", None, "1955-1991")
    assert (apart.life_dates, apart.birth_year, apart.death_year) == ("1955-1991", None, None)


def test_the_link_gives_the_id_and_without_one_the_name_gives_a_stable_one():
    linked = person("Mao, Zedong", "/people/mao-zedong-0")
    assert (linked.id, linked.url) == ("mao-zedong-0", "https://digitalarchive.wilsoncenter.org/people/mao-zedong-0")
    assert person("Mao, Zedong", "http://www.digitalarchive.wilsoncenter.org/people/mao-zedong/").id == "mao-zedong"
    assert (person("Satō, Eisaku").id, person("Satō, Eisaku").url) == ("sato-eisaku", None)
    elsewhere = person("Mao, Zedong", "https://example.org/people/another")
    assert (elsewhere.id, elsewhere.url) == ("mao-zedong", None)


@given(st.text(min_size=1), st.one_of(st.none(), st.text()))
def test_any_name_is_kept_and_none_raises(name, note):
    found = person(name, None, note)
    assert found.id
    assert name.startswith(found.name)


YEARS = st.integers(1800, 2010)
WORDS = st.sampled_from(["Mao", "Zedong", "Il Sung", "Nikolai Trofimovich", "Łukasz", "Jean-Paul", "Ó Briain", "J. R."])


@given(WORDS, WORDS, YEARS, st.one_of(st.none(), st.integers(1, 110)), st.sampled_from([" {}", ", {}", " ({})"]))
def test_any_person_comes_back(family, given_names, born, age, form):
    died = born + age if age else None
    found = person(f"{family}, {given_names}" + form.format(f"{born}-{died or ''}"))
    assert (found.family_name, found.given_names) == (family, given_names)
    assert (found.birth_year, found.death_year) == (born, died)
