"""kill -9 of everything in the middle of 200 submissions: what was acknowledged is there, nothing is twice."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psutil

from tests.operations.installation import ROOT

if TYPE_CHECKING:
    from tests.operations.installation import Installation

_COUNT = 200
_KILL_AFTER = 60
_TOKEN = "k" * 32


def test_submissions_when_everything_is_killed_are_kept_once(installation: Installation) -> None:
    installation.serve()
    made = _drafts(installation, "make", str(_COUNT))
    keys = {pk: str(uuid4()) for pk in made["ids"]}

    enough = threading.Event()
    acknowledged = _submit(installation, made["cookie"], keys, enough)
    assert _KILL_AFTER <= len(acknowledged) < _COUNT

    installation.serve()
    found = _drafts(installation, "state")
    lost = [pk for pk in acknowledged if found[pk][0] != "submitted"]
    assert lost == []
    # Whoever got no answer sends the same form again, and so do those who are impatient.
    again = _submit(installation, made["cookie"], keys, threading.Event())
    assert len(again) == _COUNT

    found = _drafts(installation, "state")
    assert {tuple(f[:1] + f[2:]) for f in found.values()} == {("submitted", 1, 1, 1)}
    assert sorted(f[1] for f in found.values()) == list(range(1, _COUNT + 1))
    assert json.loads(installation.run("verify", "audit", "--json").stdout)["ok"] is True
    installation.stop()


def _submit(
    installation: Installation, cookie: str, keys: dict[str, str], enough: threading.Event
) -> set[str]:
    """Send all forms over eight connections; kill everything when ``enough`` is not set and the time has come."""
    waiting = list(keys)
    acknowledged: set[str] = set()
    lock = threading.Lock()
    kills = not installation.home.joinpath("killed").exists()

    def work() -> None:
        while not enough.is_set():
            with lock:
                if not waiting:
                    return
                pk = waiting.pop()
            try:
                status = _post(installation.port, pk, cookie, keys[pk])
            except (OSError, http.client.HTTPException):
                return
            with lock:
                if status == http.client.FOUND:
                    acknowledged.add(pk)
                if kills and len(acknowledged) >= _KILL_AFTER and not enough.is_set():
                    enough.set()
                    _kill_everything(installation)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    installation.home.joinpath("killed").touch()
    return acknowledged


def _post(port: int, pk: str, cookie: str, key: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(
        "POST",
        f"/proposals/{pk}/submit/",
        body=f"csrfmiddlewaretoken={_TOKEN}&once={key}&secrecy=no",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={cookie}; csrftoken={_TOKEN}",
        },
    )
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _kill_everything(installation: Installation) -> None:
    server, postmaster = installation.serving, installation.postmaster()
    assert server
    assert postmaster
    family = psutil.Process(server.pid).children(recursive=True)
    for process in (psutil.Process(server.pid), *family, postmaster):
        os.kill(process.pid, signal.SIGKILL)
    server.wait()


def _drafts(installation: Installation, *words: str) -> Any:
    environment = installation.environment | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": installation.cluster.url("tongxin_app"),
        "DATABASE_OWNER_URL": installation.cluster.url("tongxin_owner"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.drafts", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])
