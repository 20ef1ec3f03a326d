"""A small archive in the shape of the contract, written straight into the tables.

The reading room's tests use it so that they need no crawl. Titles, names and ids are facts of the real
archive; bodies but the first are our own words.
"""

import hashlib
import json
from pathlib import Path

from harvester.normalise.text import count_words, slugify
from harvester.store.database import connect, transaction
from harvester.store.search import MAIN, index_cjk
from harvester.urls import SITE

ROSHCHIN = "diary-nv-roshchin-memorandum-conversation-prime-minister-zhou-enlai-10-november-1949"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
    b"endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<<"
    b"/F1<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>>>endobj\n4 0 obj<</Length 44>>stream\n"
    b"BT /F1 24 Tf 40 300 Td (A scanned page) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

JAPAN_ARCHIVE = "Diplomatic Archives of the Ministry of Foreign Affairs of Japan"
CHIU = "Chun & Jane Chiu Family Foundation"

DOCUMENTS = [
    {
        "slug": ROSHCHIN,
        "record_id": 111442,
        "node_id": 99018,
        "title": "From the Diary of N.V. Roshchin, Memorandum of Conversation with Prime Minister Zhou Enlai "
        "on 10 November 1949",
        "date": ("November 10, 1949", "1949-11-10", "1949-11-10", "1949-11-10"),
        "summary": "Conversation between Soviet Ambassador Roshchin and Chinese Premier Zhou Enlai. Zhou Enlai "
        "speaks on behalf of Mao Zedong, expressing the Chairman's desire to make a visit to Moscow.",
        "credit": "This document was made possible with support from Leon Levy Foundation",
        "text": "From the Diary of N. V. ROSHCHIN\nTop Secret, Copy 4, 1 December 1949\n\n"
        "Memorandum of Conversation\nwith Prime Minister and Foreign Minister ZHOU ENLAI on 10 November 1949\n\n"
        "On 10 November at 1700 on his own initiative the Prime Minister and Foreign Minister Zhou Enlai visited "
        "the Ambassador at the Embassy and after conversations of a protocol nature according to the instruction "
        "of Mao Zedong communicated the following for transmittal to the Soviet government:\n\n"
        "I. Mao Zedong has long cherished the hope of visiting the Soviet Union. When this summer a Chinese "
        "delegation under Liu Shaoqi went to Moscow, Mao Zedong himself wanted to lead the delegation, but at "
        "that time the CCP leadership had just arrived in Beijing and the government was not yet organized.\n\n"
        "USSR Ambassador to the PRC N. Roshchin",
        "texts": [
            (
                "ru",
                "Russian",
                "Из дневника Н. В. РОЩИНА\n\nЗапись беседы с Чжоу Эньлаем\n\n10 ноября в 17 часов "
                "Чжоу Эньлай посетил посла в посольстве.",
            ),
            ("zh", "Chinese", "罗申日记摘录\n\n与周恩来总理的谈话备忘录\n\n毛泽东早就希望访问苏联。"),
        ],
        "source": "AVP RF, f. 0100, op. 42, pap. 288, d. 19, ll. 81-85. Translated by David Wolff.",
        "citation": {
            "archive": "AVP RF",
            "fond": "0100",
            "opis": "42",
            "papka": "288",
            "delo": "19",
            "listy": "81-85",
        },
        "cited": [("translator", "David Wolff")],
        "authors": ["Roshchin, Nikolai Vasil'evich"],
        "people": ["Zhou, Enlai", "Mao, Zedong", "Stalin, Joseph"],
        "places": ["China", "Soviet Union"],
        "subjects": ["China--Foreign relations--Soviet Union"],
        "topics": ["Sino-Soviet Relations"],
        "archives": ["Archive of Foreign Policy of the Russian Federation (AVP RF)"],
        "languages": [("ru", "Russian")],
        "donors": ["Leon Levy Foundation"],
        "classification": "Top Secret",
        "uploaded": "2011-11-20",
        "scan": True,
    },
    {
        "slug": "letter-jawaharlal-nehru-all-provincial-premiers",
        "record_id": 300653,
        "title": "Letter, Jawaharlal Nehru to All Provincial Premiers",
        "date": ("April 1, 1949", "1949-04-01", "1949-04-01", "1949-04-01"),
        "summary": "Nehru briefs the Provincial Premiers about internal and external developments. Nehru "
        "highlights the situation in China and states that the communists could soon take power in the whole "
        "of China. He speculates how this will affect other regions.",
        "text": "New Delhi\n\nMy dear Premier,\n\nThe events in China move fast, and what follows from them for "
        "us nobody can say yet.[1]\n\nYours sincerely,\nJawaharlal Nehru",
        "html": "<p>New Delhi</p><p>My dear Premier,</p><p>The <em>events in China</em> move fast, and what "
        'follows from them for us nobody can say yet.<sup><a href="#fn1">[1]</a></sup></p>'
        "<ul><li>the harvest</li><li>the budget</li></ul>"
        '<p>Yours sincerely,<br>Jawaharlal Nehru</p><p id="fn1">[1] See the letter of 15 March.</p>',
        "source": "Nehru Memorial Museum and Library, File No. JNSG, vol. 21-1.",
        "authors": ["Nehru, Jawaharlal"],
        "places": ["India", "China", "Southeast Asia", "Pakistan"],
        "subjects": ["India--Foreign relations--Pakistan"],
        "archives": ["Nehru Memorial Museum and Library (NMML)"],
        "languages": [("en", "English")],
        "classification": "Secret",
        "uploaded": "2023-10-10",
    },
    {
        "slug": "asian-affairs-bureau-ministry-foreign-affairs-japan-chinese-communist-problem",
        "record_id": 300640,
        "title": "Asian Affairs Bureau [Ministry of Foreign Affairs, Japan], 'The Chinese Communist Problem'",
        "date": ("November 18, 1967", "1967-11-18", "1967-11-18", "1967-11-18"),
        "summary": "Ahead of a visit by Chiang Ching-kuo to Japan, the Japanese Foreign Ministry reviews the "
        "political situation on Mainland China.",
        "text": "The struggle within the party goes on. Of the Red Guards little is heard in the provinces.",
        "texts": [("ja", "Japanese", "中共問題について\n\n文化大革命の現状。日本外務省アジア局。")],
        "source": "Diplomatic Archives of the Ministry of Foreign Affairs of Japan, File A’0392 (Microfilm). "
        "Contributed by Robert Hoppens and translated by Stephen Mercado.",
        "authors": ["Japan. Foreign Ministry", "Japan. Foreign Ministry. Asian Affairs Bureau"],
        "people": ["Mao, Zedong", "Lin, Biao", "Liu, Shaoqi", "Deng, Xiaoping"],
        "places": ["Japan", "China", "Taiwan", "United States"],
        "subjects": ["China--Foreign relations--Japan", "Nuclear weapons--China"],
        "archives": [JAPAN_ARCHIVE],
        "languages": [("ja", "Japanese")],
        "donors": [CHIU],
        "classification": "Secret",
        "uploaded": "2023-10-05",
    },
    {
        "slug": "statement-nakajima-kenzo-chairman-board-opposing-visit-prime-minister-sato-united-states",
        "record_id": 300638,
        "title": "Statement of Nakajima Kenzo, Chairman of the Board, Opposing the Visit of Prime Minister Sato "
        "to the United States and Protesting the Coming to Japan of Chiang Ching-kuo",
        "date": ("November 1967", "1967-11", "1967-11-01", "1967-11-30"),
        "summary": "Nakajima Kenzo, a leading figure in the Japan China Cultural Exchange Association, denounces "
        "the impending visit of Chiang Ching-kuo to Japan.",
        "text": "We oppose the visit, and we say so before the whole people.\n\nThe Übung of the fleet goes on.",
        "authors": ["Nakajima, Kenzō", "Japan-China Cultural Exchange Association"],
        "people": ["Chiang, Ching-kuo (Jiang Jingguo)", "Satō, Eisaku"],
        "places": ["Japan", "Taiwan", "China", "United States"],
        "subjects": ["Japan--Foreign relations--Taiwan"],
        "archives": [JAPAN_ARCHIVE],
        "languages": [("ja", "Japanese")],
        "donors": [CHIU],
        "uploaded": "2023-10-05",
    },
    {
        "slug": "chancellors-helmut-kohls-meeting-russian-president-yeltsin-17-april-1997-baden-baden",
        "record_id": 300238,
        "title": "The Chancellor's [Helmut Kohl's] Meeting with Russian President Yeltsin on 17 April 1997 in "
        "Baden-Baden",
        "date": ("April 23, 1997", "1997-04-23", "1997-04-23", "1997-04-23"),
        "summary": "Kohl and Yeltsin talk about the convocation of regular German-Russian summits including their "
        "relevant ministers.",
        "text": "The Chancellor opens the talk.\n\nThe President speaks of NATO, and of the treaty to be concluded.",
        "texts": [
            (
                "de",
                "German",
                "Der Bundeskanzler eröffnet das Gespräch.\n\nDer Präsident spricht über die "
                "NATO und den zu schließenden Vertrag.",
            )
        ],
        "source": "BArch, B 136/59748, 376-385. Contributed, transcribed, and translated by Stephan Kieninger.",
        "people": ["Bitterlich, Joachim", "Primakov, Yevgeni Maksimovich"],
        "contributors": ["Kohl, Helmut", "Yeltsin, Boris"],
        "places": ["Germany", "Russia", "China", "Iran", "Ukraine"],
        "subjects": ["Germany--Foreign relations--Russia", "North Atlantic Treaty Organization"],
        "archives": ["German Federal Archives (BArch)"],
        "languages": [("de", "German")],
        "uploaded": "2023-10-03",
    },
    {"slug": "undated-note", "record_id": 99018, "title": "Undated Note", "text": "A note without a date."},
]
REGIONS = {
    "China": "East Asia",
    "Japan": "East Asia",
    "Taiwan": "East Asia",
    "Soviet Union": "Eastern Europe",
}
POINTS = {
    "China": (35.0, 103.0),
    "Soviet Union": (60.0, 90.0),
    "Japan": (36.5, 138.0),
    "Taiwan": (23.7, 121.0),
    "India": (22.0, 79.0),
    "Germany": (51.0, 10.0),
    "Russia": (60.0, 95.0),
    "United States": (39.0, -98.0),
}
YEARS = {"Mao, Zedong": (1893, 1976), "Stalin, Joseph": (1879, 1953), "Zhou, Enlai": (1898, 1976)}


