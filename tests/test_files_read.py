"""Reading PDFs in processes of their own: what is in them, and what happens to those that misbehave."""

import asyncio
import shutil
from pathlib import Path

import pdfs
import pytest
from fixtures.pdf import assemble

from harvester.files import languages, ocr, reader
from harvester.files.paragraphs import Line, join
from harvester.files.reader import Limits
from harvester.store.files import Contents

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


def read(folder: Path, data: bytes, limits: Limits | None = None, packs: list[str] | None = None) -> Contents:
    path = folder / "it.pdf"
    path.write_bytes(data)
    return asyncio.run(reader.read(path, limits or Limits(), packs))


def text_of(title: str, paragraphs: list[str]) -> str:
    return "\n\n".join([title, *paragraphs])


def test_a_pdf_gives_its_pages_paragraphs_and_metadata(tmp_path: Path) -> None:
    paragraphs = [f"{number}. {text}" for number in range(40) for text in pdfs.PARAGRAPHS]
    contents = read(tmp_path, pdfs.text("Minutes", paragraphs))
    assert (contents.condition, contents.pages, contents.text_from) == ("ok", 5, "pdf")
    assert contents.text == text_of("Minutes", paragraphs), "paragraphs go on over the end of a page"
    assert contents.metadata == {"title": "Minutes", "producer": "Sample archive"}


@pytest.mark.parametrize(
    ("kind", "condition", "pages", "lacking"),
    [
        ("image", "image-only", 1, 1),
        ("both", "ok", 2, 1),
        ("encrypted", "encrypted", None, None),
        ("locked", "ok", 1, None),
        ("broken", "broken", None, None),
    ],
)
def test_every_kind_is_recorded_as_what_it_is(
    tmp_path: Path, kind: str, condition: str, pages: int | None, lacking: int | None
) -> None:
    contents = read(tmp_path, getattr(pdfs, kind)())
    assert (contents.condition, contents.pages) == (condition, pages)
    assert contents.metadata.get("pages_without_text") == lacking
    assert bool(contents.problem) == (condition in ("encrypted", "broken"))


def test_a_pdf_without_its_end_is_broken_though_a_reader_can_mend_it(tmp_path: Path) -> None:
    whole = pdfs.text()
    contents = read(tmp_path, whole[: whole.rindex(b"xref\n")])
    assert (contents.condition, contents.pages, contents.problem) == ("broken", 1, "its end is missing")
    assert "Ambassador" in (contents.text or "")


