"""The README's first commands in a clean clone, as a newcomer types them."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str, cwd: Path) -> str:
    """What the command prints; the newcomer's shell has no environment of ours active."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "PYTHON", "SCRAPY", "MAKE"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("make") or not (ROOT / ".git").exists(), reason="needs make and a git checkout")
def test_make_demo_in_a_clean_clone(tmp_path: Path) -> None:
    run("git", "clone", "--quiet", str(ROOT), "clone", cwd=tmp_path)
    clone = tmp_path / "clone"
    readme = (clone / "README.md").read_text()
    assert "make demo " in readme
    assert "`make demo BROWSE=0`" in readme
    said = run("make", "demo", "BROWSE=0", cwd=clone)
    database = clone / "output" / "wilson.db"
    with sqlite3.connect(database) as connection:
        [held] = connection.execute("SELECT count(*) FROM documents").fetchone()
    assert held >= 25
    assert f"{held} documents" in said
    assert "wilson.db" in said
    assert "make browse" in said or "scrapy browse" in said
    assert "Traceback" not in said
    assert run("git", "status", "--porcelain", cwd=clone) == "", "a harvest leaves nothing for git to see"
