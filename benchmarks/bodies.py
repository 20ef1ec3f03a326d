"""Bodies in the shapes that the archive's editors left: each about `size` words (exported Word: half of it)."""

from random import Random

from benchmarks import words


def _word(random: Random, size: int) -> str:
    """Exported from Word: paragraphs in a span in a paragraph, words split over spans, style rules inside."""
    paragraphs = []
    for paragraph in words.paragraphs(random, size // 2):
        said, at, spans = paragraph.split(), 0, []
        while at < len(said):
            end = at + random.choice((1, 1, 2, 2, 3, 5))
            run = " ".join(said[at:end])
            cut = random.randrange(len(run)) if random.random() < 0.1 else 0
            spans += [f'<span class="cs6D7AB2B9">{part}</span>' for part in (run[:cut], run[cut:]) if part]
            at = end
        joined = '<span class="cs566403DE"> </span>'.join(spans)
        paragraphs.append(f'<p class="cs366E2583">{joined}</p>')
        if random.random() < 0.5:
            paragraphs.append('<p class="cs366E2583"><span class="cs566403DE">&nbsp;</span></p>')
    style = "".join(
        f".cs{n:X}{{font-family:'Times New Roman';font-size:{n % 9 + 8}pt;margin:0pt}}" for n in range(99, 105)
    )
    return f'<p><style type="text/css">{style}</style><span class="csBody">' + "\n".join(paragraphs) + "</span></p>"


def _plain(random: Random, size: int) -> str:
    return "\n".join(
        f"<p>{paragraph.replace(' the ', ' <em>the</em> ', 1)}</p>" for paragraph in words.paragraphs(random, size * 2)
    )


def _breaks(random: Random, size: int) -> str:
    return "<p>" + "<br><br>\n".join(words.paragraphs(random, size * 2)) + "</p>"


def _mixed(random: Random, size: int) -> str:
    """Headings, lists, a table, a quotation, footnotes."""
    items = "".join(f"<li>{sentence}</li>\n" for sentence in words.sentences(random, size // 3))
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in words.some(random, 4)) + "</tr>\n" for _ in range(size // 40)
    )
    notes = "".join(
        f'<p><a href="#_ftnref{n}" name="_ftn{n}">[{n}]</a> {sentence}</p>\n'
        for n, sentence in enumerate(words.sentences(random, size // 6), 1)
    )
    return (
        f"<h3>{' '.join(words.some(random, 5))}</h3>\n<ol>{items}</ol>\n<table><tbody>{rows}</tbody></table>\n"
        f"<blockquote>{_plain(random, size // 4)}</blockquote>\n{_plain(random, size // 2)}\n<hr>\n{notes}"
    )


def _scan(random: Random, size: int) -> str:
    del size
    scan = f"/sites/default/files/{words.name(random)}.pdf"
    return f'<object class="pdf-preview" data="{scan}" type="application/pdf"></object>'


SHAPES = {"word": _word, "plain": _plain, "breaks": _breaks, "mixed": _mixed, "scan": _scan}
