"""The tables, as migrations: each step is named, runs in one transaction and is recorded in the database.

A step that has been released is never edited; a change is a new step at the end.
"""

from sqlite_utils import Database, Migrations

from harvester.store.search import rebuild

migrations = Migrations("harvester")


@migrations()
def m001_contract(db: Database) -> None:
    """Everything that other people's scripts may depend on."""
    for statement in CONTRACT.split(";;"):
        db.conn.execute(statement)


@migrations()
def m002_search(db: Database) -> None:
    """Search in the other language versions, and in Chinese, Japanese and Korean (see store.search)."""
    for statement in SEARCH.split(";;"):
        db.conn.execute(statement)
    rebuild(db.conn)


@migrations()
def m003_files(db: Database) -> None:
    """How each PDF fares, and what reading it gave beside its text; one row a document and address."""
    for column in ("condition TEXT", "problem TEXT", "metadata TEXT", "text_from TEXT", "ocr_confidence REAL"):
        db.conn.execute(f"ALTER TABLE files ADD COLUMN {column}")
    db.conn.execute("ALTER TABLE files ADD COLUMN ocr_languages TEXT")
    db.conn.execute("CREATE UNIQUE INDEX files_document_url ON files (document, url)")
    db.conn.execute("CREATE INDEX files_url ON files (url)")
    db.conn.execute("CREATE INDEX files_sha256 ON files (sha256)")


@migrations()
def m004_files_to_read(db: Database) -> None:
    """Finds what is to be read without going through the texts of all files."""
    db.conn.execute("CREATE INDEX files_unread ON files (sha256) WHERE path IS NOT NULL AND condition IS NULL")


@migrations()
def m005_archived(db: Database) -> None:
    """What the Wayback Machine's index lists, what came of each capture, and how far the listing has come."""
    db.conn.execute(
        "CREATE TABLE archived (address TEXT NOT NULL, timestamp TEXT NOT NULL, original TEXT NOT NULL,"
        " status INTEGER, media_type TEXT, digest TEXT, outcome TEXT, PRIMARY KEY (address, timestamp, original))"
    )
    db.conn.execute(
        "CREATE TABLE archived_lists (prefix TEXT PRIMARY KEY NOT NULL, newest TEXT NOT NULL DEFAULT '',"
        " reached TEXT NOT NULL DEFAULT '', asking TEXT)"
    )


@migrations()
def m006_missing(db: Database) -> None:
    """What `scrapy reconcile` finds missing; and whether a change is the site's or this software's."""
    db.conn.execute(
        "CREATE TABLE missing (url TEXT PRIMARY KEY NOT NULL, expected_by TEXT NOT NULL, source TEXT,"
        " noted_at TEXT NOT NULL)"
    )
    db.conn.execute("ALTER TABLE document_versions ADD COLUMN cause TEXT NOT NULL DEFAULT 'site'")
    db.conn.execute("CREATE INDEX quarantine_capture ON quarantine (capture)")


@migrations()
def m007_reading_room(db: Database) -> None:
    """What the reading room asks for often, and which stands behind the texts in a row, has an index."""
    for statement in (
        "DROP INDEX documents_date",
        "CREATE INDEX documents_date ON documents (date_earliest, date_latest)",
        "CREATE INDEX documents_uploaded ON documents (uploaded)",
        "CREATE INDEX documents_changed ON documents (last_changed)",
        "CREATE INDEX documents_gone ON documents (gone_since) WHERE gone_since IS NOT NULL",
        "CREATE INDEX documents_labels ON documents (slug) WHERE other != '{}'",
    ):
        db.conn.execute(statement)


@migrations()
def m008_archived_digest(db: Database) -> None:
    """Finds the captures with the same bytes."""
    db.conn.execute("CREATE INDEX archived_digest ON archived (digest)")


@migrations()
def m009_index_in_memory(db: Database) -> None:
    """Many new rows are gathered before a search index is written: a batch goes in as one piece, at 2/3 of the cost."""
    for index in ("documents_fts", "texts_fts", "cjk_fts"):
        db.conn.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('hashsize', ?)", (INDEX_MEMORY,))


@migrations()
def m010_merge_less(db: Database) -> None:
    """A search index has up to 16 pieces of a size before they are merged: each entry is rewritten half as often."""
    for index in ("documents_fts", "texts_fts", "cjk_fts"):
        db.conn.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('automerge', 16)")


@migrations()
def m011_merge_when_many(db: Database) -> None:
    """A search index has up to 64 pieces of a size (an archive of 64,000 documents read in bulk is never merged), and
    they are merged bit by bit with what is written: all at once, a page waited 0.7 s for 5,000 others.
    """
    for index in ("documents_fts", "texts_fts", "cjk_fts"):
        for name, pieces in (("automerge", 64), ("crisismerge", 128)):
            db.conn.execute(f"INSERT INTO {index} ({index}, rank) VALUES (?, ?)", (name, pieces))


