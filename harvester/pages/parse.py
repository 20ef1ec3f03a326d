"""Bytes to a tree, once a page, in bounded time and memory. Pure; raises nothing.

Hostile input is cut, never refused: what was cut is flagged (`truncated`, `depth`, `decoding`).
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from harvester.pages.chrome import without_chrome
from harvester.pages.decode import to_utf8

# The largest page seen has about 1 MB. libxml2 needs up to 130 bytes of memory for a tag of 3 bytes.
MAX_BYTES = 16 * 2**20
MAX_TAGS = 600_000
MAX_ATTRIBUTE = 2**16
SUSPICIOUS = 2**20
"""Bytes from which a page is looked at for repeated tags and huge attributes before it is parsed."""
MAX_DEPTH = 500

_HUGE_ATTRIBUTE = re.compile(rb"""=\s*(?:"[^"]{%d,}"|'[^']{%d,}')""" % (MAX_ATTRIBUTE, MAX_ATTRIBUTE))
_REPEATED_TAG = re.compile(rb"(</?[a-zA-Z][^<>]{0,200}>)(?:\s*\1)+")
MAX_REPEATED = 1000
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_END_OF_PAGE = re.compile(rb"</(?:html|body)\s*>", re.I)
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())


@dataclass
class Tree:
    """A parsed page."""

    root: etree._Element
    """The html element; of a page without any markup, an empty one."""
    source: bytes
    """The whole page, in UTF-8."""
    flags: list[str] = field(default_factory=list)


def parse(body: bytes, media_type: str | None = None) -> Tree:
    """Parse a page; `media_type` is the Content-Type header, for its charset."""
    flags = []
    source, guessed = to_utf8(body[: 4 * MAX_BYTES], media_type)
    if guessed:
        flags.append("decoding")
    if len(body) > SUSPICIOUS:
        shorter = _bounded(source)
        if shorter is not source or len(body) > 4 * MAX_BYTES:
            flags.append("truncated")
        source = shorter
    # A whole page pasted into a page: libxml2 stops at its end.
    if source.count(b"</html") + source.count(b"</body") > 2:
        source = _END_OF_PAGE.sub(b"", source)
    root, complaints = _parse(source)
    if "Excessive depth" in complaints:
        flags.append("depth")
        source = _flattened(source)
        root, complaints = _parse(source)
    if _MISBUILT.search(complaints):
        root, _ = _parse(_repaired(source))
    return Tree(root, source, flags)


def _parse(source: bytes) -> tuple[etree._Element, str]:
    """The root, and what libxml2 complains of; of a document's page without its chrome, where that can be left out."""
    needed = without_chrome(source)
    root, complaints = _built(needed)
    if needed is not source and root.find("body/main") is None:  # something in the head has no end
        return _built(source)
    return root, complaints


def _built(source: bytes) -> tuple[etree._Element, str]:
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError:  # no markup at all
        root = None
    if root is None:
        root = etree.Element("html")
    log = parser.error_log
    complaints = "\n".join(entry.message for entry in log)
    return root, complaints + ("\nUnexpected end tag : p\n" if len(log) >= 100 else "\n")


# Where libxml2 builds another tree than browsers do: a </p> without a <p> is a paragraph of its own to
# them (libxml2 glues what stands before and after), and b and i may hold paragraphs.
_MISBUILT = re.compile(r"^Unexpected end tag : [pbi]$", re.M)
_END_OF_PARAGRAPH = re.compile(rb"</p\s*>", re.I)
_SHORT_INLINE = re.compile(rb"<(/?)([bi])(?=[\s>])", re.I)
_LONG_INLINE = {b"b": b"strong", b"i": b"em"}


def _repaired(source: bytes) -> bytes:
    """The same page, said so that libxml2 builds what a browser would."""
    source = _END_OF_PARAGRAPH.sub(b"<br><br></p>", source)
    return _SHORT_INLINE.sub(lambda tag: b"<" + tag[1] + _LONG_INLINE[tag[2].lower()], source)


def _bounded(source: bytes) -> bytes:
    """The page without huge attributes, tags repeated a thousand times, and what exceeds the limits."""
    shorter = _HUGE_ATTRIBUTE.sub(b'=""', source)
    shorter = _REPEATED_TAG.sub(_once, shorter)
    shorter = shorter[:MAX_BYTES].decode(errors="ignore").encode() if len(shorter) > MAX_BYTES else shorter
    if shorter.count(b"<") > MAX_TAGS:
        at = -1
        for _ in range(MAX_TAGS):
            at = shorter.index(b"<", at + 1)
        shorter = shorter[:at]
    return source if len(shorter) == len(source) else shorter


def _once(run: re.Match[bytes]) -> bytes:
    """A tag that repeats itself without end; a few in a row are kept."""
    return run[1] if len(run[0]) >= MAX_REPEATED * len(run[1]) else run[0]


def _flattened(source: bytes) -> bytes:
    """The page without the tags that are nested deeper than `MAX_DEPTH`; their text stays."""
    pieces: list[bytes] = []
    at = depth = 0
    for tag in _TAG.finditer(source):
        name = tag[2].lower()
        if name in _VOID:
            continue
        depth += -1 if tag[1] else 1
        if depth + bool(tag[1]) > MAX_DEPTH:
            pieces.append(source[at : tag.start()])
            at = tag.end()
        depth = max(depth, 0)
    pieces.append(source[at:])
    return b"".join(pieces)
