"""Long work: asked for, carried out once, seen while it runs, and taken up again after a crash."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from tests import factories
from tongxin.capabilities.jobs import runners
from tongxin.capabilities.jobs.actions import start_again, start_job
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.jobs.runners import CRASHED, Running, register_runner, run_job
from tongxin.capabilities.jobs.tasks import carry_out
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

KIND = "tests.work"


@pytest.fixture
def does() -> Iterator[Callable[[Any], None]]:
    """Let the test say what the runner does."""

    def become(runner: Any) -> None:
        register_runner(KIND, runner)

    become(lambda running: ("好了", "/proposals/"))
    yield become
    runners._RUNNERS.pop(KIND, None)


@pytest.fixture
def house(db: None) -> House:
    return factories.make_house()


def ask(house: House, who: str = "staff", **params: Any) -> Job:
    with house.at_work():
        return start_job(actor=house.actor(who), kind=KIND, title="导入提案", params=params)


def run(house: House, job: Job) -> Job:
    with house.at_work():
        run_job(job.pk)
        return Job.objects.get(pk=job.pk)


def test_job_is_carried_out_as_the_person_and_tells_them(house: House, does: Any) -> None:
    seen: list[Any] = []

    def work(running: Running) -> tuple[str, str]:
        seen.append((running.actor, running.params))
        return "导入3件", "/proposals/"

    does(work)
    job = run(house, ask(house, rows=3))
    assert (job.state, job.message, job.url) == ("done", "导入3件", "/proposals/")
    assert seen == [(house.actor("staff"), {"rows": 3})]
    with house.at_work():
        notice = Notice.objects.get(user=house.users["staff"])
    assert (notice.text, notice.url) == ("「导入提案」已完成：导入3件", reverse("jobs:show", args=[job.pk]))


def test_job_that_is_done_is_not_done_again(house: House, does: Any) -> None:
    times: list[int] = []
    does(lambda running: (str(times.append(1) or ""), ""))
    job = run(house, run(house, ask(house)))
    assert (times, job.state) == ([1], "done")


def test_refusal_fails_the_job_in_its_words_and_changes_nothing(house: House, does: Any) -> None:
    def work(running: Running) -> tuple[str, str]:
        Unit.objects.create(committee_id=running.job.committee_id, name="半途的单位")
        raise Refused("表格里没有提案。")

    does(work)
    job = run(house, ask(house))
    assert (job.state, job.message) == ("failed", "表格里没有提案。")
    with house.at_work():
        assert not Unit.objects.filter(name="半途的单位").exists()
        assert Notice.objects.get().text == "「导入提案」没有完成：表格里没有提案。"


def test_crash_says_that_nothing_changed_and_is_logged(
    house: House, does: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def work(running: Running) -> tuple[str, str]:
        Unit.objects.create(committee_id=running.job.committee_id, name="半途的单位")
        raise ZeroDivisionError

    does(work)
    job = run(house, ask(house))
    assert (job.state, job.message) == ("failed", CRASHED)
    assert [r.exc_info[0] for r in caplog.records if r.exc_info] == [ZeroDivisionError]
    with house.at_work():
        assert not Unit.objects.filter(name="半途的单位").exists()


def test_person_whose_post_ended_gets_nothing_done(house: House, does: Any) -> None:
    job = ask(house)
    with house.at_work():
        house.users["staff"].posts.update(until=clock.today() - timedelta(days=1))
    assert run(house, job).state == "failed"


def test_failed_job_is_started_again_by_its_person_only(house: House, does: Any) -> None:
    does(lambda running: 1 // 0)
    job = run(house, ask(house))
    does(lambda running: ("好了", ""))
    with house.at_work(), pytest.raises(PermissionDenied):
        start_again(actor=house.actor("staff_2"), job=job)
    with house.at_work():
        job = start_again(actor=house.actor("staff"), job=job)
    assert job.state == "waiting"
    job = run(house, job)
    assert job.state == "done"
    with house.at_work(), pytest.raises(Refused):
        start_again(actor=house.actor("staff"), job=job)


def test_page_of_a_job_is_the_persons_and_the_staffs(house: House, does: Any, client: Client) -> None:
    job = ask(house, "reviewer")
    found = {}
    for who in ("reviewer", "staff", "tenant_admin", "proposer", "clerk_a", "leader"):
        client.force_login(house.users[who])
        found[who] = client.get(reverse("jobs:show", args=[job.pk])).status_code
    assert found == {
        "reviewer": 200,
        "staff": 200,
        "tenant_admin": 404,
        "proposer": 404,
        "clerk_a": 404,
        "leader": 404,
    }


def test_page_of_a_job_of_another_committee_is_missing(does: Any, client: Client, db: None) -> None:
    house, other = factories.two_houses()
    job = ask(house)
    client.force_login(other.users["staff"])
    assert client.get(reverse("jobs:show", args=[job.pk])).status_code == 404
    assert client.post(reverse("jobs:start_again", args=[job.pk])).status_code == 404
    assert client.get(reverse("jobs:download", args=[job.pk])).status_code == 404


def test_page_moves_by_itself_until_the_end(
    house: House, does: Any, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = ask(house)
    client.force_login(house.users["staff"])
    url = reverse("jobs:show", args=[job.pk])
    page = client.get(url).content.decode()
    assert ('hx-trigger="every 1s"' in page, 'http-equiv="refresh"' in page) == (True, True)
    run(house, job)
    page = client.get(url).content.decode()
    assert ('hx-trigger="every 1s"' in page, 'http-equiv="refresh"' in page) == (False, False)
    assert 'href="/proposals/"' in page
    part = client.get(url, headers={"HX-Request": "true", "HX-Target": "job"}).content.decode()
    assert part.lstrip().startswith('<section id="job"')
    with django_assert_num_queries(7):
        client.get(url)


def test_result_file_is_downloaded_and_dropped_after_a_week(
    house: House, does: Any, client: Client, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    def work(running: Running) -> tuple[str, str]:
        made = tmp_path / "made.zip"
        made.write_bytes(b"PK\x05\x06" + bytes(18))
        running.keep_file(made, "提案归档.zip")
        return "共1件", ""

    does(work)
    job = run(house, ask(house))
    client.force_login(house.users["staff"])
    url = reverse("jobs:download", args=[job.pk])
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == b"PK\x05\x06" + bytes(18)  # type: ignore[arg-type]
    with clock.at(clock.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        ask(house)
    assert client.get(url).status_code == 404
    assert not job.file.storage.exists(job.file.name)


# Through real transactions


@pytest.fixture
def really(fresh_db: str) -> House:
    return factories.make_house()


def test_progress_is_seen_while_the_work_is_under_way(really: House, does: Any) -> None:
    half, seen, go_on = threading.Event(), [], threading.Event()

    def work(running: Running) -> tuple[str, str]:
        Unit.objects.create(committee_id=running.job.committee_id, name="还没有提交的单位")
        running.progress(40, 100, "正在写入")
        half.set()
        assert go_on.wait(20)
        return "好了", ""

    does(work)
    job = ask(really)

    def worker() -> None:
        try:
            carry_out.func(str(job.pk), job.committee_id, str(job.user_id))
        finally:
            half.set()
            connections.close_all()

    thread = threading.Thread(target=worker)
    thread.start()
    assert half.wait(20)
    with really.at_work():
        now = Job.objects.get(pk=job.pk)
        seen.append((now.state, now.done, now.total, now.doing))
        seen.append(Unit.objects.filter(name="还没有提交的单位").exists())
        # A second worker leaves it alone.
        run_job(job.pk)
        seen.append(Job.objects.get(pk=job.pk).state)
        with pytest.raises(Refused):
            start_again(actor=really.actor("staff"), job=now)
    go_on.set()
    thread.join(20)
    with really.at_work():
        ended = Job.objects.get(pk=job.pk)
        seen.append((ended.state, ended.done, Unit.objects.filter(name="还没有提交的单位").exists()))
    assert seen == [("running", 40, 100, "正在写入"), False, "running", ("done", 100, True)]


def test_job_whose_worker_was_killed_is_shown_as_stopped_and_done_once(
    really: House, does: Any, client: Client
) -> None:
    class Killed(BaseException):
        """As a signal ends a process: no handler of ours runs."""

    def dies(running: Running) -> tuple[str, str]:
        Unit.objects.create(committee_id=running.job.committee_id, name="一个单位")
        running.progress(1, 2)
        raise Killed

    does(dies)
    job = ask(really)
    with pytest.raises(Killed):
        carry_out.func(str(job.pk), job.committee_id, str(job.user_id))
    does(
        lambda running: (Unit.objects.create(committee_id=running.job.committee_id, name="一个单位").name, "")
    )
    client.force_login(really.users["staff"])
    with clock.at(clock.now() + timedelta(seconds=10)):
        page = client.get(reverse("jobs:show", args=[job.pk])).content.decode()
        assert ("办理中断了" in page, "重新开始" in page) == (True, True)
        again = client.post(reverse("jobs:start_again", args=[job.pk]))
    assert again.status_code == 302
    for _arrival in range(2):
        carry_out.func(str(job.pk), job.committee_id, str(job.user_id))
    with really.at_work():
        assert Job.objects.get(pk=job.pk).state == "done"
        assert Unit.objects.filter(name="一个单位").count() == 1


def test_worker_finds_the_job_after_the_commit(really: House, does: Any) -> None:
    with really.at_work():
        start_job(actor=really.actor("staff"), kind=KIND, title="会撤回的", params={})
        transaction.set_rollback(True)
    job = ask(really)
    (row,) = DBTaskResult.objects.all()
    assert row.args_kwargs["args"] == [str(job.pk), job.committee_id, str(job.user_id)]
