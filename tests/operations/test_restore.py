"""The drill: backup, wipe, restore; and what a restore must refuse."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.operations.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _state(installation: Installation) -> tuple[dict[str, int], dict[str, str], str]:
    """Rows per table, hash per file and key, verdict on the audit chains."""
    verdict = installation.run("verify", "audit", "--json")
    counts = {}
    with installation.cluster.running() as cluster, cluster.connect("tongxin") as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in tables:
            row = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # type: ignore[arg-type]  # noqa: S608
            assert row
            counts[str(name)] = int(str(row[0]))
    hashes = {
        str(path.relative_to(installation.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in ("files", "keys")
        for path in (installation.home / part).rglob("*")
        if path.is_file()
    }
    return counts, hashes, verdict.stdout


@pytest.fixture
def filled(installation: Installation) -> Iterator[Installation]:
    """With a person and a file; its database keeps running, so that each command is quick."""
    with installation.cluster.running() as cluster, cluster.connect("tongxin") as connection:
        code = (
            "from django.contrib.auth import get_user_model as model;"
            "model().objects.create(username='yan', name='严')"
        )
        done = installation.run("shell", "-v0", "-c", code)
        assert done.returncode == 0, done.stderr
        connection.close()
        folder = installation.home / "files" / "2026"
        folder.mkdir(parents=True)
        (folder / "letter.docx").write_bytes(b"PK" + bytes(range(256)) * 100)
        yield installation


def test_backup_restored_where_nothing_is_left_is_identical(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    before = _state(filled)
    assert filled.run("backup", str(archive)).returncode == 0
    assert archive.stat().st_mode & 0o777 == 0o600
    with Installation(filled.home.parent) as elsewhere:
        done = elsewhere.run("restore", str(archive), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["files"] == 1
        assert _state(elsewhere) == before
        assert (elsewhere.home / "keys").stat().st_mode & 0o777 == 0o700


def test_restore_over_existing_data_needs_replace(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    filled.run("backup", str(archive))
    before = _state(filled)
    (filled.home / "files" / "later.txt").write_text("after the backup")
    refused = filled.run("restore", str(archive))
    assert (refused.returncode, refused.stderr) == (
        1,
        "这里已经有数据。确实要用备份替换它，请加 --replace。\n",
    )
    assert filled.run("restore", "--replace", str(archive)).returncode == 0
    assert _state(filled) == before


def test_restore_of_a_damaged_archive_changes_nothing(filled: Installation, tmp_path: Path) -> None:
    archive, damaged = tmp_path / "backup.tar", tmp_path / "damaged.tar"
    filled.run("backup", str(archive))
    with tarfile.open(archive) as whole:
        whole.extractall(tmp_path / "out", filter="data")
    letter = tmp_path / "out" / "files" / "2026" / "letter.docx"
    letter.write_bytes(letter.read_bytes()[:-1] + b"!")
    with tarfile.open(damaged, "w") as broken:
        for entry in (tmp_path / "out").iterdir():
            broken.add(entry, entry.name)
    before = _state(filled)
    refused = filled.run("restore", "--replace", str(damaged))
    assert (refused.returncode, refused.stderr) == (1, "备份已损坏：files/2026/letter.docx 与清单不符。\n")
    assert _state(filled) == before
