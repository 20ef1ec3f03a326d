"""Links as they stand in pages of every origin lead to the archive's own addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.pages.links import absolute
from harvester.urls import recognise

SITE = "https://digitalarchive.wilsoncenter.org"


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/people/mao-zedong", f"{SITE}/people/mao-zedong"),
        (" /people/mao-zedong/?x=1#y ", f"{SITE}/people/mao-zedong"),
        ("//digitalarchive.wilsoncenter.org/places/china", f"{SITE}/places/china"),
        ("http://wilson-center-digital-archive.dvincitest.com/places/china", f"{SITE}/places/china"),
        ("https://web.archive.org/web/20230101000000/https://digitalarchive.wilsoncenter.org/x", f"{SITE}/x"),
        ("/web/20230101000000id_/http://digitalarchive.wilsoncenter.org/topics/a", f"{SITE}/topics/a"),
        ("../people/mao-zedong.html", f"{SITE}/people/mao-zedong"),
        ("../../places/china", f"{SITE}/places/china"),
        ("../people.html?page=2", f"{SITE}/people?page=2"),
        ("/sites/default/files/a b.pdf", f"{SITE}/sites/default/files/a%20b.pdf"),
        ("./Letter_files/a.pdf", None),
        ("https://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://example.org/", None),
        ("http://[::1", None),
        ("#note", None),
        ("", None),
        (None, None),
    ],
)
def test_absolute(href: str | None, address: str | None) -> None:
    assert absolute(href) == address


_FOLDERS = ("document", "people", "places", "topics", "node", "en/document", "essays", "search", "srv/record")
_NAMES = st.lists(st.text("ab1-A.é/%", max_size=3) | st.sampled_from(["download", "12", "a-letter"]), max_size=3)


@given(st.sampled_from(["", SITE, "http://www." + SITE[8:]]), st.sampled_from(_FOLDERS), _NAMES)
def test_the_usual_spellings_are_read_as_all_others(site: str, folder: str, names: list[str]) -> None:
    url = "/".join([site, folder, *names])
    assert recognise(url) == recognise(f"{url}#")  # a fragment makes no difference, and is not usual
