"""A record of the site before 2022, from its page, its RIS export or its JSON. Pure; raises nothing.

Its Record ID is today's, so that both become one row; until the real slug is met it stands in.
"""

from harvester import urls
from harvester.items import Document
from harvester.pages.model import LegacyPage

from . import citation, dates, names, text, vocabularies
from .common import known_languages, mentions, once, read_date, read_day
from .versions import files, sort_out


def legacy(page: LegacyPage) -> Document:
    """The record of a legacy page; what no table knows is kept as shown and listed in `unknown`."""
    versions = sort_out(page.versions)
    main = versions.main
    languages, unknown_languages = known_languages(page.languages)
    date, unknown_date = read_date(page.date)
    if not page.date:  # the machine's date is sharper than many a date shown: it counts only where none is
        date = dates.compact(page.doc_date) or dates.UNDATED
    uploaded, unknown_day = read_day("uploaded", page.uploaded)
    unknown = [f"label: {label}" for label in page.other]
    unknown += unknown_date + unknown_day + unknown_languages + versions.unknown
    address = f"{urls.SITE}/document/{page.record_id}"
    extra = {"Publisher": page.publishers, "Updated": [page.updated] if page.updated else []}
    return Document(
        slug=f"record-{page.record_id}",
        record_id=page.record_id,
        url=address,
        legacy_url=address,
        title=page.title,
        date_text=page.date,
        date_edtf=date.edtf,
        date_earliest=date.earliest,
        date_latest=date.latest,
        summary=page.summary,
        text=main.text if main else None,
        html=main.html if main else None,
        text_language=main.language if main else None,
        text_from="legacy" if main else None,
        word_count=text.count_words(main.text) if main else None,
        source=page.source,
        rights=page.rights,
        classification=page.classification,
        uploaded=uploaded,
        type=page.type,
        collections=list(page.collections),
        first_published=dates.day(page.first_published) or page.first_published,
        other=dict(page.other) | {label: values for label, values in extra.items() if values},
        people=[
            *mentions("author", map(names.person, page.authors)),
            *mentions("contributor", map(names.person, page.contributors)),
        ],
        places=once(map(vocabularies.place, page.places)),
        subjects=once(map(vocabularies.subject, page.subjects)),
        archives=once(map(vocabularies.term, page.archives)),
        languages=languages,
        donors=once(map(vocabularies.term, page.donors)),
        texts=versions.others,
        citation=citation.read(page.source),
        files=files(page.files, page.versions, address),
        flags=list(page.flags),
        unknown=list(dict.fromkeys(unknown)),
    )
