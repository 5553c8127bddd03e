"""The pages of an import, from the upload to the undo, with its jobs carried out at once."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from tests.activities.proposals.workbooks import HEADERS, row, workbook
from tongxin.activities.proposals.models import Proposal, ProposalImport
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.jobs.runners import run_job

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.factories import House


@pytest.fixture
def staff(house: House, client: Client) -> Client:
    client.force_login(house.users["staff"])
    return client


def upload(client: Client, data: bytes, name: str = "提案.xlsx") -> str:
    answer = client.post(reverse("proposals:imports"), {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def carried_out(house: House, location: str) -> Job:
    with house.at_work():
        job = Job.objects.latest("pk")
        assert location == reverse("jobs:show", args=[job.pk])
        run_job(job.pk)
        return Job.objects.get(pk=job.pk)


def test_clerk_uploads_looks_confirms_and_takes_back(house: House, staff: Client) -> None:
    page = upload(staff, workbook([row(主办单位="新的局"), row(案由="乙", 第一提案人="无名")]))
    shown = staff.get(page).content.decode()
    assert [words in shown for words in ("新的局", "没有叫「无名」的委员", "导入无误的1条")] == [True] * 3
    with house.at_work():
        seen = ProposalImport.objects.get().outcome["digest"]
    job = carried_out(house, staff.post(page, {"seen": seen, "skip_errors": "1"}).headers["Location"])
    assert (job.state, job.message, job.url) == ("done", "新增1件，更改0件。", page)
    assert "新增1件，更改0件" in staff.get(page).content.decode()
    assert page in staff.get(reverse("proposals:imports")).content.decode()
    undo = page + "undo/"
    assert "撤销导入" in staff.get(undo).content.decode()
    job = carried_out(house, staff.post(undo).headers["Location"])
    assert (job.state, "这次导入已撤销" in staff.get(page).content.decode()) == ("done", True)
    with house.at_work():
        assert Proposal.objects.count() == 0


def test_confirming_with_errors_and_without_leave_to_skip_changes_nothing(
    house: House, staff: Client
) -> None:
    page = upload(staff, workbook([row(), row(案由="乙", 第一提案人="无名")]))
    job = carried_out(house, staff.post(page).headers["Location"])
    assert job.state == "failed"
    assert "没有导入任何一行" in job.message or "变化" in job.message


def test_large_table_is_read_by_a_job(house: House, staff: Client) -> None:
    text = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(30_000))
    rows = [row(案由=f"第{n}件", 内容=text[n * 500 :] + text[: n * 500]) for n in range(4)]
    job = carried_out(house, upload(staff, workbook(rows)))
    assert (job.state, job.message) == ("done", "读到4件，0处错误。请核对后确认。")
    assert "确认导入4件" in staff.get(job.url).content.decode()


def test_table_that_is_none_is_refused_in_words(house: House, staff: Client) -> None:
    for data in (b"\x00\x01", workbook([{"姓名": "王芳"}])):
        answer = staff.post(reverse("proposals:imports"), {"file": SimpleUploadedFile("a.xlsx", data)})
        assert answer.status_code == 422
        assert 'class="err"' in answer.content.decode()
    with house.at_work():
        assert ProposalImport.objects.count() == 0


def test_template_has_the_columns_and_an_example_that_is_understood(house: House, staff: Client) -> None:
    answer = staff.get(reverse("proposals:import_template"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    head, *lines = sheet.iter_rows(values_only=True)
    assert (list(head), len(lines)) == (HEADERS, 1)


@pytest.mark.parametrize("who", ["reviewer", "leader", "proposer", "clerk_a", "auditor"])
def test_others_find_no_import(house: House, client: Client, who: str) -> None:
    client.force_login(house.users[who])
    assert client.get(reverse("proposals:imports")).status_code == 403


def run(
    house: House, tmp_path: Path, capsys: Any, rows: list[dict[str, Any]], *options: str
) -> dict[str, Any]:
    path = tmp_path / "提案.xlsx"
    path.write_bytes(workbook(rows))
    call_command("import_proposals", str(path), "--committee", house.committee.code, "--json", *options)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_command_imports_and_says_so_in_json(house: House, tmp_path: Path, capsys: Any) -> None:
    dry = run(house, tmp_path, capsys, [row()], "--dry-run")
    assert (dry["added"], dry["imported"], dry["errors"]) == (1, False, [])
    done = run(house, tmp_path, capsys, [row()])
    again = run(house, tmp_path, capsys, [row()])
    assert [(a["added"], a["unchanged"], a["imported"]) for a in (done, again)] == [
        (1, 0, True),
        (0, 1, True),
    ]
    with house.at_work():
        assert (Proposal.objects.count(), ProposalImport.objects.count()) == (1, 2)


def test_command_with_a_wrong_row_imports_nothing_unless_told_so(
    house: House, tmp_path: Path, capsys: Any
) -> None:
    rows = [row(), row(案由="乙", 第一提案人="无名")]
    with pytest.raises(CommandError, match="没有导入任何一行"):
        run(house, tmp_path, capsys, rows)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["imported"], [(e["row"], e["column"]) for e in answer["errors"]]) == (
        False,
        [(3, "第一提案人")],
    )
    assert run(house, tmp_path, capsys, rows, "--skip-errors")["imported"] is True
    with house.at_work():
        assert Proposal.objects.count() == 1