def build(output: Path, documents=DOCUMENTS) -> Path:
    """Make `output/wilson.db` (and a scan) with the documents; returns `output`."""
    output.mkdir(parents=True, exist_ok=True)
    db = connect(output)
    with transaction(db):
        db["runs"].insert(
            {
                "id": 1,
                "spider": "document",
                "arguments": "{}",
                "started": "2025-10-07T12:00:00Z",
                "finished": "2025-10-07T12:41:46Z",
                "exit_code": 0,
                "reason": "finished",
                "counts": json.dumps({"harvest": {"document new": len(documents)}, "network": {"requests": 40}}),
            }
        )
        for n, document in enumerate(documents, 1):
            add(db, n, output, **document)
    db.conn.close()
    return output


def add(
    db,
    n,
    output,
    *,
    slug,
    title,
    text=None,
    html=None,
    date=(None,) * 4,
    texts=(),
    authors=(),
    people=(),
    contributors=(),
    places=(),
    subjects=(),
    topics=(),
    archives=(),
    languages=(),
    donors=(),
    citation=None,
    cited=(),
    scan=False,
    **values,
):
    """One document with everything that hangs on it."""
    url = f"{SITE}/document/{slug}"
    seen = f"2025-10-07T12:{n % 60:02}:00Z"
    db["captures"].insert(
        {
            "id": n,
            "url": url,
            "source": "live",
            "fetched_at": seen,
            "status": 200,
            "media_type": "text/html",
            "size": 40000,
            "digest": f"sha256:{n:064x}",
            "location": f"/home/someone/private/captures/{n}.warc.gz#{n}",
        }
    )
    paragraphs = html or "".join(f"<p>{p}</p>" for p in (text or "").split("\n\n")).replace("\n", "<br>")
    record = values.get("record_id")
    db["documents"].insert(
        {
            "slug": slug,
            "url": url,
            "legacy_url": f"{SITE}/document/{record}" if record else None,
            "title": title,
            "text": text,
            "html": paragraphs or None,
            "text_language": "en",
            "text_from": "template",
            "text_agreement": 0.98,
            "word_count": count_words(text),
            "rights": None,
            **values,
            **dict(zip(("date_text", "date_edtf", "date_earliest", "date_latest"), date, strict=True)),
            "authors": list(authors),
            "people": list(dict.fromkeys([*authors, *people, *contributors])),
            "places": list(places),
            "subjects": list(subjects),
            "topics": list(topics),
            "archives": list(archives),
            "languages": [name for _, name in languages],
            "donors": list(donors),
            "other": {},
            "collections": [],
            "first_seen": seen,
            "last_seen": seen,
            "last_changed": seen,
            "capture": n,
        }
    )
    for position, (language, label, version) in enumerate(texts, 1):
        db["texts"].insert(
            {
                "document": slug,
                "position": position,
                "language": language,
                "label": label,
                "text": version,
                "html": "".join(f"<p>{p}</p>" for p in version.split("\n\n")),
            }
        )
    index_cjk(
        db.conn,
        slug,
        {
            MAIN: f"{title}\n{values.get('summary')}\n{text}",
            **{i: version for i, (_, _, version) in enumerate(texts, 1)},
        },
    )
    for role, names in (("author", authors), ("associated", people), ("contributor", contributors)):
        for name in names:
            born, died = YEARS.get(name, (None, None))
            family, _, given = name.partition(", ")
            organisation = ". " in name or "Association" in name
            db["people"].insert(
                {
                    "id": slugify(name),
                    "name": name,
                    "kind": "organisation" if organisation else "person",
                    "family_name": None if organisation else family,
                    "given_names": given or None,
                    "birth_year": born,
                    "death_year": died,
                    "url": f"{SITE}/people/{slugify(name)}",
                },
                ignore=True,
            )
            position = db["document_people"].count_where("document = ?", [slug])
            db["document_people"].insert(
                {"document": slug, "person": slugify(name), "role": role, "position": position}, ignore=True
            )
    for table, one, names in (
        ("places", "place", places),
        ("subjects", "subject", subjects),
        ("topics", "topic", topics),
        ("archives", "archive", archives),
        ("donors", "donor", donors),
    ):
        for position, name in enumerate(names):
            row = {"id": slugify(name), "name": name}
            if table == "places":
                latitude, longitude = POINTS.get(name, (None, None))
                row |= {"region": REGIONS.get(name), "latitude": latitude, "longitude": longitude}
            if table == "subjects":
                heading, *parts = name.split("--")
                row |= {"heading": heading, "subdivisions": json.dumps(parts)}
            if table == "topics":
                row |= {"document_count": 434, "description": "Allies, then rivals."}
            db[table].insert(row, ignore=True)
            db[f"document_{table}"].insert({"document": slug, one: row["id"], "position": position}, ignore=True)
    for position, (ident, name) in enumerate(languages):
        db["languages"].insert({"id": ident, "name": name}, ignore=True)
        db["document_languages"].insert({"document": slug, "language": ident, "position": position})
    if citation:
        db["citations"].insert({"document": slug, **citation})
    for position, (role, name) in enumerate(cited):
        db["citation_people"].insert({"document": slug, "position": position, "role": role, "name": name})
    if scan:
        digest = hashlib.sha256(PDF).hexdigest()
        path = output / "files" / digest[:2] / f"{digest}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PDF)
        db["files"].insert(
            {
                "document": slug,
                "url": f"{SITE}/document/{values['node_id']}/download",
                "sha256": digest,
                "media_type": "application/pdf",
                "size": len(PDF),
                "pages": 1,
                "path": str(path.relative_to(output)),
                "text": "A scanned page",
                "fetched_at": seen,
            }
        )
        change = {"summary": {"old": "Conversation between Roshchin and Zhou.", "new": values["summary"]}}
        db["document_versions"].insert(
            {"document": slug, "version": 1, "seen_at": seen, "capture": n, "changes": json.dumps(change)}
        )
