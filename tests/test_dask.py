"""Bulk reading by a real Dask cluster over TCP: the same rows as here, whatever becomes of the workers."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed", reason="a Dask cluster needs the extra `distributed`")

from cluster import Cluster, wait
from conftest import ROOT, command, scrapy
from copies import legacy, pages, problem, record, rows, tar
from warcs import SITE, Record, warc

from harvester.workers.executor import ExecutorError, open_workers

Rows = dict[str, list[dict[str, Any]]]
# When something was written: all that may differ between two readings of the same files.
MOVES = {"runs": {"started", "finished"}, "frontier": {"added_at", "checked_at"}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler, with the workers that tests have left it."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster(server: Cluster) -> Iterator[Cluster]:
    """Two workers, and an empty diary."""
    server.start(2 - len(server.workers))
    server.diary.write_text("")
    yield server
    server.go_on()


@pytest.fixture
def hasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this test wait for workers for a moment only."""
    (tmp_path / "sitecustomize.py").write_text("from harvester.workers import readers; readers._ALONE = 2")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Spider → a file with five batches of pages or more."""
    folder = tmp_path_factory.mktemp("copies")
    challenge = record("/document/only-challenged", problem("challenge", "interstitial"))
    (folder / "mirror.tar").write_bytes(tar(pages()))
    (folder / "all.warc.gz").write_bytes(
        warc([*(record(path, page) for path, page in (pages() | legacy()).items()), challenge])
    )
    return {"mirror": folder / "mirror.tar", "warc": folder / "all.warc.gz"}


@pytest.fixture(scope="module")
def local(copies: dict[str, Path]) -> dict[str, Rows]:
    """Spider → the rows when this machine reads."""

    def read(spider: str) -> Rows:
        output = copies[spider].parent / f"{spider}-here"
        done = scrapy("crawl", spider, "-a", f"path={copies[spider]}", HARVEST_OUTPUT=output, WITNESS_EVERY=7)
        assert done.returncode == 0, done.stderr
        return everything(output)

    with ThreadPoolExecutor() as pool:
        return dict(zip(copies, pool.map(read, copies), strict=True))


def everything(output: Path) -> Rows:
    """Table → rows, all of them, ids and all, in order."""
    connection = sqlite3.connect(output / "wilson.db")
    connection.row_factory = sqlite3.Row
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '!_%' ESCAPE '!'"
    found = {}
    for (table,) in connection.execute(tables).fetchall():
        every = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
        found[table] = [{k: v for k, v in row.items() if k not in MOVES.get(table, ())} for row in every]
    connection.close()
    for run in found["runs"]:
        run["counts"] = {k: v for k, v in json.loads(run["counts"] or "{}").items() if k != "seconds"}
    return found


def assert_same(output: Path, expected: Rows) -> None:
    found = everything(output)
    assert found.keys() == expected.keys()
    for table in found:
        assert found[table] == expected[table], table


def words(address: str, spider: str, path: Path, output: Path, **settings: object) -> list[str]:
    """The words of a crawl by a cluster."""
    known: dict[str, object] = {"HARVEST_OUTPUT": output, "HARVEST_EXECUTOR": f"dask://{address}", "WITNESS_EVERY": 7}
    return command("crawl", spider, "-a", f"path={path}", **known | settings)


def crawl(*args: Any, **settings: object) -> "subprocess.CompletedProcess[str]":
    """A crawl by a cluster, from beginning to end."""
    done = subprocess.run(words(*args, **settings), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done


def begin(cluster: Cluster, *args: Any) -> "subprocess.Popen[str]":
    """Start a crawl, and come back when each worker has a page in its hands that it does not let go of."""
    cluster.hold()
    pipe = subprocess.PIPE
    process = subprocess.Popen(words(cluster.address, *args), cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
    try:
        wait(lambda: len(cluster.read()) == len(cluster.workers) or process.poll() is not None, cluster.log)
        assert process.poll() is None, process.communicate()
    except BaseException:
        process.kill()
        raise
    return process


def end(process: "subprocess.Popen[str]") -> str:
    """What a crawl says until its end; it is killed should it have none."""
    try:
        said = "".join(process.communicate(timeout=120))
    finally:
        process.kill()
    assert "Traceback" not in said, said
    return said


@pytest.mark.parametrize("spider", ["mirror", "warc"])
def test_the_same_rows(
    cluster: Cluster, copies: dict[str, Path], local: dict[str, Rows], tmp_path: Path, spider: str
) -> None:
    done = crawl(cluster.address, spider, copies[spider], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert_same(tmp_path, local[spider])
    read = cluster.read()
    assert read.keys() == {worker.pid for worker in cluster.workers}, "both have read"
    assert sum(map(len, read.values())) == len(local[spider]["captures"]), "they have read everything, once"


def test_reparse_gives_the_same_rows(cluster: Cluster, clean: Path, tmp_path: Path) -> None:
    def reparse(where: str) -> Rows:
        output = shutil.copytree(clean, tmp_path / (where.partition(":")[0] or "here"))
        with sqlite3.connect(output / "wilson.db") as connection:
            connection.execute("UPDATE documents SET title = 'Wrong', summary = NULL")
        connection.close()
        done = scrapy("reparse", HARVEST_OUTPUT=output, HARVEST_EXECUTOR=where)
        assert (done.returncode, done.stderr) == (0, "")
        return everything(output)

    here, there = ThreadPoolExecutor().map(reparse, ("", f"dask://{cluster.address}"))
    assert there == here
    assert not any(document["title"] == "Wrong" for document in there["documents"])
    assert sum(map(len, cluster.read().values())) == len(there["captures"]), "they have read everything, once"


def test_a_killed_worker_costs_nothing(
    cluster: Cluster, copies: dict[str, Path], local: dict[str, Rows], tmp_path: Path
) -> None:
    process = begin(cluster, "warc", copies["warc"], tmp_path)
    victim, survivor = cluster.workers
    lost = cluster.read()[victim.pid]
    cluster.kill(victim)
    cluster.go_on()
    said = end(process)
    assert process.returncode == 0, said
    assert_same(tmp_path, local["warc"])
    read = cluster.read()
    assert read[victim.pid] == lost, "it was killed over this page"
    assert set(lost) < set(read[survivor.pid])
    assert {page["url"] for page in local["warc"]["captures"]} == set(read[survivor.pid])


def test_a_frozen_worker_costs_nothing(copies: dict[str, Path], local: dict[str, Rows], tmp_path: Path) -> None:
    # Seconds until the scheduler takes a silent worker for lost; usually five minutes.
    with Cluster(tmp_path / "cluster", DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="5s") as cluster:
        cluster.start(2)
        process = begin(cluster, "warc", copies["warc"], tmp_path / "output")
        frozen, other = cluster.workers
        frozen.send_signal(signal.SIGSTOP)
        cluster.go_on()
        said = end(process)
        read = cluster.read()
    assert process.returncode == 0, said
    assert_same(tmp_path / "output", local["warc"])
    assert {page["url"] for page in local["warc"]["captures"]} == set(read[other.pid]), "the other has read everything"


def test_ctrl_c(cluster: Cluster, copies: dict[str, Path], tmp_path: Path) -> None:
    process = begin(cluster, "mirror", copies["mirror"], tmp_path)
    process.send_signal(signal.SIGINT)
    said = end(process)
    assert process.returncode == 6, said
    assert "Stopped before its end" in said


def test_poisoned_pages_cost_themselves_only(cluster: Cluster, tmp_path: Path) -> None:
    said = {"endless": "2 seconds", "exploding": "448 MB", "crashing": "SIGSEGV"}
    good = [record(path, page) for path, page in list(pages().items())[6:46]]
    bad = [Record(f"{SITE}/document/{name}", name.encode()) for name in said]
    (tmp_path / "a.warc.gz").write_bytes(warc([*good[:9], *bad[:2], *good[9:30], *bad[2:], *good[30:]]))
    done = crawl(cluster.address, "warc", tmp_path / "a.warc.gz", tmp_path, READ_SECONDS=2)
    assert done.returncode == 6, done.stdout + done.stderr
    assert "3 addresses failed" in done.stderr
    failed = dict(rows(tmp_path, "SELECT url, reason FROM frontier WHERE state = 'failed'"))
    assert failed.keys() == {page.url for page in bad}
    for page in bad:
        assert said[page.body.decode()] in failed[page.url]
    done_well = rows(tmp_path, "SELECT url FROM frontier WHERE state = 'done'")
    assert {url for (url,) in done_well} == {page.url for page in good}
    assert rows(tmp_path, "SELECT count(*) FROM quarantine") == [(len(bad),)]


@pytest.mark.usefixtures("hasty")
def test_a_cluster_without_its_workers_costs_nothing(
    cluster: Cluster, copies: dict[str, Path], local: dict[str, Rows], tmp_path: Path
) -> None:
    process = begin(cluster, "mirror", copies["mirror"], tmp_path)
    cluster.kill(*cluster.workers)
    cluster.go_on()
    said = end(process)
    assert process.returncode == 0, said
    assert said.count("(it has had no worker for 2 seconds); this machine reads the rest") == 1, said
    assert_same(tmp_path, local["mirror"])


def test_a_lost_scheduler_costs_nothing(copies: dict[str, Path], local: dict[str, Rows], tmp_path: Path) -> None:
    with Cluster(tmp_path / "cluster") as cluster:
        cluster.start(1)
        process = begin(cluster, "mirror", copies["mirror"], tmp_path / "output")
        cluster.kill(cluster.scheduler)
        cluster.go_on()
        said = end(process)
    assert process.returncode == 0, said
    assert said.count("(its scheduler does not answer any more); this machine reads the rest") == 1, said
    assert_same(tmp_path / "output", local["mirror"])


def test_a_cluster_that_cannot_be_used(server: Cluster) -> None:
    server.kill(*server.workers)
    with pytest.raises(ExecutorError, match=f"{server.address} has no workers. `dask worker {server.address}` starts"):
        open_workers(f"dask://{server.address}")
    server.start(1, VERSION="0.0.7")
    with pytest.raises(ExecutorError, match=r"^Not every Dask worker has version .*tcp://127.*: 0\.0\.7\)\.$"):
        open_workers(f"dask://{server.address}")
    server.kill(*server.workers)


@pytest.mark.parametrize("spoken", ["crawl", "reparse"])
def test_no_scheduler_is_told(copies: dict[str, Path], clean: Path, tmp_path: Path, spoken: str) -> None:
    if spoken == "crawl":
        done = crawl("127.0.0.1:9", "mirror", copies["mirror"], tmp_path)
        assert not (tmp_path / "wilson.db").exists()
    else:
        output = shutil.copytree(clean, tmp_path / "output")
        done = scrapy("reparse", HARVEST_OUTPUT=output, HARVEST_EXECUTOR="dask://127.0.0.1:9")
    assert done.returncode == 1
    assert "No Dask scheduler answers at 127.0.0.1:9 (Connection refused). `dask scheduler` starts one." in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_server_that_never_answers_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.workers.cluster._PATIENCE", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ExecutorError, match=f"No Dask scheduler answers at {address} .no answer within 2 seconds"):
            open_workers(f"dask://{address}")
