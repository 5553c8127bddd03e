"""`tongxin serve`: web server and task worker over the database, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import ctypes
import hashlib
import http.client
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from django.utils.translation import gettext as _

from tongxin.foundation.core import clock, nightly
from tongxin.foundation.core.signals import keeping_safe

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping
    from datetime import date
    from types import FrameType

# A server that was killed a moment ago still holds its port until its workers have noticed.
_PORT_PATIENCE_SECONDS: Final = 6
_READY_SECONDS: Final = 60
# Requests under way may finish; then the database is stopped.
_FINISH_SECONDS: Final = 20
# No page waits longer for the database than a person would.
_STATEMENT_SECONDS: Final = 30
_RESTART_PAUSE_SECONDS: Final = 3
_KEEP_SAFE_EVERY_SECONDS: Final = 3600

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Serve the site on HOST:PORT."""

    help = _("启动网站和后台任务，按 Ctrl-C 停止")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let the address come from the command line or the environment."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        parser.add_argument("--workers", type=int, default=os.environ.get("TONGXIN_WORKERS", str(cores)))
        parser.add_argument("--threads", type=int, default=os.environ.get("TONGXIN_THREADS", "4"))

    def handle(self, *, host: str, port: int, workers: int, threads: int, **_options: object) -> None:
        """Start both, say where, wait, stop both."""
        self._stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        _require_port(host, port)
        _require_migrated()
        # A page that cannot even be loaded is told here, not with the first visitor.
        get_resolver().check()
        collect_static_if_changed()
        connections.close_all()

        commands = {"web": _web_command(host, port, workers, threads), "tasks": _tasks_command()}
        self._running = {name: _start(command) for name, command in commands.items()}
        try:
            if self._wait_until_ready(host, port):
                self._greet(host, port)
            self._watch(commands)
        finally:
            self._end_all()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _wait_until_ready(self, host: str, port: int) -> bool:
        give_up_at = time.monotonic() + _READY_SECONDS
        while not self._stopping:
            if _answers(host, port):
                return True
            if self._running["web"].poll() is not None:
                raise CommandError(_("网页服务没有启动成功，原因见上面的输出。"))
            if time.monotonic() > give_up_at:
                raise CommandError(_("网页服务启动了，但一分钟内没有应答。"))
            time.sleep(0.1)
        return False

    def _watch(self, commands: Mapping[str, list[str]]) -> None:
        """Wait for the signal to stop; start the task worker again if it fell over."""
        safe_until = 0.0
        nightly_on: date | None = None
        while not self._stopping:
            if time.monotonic() > safe_until:
                _keep_safe()
                safe_until = time.monotonic() + _KEEP_SAFE_EVERY_SECONDS
            if nightly.is_due(nightly_on):
                nightly_on = clock.today()
                nightly.run()
                connections.close_all()
            time.sleep(0.2)
            if self._running["web"].poll() is not None:
                raise CommandError(_("网页服务意外停止。"))
            if self._running["tasks"].poll() is not None:
                time.sleep(_RESTART_PAUSE_SECONDS)
                if not self._stopping:
                    self._running["tasks"] = _start(commands["tasks"])

    def _end_all(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        give_up_at = time.monotonic() + _FINISH_SECONDS
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, give_up_at - time.monotonic()))
            # It leads a process group of its own; whoever is left in it ends now.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _greet(self, host: str, port: int) -> None:
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 (compared, not bound)
        lines = [_("同心已启动：http://%(host)s:%(port)s/") % {"host": shown, "port": port}]
        if settings.DEMO and "demo_accounts" in get_commands():
            text = StringIO()
            call_command("demo_accounts", json=True, stdout=text)
            accounts = json.loads(text.getvalue())
            if accounts:
                lines.append(_("演示账号（用户名 / 密码 / 身份 / 机构）："))
            lines += [
                f"  {a['username']:<24} {a['password']:<16} {a['role']}  {a['committee']}" for a in accounts
            ]
            connections.close_all()
        lines.append(_("按 Ctrl-C 停止。"))
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _keep_safe() -> None:
    """Let rooms write what they keep outside the database; trouble there must not stop the site."""
    for _room, answer in keeping_safe.send_robust(sender=Command):
        if isinstance(answer, Exception):
            logger.error("not kept safe: %s", answer)
    connections.close_all()


def _require_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    give_up_at = time.monotonic() + _PORT_PATIENCE_SECONDS
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as trouble:
                if time.monotonic() > give_up_at:
                    raise CommandError(
                        _("%(host)s:%(port)s 不能使用（%(why)s）；请用 PORT 换一个端口。")
                        % {"host": host, "port": port, "why": trouble.strerror}
                    ) from None
            else:
                return
        time.sleep(0.3)


def _require_migrated() -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(_("数据库还没有升级到这个版本，请先运行 tongxin init。"))


def collect_static_if_changed() -> None:
    """Copy and compress static files into the home, unless none has changed since the last time."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())


def _web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--backlog", "1024", "--http1-header-read-timeout", "15000"),
        *("--respawn-failed-workers", "--respawn-interval", "1"),
        *("--workers-kill-timeout", str(_FINISH_SECONDS // 2)),
        *("--working-dir", str(settings.BASE_DIR), "--log-level", "warning"),
        "config.wsgi:application",
    ]


def _tasks_command() -> list[str]:
    return [
        sys.executable,
        "-m",
        "config",
        "db_worker",
        "--verbosity",
        "0",
        "--interval",
        "1",
        "--queue-name",
        "*",
    ]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if "granian" in command:
        environment.setdefault("PGOPTIONS", f"-c statement_timeout={_STATEMENT_SECONDS}s")
    return subprocess.Popen(  # noqa: S603
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        # Ctrl-C reaches us alone; we then end them in order.
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (no threads yet)
    )


def _end_with_parent() -> None:
    """Ask Linux to send SIGTERM when the parent is gone, so that a killed server leaves nobody behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _answers(host: str, port: int) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    name = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    try:
        with closing(http.client.HTTPConnection(target, port, timeout=5)) as connection:
            connection.request("GET", "/healthz", headers={"Host": name})
            return connection.getresponse().status == http.client.OK
    except OSError:
        return False
