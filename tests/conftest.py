"""The ground under every test: a PostgreSQL of its own, row-level security on, no way to the network.

One cluster lies in ``TONGXIN_TEST_HOME`` (``.home-test``) and is kept between runs. A template database is
migrated once per state of the migrations; each worker clones it. Tests connect as the application's role,
so row-level security holds in all of them. Several runs at once in one checkout do not meet.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import ipaddress
import os
import shutil
import socket
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psutil
import pytest
from psycopg import sql

from config.embedded import APP, OWNER, Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker
    from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).resolve().parent.parent
TEST_HOME = Path(os.environ.get("TONGXIN_TEST_HOME", ROOT / ".home-test")).resolve()
# Names of databases begin with the process that owns them, so that what a killed run left can be recognised.
RUN = f"run_{os.getpid()}"

# Each process has a home of its own for files and keys. Set before anything reads the settings.
_home = TEST_HOME / RUN
_home.mkdir(parents=True, exist_ok=True)
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TONGXIN_HOME": str(_home),
        "DATABASE_URL": f"postgresql://{APP}@localhost/unset",
        "DATABASE_OWNER_URL": f"postgresql://{OWNER}@localhost/unset",
        # Fixed keys make runs alike. Workers of one run and the servers that they start share them, although
        # pytest-django reads the settings of a worker before this line gives it a home of its own.
        "TONGXIN_SECRET_KEY": "tests-only-" + "k" * 50,
        "TONGXIN_DATA_KEY": "tests-only-" + "d" * 50,
        "TONGXIN_AUDIT_KEY": "tests-only-" + "a" * 50,
    }
)
for _name in (
    "TONGXIN_DEMO",
    "TONGXIN_DEBUG",
    "TONGXIN_TLS",
    "TONGXIN_HOSTS",
    "TONGXIN_ORIGINS",
    "TONGXIN_URL",
):
    os.environ.pop(_name, None)

hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.register_profile(
    "ci",
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Make what is slow on purpose quick, and files findable without collecting them first."""
    from django.conf import settings  # noqa: PLC0415 (the environment is set only now)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_AUTOREFRESH = True
    # Tests of the second factor turn this on; elsewhere a signed-in clerk goes straight to the page.
    settings.SECOND_FACTOR_REQUIRED = False


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("TONGXIN_CHROMIUM") or next((p for n in names if (p := shutil.which(n))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no browser, and say how to get one."""
    if find_chromium():
        return
    reason = "no Chromium found: install the package `chromium`, or set TONGXIN_CHROMIUM to its path"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium found")
    return path


@pytest.fixture(autouse=True, scope="session")
def no_way_out() -> Iterator[None]:
    """Let tests connect to this machine only."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _is_local(address[0]):
            raise PermissionError(f"a test tried to reach {address[0]}")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# The database


class Databases:
    """The databases of one test process, cloned from the migrated template."""

    def __init__(self) -> None:
        self.cluster = Cluster(
            TEST_HOME, settings={"shared_buffers": "128MB", "max_connections": "300"}, durable=False
        )
        self.cluster.acquire()
        self._made = 0
        with self._one_at_a_time():
            self._drop_leftovers()
            self.template = f"template_{_fingerprint()}"
            if not self._exists(self.template):
                self._build_template()

    def clone(self) -> str:
        """Return the name of a new database with everything that `tongxin init` makes."""
        self._made += 1
        name = f"{RUN}_{self._made}"
        with self.cluster.connect() as connection:
            self.cluster.create_database(name, connection, template=self.template)
        return name

    def drop(self, name: str) -> None:
        with self.cluster.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def use(self, name: str) -> str:
        """Point both aliases at this database; return the one that was in use."""
        from django.db import connections  # noqa: PLC0415

        before = str(connections["default"].settings_dict["NAME"])
        connections.close_all()
        for alias, role in (("default", APP), ("owner", OWNER)):
            # The dictionary that connections of every thread are made from.
            connections.settings[alias].update(
                {"NAME": name, "USER": role, "HOST": str(self.cluster.socket_folder), "PORT": ""}
            )
            connections[alias].settings_dict.update(connections.settings[alias])
        return before

    def url(self, name: str, role: str = APP) -> str:
        return self.cluster.url(role, name)

    def _build_template(self) -> None:
        from django.core.management import call_command  # noqa: PLC0415
        from django.db import connections  # noqa: PLC0415

        building = f"{RUN}_template"
        self.drop(building)
        with self.cluster.connect() as connection:
            self.cluster.create_database(building, connection)
        before = self.use(building)
        try:
            call_command("init", verbosity=0)
        finally:
            connections.close_all()
            self.use(before)
        with self.cluster.connect() as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(building), sql.Identifier(self.template)
                )
            )

    def _exists(self, name: str) -> bool:
        with self.cluster.connect() as connection:
            return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())

    def _drop_leftovers(self) -> None:
        """Drop the databases of runs that are no more, and templates older than two hours."""
        with self.cluster.connect() as connection:
            rows = connection.execute(
                "SELECT datname, (pg_stat_file('base/' || oid || '/PG_VERSION')).modification"
                " < now() - interval '2 hours' FROM pg_database WHERE datname ~ '^(run|template)_'"
            ).fetchall()
        for name, old in rows:
            parts = str(name).split("_")
            dead = parts[0] == "run" and not psutil.pid_exists(int(parts[1]))
            if dead or (parts[0] == "template" and old and name != f"template_{_fingerprint()}"):
                self.drop(str(name))

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with (TEST_HOME / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _fingerprint() -> str:
    """A short name for the state of everything that `tongxin init` reads."""
    files = [ROOT / "config" / "settings.py", ROOT / "requirements.txt"]
    for pattern in ("migrations/*.py", "setup.py", "postgres/*.py", "*.csv", "*.json", "*.tsv", "*.toml"):
        files += (ROOT / "tongxin").glob(f"**/{pattern}")
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def databases(django_db_blocker: DjangoDbBlocker) -> Iterator[Databases]:
    """The test cluster; started when the first test asks for a database."""
    with django_db_blocker.unblock():
        made = Databases()
        yield made
        made.cluster.release()


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process a clone of the template in place of pytest-django's own test database."""
    from django.db import connections  # noqa: PLC0415

    with django_db_blocker.unblock():
        name = databases.clone()
        databases.use(name)
        yield
        connections.close_all()
        databases.drop(name)


@pytest.fixture
def fresh_db(
    django_db_setup: None, databases: Databases, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database for this test alone, in which it really commits and runs threads. Yields its name."""
    from django.db import connections  # noqa: PLC0415

    with django_db_blocker.unblock():
        name = databases.clone()
        before = databases.use(name)
        try:
            yield name
        finally:
            connections.close_all()
            databases.use(before)
            databases.drop(name)


@pytest.fixture
def live_server_db(fresh_db: str) -> Iterator[LiveServer]:
    """A running server (``.url``) over a database of its own; for browsers and races."""
    from pytest_django.live_server_helper import LiveServer  # noqa: PLC0415

    server = LiveServer("127.0.0.1")
    try:
        yield server
    finally:
        server.stop()
