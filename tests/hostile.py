"""Values that would run something if they ever became live markup, and an archive full of them."""

from pathlib import Path

from reading_room_archive import build

from harvester.store.database import connect, transaction

# Each calls xss() if it runs; a browser test defines it and looks whether it was called.
PAYLOADS = [
    "<script>xss()</script>",
    "</title><script>xss()</script>",
    "</textarea><script>xss()</script>",
    "</style><script>xss()</script>",
    "--><script>xss()</script><!--",
    "]]><script>xss()</script>",
    "</script><script>xss()</script>",
    "<ScRiPt>xss()</ScRiPt>",
    "<script src=//127.0.0.1:9/x.js></script>",
    "<script type=module>xss()</script>",
    "<img src=x onerror=xss()>",
    "<img src=x onerror='xss()'//",
    '"><img src=x onerror=xss()>',
    "'><img src=x onerror=xss()>",
    "` onerror=xss() x=`",
    "<svg onload=xss()>",
    "<svg><script>xss()</script></svg>",
    "<svg><animate onbegin=xss() attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=xss()></svg>#x'/></svg>",
    "<svg><a xlink:href=javascript:xss()><text y=20>x</text></a></svg>",
    "<math><mi//xlink:href='data:x,<script>xss()</script>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=xss()&gt;'>",
    "<body onload=xss()>",
    "<iframe src=javascript:xss()></iframe>",
    "<iframe srcdoc='<script>parent.xss()</script>'></iframe>",
    "<object data=javascript:xss()></object>",
    "<embed src=javascript:xss()>",
    "<a href=javascript:xss()>click</a>",
    "<a href='jav&#x09;ascript:xss()'>click</a>",
    "<a href=' &#14; javascript:xss()'>click</a>",
    "<a href='data:text/html,<script>xss()</script>'>click</a>",
    "<form action=javascript:xss()><button>go</button></form>",
    "<button formaction=javascript:xss()>go</button>",
    "<details open ontoggle=xss()>",
    "<input autofocus onfocus=xss()>",
    "<select autofocus onfocus=xss()>",
    "<video><source onerror=xss()></video>",
    "<audio src=x onerror=xss()>",
    "<marquee onstart=xss()>",
    "<meta http-equiv=refresh content='0;url=javascript:xss()'>",
    "<base href=javascript:xss()//>",
    "<link rel=stylesheet href=javascript:xss()>",
    "<style>@import 'javascript:xss()';</style>",
    "<div style='background:url(javascript:xss())'>x</div>",
    "<noscript><p title='</noscript><img src=x onerror=xss()>'>",
    "<template><script>xss()</script></template>",
    "<x contenteditable onblur=xss() tabindex=1 autofocus>",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "\u202e<script>xss()</script>\u2066",
    "javascript:xss()",
    "&lt;script&gt;xss()&lt;/script&gt;",
    "\" onmouseover=xss() autofocus onfocus=xss() x=\"",
    "' onmouseover=xss() autofocus onfocus=xss() x='",
]  # fmt: skip


def build_hostile(output: Path) -> Path:
    """An archive in which every text of every table is a payload; the n-th document has the n-th."""
    documents = [
        {
            "slug": f"hostile-{n}",
            "record_id": 900000 + n,
            "node_id": 800000 + n,
            "title": payload,
            "text": payload,
            "html": payload,
            "date": (payload, payload, "1950-01-01", "1950-01-01"),
            "texts": [(payload, payload, payload)],
            **dict.fromkeys(("summary", "credit", "source", "rights", "classification", "uploaded", "type"), payload),
            **{
                name: [payload]
                for name in ("authors", "people", "contributors", "places", "subjects", "topics", "archives", "donors")
            },
            "languages": [(payload, payload)],
            "citation": dict.fromkeys(("archive", "fond", "opis", "delo", "listy", "file", "volume"), payload),
            "cited": [("translator", payload)],
        }
        for n, payload in enumerate(PAYLOADS)
    ]
    documents.append({"slug": PAYLOADS[0], "title": "A hostile address", "text": "x", "record_id": 1})
    build(output, documents)
    db = connect(output)
    with transaction(db):
        for n, payload in enumerate(PAYLOADS):
            slug = f"hostile-{n}"
            db.conn.execute(
                "UPDATE documents SET url = ?, legacy_url = ?, other = json_object(?, json_array(?)),"
                " text_from = ?, collections = json_array(?), gone_since = ? WHERE slug = ?",
                [payload, payload, payload, payload, payload, payload, payload, slug],
            )
            db.conn.execute("UPDATE texts SET html = ? WHERE document = ?", [payload, slug])
            db.conn.execute(
                "INSERT INTO document_versions (document, version, seen_at, changes)"
                " VALUES (?, 2, ?, json_object(?, json_object('old', ?, 'new', ?)))",
                [slug, payload, payload, payload, payload],
            )
            db.conn.execute(
                "INSERT INTO frontier (url, source, kind, state, reason, added_at) VALUES (?, ?, ?, 'failed', ?, ?)",
                [payload, payload, payload, payload, payload],
            )
            db.conn.execute(
                "INSERT INTO quarantine (url, reason, detail) VALUES (?, ?, ?)", [payload, payload, payload]
            )
            db.conn.execute(
                "INSERT INTO files (document, url, sha256, media_type, path) VALUES (?, ?, ?, ?, ?)",
                [slug, payload, payload, payload, payload],
            )
            db.conn.execute(
                "INSERT INTO captures (url, source, fetched_at, digest, location) VALUES (?, 'wayback', ?, ?, ?)",
                [payload, payload, payload, payload],
            )
        db.conn.execute("UPDATE people SET biography = name, url = name, life_dates = name")
        db.conn.execute("UPDATE places SET region = name, url = name, latitude = 10, longitude = 20")
        db.conn.execute("UPDATE topics SET description = name, url = name")
        db.conn.execute("UPDATE subjects SET heading = name")
        db.conn.execute("UPDATE runs SET reason = ?, counts = json_object(?, ?)", [PAYLOADS[0]] * 3)
    db.conn.close()
    return output