INDEX_MEMORY = 32 * 2**20
"""Bytes of new entries that a search index holds before it writes them; a page's alone are some thousand."""

# (Values are spelt out with OR: for more than two after IN, SQLite fills a table at every row it checks, which takes
# as long as to add the row.)
CONTRACT = (
    """
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source = 'live' OR source = 'wayback' OR source = 'warc' OR source = 'mirror'),
    fetched_at TEXT NOT NULL,
    status INTEGER,
    media_type TEXT,
    size INTEGER,
    digest TEXT NOT NULL,
    location TEXT,
    UNIQUE (url, source, fetched_at, digest)
);;
CREATE TABLE documents (
    slug TEXT PRIMARY KEY NOT NULL,
    record_id INTEGER, node_id INTEGER, url TEXT, legacy_url TEXT,
    title TEXT,
    date_text TEXT, date_edtf TEXT, date_earliest TEXT, date_latest TEXT,
    summary TEXT, credit TEXT,
    text TEXT, html TEXT, text_language TEXT, text_from TEXT, text_agreement REAL, word_count INTEGER,
    source TEXT, rights TEXT, classification TEXT, uploaded TEXT,
    type TEXT, collections TEXT, first_published TEXT,
    other TEXT,
    authors TEXT, people TEXT, places TEXT, subjects TEXT, topics TEXT, archives TEXT, languages TEXT,
    donors TEXT,
    first_seen TEXT, last_seen TEXT, last_changed TEXT, gone_since TEXT,
    capture INTEGER REFERENCES captures (id)
);;
CREATE INDEX documents_record_id ON documents (record_id);;
CREATE INDEX documents_node_id ON documents (node_id);;
CREATE INDEX documents_date ON documents (date_earliest);;
CREATE TABLE texts (
    document TEXT NOT NULL REFERENCES documents (slug) ON UPDATE CASCADE,
    position INTEGER NOT NULL,
    language TEXT, label TEXT, text TEXT, html TEXT,
    PRIMARY KEY (document, position)
);;
CREATE TABLE people (
    id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL,
    kind TEXT CHECK (kind IN ('person', 'organisation')),
    family_name TEXT, given_names TEXT, life_dates TEXT, birth_year INTEGER, death_year INTEGER,
    biography TEXT, url TEXT
);;
CREATE TABLE places (
    id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL,
    region TEXT, latitude REAL, longitude REAL, url TEXT
);;
CREATE TABLE topics (
    id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL,
    description TEXT, document_count INTEGER, url TEXT,
    term_id TEXT
);;
CREATE TABLE subjects (
    id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL,
    heading TEXT, subdivisions TEXT
);;
CREATE TABLE archives (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL);;
CREATE TABLE donors (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL);;
CREATE TABLE languages (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL);;
CREATE TABLE document_people (
    document TEXT NOT NULL REFERENCES documents (slug) ON UPDATE CASCADE,
    person TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role = 'author' OR role = 'associated' OR role = 'contributor'),
    position INTEGER NOT NULL,
    PRIMARY KEY (document, role, person)
);;
CREATE INDEX document_people_person ON document_people (person);;
"""
    + "".join(
        f"""
CREATE TABLE document_{many} (
    document TEXT NOT NULL REFERENCES documents (slug) ON UPDATE CASCADE,
    {one} TEXT NOT NULL REFERENCES {many} (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (document, {one})
);;
CREATE INDEX document_{many}_{one} ON document_{many} ({one});;
"""
        for many, one in (
            ("places", "place"),
            ("subjects", "subject"),
            ("topics", "topic"),
            ("archives", "archive"),
            ("donors", "donor"),
            ("languages", "language"),
        )
    )
    + """
CREATE TABLE citations (
    document TEXT PRIMARY KEY NOT NULL REFERENCES documents (slug) ON UPDATE CASCADE,
    archive TEXT, fond TEXT, opis TEXT, papka TEXT, delo TEXT, listy TEXT, file TEXT, volume TEXT, box TEXT,
    folder TEXT
);;
CREATE TABLE citation_people (
    document TEXT NOT NULL REFERENCES documents (slug) ON UPDATE CASCADE,
    position INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role = 'translator' OR role = 'contributor' OR role = 'obtainer' OR role = 'transcriber'),
    name TEXT NOT NULL,
    PRIMARY KEY (document, position)
);;
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    document TEXT REFERENCES documents (slug) ON UPDATE CASCADE,
    url TEXT NOT NULL,
    sha256 TEXT, media_type TEXT, size INTEGER, pages INTEGER, path TEXT, text TEXT, fetched_at TEXT
);;
CREATE INDEX files_document ON files (document);;
CREATE TABLE document_versions (
    document TEXT NOT NULL REFERENCES documents (slug) ON UPDATE CASCADE,
    version INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    capture INTEGER REFERENCES captures (id),
    changes TEXT NOT NULL,
    PRIMARY KEY (document, version)
);;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    spider TEXT NOT NULL, arguments TEXT, started TEXT NOT NULL, finished TEXT,
    exit_code INTEGER, reason TEXT, counts TEXT
);;
CREATE TABLE frontier (
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state = 'pending' OR state = 'done' OR state = 'failed' OR state = 'quarantined' OR state = 'excluded'),
    priority INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try REAL,
    reason TEXT,
    added_at TEXT NOT NULL,
    checked_at TEXT,
    etag TEXT, last_modified TEXT, digest TEXT,
    run INTEGER REFERENCES runs (id),
    PRIMARY KEY (source, url)
);;
CREATE INDEX frontier_state ON frontier (source, state, priority);;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    run INTEGER REFERENCES runs (id),
    reason TEXT NOT NULL, detail TEXT,
    capture INTEGER REFERENCES captures (id)
);;
CREATE TABLE lists (
    source TEXT NOT NULL,
    list TEXT NOT NULL,
    total INTEGER, first_page TEXT, swept_at TEXT,
    sweep TEXT, round INTEGER NOT NULL DEFAULT 0, whole INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0, pages INTEGER NOT NULL DEFAULT 0,
    mark TEXT, met INTEGER NOT NULL DEFAULT 0, checked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, list)
);;
CREATE TABLE listed (
    source TEXT NOT NULL,
    list TEXT NOT NULL,
    document TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (list, document, source)
);;
CREATE INDEX listed_document ON listed (document);;
CREATE VIRTUAL TABLE documents_fts USING fts5 (
    title, summary, text, content='documents', tokenize='unicode61 remove_diacritics 2'
);;
CREATE TRIGGER documents_fts_insert AFTER INSERT ON documents BEGIN
    INSERT INTO documents_fts (rowid, title, summary, text)
    VALUES (new.rowid, new.title, new.summary, new.text);
END;;
CREATE TRIGGER documents_fts_delete AFTER DELETE ON documents BEGIN
    INSERT INTO documents_fts (documents_fts, rowid, title, summary, text)
    VALUES ('delete', old.rowid, old.title, old.summary, old.text);
END;;
CREATE TRIGGER documents_fts_update AFTER UPDATE OF title, summary, text ON documents
WHEN old.title IS NOT new.title OR old.summary IS NOT new.summary OR old.text IS NOT new.text BEGIN
    INSERT INTO documents_fts (documents_fts, rowid, title, summary, text)
    VALUES ('delete', old.rowid, old.title, old.summary, old.text);
    INSERT INTO documents_fts (rowid, title, summary, text)
    VALUES (new.rowid, new.title, new.summary, new.text);
END
"""
)

