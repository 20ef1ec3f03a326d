"""RIS, which most reference managers read."""

import re

from .reference import COLLECTION, Reference

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def ris(reference: Reference) -> str:
    """One record, each line ended by CR LF as the format asks."""
    lines: list[tuple[str, object]] = [("TY", "MANSCPT")]
    lines += [("AU", str(name)) for name in reference.authors]
    lines += [("A4", name) for name in reference.translators]
    lines += [("TI", reference.title)]
    if parts := reference.date_parts:
        lines += [
            ("PY", f"{parts[0]:04}"),
            ("DA", "/".join(f"{part:02}" for part in parts) + "/" * (3 - len(parts))),
        ]
    elif reference.date_text:
        lines += [("DA", f"///{reference.date_text}")]
    lines += [
        ("T2", COLLECTION),
        ("AB", reference.summary),
        ("AN", reference.record_id),
        ("AV", reference.source),
        ("DP", COLLECTION),
        ("LA", reference.language),
        ("LB", reference.slug),
        ("PB", reference.archive),
        ("N1", f"Rights: {reference.rights}" if reference.rights else None),
        *(("KW", subject) for subject in reference.subjects),
        ("UR", reference.url),
        ("Y2", (reference.accessed or "").replace("-", "/")),
        ("ER", ""),
    ]
    # A value is one line: a line break in it could begin another field.
    return "".join(
        f"{tag}  - {_BREAKS.sub(' ', str(value)).strip()}\r\n" for tag, value in lines if value or tag == "ER"
    )
