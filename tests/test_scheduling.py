"""The examples of docs/scheduling, run as a scheduler would: no shell of ours, no environment, no terminal."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, scrapy

from harvester.sample_site import SampleSite

EXAMPLES = ROOT / "docs" / "scheduling"


def adapted(line: str, site: str, output: Path) -> str:
    """A command of the examples, on the sample site instead of the live one."""
    assert "/srv/wilson" in line
    quick = f"-a site={site} -a sample=2 -s DOWNLOAD_DELAY=0 -s RETRY_BACKOFF=0.01 -s HARVEST_OUTPUT={output}"
    command = str(Path(sys.executable).with_name("scrapy"))  # which may hold what is replaced by it: only once
    line = re.sub(r"(/srv/wilson/)?\.venv/bin/scrapy", lambda _: command, line)
    return line.replace("crawl document", f"crawl document {quick}").replace("/srv/wilson", str(ROOT))


def as_cron(line: str) -> subprocess.CompletedProcess[str]:
    """Run a command as cron does: by sh, with next to no environment, from another folder."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/", "SHELL": "/bin/sh", "LOGNAME": "nobody"}
    return subprocess.run(
        ["/bin/sh", "-c", line], cwd="/", env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_cron_line_is_silent_unless_something_is_wrong(site: SampleSite, tmp_path: Path) -> None:
    lines = [line for line in (EXAMPLES / "crontab").read_text().splitlines() if "crawl" in line]
    [line] = [line.split(None, 5)[5] for line in lines]
    good = as_cron(adapted(line, site.url, tmp_path))
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "")
    bad = as_cron(adapted(line, "http://127.0.0.1:9", tmp_path))
    assert bad.returncode == 4
    assert bad.stdout == ""
    assert "cannot be reached" in bad.stderr


def test_the_systemd_units(site: SampleSite, tmp_path: Path) -> None:
    service, timer = ((EXAMPLES / f"wilson-harvest.{kind}").read_text() for kind in ("service", "timer"))
    [start] = [line.removeprefix("ExecStart=") for line in service.splitlines() if line.startswith("ExecStart=")]
    assert as_cron(f"cd {ROOT} && {adapted(start, site.url, tmp_path)}").returncode == 0
    assert "SuccessExitStatus=7" in service
    assert "OnCalendar=" in timer


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for kind in ("service", "timer"):
        unit = (EXAMPLES / f"wilson-harvest.{kind}").read_text()
        unit = unit.replace("/srv/wilson/.venv/bin/scrapy", "/bin/true")
        (tmp_path / f"wilson-harvest.{kind}").write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "wilson-harvest.timer")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "wilson-harvest" in line]
    assert (done.returncode, said) == (0, [])


def test_the_workflow_is_one_and_calls_commands_that_exist() -> None:
    text = (EXAMPLES / "harvest.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow[True]["schedule"][0]["cron"].count(" ") == 4  # YAML reads `on` as True
    steps = workflow["jobs"]["harvest"]["steps"]
    scripts = "\n".join(step.get("run", "") for step in steps)
    syntax = subprocess.run(["/bin/bash", "-n"], input=scripts, text=True, capture_output=True, check=False)
    assert syntax.returncode == 0, syntax.stderr
    for command in ("crawl document", "export sqlite"):
        assert f".venv/bin/scrapy {command}" in scripts
    assert "timeout --signal=INT" in scripts, "a job that is cut off would keep nothing"
    assert [step for step in steps if step.get("if") == "always()"]
    [keep] = [step for step in steps if "upload archive output.tar.zst" in step.get("run", "")]
    assert "steps.fetch.outcome == 'success'" in keep["if"], "an archive that could not be fetched is not replaced"
    assert "make setup" in scripts
    assert "\nsetup:" in (ROOT / "Makefile").read_text()


def test_a_command_and_a_webhook_are_told(tmp_path: Path) -> None:
    got: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    hook = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    told = tmp_path / "told.json"
    script = tmp_path / "tell.py"
    script.write_text(
        "import os, sys\n"
        "open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())\n"
        "assert os.environ['HARVEST_EXIT_CODE'] == '4'\n"
    )
    done = scrapy(
        "crawl",
        "document",
        "-a",
        "site=http://127.0.0.1:9",
        HARVEST_OUTPUT=tmp_path / "out",
        NOTIFY_COMMAND=f"{sys.executable} {script} {told} ; touch {tmp_path}/shell",
        NOTIFY_WEBHOOK=f"http://127.0.0.1:{hook.server_address[1]}/hook",
    )
    hook.shutdown()
    assert done.returncode == 4
    assert not (tmp_path / "shell").exists(), "no shell reads the command"
    report = json.loads(told.read_bytes())
    assert report == json.loads(got[0])
    assert report["exit_code"] == 4
    assert "cannot be reached" in report["reason"]


def test_nobody_to_tell_is_no_harm(tmp_path: Path) -> None:
    done = scrapy(
        "crawl",
        "document",
        "-a",
        "site=http://127.0.0.1:9",
        HARVEST_OUTPUT=tmp_path,
        NOTIFY_COMMAND="/nowhere/at-all",
        NOTIFY_WEBHOOK="http://127.0.0.1:9/",
    )
    assert done.returncode == 4
    assert "NOTIFY_COMMAND could not be run" in done.stderr
    assert "NOTIFY_WEBHOOK did not take the report" in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path / "runs")