SEARCH = """
CREATE VIRTUAL TABLE texts_fts USING fts5 (
    text, content='texts', tokenize='unicode61 remove_diacritics 2'
);;
CREATE TRIGGER texts_fts_insert AFTER INSERT ON texts BEGIN
    INSERT INTO texts_fts (rowid, text) VALUES (new.rowid, new.text);
END;;
CREATE TRIGGER texts_fts_delete AFTER DELETE ON texts BEGIN
    INSERT INTO texts_fts (texts_fts, rowid, text) VALUES ('delete', old.rowid, old.text);
END;;
CREATE TRIGGER texts_fts_update AFTER UPDATE OF text ON texts WHEN old.text IS NOT new.text BEGIN
    INSERT INTO texts_fts (texts_fts, rowid, text) VALUES ('delete', old.rowid, old.text);
    INSERT INTO texts_fts (rowid, text) VALUES (new.rowid, new.text);
END;;
CREATE TABLE cjk (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents (slug) ON UPDATE CASCADE,
    position INTEGER NOT NULL,
    grams TEXT NOT NULL,
    UNIQUE (document, position)
);;
CREATE VIRTUAL TABLE cjk_fts USING fts5 (grams, content='cjk', content_rowid='id', tokenize='ascii');;
CREATE TRIGGER cjk_fts_insert AFTER INSERT ON cjk BEGIN
    INSERT INTO cjk_fts (rowid, grams) VALUES (new.id, new.grams);
END;;
CREATE TRIGGER cjk_fts_delete AFTER DELETE ON cjk BEGIN
    INSERT INTO cjk_fts (cjk_fts, rowid, grams) VALUES ('delete', old.id, old.grams);
END;;
CREATE TRIGGER cjk_fts_update AFTER UPDATE OF grams ON cjk BEGIN
    INSERT INTO cjk_fts (cjk_fts, rowid, grams) VALUES ('delete', old.id, old.grams);
    INSERT INTO cjk_fts (rowid, grams) VALUES (new.id, new.grams);
END
"""
