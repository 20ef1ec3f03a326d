"""Kept captures: valid WARC, true to what came, found again, whole after a kill."""

import gzip
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio
from warcs import SITE, page

from harvester.capture import Capture
from harvester.exceptions import CaptureError
from harvester.sources import warc
from harvester.store.captures import kept, read
from harvester.store.keeper import Keeper, repair

SLUGS = [f"letter-{n}" for n in range(5)]


def keep(keeper: Keeper, slug: str, **facts) -> str:
    given = {"source": "live", "address": f"{SITE}/document/{slug}", "fetched_at": "2025-05-01T10:00:00Z"}
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    body = gzip.compress(page(slug))
    request = ("GET /document HTTP/1.1", [("User-Agent", "test")])
    url = facts.pop("url", f"http://127.0.0.1:8000/document/{slug}")
    return keeper.keep(url, "200 OK", headers.items(), body, request=request, **(given | facts))


def files(output: Path) -> list[Path]:
    return sorted((output / "captures").iterdir())


def check(output: Path) -> None:
    """`warcio check` exits with 1 when a file is not in order."""
    with pytest.raises(SystemExit, match="0"):
        warcio(["check", *map(str, files(output))])


def test_what_is_kept_is_found_again(tmp_path):
    keeper = Keeper(tmp_path)
    locations = [keep(keeper, slug) for slug in SLUGS]
    again = [read(tmp_path, location) for location in locations]  # while the file is still open
    assert [c.body for c in again] == [page(slug) for slug in SLUGS]
    assert list(kept(tmp_path)) == again
    assert again[0] == Capture(
        url=f"{SITE}/document/letter-0",
        body=page("letter-0"),
        source="live",
        fetched_at="2025-05-01T10:00:00Z",
        status=200,
        media_type="text/html; charset=utf-8",
        location=locations[0],
    )
    keeper.close()
    check(tmp_path)


def test_other_tools_read_it_and_learn_what_was_undone(tmp_path):
    keeper = Keeper(tmp_path)
    keep(keeper, "a")
    keeper.close()
    with files(tmp_path)[0].open("rb") as file:
        found = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(file)]
    assert [kind for kind, _ in found] == ["warcinfo", "response", "request"]
    assert b"transfer coding, which is undone" in found[0][1]
    assert found[1][1] == page("a")


def test_captures_of_the_wayback_machine_keep_their_own_time_and_place(tmp_path):
    keeper = Keeper(tmp_path)
    address = f"https://web.archive.org/web/20230101000000id_/{SITE}/document/a"
    location = keep(keeper, "a", url=address, source="wayback", captured_at="2023-01-01T00:00:00Z")
    capture = read(tmp_path, location)
    assert (capture.source, capture.fetched_at, capture.location) == ("wayback", "2023-01-01T00:00:00Z", address)


def test_files_are_rotated_by_size(tmp_path):
    keeper = Keeper(tmp_path, rotate=3000)
    locations = [keep(keeper, slug) for slug in SLUGS]
    keeper.close()
    assert len(files(tmp_path)) >= 2
    assert all(path.stat().st_size <= 3000 for path in files(tmp_path))
    assert [c.location for c in kept(tmp_path)] == locations
    check(tmp_path)


def test_the_next_run_goes_on_in_the_same_file(tmp_path):
    for slug in SLUGS:
        keeper = Keeper(tmp_path)
        keep(keeper, slug)
        keeper.close()
    assert len(files(tmp_path)) == 1
    assert [c.body for c in kept(tmp_path)] == [page(slug) for slug in SLUGS]


def test_a_torn_end_is_cut_off_wherever_the_kill_came(tmp_path):
    keeper = Keeper(tmp_path)
    keep(keeper, "a")
    whole = len(files(tmp_path)[0].read_bytes())
    keep(keeper, "b")
    keeper.close()
    data = files(tmp_path)[0].read_bytes()
    for end in range(whole + 1, len(data), 37):
        files(tmp_path)[0].write_bytes(data[:end])
        keeper = Keeper(tmp_path)
        keep(keeper, "c")
        keeper.close()
        bodies = [c.body for c in kept(tmp_path)]
        assert bodies[0] == page("a")
        assert bodies[-1] == page("c")
        assert set(bodies) <= {page("a"), page("b"), page("c")}
        check(tmp_path)


def test_a_whole_file_is_left_alone(tmp_path):
    keeper = Keeper(tmp_path)
    keep(keeper, "a")
    keeper.close()
    assert repair(files(tmp_path)[0]) == 0


def test_a_damaged_middle_is_left_alone_too(tmp_path):
    keeper = Keeper(tmp_path)
    ends = [keep(keeper, slug) for slug in SLUGS]
    keeper.close()
    data = bytearray(files(tmp_path)[0].read_bytes())
    at = int(ends[2].partition("#")[2]) + 300
    data[at : at + 400] = bytes(400)
    files(tmp_path)[0].write_bytes(data)
    assert repair(files(tmp_path)[0]) == 0
    with pytest.raises(CaptureError):
        read(tmp_path, ends[2])
    assert read(tmp_path, ends[3]).body == page("letter-3")


@pytest.mark.parametrize("location", ["captures/none.warc.gz#0", "../etc/passwd#0", "captures/../x#0", "x", ""])
def test_a_location_that_is_none_is_told(tmp_path, location):
    with pytest.raises(CaptureError):
        read(tmp_path, location)


def test_what_is_kept_can_be_harvested_as_warc(tmp_path):
    keeper = Keeper(tmp_path)
    keep(keeper, "a", url=f"{SITE}/document/a")
    keeper.close()
    assert [c.body for c in warc.read(files(tmp_path))] == [page("a")]
