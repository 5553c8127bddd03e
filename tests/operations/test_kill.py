"""A server that is stopped, killed, or loses its database comes back with everything it acknowledged."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from tests.operations.installation import Installation


def test_serve_after_interrupt_stops_web_and_database(installation: Installation) -> None:
    installation.serve()
    assert installation.postmaster()
    assert installation.stop(signal.SIGINT) == 0
    assert not installation.answers()
    assert installation.postmaster() is None


def test_serve_after_kill_of_everything_starts_again(installation: Installation) -> None:
    installation.serve()
    with installation.cluster.connect("tongxin") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'acknowledged' AS word")
    server, postmaster = installation.serving, installation.postmaster()
    assert server
    assert postmaster
    family = psutil.Process(server.pid).children(recursive=True)
    for process in (psutil.Process(server.pid), *family, postmaster):
        os.kill(process.pid, signal.SIGKILL)
    server.wait()
    installation.serve()
    with installation.cluster.connect("tongxin") as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("acknowledged",)]
    assert installation.stop(signal.SIGTERM) == 0


def test_serve_after_kill_of_the_command_alone_adopts_the_running_database(
    installation: Installation,
) -> None:
    installation.serve()
    server, postmaster = installation.serving, installation.postmaster()
    assert server
    family = psutil.Process(server.pid).children(recursive=True)
    server.kill()
    server.wait()
    # Web and task workers notice and leave; the database stays for the next start.
    assert psutil.wait_procs(family, timeout=30)[1] == []
    installation.serve()
    assert installation.postmaster() == postmaster
    assert installation.stop() == 0
    assert installation.postmaster() is None
