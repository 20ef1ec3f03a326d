"""What bytes are, whatever the server called them. Pure; raises nothing."""

import re
from typing import Literal

Content = Literal["pdf", "cut", "page", "empty", "other"]

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|\?xml|html|head|body|[a-z]+[\s>])", re.I)


def judge(head: bytes, tail: bytes) -> Content:
    """By the first and last 2 KiB: a whole PDF, one cut short, a page in HTML, nothing, or something else.

    As readers of PDF do, junk before the header and after the end mark is allowed.
    """
    if not head.strip():
        return "empty"
    if b"%PDF-" in head[:1024]:
        return "pdf" if b"%%EOF" in tail else "cut"
    return "page" if _PAGE.match(head) else "other"
