"""Backup and restore: one file with the database, the uploaded files, the keys and the audit anchors.

The archive is a plain tar: ``manifest.json`` first, then ``database.dump`` (pg_dump's own compressed form)
and the installation's folders. The manifest says how many rows each table has, all counted in the very
snapshot that was dumped, and the SHA-256 of every file. A restore proves all of it in a database and a
folder beside the running ones, and changes the installation only by renaming, at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg import sql

from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.signals import keeping_safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMAT: Final = 1
# What belongs to an installation besides its database; static files and logs are made anew.
_PARTS: Final = ("files", "keys", "anchors.jsonl")
_CHUNK_BYTES: Final = 1 << 20


def write_backup(target: Path) -> dict[str, Any]:
    """Write everything that this installation owns into one file, readable only by its owner.

    The site may go on working meanwhile. The file appears under its name only when it is whole.

    Returns:
        The manifest.

    Raises:
        Refused: the file exists already.
        subprocess.CalledProcessError: pg_dump failed.
    """
    if target.exists():
        raise Refused(_("%(file)s 已经存在，请换一个文件名。") % {"file": target})
    keeping_safe.send(sender=write_backup)
    home = settings.TONGXIN_HOME
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        dump = Path(folder) / "database.dump"
        tables, migrations = _dump(dump)
        files = [p for part in _PARTS for p in _files_of(home / part)]
        manifest = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(),
            "tables": tables,
            "migrations": migrations,
            "owner": _current_owner(),
            "files": {
                "database.dump": _sha256(dump),
                **{str(path.relative_to(home)): _sha256(path) for path in files},
            },
        }
        note = Path(folder) / "manifest.json"
        note.write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
        whole = Path(folder) / "whole.tar"
        with open(whole, "xb", opener=_private) as f, tarfile.open(fileobj=f, mode="w") as archive:
            archive.add(note, "manifest.json")
            archive.add(dump, "database.dump")
            for path in files:
                archive.add(path, str(path.relative_to(home)))
            f.flush()
            os.fsync(f.fileno())
        whole.rename(target)
    return manifest


def restore_backup(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put an installation back as the archive has it, after proving that the archive is whole.

    Until the last moment everything happens beside the installation; a crash leaves that as it was, and
    the same command can simply be given again. The site must not be serving.

    Returns:
        The manifest.

    Raises:
        Refused: the archive is damaged or too new, the installation is not empty and ``replace`` is not
            given, or somebody is using the database.
    """
    if not replace and _is_in_use():
        raise Refused(_("这里已经有数据。确实要用备份替换它，请加 --replace。"))
    home: Path = settings.TONGXIN_HOME
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as folder:
        staged = Path(folder)
        manifest = _unpack(source, staged)
        fresh = _Fresh(manifest["owner"])
        try:
            fresh.fill(staged / "database.dump")
            fresh.prove(manifest["tables"])
            fresh.upgrade_and_verify(staged)
            connections.close_all()
            _merge(staged / "files", home / "files")
            with _swapped(staged, home):
                fresh.take_place()
        except BaseException:
            fresh.drop()
            raise
        _remove_other_files(home, manifest["files"])
    return manifest


# Backing up


def _dump(target: Path) -> tuple[dict[str, int], list[str]]:
    """Dump the database; return the rows of each table and the migrations in that very state of it."""
    owner = _url("DATABASE_OWNER_URL")
    with psycopg.connect(owner) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        tables = _count_rows(connection)
        migrations = [
            f"{app}.{name}"
            for app, name in connection.execute(
                "SELECT app, name FROM django_migrations ORDER BY id"
            ).fetchall()
        ]
        _pg(
            "pg_dump",
            f"--dbname={owner}",
            f"--snapshot={snapshot}",
            "--format=custom",
            f"--file={target}",
            # The owner is bound by row-level security, too; a policy lets it see every row.
            "--enable-row-security",
            "--no-comments",
        )
    return tables, migrations


def _count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    names = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).fetchall()
    counts = {}
    for (name,) in names:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def _current_owner() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def _files_of(part: Path) -> Iterable[Path]:
    if part.is_file():
        return [part]
    return sorted(p for p in part.rglob("*") if p.is_file() and not p.is_symlink())