def endless() -> bytes:
    """A page that draws a form that draws a form …, each many times."""
    resources = b"/Resources << /XObject << /F %d 0 R >> >>"
    again = b"/F Do\n" * 3000
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
        b"<< >>",
        b"<< /Title (Endless) >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R " + resources % 7 + b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(again), again),
    ]
    for number in range(7, 12):
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] " + resources % (number + 1)
        objects.append(head + b" /Length %d >>\nstream\n%s\nendstream" % (len(again), again))
    return assemble([*objects, b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream"])


@pytest.mark.parametrize("limits", [Limits(seconds=0.7), Limits(seconds=60, memory=300 << 20)], ids=["time", "memory"])
def test_a_pdf_that_explodes_is_ended_and_recorded(tmp_path: Path, limits: Limits) -> None:
    contents = read(tmp_path, endless(), limits)
    assert (contents.condition, contents.text) == ("broken", None)
    assert contents.problem
    assert read(tmp_path, pdfs.text(), limits).condition == "ok", "the limits are no obstacle to others"


def test_the_event_loop_goes_on_while_a_pdf_is_read(tmp_path: Path) -> None:
    (tmp_path / "it.pdf").write_bytes(pdfs.text())

    async def both() -> int:
        task = asyncio.create_task(reader.read(tmp_path / "it.pdf", Limits()))
        turns = 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0.001)
        return turns

    assert asyncio.run(both()) > 5


@needs_tesseract
def test_ocr_reads_images_and_says_how_sure_it_is(tmp_path: Path) -> None:
    contents = read(tmp_path, pdfs.both(), packs=["eng"])
    assert (contents.text_from, contents.ocr_languages) == ("ocr", "eng")
    assert "Cover of the archive's edition" in (contents.text or "")
    assert "Ambassador received" in (contents.text or "")
    assert 0.5 < (contents.ocr_confidence or 0) <= 1


@needs_tesseract
def test_tesseract_that_fails_is_said_and_leaves_the_rest(tmp_path: Path) -> None:
    contents = read(tmp_path, pdfs.both(), packs=["no-such-pack"])
    assert (contents.condition, contents.pages, contents.ocr_confidence) == ("ok", 2, None)
    assert "Tesseract failed" in (contents.problem or "")


def test_words_of_tesseract_become_paragraphs() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    rows = [("1", "1", "95", "Top"), ("1", "1", "85", 'se-'), ("1", "1", "90", "cret"), ("1", "2", "-1", " "),
            ("2", "1", "70", '"中'), ("2", "1", "60", "国")]  # fmt: skip
    table = "\n".join([head, *(f"5\t1\t{b}\t{p}\t1\t1\t0\t0\t1\t1\t{c}\t{t}" for b, p, c, t in rows)])
    assert ocr.parse(table) == ocr.Reading('Top secret\n\n"中国', 0.8, 5)


def test_packs_follow_the_records_languages_and_english_stands_in() -> None:
    assert languages.choose(["ru", "zh"], {"eng", "rus", "chi_sim"}) == (["rus", "chi_sim"], ["chi_tra"])
    assert languages.choose(["hu"], {"eng"}) == (["eng"], ["hun"])
    assert languages.choose([], {"eng"}) == (["eng"], [])
    assert languages.wanted(["de", "cs", "x-unknown"]) == ["deu", "ces", "x-unknown"]


def lines(*rows: tuple[str, float, float], right: float = 500) -> list[Line]:
    return [Line(text, left, right, base, 10) for text, left, base in rows]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (lines(("One goes", 60, 100), ("on.", 60, 88), ("Two", 60, 64), ("too.", 60, 52)), "One goes on.\n\nTwo too."),
        (lines(("One goes", 60, 100), ("on", 60, 88), ("Two", 75, 76), ("too.", 60, 64)), "One goes on\n\nTwo too."),
        (lines(("gov\u00ad", 60, 100), ("ern-", 60, 88), ("ment Sino-", 60, 76), ("A", 60, 64)), "government Sino-A"),
        (lines(("中华人民", 60, 100), ("共和国", 60, 88)), "中华人民共和国"),
        (lines(("first column goes", 60, 88), ("on in the second", 300, 700)), "first column goes on in the second"),
        (lines(("A column.", 60, 88), ("Another.", 300, 700)), "A column.\n\nAnother."),
    ],
)  # fmt: skip
def test_paragraphs_are_told_by_how_the_lines_lie(page: list[Line], expected: str) -> None:
    assert join([page]) == expected


def test_a_short_line_that_ends_a_sentence_ends_the_paragraph() -> None:
    page = [Line("A long line of words", 60, 500, 100, 10), Line("ends here.", 60, 120, 88, 10)]
    assert join([[*page, Line("Next.", 60, 90, 76, 10)]]) == "A long line of words ends here.\n\nNext."


def test_the_mark_of_a_footnote_stays_in_its_line() -> None:
    page = [Line("to Moscow", 60, 300, 100, 10), Line("1", 300, 305, 104, 7), Line(", it said", 310, 400, 100, 10)]
    assert join([page]) == "to Moscow 1, it said"


def test_rows_of_short_lines_stay_apart() -> None:
    page = [Line("Full width of the column", 60, 500, 112, 10), Line("Kim Il Sung", 60, 150, 100, 10)]
    assert join([[*page, Line("Premier", 60, 120, 88, 10)]]) == "Full width of the column Kim Il Sung\n\nPremier"


def test_a_heading_in_larger_letters_stands_alone() -> None:
    assert join([[Line("Heading", 60, 200, 100, 16), Line("Words", 60, 500, 84, 10)]]) == "Heading\n\nWords"


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    one, two = lines(("It was", 60, 100)), lines(("agreed.", 60, 700), ("Next.", 60, 660))
    assert join([one, [], two]) == "It was agreed.\n\nNext."
