"""The whole wiring: the sample archive over HTTP, through Scrapy, into SQLite."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harvester.sample_site import SampleSite

Crawl = Callable[..., Any]
SEED = "diary-nv-roshchin-memorandum-conversation-prime-minister-zhou-enlai-10-november-1949"
# What a second reading may add or touch: when it was seen, and that it was.
_MOVES = {"captures": None, "runs": None, "documents": {"last_seen"}, "listed": {"seen_at"}, "lists": {"swept_at"}}
_MOVES |= {"frontier": {"checked_at", "run", "attempts", "reason"}}


def rows(output: Path) -> dict[str, list[dict[str, Any]]]:
    """Table → rows, without what moves at each reading."""
    connection = sqlite3.connect(output / "wilson.db")
    connection.row_factory = sqlite3.Row
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if "_fts" not in name and not name.startswith(("_", "sqlite")) and _MOVES.get(name, set()) is not None
    ]
    found = {}
    for name in names:
        moves = _MOVES.get(name) or set()
        found[name] = sorted(
            (
                {k: v for k, v in dict(row).items() if k not in moves}
                for row in connection.execute(f"SELECT * FROM {name}")
            ),
            key=str,
        )
    connection.close()
    return found


def test_two_full_crawls_give_identical_rows(crawl: Crawl, tmp_path: Path) -> None:
    first = crawl()
    assert first.returncode == 0, first.stderr
    before = rows(tmp_path)
    assert len(before["documents"]) >= 25
    assert {row["state"] for row in before["frontier"]} == {"done"}
    second = crawl(full="yes")
    assert second.returncode == 0, second.stderr
    assert rows(tmp_path) == before


def test_the_seed_page_comes_out_whole(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    done = crawl("-o", str(tmp_path / "feed.jsonl"), urls=f"https://digitalarchive.wilsoncenter.org/document/{SEED}")
    assert done.returncode == 0, done.stderr
    [document] = rows(tmp_path)["documents"]
    assert document["slug"] == SEED
    assert document["title"] == (
        "From the Diary of N.V. Roshchin, Memorandum of Conversation with Prime Minister Zhou Enlai on 10 November 1949"
    )
    assert document["date_text"] == "November 10, 1949"
    assert [document[f"date_{part}"] for part in ("edtf", "earliest", "latest")] == ["1949-11-10"] * 3
    assert document["credit"] == "This document was made possible with support from Leon Levy Foundation"
    assert document["summary"].startswith("Conversation between Soviet Ambassador Roshchin and Chinese Premier")
    paragraphs = document["text"].split("\n\n")
    assert len(paragraphs) == 14
    assert paragraphs[0] == "From the Diary of N. V. ROSHCHIN"
    assert paragraphs[-1] == "USSR Ambassador to the PRC N. Roshchin"
    assert sum(map(len, paragraphs)) == 2958
    assert [visit.path for visit in site.log] == ["/robots.txt", f"/document/{SEED}"]
    [item] = [json.loads(line) for line in (tmp_path / "feed.jsonl").read_text().splitlines()]
    assert (item["slug"], item["text"]) == (SEED, document["text"])


def test_topics_and_authority_records_are_joined(crawl: Crawl, tmp_path: Path) -> None:
    assert crawl().returncode == 0
    found = rows(tmp_path)
    people = {row["name"]: row for row in found["people"]}
    assert (people["Kim, Il Sung"]["family_name"], people["Kim, Il Sung"]["given_names"]) == ("Kim", "Il Sung")
    assert people["Japan. Foreign Ministry"]["kind"] == "organisation"
    assert people["Mao, Zedong"]["birth_year"] == 1893
    assert people["Mao, Zedong"]["biography"]
    assert {row["region"] for row in found["places"] if row["name"] == "China"} == {"East Asia"}
    assert all(row["document_count"] and row["term_id"] and row["description"] for row in found["topics"])
    listed = {json.loads(row["topics"])[0] for row in found["documents"] if row["topics"] != "[]"}
    assert listed <= {row["name"] for row in found["topics"]}
    assert len(found["document_topics"]) > 10


def test_a_sample_stops_early_and_the_next_run_goes_on(crawl: Crawl, tmp_path: Path) -> None:
    assert crawl(sample=3).returncode == 0
    assert len(rows(tmp_path)["documents"]) == 3
    assert crawl().returncode == 0
    assert len(rows(tmp_path)["documents"]) >= 25
