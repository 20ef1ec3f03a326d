"""CSL-JSON, the data model of citation processors (Zotero, Pandoc)."""

import json
from typing import Any

from .reference import COLLECTION, Reference


def csl_json(reference: Reference) -> str:
    """One item, as JSON."""
    return json.dumps(csl(reference), ensure_ascii=False)


def csl(reference: Reference) -> dict[str, Any]:
    """One item; a date that is not a plain one is given as shown (`literal`)."""
    item: dict[str, Any] = {
        "id": reference.slug,
        "type": "manuscript",
        "title": reference.title,
        "author": [
            {"family": name.family, "given": name.given} if name.given else {"literal": name.family}
            for name in reference.authors
        ],
        "translator": [{"literal": name} for name in reference.translators],
        "issued": _date(reference),
        "abstract": reference.summary,
        "archive": reference.archive or COLLECTION,
        "archive_location": reference.source,
        "publisher": COLLECTION,
        "source": COLLECTION,
        "number": str(reference.record_id) if reference.record_id else None,
        "language": reference.language,
        "keyword": ", ".join(reference.subjects),
        "URL": reference.url,
        "accessed": {"date-parts": [[int(part) for part in reference.accessed.split("-")]]}
        if reference.accessed
        else None,
    }
    return {name: value for name, value in item.items() if value}


def _date(reference: Reference) -> dict[str, Any] | None:
    parts = reference.date_parts
    if parts:
        circa = {"circa": True} if reference.date_edtf and reference.date_edtf[-1] in "?~%" else {}
        return {"date-parts": [list(parts)], **circa}
    return {"literal": reference.date_text} if reference.date_text else None
