"""Checks the digests that WARC records carry. Pure; raises nothing."""

import base64
import binascii
import hashlib
from typing import Literal

from harvester.exceptions import CaptureError
from harvester.sources import http

Verdict = Literal["whole", "payload", "broken", "unknown"]
_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


def verify(fields: http.Headers, block: bytes) -> Verdict:
    """Compare a record's block with the digests in its head.

    `whole`: the block's digest, or the payload's where it is the only one, agrees; `payload`: only the
    payload is proven, the head before it is not; `broken`: none agrees; `unknown`: there is none to compare.
    """
    of_block = agrees(fields.get("warc-block-digest"), block)
    if of_block:
        return "whole"
    of_payload = _payload_agrees(fields, block)
    if of_payload:
        return "whole" if of_block is None else "payload"
    return "unknown" if of_block is None and of_payload is None else "broken"


def agrees(declared: str | None, data: bytes) -> bool | None:
    """Whether `sha1:BASE32` or `sha256:hex` is the digest of `data`; None when that cannot be told."""
    name, _, value = (declared or "").strip().partition(":")
    name = name.lower().replace("-", "")
    if name not in _SIZES:
        return None
    spellings = _spellings(value.strip(), _SIZES[name])
    return hashlib.new(name, data, usedforsecurity=False).digest() in spellings if spellings else None


def _spellings(value: str, size: int) -> list[bytes]:
    """The bytes a digest can mean: base32, as most tools write it, or hexadecimal."""
    found = []
    for read in (
        bytes.fromhex,
        lambda text: base64.b32decode(text.upper().ljust(-(-len(text) // 8) * 8, "=")),
    ):
        try:
            found.append(read(value))
        except (ValueError, binascii.Error):
            continue
    return [data for data in found if len(data) == size]


def _payload_agrees(fields: http.Headers, block: bytes) -> bool | None:
    """Tools disagree on what the payload is: the body as stored, without chunks, or decoded."""
    declared = fields.get("warc-payload-digest")
    if not declared or fields.get("warc-type") not in ("response", "resource"):
        return None
    if not block.startswith(b"HTTP/"):
        return agrees(declared, block)
    try:
        response = http.parse(block)
        first = agrees(declared, response.body)
        if first is not False:
            return first
        unchunked = http.dechunk(response.body) if "transfer-encoding" in response.headers else None
        return (unchunked is not None and agrees(declared, unchunked)) or agrees(
            declared, http.payload(response, len(block) * 100)
        )
    except CaptureError:
        return False
