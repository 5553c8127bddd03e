"""An installation of its own for a test: the real command, the real embedded PostgreSQL."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

import psutil

from config.embedded import Cluster

ROOT = Path(__file__).resolve().parent.parent.parent


class Installation:
    """`tongxin` with a TONGXIN_HOME of its own. Use as a context manager."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        self.home = Path(tempfile.mkdtemp(prefix="installation-", dir=parent))
        self.home.chmod(0o755)
        self.serving: subprocess.Popen[str] | None = None
        self.port = 0
        dropped = ("DATABASE_", "TONGXIN_", "PG", "DJANGO_")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
        self.environment |= {
            "TONGXIN_HOME": str(self.home),
            "LANG": "zh_CN.UTF-8",
            # With one worker, an answer means that all of them are up.
            "TONGXIN_WORKERS": "1",
            "PYTHONWARNINGS": "ignore",
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.serving and self.serving.poll() is None:
            self.serving.kill()
            self.serving.wait()
        time.sleep(0.2)
        self.cluster.stop_if_unused() or self.run("database-stop")
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.home)

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "config", *words],
            cwd=ROOT,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def serve(self) -> None:
        """Start `tongxin serve` on a free port and wait until it answers."""
        self.port = self.port or _free_port()
        self.serving = subprocess.Popen(
            [sys.executable, "-m", "config", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.home / "serve.log").open("a"),
            text=True,
        )
        give_up_at = time.monotonic() + 90
        while not self.answers():
            if self.serving.poll() is not None or time.monotonic() > give_up_at:
                raise AssertionError((self.home / "serve.log").read_text()[-2000:])
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.serving
        self.serving.send_signal(number)
        return self.serving.wait(60)

    def postmaster(self) -> psutil.Process | None:
        with suppress(FileNotFoundError, psutil.NoSuchProcess):
            return psutil.Process(int((self.home / "postgres/cluster/postmaster.pid").read_text().split()[0]))
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
