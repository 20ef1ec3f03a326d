"""A document's page as a record: each value made uniform, the one shown kept beside it. Pure; raises nothing."""

from harvester import urls
from harvester.items import Document
from harvester.pages.model import DocumentPage

from . import citation, names, text, vocabularies
from .common import known_languages, mentions, number, once, read_date, read_day
from .versions import files, sort_out


def document(page: DocumentPage) -> Document:
    """The record of a page; what no table knows is kept as shown and listed in `unknown`."""
    versions = sort_out(page.versions)
    main = versions.main
    languages, unknown_languages = known_languages(pill.name for pill in page.languages)
    record_id, unknown_id = number(page.record_id)
    date, unknown_date = read_date(page.date)
    uploaded, unknown_day = read_day("uploaded", page.uploaded)
    unknown = [f"label: {label}" for label in page.other]
    unknown += unknown_date + unknown_day + unknown_id + unknown_languages + versions.unknown
    return Document(
        slug=page.slug,
        record_id=record_id,
        node_id=page.node_id,
        url=page.url,
        legacy_url=f"{urls.SITE}/document/{record_id}" if record_id is not None else None,
        title=page.title,
        date_text=page.date,
        date_edtf=date.edtf,
        date_earliest=date.earliest,
        date_latest=date.latest,
        summary=page.summary,
        credit=page.credit,
        text=main.text if main else None,
        html=main.html if main else None,
        text_language=main.language if main else None,
        text_from=page.text_from if main else None,
        text_agreement=page.agreement,
        word_count=text.count_words(main.text) if main else None,
        source=page.source,
        rights=page.rights,
        classification=page.classification,
        uploaded=uploaded,
        other=dict(page.other),
        people=[
            *mentions("author", (names.person(pill.name, pill.href) for pill in page.authors)),
            *mentions("associated", (names.person(pill.name, pill.href) for pill in page.people)),
            *mentions("contributor", (names.person(pill.name, pill.href) for pill in page.contributors)),
        ],
        places=once(vocabularies.place(pill.name, pill.href) for pill in page.places),
        subjects=once(vocabularies.subject(pill.name) for pill in page.subjects),
        archives=once(vocabularies.term(pill.name) for pill in page.archives),
        languages=languages,
        donors=once(vocabularies.term(pill.name) for pill in page.donors),
        texts=versions.others,
        citation=citation.read(page.source),
        files=files([page.download] if page.download else [], page.versions, page.url),
        flags=list(page.flags),
        unknown=list(dict.fromkeys(unknown)),
    )