def _sha256(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


# Restoring


def _is_in_use() -> bool:
    """Say whether people or files are here already."""
    if any(_files_of(settings.TONGXIN_HOME / "files")):
        return True
    users = get_user_model()
    owner = connections["owner"]
    if users._meta.db_table not in owner.introspection.table_names():  # noqa: SLF001 (Django's public name)
        return False
    return bool(users._default_manager.using("owner").exists())  # noqa: SLF001


def _unpack(source: Path, staged: Path) -> dict[str, Any]:
    """Unpack the archive and prove every file of it."""
    try:
        with tarfile.open(source) as archive:
            archive.extractall(staged, filter="data")
        for part in ("keys", "files"):
            (staged / part).mkdir(exist_ok=True)
            (staged / part).chmod(0o700)
        manifest: dict[str, Any] = json.loads((staged / "manifest.json").read_text())
    except FileNotFoundError as missing:
        raise Refused(_("找不到 %(file)s。") % {"file": missing.filename or source}) from None
    except (tarfile.TarError, ValueError, OSError):
        raise Refused(_("%(file)s 不是完整的备份文件。") % {"file": source}) from None
    if manifest.get("format") != FORMAT:
        raise Refused(_("这个备份的格式不认识，可能来自更新的版本。"))
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := set(manifest["migrations"]) - known:
        raise Refused(
            _("备份来自更新的版本（%(migration)s），请先升级本系统。") % {"migration": min(unknown)}
        )
    found = {str(p.relative_to(staged)) for p in _files_of(staged)} - {"manifest.json"}
    wrong = found ^ set(manifest["files"])
    wrong |= {
        name for name in found & set(manifest["files"]) if _sha256(staged / name) != manifest["files"][name]
    }
    if wrong:
        raise Refused(_("备份已损坏：%(file)s 与清单不符。") % {"file": min(wrong)})
    return manifest


class _Fresh:
    """A database beside the one in use, in which the archive is put together and proved."""

    def __init__(self, owner_in_archive: str) -> None:
        self.name = urlsplit(_url("DATABASE_OWNER_URL")).path.lstrip("/")
        self.fresh = f"{self.name}_restoring"
        self.old = f"{self.name}_replaced"
        self.owner = _current_owner()
        self.drop()
        with self._administrator() as connection:
            names = {"fresh": sql.Identifier(self.fresh), "owner": sql.Identifier(self.owner)}
            connection.execute(sql.SQL("CREATE DATABASE {fresh} OWNER {owner}").format(**names))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {fresh} FROM PUBLIC").format(**names))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {fresh} TO tongxin_app").format(**names))
            if owner_in_archive != self.owner:
                # Policies of the archive name the role that owned its tables; ours inherits from it.
                theirs = sql.Identifier(owner_in_archive)
                with suppress(psycopg.errors.DuplicateObject):
                    connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(theirs))
                connection.execute(sql.SQL("GRANT {} TO {owner}").format(theirs, **names))

    def fill(self, dump: Path) -> None:
        """Load the dump; tables then belong to our owner."""
        _pg(
            "pg_restore",
            f"--dbname={self._url('DATABASE_OWNER_URL')}",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(dump),
        )

    def prove(self, tables: Mapping[str, int]) -> None:
        """Compare the rows of every table with the manifest."""
        with psycopg.connect(self._url("DATABASE_OWNER_URL")) as connection:
            counts = _count_rows(connection)
        different = sorted(t for t in {*counts, *tables} if counts.get(t) != tables.get(t))
        if different:
            raise Refused(_("恢复后的行数与清单不符：%(tables)s。") % {"tables": _("、").join(different)})

    def upgrade_and_verify(self, staged: Path) -> None:
        """Bring an older archive to this version's form, grant, and verify the audit chains with its keys."""
        environment = {
            **os.environ,
            "TONGXIN_HOME": str(staged),
            "DATABASE_URL": self._url("DATABASE_URL"),
            "DATABASE_OWNER_URL": self._url("DATABASE_OWNER_URL"),
        }
        for words in (["init", "--no-defaults", "--verbosity=0"], ["verify", "audit", "--json"]):
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-m", "config", *words],
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                why = (done.stderr or done.stdout).strip().splitlines()
                raise Refused(
                    _("备份没有通过检查（%(step)s）：%(why)s")
                    % {"step": " ".join(words), "why": why[-1] if why else done.returncode}
                )

    def take_place(self) -> None:
        """Rename the database into place, in one transaction; then drop the one that it replaces."""
        with self._administrator() as connection:
            others = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [self.name],
            ).fetchone()
            if others and others[0]:
                raise Refused(_("数据库正在被使用，请先停止 tongxin serve。"))
            names = {n: sql.Identifier(getattr(self, n)) for n in ("name", "fresh", "old")}
            with connection.transaction():
                connection.execute(sql.SQL("ALTER DATABASE {name} RENAME TO {old}").format(**names))
                connection.execute(sql.SQL("ALTER DATABASE {fresh} RENAME TO {name}").format(**names))
            connection.execute(sql.SQL("DROP DATABASE {old}").format(**names))

    def drop(self) -> None:
        """Remove what this or an earlier, broken-off restore left."""
        with self._administrator() as connection:
            exists = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self.name]
            ).fetchone()
            leftovers = [self.fresh, *([self.old] if exists else [])]
            for name in leftovers:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )

    @contextmanager
    def _administrator(self) -> Iterator[psycopg.Connection[Any]]:
        """Connect as a role that may make databases, to one that is not being renamed."""
        url = os.environ.get("DATABASE_SUPERUSER_URL") or _url("DATABASE_OWNER_URL")
        with psycopg.connect(_with_database(url, "postgres"), autocommit=True) as connection:
            yield connection

    def _url(self, name: str) -> str:
        return _with_database(_url(name), self.fresh)


@contextmanager
def _swapped(staged: Path, home: Path) -> Iterator[None]:
    """Put the archive's keys and anchors in place for the block; put the old ones back if it fails."""
    done: list[tuple[Path, Path]] = []
    try:
        for part in ("keys", "anchors.jsonl"):
            here, new, old = home / part, staged / part, staged / f"{part}.replaced"
            if here.exists():
                here.rename(old)
                done.append((old, here))
            if new.exists():
                new.rename(here)
        yield
    except BaseException:
        for old, here in done:
            if here.is_dir():
                shutil.rmtree(here)
            old.rename(here)
        raise


def _merge(source: Path, target: Path) -> None:
    """Move files in, each in one step. Files that nobody refers to harm nobody, if we are cut off here."""
    for path in _files_of(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)


def _remove_other_files(home: Path, files: Mapping[str, str]) -> None:
    for path in _files_of(home / "files"):
        if str(path.relative_to(home)) not in files:
            path.unlink()


# PostgreSQL's programs


def _pg(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Refused(_("找不到 PostgreSQL 的 %(program)s 程序。") % {"program": program})
    done = subprocess.run(  # noqa: S603
        [found, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(
            f"{program}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )


def _url(name: str) -> str:
    return os.environ.get(name) or str(getattr(settings, name))


def _with_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
