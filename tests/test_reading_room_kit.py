"""The kit: laid into an output directory, refreshed, and never over a user's own changes."""

import dataclasses
import json
from pathlib import Path

import pytest
import yaml

from harvester import items
from harvester.exceptions import StoreError
from harvester.reading_room import kit, metadata
from harvester.store.database import connect


@pytest.fixture(scope="module")
def columns(tmp_path_factory) -> dict[str, set[str]]:
    """Table → columns, as the migrations make them."""
    db = connect(tmp_path_factory.mktemp("schema"))
    return {
        table.name: set(table.columns_dict)
        for table in db.tables
        if "_fts" not in table.name and not table.name.startswith(("sqlite", "_"))
    }


def test_each_column_of_each_table_is_described(columns):
    for table, names in columns.items():
        assert set(metadata.descriptions(table)) == names, table


def test_no_table_is_described_that_does_not_exist(columns):
    assert metadata.TABLES.keys() == columns.keys()


@pytest.mark.parametrize(
    ("record", "table"),
    [
        (items.Document, "documents"),
        (items.Person, "people"),
        (items.Place, "places"),
        (items.Topic, "topics"),
        (items.Subject, "subjects"),
        (items.Term, "archives"),
        (items.Text, "texts"),
        (items.Citation, "citations"),
        (items.CitedPerson, "citation_people"),
    ],
)
def test_each_field_of_a_record_stands_in_the_schema_and_is_described(record, table, columns):
    fields = {field.name for field in dataclasses.fields(record)} - metadata.ELSEWHERE.get(record, set())
    assert not fields - columns[table], f"`{table}` has no such column: add a migration in harvester/store/schema.py"
    described = metadata.descriptions(table)
    assert {name: described[name] for name in fields} == {
        name: text for name, text in items.describe(record).items() if name in fields
    }


def test_facets_sorts_and_labels_name_columns_that_exist(columns):
    for name, table in metadata.TABLES.items():
        more = table.more
        named = [f["array"] if isinstance(f, dict) else f for f in more.get("facets", [])]
        named += [more[key] for key in ("sort", "sort_desc", "label_column") if key in more]
        named += more.get("units", {})
        assert set(named) <= columns[name], name


def test_install_writes_everything_datasette_needs(tmp_path):
    done = kit.install(tmp_path)
    assert not done.kept
    for name in ("metadata.yaml", "datasette.yaml", "settings.json", "plugins/reading_room.py"):
        assert (tmp_path / name).is_file()
    described = yaml.safe_load((tmp_path / "metadata.yaml").read_text())
    assert described["databases"]["wilson"]["tables"]["people"]["columns"]["birth_year"]
    assert not list(tmp_path.rglob("*.partial"))
    assert not list(tmp_path.rglob("*.pyc"))


def test_a_second_install_writes_nothing(tmp_path):
    kit.install(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert kit.install(tmp_path) == kit.Installed()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def _as_if_installed_by(output: Path, version: str, **older: str) -> None:
    """Make it look as if an older version had installed other contents."""
    manifest = json.loads((output / kit.MANIFEST).read_text())
    manifest["version"] = version
    for name, content in older.items():
        path = name.replace("__", "/")
        path = next(known for known in manifest["files"] if known.startswith(path))
        (output / path).write_text(content)
        manifest["files"][path] = kit._digest(content.encode())
    (output / kit.MANIFEST).write_text(json.dumps(manifest))


def test_a_newer_version_refreshes_what_nobody_changed(tmp_path):
    kit.install(tmp_path)
    css = (tmp_path / "static/room.css").read_text()
    _as_if_installed_by(tmp_path, "0.0.1", static__room="older")
    assert kit.install(tmp_path).written == ["static/room.css"]
    assert (tmp_path / "static/room.css").read_text() == css


def test_a_users_own_change_is_kept_and_the_new_file_laid_beside_it(tmp_path):
    kit.install(tmp_path)
    css = (tmp_path / "static/room.css").read_text()
    _as_if_installed_by(tmp_path, "0.0.1", static__room="older")
    (tmp_path / "static/room.css").write_text("mine")
    assert kit.install(tmp_path).kept == ["static/room.css"]
    assert (tmp_path / "static/room.css").read_text() == "mine"
    assert (tmp_path / "static/room.css.new").read_text() == css


def test_a_change_to_a_file_that_did_not_get_newer_says_nothing(tmp_path):
    kit.install(tmp_path)
    (tmp_path / "static/room.css").write_text("mine")
    assert kit.install(tmp_path) == kit.Installed()
    assert not (tmp_path / "static/room.css.new").exists()


def test_a_file_that_is_no_longer_part_of_the_kit_goes_unless_it_was_changed(tmp_path):
    kit.install(tmp_path)
    manifest = json.loads((tmp_path / kit.MANIFEST).read_text())
    for name, content in (("static/old.js", "old"), ("static/mine.js", "other")):
        (tmp_path / name).write_text(content)
        manifest["files"][name] = kit._digest(b"old")
    (tmp_path / kit.MANIFEST).write_text(json.dumps(manifest))
    kit.install(tmp_path)
    assert not (tmp_path / "static/old.js").exists()
    assert (tmp_path / "static/mine.js").exists()


def test_older_software_does_not_touch_a_newer_kit(tmp_path):
    kit.install(tmp_path)
    _as_if_installed_by(tmp_path, "99.0", static__room="newer")
    assert kit.install(tmp_path) == kit.Installed()
    assert (tmp_path / "static/room.css").read_text() == "newer"


def test_a_damaged_manifest_is_no_obstacle(tmp_path):
    kit.install(tmp_path)
    (tmp_path / kit.MANIFEST).write_text("{")
    assert kit.install(tmp_path) == kit.Installed()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "static").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        kit.install(tmp_path)
