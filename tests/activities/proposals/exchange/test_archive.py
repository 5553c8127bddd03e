"""A session's archive: folders of documents with an index that can be imported again."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from tests import factories
from tests.activities.proposals.exchange.desk import Desk
from tests.activities.proposals.workbooks import row, rows_of
from tests.capabilities.files import corpus
from tongxin.activities.proposals.actions.archiving import archive_session
from tongxin.activities.proposals.actions.attaching import attach_file
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.jobs.runners import run_job

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.factories import House


def archive(house: House, to: Path, capsys: Any, *options: str) -> dict[str, Any]:
    call_command(
        "archive_proposals", "--committee", house.committee.code, "--term", "5", "--session", "5",
        "--to", str(to), "--json", *options,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def with_attachment(house: House) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    made = factories.draft(house, title="关于带附件的提案")
    with house.at_work():
        upload = SimpleUploadedFile("照片:说明.pdf", corpus.pdf())
        attach_file(actor=house.actor("proposer"), proposal=made, upload=upload)
        from tongxin.activities.proposals.actions.drafting import submit_proposal  # noqa: PLC0415

        submit_proposal(actor=house.actor("proposer"), proposal=made)


def test_archive_has_a_folder_for_each_proposal_and_an_index(
    house: House, tmp_path: Path, capsys: Any
) -> None:
    factories.rated(house, title="关于办结/的提案：一", cosigners=["cosigner_1"])
    with_attachment(house)
    factories.draft(house, title="关于草稿的提案")
    assert archive(house, tmp_path / "档案", capsys)["proposals"] == 2
    found = sorted(
        str(p.relative_to(tmp_path / "档案")) for p in (tmp_path / "档案").rglob("*") if p.is_file()
    )
    assert found == [
        "001_关于办结_的提案：一/办理经过.txt",
        "001_关于办结_的提案：一/提案.docx",
        "001_关于办结_的提案：一/提案.pdf",
        "001_关于办结_的提案：一/答复函1_教育局.docx",
        "001_关于办结_的提案：一/答复函1_教育局.pdf",
        "未立案002_关于带附件的提案/办理经过.txt",
        "未立案002_关于带附件的提案/提案.docx",
        "未立案002_关于带附件的提案/提案.pdf",
        "未立案002_关于带附件的提案/附件1_照片_说明.pdf",
        "索引.xlsx",
    ]
    folder = tmp_path / "档案" / "001_关于办结_的提案：一"
    text = "\n".join(p.text for p in docx.Document(str(folder / "提案.docx")).paragraphs)
    assert factories.TEXT["suggestion"] in text
    assert (folder / "提案.pdf").read_bytes().startswith(b"%PDF")
    story = (folder / "办理经过.txt").read_text("utf-8-sig")
    assert "教育局　办理工作：满意　办理结果：满意" in story
    assert "立案，编号2026-001" in story
    index = rows_of((tmp_path / "档案" / "索引.xlsx").read_bytes())
    assert [(r["案由"], r["文件夹"]) for r in index] == [
        ("关于办结/的提案：一", folder.name),
        ("关于带附件的提案", "未立案002_关于带附件的提案"),
    ]


def test_index_of_an_archive_imports_into_another_committee(tmp_path: Path, capsys: Any, db: None) -> None:
    house, other = factories.two_houses()
    factories.rated(house, title="关于办结的提案")
    archive(house, tmp_path / "a", capsys)
    done = Desk(other).bring((tmp_path / "a" / "索引.xlsx").read_bytes())
    assert (done.outcome["added"], done.outcome["error_count"]) == (1, 0)


def test_archive_into_a_folder_with_something_is_refused(house: House, tmp_path: Path, capsys: Any) -> None:
    factories.submitted(house)
    (tmp_path / "x").write_text("x")
    with pytest.raises(CommandError, match="已经有东西"):
        archive(house, tmp_path, capsys)
    with pytest.raises(CommandError, match="没有第7届第1次会议"):
        call_command(
            "archive_proposals",
            committee=house.committee.code,
            term=7,
            session=1,
            to=tmp_path / "y",
            json=False,
        )


def test_staff_get_the_archive_as_one_file(house: House, client: Client) -> None:
    Desk(house).bring([row(次="五", 提案号=9, 提交日期="2026-01-08")])
    client.force_login(house.users["staff"])
    url = reverse("proposals:archive")
    assert "五届五次会议" in client.get(url).content.decode()
    location = client.post(url, {"session": str(house.session.pk)}).headers["Location"]
    with house.at_work():
        job = Job.objects.get()
        run_job(job.pk)
        job = Job.objects.get()
    assert (job.state, job.message, job.filename) == (
        "done",
        "共1件。文件保留七天。",
        "五届五次会议提案归档.zip",
    )
    assert "下载「五届五次会议提案归档.zip」" in client.get(location).content.decode()
    content = b"".join(client.get(reverse("jobs:download", args=[job.pk])).streaming_content)  # type: ignore[arg-type]
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert names == [
        "五届五次会议/009_关于改善学校门口交通的提案/办理经过.txt",
        "五届五次会议/009_关于改善学校门口交通的提案/提案.docx",
        "五届五次会议/009_关于改善学校门口交通的提案/提案.pdf",
        "五届五次会议/索引.xlsx",
    ]


def test_archive_asked_for_by_an_administrator_is_refused(
    house: House, client: Client, tmp_path: Path
) -> None:
    """They bring tables in; they do not read proposals, and every text lies in an archive."""
    factories.filed(house)
    with house.at_work(), pytest.raises(PermissionDenied, match="只有本会工作人员能导出归档"):
        archive_session(actor=house.actor("tenant_admin"), session=house.session, to=tmp_path / "x")
    assert not (tmp_path / "x").exists()
    shown = {}
    for who in ("staff", "tenant_admin"):
        client.force_login(house.users[who])
        page = client.get(reverse("proposals:imports")).content.decode()
        shown[who] = (
            reverse("proposals:archive") in page,
            client.get(reverse("proposals:archive")).status_code,
        )
    assert shown == {"staff": (True, 200), "tenant_admin": (False, 403)}
