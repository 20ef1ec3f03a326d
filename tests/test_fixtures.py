"""The sample archive is whole: generated from its data, linked without a gap, true to the seed page."""

import re
import sys
from collections import Counter
from hashlib import sha256
from html import unescape
from urllib.parse import urljoin

import pytest

from harvester.sample_site import Archive

ARCHIVE = Archive()
sys.path.insert(0, str(ARCHIVE.root))

import make  # noqa: E402

SAMPLE = make.Sample()
MADE = SAMPLE.pages() | make.catalog_cases(ARCHIVE)
DOCUMENTS = {document["slug"]: document for document in SAMPLE.documents}
KINDS = {"document", "catalog", "person", "place", "topic", "list", "legacy"}
NOT_PAGES = {"challenge", "not-found", "error", "empty", "other"}


def pages(kind: str = "*") -> dict[str, str]:
    return {f"{p.parent.parent.name}/{p.parent.name}": p.read_text("utf-8")
            for p in sorted(ARCHIVE.root.glob(f"{kind}/*/input.html"))}  # fmt: skip


def words(markup: str) -> str:
    """The words of markup, none lost and none joined by us."""
    return re.sub(
        r"\s+", "", unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]*>", "", markup, flags=re.S))
    )


def test_what_is_on_disk_is_what_make_writes() -> None:
    stale = [name for name, content in MADE.items() if (ARCHIVE.root / name).read_bytes() != content]
    assert not stale, "run: python tests/fixtures/make.py"


def test_no_generated_page_without_data() -> None:
    for kind in ("document", "person", "place", "topic", "list"):
        assert {f"{name}/input.html" for name in pages(kind)} <= set(MADE)


def test_every_kind_of_page_and_enough_documents() -> None:
    counts = Counter(path.parent.parent.name for path in ARCHIVE.root.glob("*/*/input.*"))
    assert set(counts) == KINDS | NOT_PAGES
    assert counts["document"] >= 30
    assert sum(path.stat().st_size for path in ARCHIVE.root.glob("*/*/*")) < 4_000_000


def test_ids_are_unique() -> None:
    for key in ("node", "record_id"):
        known = [document[key] for document in SAMPLE.documents if document[key]]
        assert len(known) == len(set(known))


@pytest.mark.parametrize("name", [name for name in MADE if re.match(r"(document|person|list|catalog)/.*html", name)])
def test_no_link_leads_nowhere(name: str) -> None:
    """But for the few addresses of the chrome that no harvest follows."""
    page = MADE[name].decode()
    path = re.search(r'rel="canonical" href="https://[^/]+([^"]+)"', page)[1]
    links = {urljoin(path, unescape(link)) for link in re.findall(r'(?:href|data)="([^"#]+)', page)}
    own = {
        link
        for link in links
        if link.startswith("/") and not re.match(r"/(about|privacy|themes/|sites/.*(css|js|jpg))", link)
    }
    missing = {link for link in own if ARCHIVE.answer(link).status not in (200, 301)}
    assert not missing


def test_chrome_has_the_classes_of_the_document_on_both_sides_of_main() -> None:
    for name, page in pages("document").items():
        before, _, rest = page.partition("<main")
        after = rest.partition("</main>")[2]
        for part in (before, after):
            for css in ("title", "date", "pill", "text-block", "content-block", "pill-block"):
                assert re.search(rf'class="(?:[^"]* )?{css}[ "]', part), (name, css)
        assert before.count("Castro, Fidel") == 1
        assert "(372) documents" in before
        assert "Related Documents" in after


def test_every_authored_word_is_in_the_page() -> None:
    shown = pages("document")
    for slug, document in DOCUMENTS.items():
        main = shown[f"document/{slug}"].partition("<main")[2].partition("</main>")[0]
        for version in document["versions"]:
            for paragraph in version["text"]:
                if "html" not in version:
                    assert words(paragraph.replace("<", "&lt;")) in words(main), slug


def test_the_seed_page() -> None:
    seed = DOCUMENTS["diary-nv-roshchin-memorandum-conversation-prime-minister-zhou-enlai-10-november-1949"]
    text = seed["versions"][0]["text"]
    assert len(text) == 14
    digest = sha256(" ".join(text).encode()).hexdigest()
    assert digest == "3ab2f00009a1cddbe076d6996c866d7c280f59fb998f6a7f367520f450a46f9e"  # of the page's text
    assert text[0] == "From the Diary of N. V. ROSHCHIN"
    assert text[-1] == "USSR Ambassador to the PRC N. Roshchin"
    assert "Com. [I.V.] Kovalev in the 5 November talk." in text[6]
    page = pages("document")[f"document/{seed['slug']}"]
    assert re.search(r"<p><style[^>]*>[^<]*</style><span[^>]*><p class=", page)
    assert re.search(r"</span><span[^>]*> </span><span", page)
