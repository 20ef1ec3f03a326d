"""Killed at any moment, again and again: nothing is lost, doubled or half-written, and little is asked for twice."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, command
from contents import assert_sound, contents, one, states
from faults import Faults

from harvester.sample_site import SampleSite

Crawl = Callable[..., Any]


def killed(site: SampleSite, output: Path, after: float, **settings: object) -> bool:
    """Start a crawl and kill it `after` seconds from when it first asked for something; False when it had ended."""
    seen = len(site.log)
    words = command("crawl", "document", "-a", f"site={site.url}", HARVEST_OUTPUT=output, **settings)
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(site.log) == seen and process.poll() is None:
        time.sleep(0.005)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def harvest_with_kills(site: SampleSite, output: Path, kills: int, seed: int) -> tuple[int, Faults]:
    """Kill so often, at random moments; returns how many runs were killed before their end."""
    faults = Faults(site, 0.3, seed)
    chance = random.Random(seed)
    done = sum(killed(site, output, chance.uniform(0.0, 2.0)) for _ in range(kills))
    return done, faults


def check(output: Path, clean: Path, faults: Faults) -> None:
    """What must hold after the completing run."""
    assert_sound(output)
    assert set(states(output)) <= {"done", "quarantined", "excluded"}
    assert contents(output) == contents(clean)
    pages = Counter({path: count for path, count in faults.served.items() if path != "/robots.txt"})
    twice = sum(pages.values()) - len(pages)
    assert twice <= 0.1 * len(pages), f"{twice} of {len(pages)} pages came more than once"


def test_four_kills(crawl: Crawl, site: SampleSite, tmp_path: Path, clean: Path) -> None:
    done, faults = harvest_with_kills(site, tmp_path, 4, seed=5)
    assert done >= 2
    assert crawl().returncode == 0
    check(tmp_path, clean, faults)
    assert one(tmp_path, "SELECT count(*) FROM runs WHERE exit_code IS NULL AND reason LIKE '%killed%'") >= 2


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(int(os.environ.get("SOAK", 12))))
def test_many_kills(crawl: Crawl, site: SampleSite, tmp_path: Path, clean: Path, seed: int) -> None:
    _, faults = harvest_with_kills(site, tmp_path, random.Random(seed).randint(3, 8), seed)
    assert crawl().returncode == 0
    check(tmp_path, clean, faults)
