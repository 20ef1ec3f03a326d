"""Reads stored HTTP responses: head, transfer and content codings. Raises CaptureError for what is not whole.

Archives store bodies as they came, de-chunked, or decoded with the headers left as they were: what the
bytes are decides, the headers only suggest.
"""

import re
import zlib
from dataclasses import dataclass

import brotli
import zstandard

from harvester.exceptions import CaptureError

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_HEAD_MAX = 1 << 18
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_READABLE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?A-Za-z/]|%PDF|[{\[]|TY  - )")
_END_OF_PAGE = re.compile(rb"</html\s*>(?:\s|<!--.*?-->|\0)*\Z", re.I | re.S)
_STEP = 1 << 16

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """A response as stored."""

    status: int
    headers: Headers
    """Lower-case name → value; several of one name are joined by a comma."""
    body: bytes
    """With its codings."""


def headers(lines: bytes) -> Headers:
    """Read header lines; a line that is none is ignored, a folded one continues the one before."""
    found: Headers = {}
    name = ""
    for line in lines.decode("utf-8", "replace").split("\n"):
        if line[:1] in (" ", "\t") and name:
            found[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower() if colon else ""
        if name:
            found[name] = f"{found[name]}, {value.strip()}" if name in found else value.strip()
    return found


def parse(block: bytes) -> Response:
    """Take a stored response apart."""
    end = _HEAD_END.search(block, 0, _HEAD_MAX)
    status = _STATUS.match(block)
    if not status:
        raise CaptureError("holds no HTTP response")
    head, body = (block[: end.start()], block[end.end() :]) if end else (block.rstrip(b"\r\n"), b"")
    return Response(int(status[1]), headers(head.partition(b"\n")[2]), body)


def payload(response: Response, limit: int) -> bytes:
    """The content with all codings undone, at most `limit` bytes of it."""
    proven = False
    body = response.body
    if "chunked" in response.headers.get("transfer-encoding", "").lower():
        dechunked = dechunk(body)
        proven = dechunked is not None
        body = body if dechunked is None else dechunked
    stored = len(body)
    for coding in reversed(codings(response.headers)):
        decoded = decode(body, coding, limit)
        proven = proven or decoded is not None
        body = body if decoded is None else decoded
    if body.startswith(b"\x1f\x8b\x08"):  # compressed, though no header says so: no page or PDF begins so
        body, proven = decode(body, "gzip", limit) or b"", True
    if len(body) > limit:
        raise CaptureError(f"longer than {limit:,} bytes")
    claimed = response.headers.get("content-length", "").partition(",")[0].strip()
    short = claimed.isascii() and claimed.isdigit() and stored < int(claimed[:18])
    if short and not proven and not _END_OF_PAGE.search(body[-4096:]):
        raise CaptureError(f"cut short: {stored:,} of {int(claimed[:18]):,} bytes")
    return body


def codings(headers: Headers) -> list[str]:
    """The content codings in the order in which they were applied."""
    names = [name.strip().lower() for name in headers.get("content-encoding", "").split(",")]
    return [name.removeprefix("x-") for name in names if name not in ("", "identity", "none")]


def dechunk(body: bytes) -> bytes | None:
    """Undo the chunked transfer coding; None when the body does not look chunked (it was stored without)."""
    at = 0
    parts: list[bytes] = []
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if not length:
            return b"".join(parts)
        at = size.end() + length
        parts.append(body[size.end() : at])
        if at > len(body):
            raise CaptureError(f"cut short: its last chunk lacks {at - len(body):,} bytes")
        at += 2 if body.startswith(b"\r\n", at) else 1 if body.startswith(b"\n", at) else 0
    if not parts:
        return None
    raise CaptureError(f"cut short or garbled after chunk {len(parts)}")


def decode(body: bytes, coding: str, limit: int) -> bytes | None:
    """Undo one content coding; None when the body is readable as it is (it was stored decoded)."""
    if not body or (coding == "gzip" and not body.startswith(b"\x1f\x8b")):
        _check_readable(body, coding)
        return None
    try:
        match coding:
            case "gzip":
                return _inflate(body, limit, 31)
            case "deflate":
                try:
                    return _inflate(body, limit, 15)
                except zlib.error:
                    return _inflate(body, limit, -15)  # what many servers call deflate
            case "br":
                return _unbrotli(body, limit)
            case "zstd":
                return _unzstd(body, limit)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        if _READABLE.match(body):
            return None
        raise CaptureError(f"broken {coding} data ({error})") from None
    except CaptureError:
        if _READABLE.match(body):
            return None
        raise
    _check_readable(body, coding)
    return None


def _check_readable(body: bytes, coding: str) -> None:
    if body and not _READABLE.match(body):
        raise CaptureError(f"said to be {coding[:40]!r}, and is neither that nor readable")


def _bomb(limit: int) -> CaptureError:
    return CaptureError(f"inflates beyond {limit:,} bytes")


def _inflate(body: bytes, limit: int, wbits: int) -> bytes:
    engine = zlib.decompressobj(wbits)
    out = engine.decompress(body, limit + 1)
    while wbits == 31 and engine.eof and engine.unused_data.startswith(b"\x1f\x8b\x08") and len(out) <= limit:
        rest, engine = engine.unused_data, zlib.decompressobj(wbits)
        out += engine.decompress(rest, limit + 1 - len(out))
    if len(out) > limit:
        raise _bomb(limit)
    if not engine.eof:
        raise CaptureError(f"cut short: compressed data ends after {len(out):,} bytes of content")
    return out


def _unbrotli(body: bytes, limit: int) -> bytes:
    engine = brotli.Decompressor()
    out = [engine.process(body, output_buffer_limit=_STEP)]
    size = len(out[0])
    while not engine.is_finished():
        if size > limit:
            raise _bomb(limit)
        more = engine.process(b"", output_buffer_limit=_STEP)
        if not more and engine.can_accept_more_data():
            raise CaptureError(f"cut short: compressed data ends after {size:,} bytes of content")
        size += len(more)
        out.append(more)
    if size > limit:
        raise _bomb(limit)
    return b"".join(out)


def _unzstd(body: bytes, limit: int) -> bytes:
    engine, out, size = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj(), [], 0
    for at in range(0, len(body), 1 << 10):  # its output cannot be capped: small steps
        out.append(engine.decompress(body[at : at + (1 << 10)]))
        size += len(out[-1])
        if size > limit:
            raise _bomb(limit)
        if engine.eof:
            return b"".join(out)
    raise CaptureError(f"cut short: compressed data ends after {size:,} bytes of content")
