"""Manners, proven by the server's log: one request at a time, never within a second, and who is asking."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from changes import asked, plain
from contents import many, one

from harvester import settings
from harvester.sample_site import Request, Response, SampleSite

Crawl = Callable[..., Any]


def test_pace_and_name(crawl: Crawl, site: SampleSite) -> None:
    done = crawl(sample="3", DOWNLOAD_DELAY=settings.DOWNLOAD_DELAY, CONTACT="library@example.org")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(site.log) >= 4
    for before, after in pairwise(site.log):
        assert after.started - before.started >= 1.0
        assert before.finished is not None
        assert before.finished <= after.started, "one at a time"
    agents = {visit.user_agent for visit in site.log}
    assert agents == {f"{settings.USER_AGENT} contact: library@example.org"}
    assert settings.USER_AGENT.startswith("wilson-harvester/")


def test_robots_txt_is_obeyed_with_its_delay(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    site.robots = (
        "User-agent: *\nDisallow: /document/\n\n"
        "User-agent: wilson-harvester\nCrawl-delay: 1.5\nDisallow: /people\nDisallow: /topics\n"
    )
    assert crawl(sample="3").returncode == 0
    assert asked(site)[0] == "/robots.txt"
    assert not [path for path in asked(site) if path.startswith(("/people", "/topics"))]
    assert len(asked(site, "/document/")) == 3, "the rules made for us count, not those for all"
    assert all(after.started - before.started >= 1.5 for before, after in pairwise(site.log))
    excluded = many(tmp_path, "SELECT DISTINCT reason FROM frontier WHERE state = 'excluded'")
    assert excluded == [("Forbidden by robots.txt",)]


def test_redirects_are_judged(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    names = ["off-host", "other-scheme", "itself", "circle-a", "chain-0", "renamed"]
    targets = {
        "off-host": "https://example.org/document/off-host",
        "other-scheme": "ftp://digitalarchive.wilsoncenter.org/document/x",
        "itself": "/document/itself?again",
        "circle-a": "/document/circle-b",
        "circle-b": "/document/circle-a",
        "renamed": "/document/letter-jawaharlal-nehru-all-provincial-premiers",
        "home": "/",
    } | {f"chain-{n}": f"/document/chain-{n + 1}" for n in range(20)}

    def respond(request: Request, response: Response) -> Response:
        target = targets.get(request.path.partition("?")[0].removeprefix("/document/"))
        return plain("", 302, Location=target) if target else response

    site.respond = respond
    done = crawl(urls=" ".join(f"{site.url}/document/{name}" for name in [*names, "home"]))
    assert done.returncode == 6, done.stdout + done.stderr
    said = dict(many(tmp_path, "SELECT replace(url, rtrim(url, replace(url, '/', '')), ''), reason FROM frontier"))
    assert "redirects out of the archive, to https://example.org" in said["off-host"]
    assert "redirects out of the archive, to ftp://" in said["other-scheme"]
    assert "redirects in a circle" in said["itself"]
    assert "redirects in a circle" in said["circle-b"]
    assert "redirects out of the archive" in said["home"]
    assert "redirects too often" in said["chain-5"]
    assert "chain-6" not in said
    assert one(tmp_path, "SELECT count(*) FROM documents") == 1
    assert all("example.org" not in path for path in asked(site))
