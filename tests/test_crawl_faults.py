"""A server's bad days: what can be had arrives as from a good one; what cannot ends with the reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from contents import assert_sound, contents
from faults import Faults

from harvester.sample_site import SampleSite

Crawl = Callable[..., Any]


def test_three_in_ten_answers_are_bad_and_all_arrives(
    crawl: Crawl, site: SampleSite, tmp_path: Path, clean: Path
) -> None:
    faults = Faults(site, 0.3, seed=1)
    done = crawl()
    assert done.returncode == 0, done.stdout + done.stderr
    assert sum(faults.given.values()) > 40
    assert contents(tmp_path) == contents(clean)
    assert_sound(tmp_path)
    assert "Traceback" not in done.stderr
