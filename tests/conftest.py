"""What tests of the whole share: a server with the sample archive, and the real command line."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harvester.sample_site import SampleSite

ROOT = Path(__file__).resolve().parent.parent
# A shell's background job ignores Ctrl-C, and so would the commands that tests start and stop with it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Loopback needs no manners, and a test no waiting.
QUICK = {"DOWNLOAD_DELAY": 0, "RETRY_BACKOFF": 0.05, "BLOCK_PAUSE": 0.2, "LOG_LEVEL": "WARNING"}


@pytest.fixture
def site() -> Iterator[SampleSite]:
    """A fresh server of the sample archive, whose pages a test may change."""
    with SampleSite() as server:
        yield server


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a crawl without any trouble brings it; to look at, not to change."""
    output = tmp_path_factory.mktemp("clean")
    with SampleSite() as server:
        done = scrapy("crawl", "document", "-a", f"site={server.url}", HARVEST_OUTPUT=output)
    assert done.returncode == 0, done.stdout + done.stderr
    return output


def command(*words: str, **settings: object) -> list[str]:
    """The words of a `scrapy` command, with quick settings."""
    options = [word for name, value in (QUICK | settings).items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", *words, *options]


def scrapy(*words: str, timeout: float = 120, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run `scrapy` as a user would, from the repository, with quick settings; never raises."""
    return subprocess.run(
        command(*words, **settings),
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture
def crawl(tmp_path: Path, site: SampleSite) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`crawl(sample="3", LOG_LEVEL="INFO")`: the live spider on `site`, into `tmp_path`; small names are `-a`."""

    def run(*extra: str, timeout: float = 120, **given: object) -> subprocess.CompletedProcess[str]:
        arguments = {"site": site.url} | {name: value for name, value in given.items() if name.islower()}
        words = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
        settings = {"HARVEST_OUTPUT": tmp_path} | {name: value for name, value in given.items() if name.isupper()}
        return scrapy("crawl", "document", *words, *extra, timeout=timeout, **settings)

    return run
