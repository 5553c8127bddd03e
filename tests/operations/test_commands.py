"""What administrators and their scripts rely on: words, JSON, exit status, one sentence."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.operations.installation import Installation


@pytest.fixture(scope="module")
def ready(initialized: Installation) -> Installation:
    """One installation for all tests here: they leave it as they found it."""
    return initialized


def test_unknown_command_is_one_sentence_and_status_2(ready: Installation) -> None:
    done = ready.run("make", "coffee")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("没有“make coffee”这个命令。")


def test_missing_argument_is_one_sentence_without_traceback(ready: Installation) -> None:
    done = ready.run("backup")
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("locale", "first"), [("zh_CN.UTF-8", "用法"), ("en_US.UTF-8", "Usage")])
def test_no_words_list_the_commands_in_the_terminals_language(
    ready: Installation, locale: str, first: str
) -> None:
    done = ready.run(LANG=locale)
    assert done.stdout.startswith(first)
    listed = [line.split("  ")[1] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert {"init", "serve", "backup", "restore", "check", "verify audit", "database-url"} <= set(listed)


def test_check_as_json_is_a_list_of_findings(ready: Installation) -> None:
    done = ready.run("check", "--json")
    found = json.loads(done.stdout)
    assert {frozenset(finding) for finding in found} == {frozenset({"level", "message", "hint"})}
    assert [f for f in found if f["level"] == "error"] == []


def test_check_with_public_demo_and_open_keys_says_so_and_fails(ready: Installation) -> None:
    keys = ready.home / "keys"
    keys.chmod(0o755)
    done = ready.run("check", "--json", TONGXIN_HOSTS="zx.example", TONGXIN_DEMO="1")
    keys.chmod(0o700)
    errors = {f["message"] for f in json.loads(done.stdout) if f["level"] == "error"}
    assert done.returncode == 1
    assert errors == {
        "网站有公开域名，但没有启用加密连接（TLS）。",
        "演示模式开着，而网站有公开域名：任何人都能一键登录。",
        f"其他用户能读到密钥 {keys}。",
    }


def test_check_with_the_owners_address_for_the_site_says_isolation_is_off(ready: Installation) -> None:
    url = ready.run("database-url", "--superuser").stdout.strip()
    done = ready.run("check", "--json", DATABASE_URL=url, DATABASE_OWNER_URL=url)
    ready.run("database-stop")
    messages = [f["message"] for f in json.loads(done.stdout) if f["level"] == "error"]
    assert messages[0] == "网站用数据库超级用户 postgres 工作，机构之间的隔离不起作用。"


def test_init_twice_changes_nothing(ready: Installation) -> None:
    def counts() -> dict[str, int]:
        with ready.cluster.running() as cluster, cluster.connect("tongxin") as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return {
                str(name): connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # type: ignore[index,misc]  # noqa: S608
                for (name,) in tables
            }

    before = counts()
    assert ready.run("init").returncode == 0
    assert counts() == before


def test_database_url_keeps_the_server_for_psql_until_it_is_stopped(ready: Installation) -> None:
    url = ready.run("database-url").stdout.strip()
    assert ready.run("check").returncode == 0
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("tongxin_app",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM audit_entry")
    assert ready.run("database-stop").returncode == 0
    assert ready.postmaster() is None


def test_commands_at_once_share_one_server_and_the_last_one_stops_it(ready: Installation) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: ready.run("check", "--json"), range(4)))
    assert [d.returncode for d in done] == [0] * 4
    assert ready.postmaster() is None


def test_serve_on_a_taken_port_says_so(ready: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = ready.run("serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"127.0.0.1:{port} 不能使用")
    assert len(done.stderr.splitlines()) == 1
