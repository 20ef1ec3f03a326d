"""Bytes to UTF-8 bytes: which encoding a page is really in. Pure; raises nothing.

A page that is valid UTF-8 is UTF-8, whatever it says of itself: no other encoding makes text that is
valid UTF-8 by chance. Otherwise the header's charset counts, then the page's own, then windows-1252,
as browsers do.
"""

import re
from collections.abc import Iterator

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

_SURROGATES = re.compile(rb"(?:\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf])|\xed[\xa0-\xbf][\x80-\xbf]")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\f\r"))
_UTF8 = "utf-8"


def to_utf8(body: bytes, media_type: str | None = None) -> tuple[bytes, bool]:
    """The body in valid UTF-8 without control characters, and whether characters were lost or guessed on the way."""
    encoding, mark = read_bom(body)
    if encoding and mark:
        body = body[len(mark) :]
        if encoding != _UTF8:
            return _transcode(body, encoding)
    try:
        body.decode()
    except UnicodeDecodeError as error:
        if not _is_cut_short(body, error):
            return _declared(body, media_type)
        body = body[: error.start]
    if any(map(body.__contains__, _CONTROLS)):  # hardly ever, and sooner found out than taken away
        body = body.translate(None, _CONTROLS)
    return body, False


def _is_cut_short(body: bytes, error: UnicodeDecodeError) -> bool:
    """Whether all is UTF-8 but for a last character that was cut in the middle."""
    return error.reason == "unexpected end of data" and error.end == len(body)


def _declared(body: bytes, media_type: str | None) -> tuple[bytes, bool]:
    multibyte = _MULTIBYTE.sub(b"", body)
    stray = len(_HIGH.findall(multibyte))
    if (len(body) - len(multibyte)) // 2 > stray:  # UTF-8 with a few damaged bytes
        return _mend(body), True
    for encoding in _declarations(body, media_type):
        try:
            return body.decode(encoding).encode().translate(None, _CONTROLS), False
        except UnicodeError:
            continue
    encoding = next(_declarations(body, media_type), "cp1252")
    return _transcode(body, "cp1252" if encoding == _UTF8 else encoding)


def _declarations(body: bytes, media_type: str | None) -> Iterator[str]:
    for encoding in (http_content_type_encoding(media_type), html_body_declared_encoding(body)):
        if encoding:
            yield encoding


def _mend(body: bytes) -> bytes:
    """UTF-8 with damage: surrogate pairs joined, lone ones dropped, stray bytes read as windows-1252."""
    body = _SURROGATES.sub(
        lambda pair: (
            pair[0].decode(_UTF8, "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16", "ignore").encode()
        ),
        body,
    )
    pieces, at = [], 0
    for good in _MULTIBYTE.finditer(body):
        pieces += [body[at : good.start()].decode("cp1252", "replace"), good[0].decode(_UTF8, "replace")]
        at = good.end()
    pieces.append(body[at:].decode("cp1252", "replace"))
    return "".join(pieces).encode().translate(None, _CONTROLS)


def _transcode(body: bytes, encoding: str) -> tuple[bytes, bool]:
    text = body.decode(encoding, "replace")
    return text.encode(_UTF8, "replace").translate(None, _CONTROLS), "\ufffd" in text
