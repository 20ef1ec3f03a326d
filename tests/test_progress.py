"""How far a crawl is: a live line on a terminal, plain lines elsewhere."""

import io
import os
import pty
import subprocess
from pathlib import Path

from conftest import ROOT, command

from harvester.console import Line
from harvester.sample_site import SampleSite


def test_a_live_line_on_a_terminal(site: SampleSite, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command("crawl", "document", "-a", f"site={site.url}", HARVEST_OUTPUT=tmp_path, DOWNLOAD_DELAY=0.02),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait() == 0
    lines = [line for line in shown.decode().split("\r\x1b[K") if "pages done" in line]
    assert len(lines) >= 2
    assert "to go" in lines[0]
    assert "known" in lines[0]
    assert "a second" in lines[0]
    assert "left" in lines[0]
    assert int(lines[-1].split(" pages done")[0].replace(",", "")) > int(lines[0].split(" pages")[0].replace(",", ""))
    assert shown.decode().rstrip().endswith("\x1b[K"), "the line is cleared for what follows"


def test_plain_lines_elsewhere() -> None:
    said: list[str] = []
    stream = io.StringIO()
    line = Line(said.append, stream)
    line.show("3 pages done")
    line.clear()
    assert said == ["3 pages done"]
    assert stream.getvalue() == ""
    assert line.every >= 30, "a log is no place for a line every second"
