"""A session's proposals as folders of documents with an index workbook, for the records office."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

from tongxin.activities.proposals.documents import SheetFacts, for_letters, proposal_sheet, reply_letter
from tongxin.activities.proposals.enums import AssignmentState, Satisfaction
from tongxin.activities.proposals.exchange.exporting import COLUMNS, export_table
from tongxin.activities.proposals.models import Assignment, Cosignature, Proposal, Reply
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock, official
from tongxin.foundation.core.official.pasted import clean
from tongxin.foundation.core.record_language import in_record_language, recorded
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tongxin.foundation.organization.models import Session

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')
# Names beyond some 255 bytes are cut by systems, with the ending; a Chinese letter has three.
_LONGEST_NAME = 40
_FOLDER = Column("folder", "文件夹", width=40)
_INDEX = "索引.xlsx"


def write_archive(session: Session, to: Path, progress: Callable[[int, int, str], None] | None = None) -> int:
    """Write the proposals of a session that were submitted; return how many.

    One folder for each (087_案由…) with the proposal and its replies as Word and PDF, its files, its ratings and
    what happened; beside them a workbook in the columns of the import that names the folders.

    Args:
        to: a folder that exists and is empty.
        progress: called with how many are done, of how many, and what is being done.
    """
    found = (
        Proposal.objects.filter(session=session, submitted_at__isnull=False)
        .select_related(
            "matter", "session__term", "committee", "lead_member", "body", "topic", "reject_reason"
        )
        .order_by("number", "serial", "pk")
    )
    with in_record_language():
        rows = export_table(found, session.committee_id)
        proposals = list(found)
        width = max(3, len(str(len(proposals))))
        for done, (proposal, row) in enumerate(zip(proposals, rows, strict=True), 1):
            folder = to / folder_name(proposal, width)
            folder.mkdir()
            row["folder"] = folder.name
            _write_proposal(proposal, folder)
            if progress:
                progress(done, len(proposals), "正在写文档")
        (to / _INDEX).write_bytes(write_workbook([Sheet(str(session), (*COLUMNS, _FOLDER), rows)]))
    return len(proposals)


def folder_name(proposal: Proposal, width: int) -> str:
    """Return 087_关于…; what has no number goes by its serial, with what became of it."""
    if proposal.number is not None:
        number = f"{proposal.number:0{width}d}"
    else:
        what = "并案" if proposal.merged_into_id else "未立案"
        number = f"{what}{proposal.serial or 0:0{width}d}"
    return f"{number}_{_plain(proposal.matter.title)}"


def _plain(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", clean(name))[:_LONGEST_NAME].strip("._ ") or "未命名"


def _write_proposal(proposal: Proposal, folder: Path) -> None:
    parts = list(Assignment.objects.filter(proposal=proposal).select_related("unit"))
    signed = Cosignature.objects.filter(proposal=proposal, state=Cosignature.State.SIGNED)
    facts = SheetFacts(
        cosigners=list(signed.values_list("member__name", flat=True)),
        wished=list(proposal.wished_units.values_list("name", flat=True)),
        parts=[part for part in parts if part.state != AssignmentState.DECLINED],
        shows_disclosure=True,
    )
    _write(proposal_sheet(proposal, facts), folder / "提案")
    replies = list(
        for_letters(Reply.objects.filter(assignment__proposal=proposal, sent_on__isnull=False)).order_by(
            "sent_on", "pk"
        )
    )
    for n, reply in enumerate(replies, 1):
        _write(reply_letter(reply), folder / f"答复函{n}_{_plain(reply.assignment.unit.name)}")
    _copy_files(proposal, folder)
    (folder / "办理经过.txt").write_text(_story(proposal, replies), "utf-8-sig")


def _write(paper: official.OfficialDocument, path: Path) -> None:
    path.with_name(f"{path.name}.docx").write_bytes(official.word(paper))
    path.with_name(f"{path.name}.pdf").write_bytes(official.pdf(paper))


def _copy_files(proposal: Proposal, folder: Path) -> None:
    kept = StoredFile.objects.kept().filter(matter_id=proposal.pk).order_by("at", "pk")
    for n, stored in enumerate(kept, 1):
        if not default_storage.exists(str(stored.content.name)):
            continue
        stem, _dot, ending = stored.name.rpartition(".")
        name = f"{recorded(StoredFile.Purpose(stored.purpose).label)}{n}_{_plain(stem)}.{_plain(ending)}"
        with stored.content.open("rb") as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)


def _story(proposal: Proposal, replies: Sequence[Reply]) -> str:
    """The rating and the timeline, as plain text that any system opens."""
    lines = [f"{proposal.matter.code or '（没有编号）'}　{proposal.matter.title}", "", "委员评价"]
    rated = [_rating(reply) for reply in replies if hasattr(reply, "rating")]
    lines += rated or ["（没有评价）"]
    lines += ["", "办理经过"]
    for entry in TimelineEntry.objects.filter(matter_id=proposal.pk).order_by("at", "id"):
        day = entry.at.astimezone(clock.ZONE)
        lines.append(f"{day:%Y-%m-%d %H:%M}　{entry.who}　{entry.text}")
        lines += [f"    {line}" for line in entry.note.splitlines()]
    return "\r\n".join([*lines, ""])


def _rating(reply: Reply) -> str:
    rating = reply.rating
    attitude, result = (
        recorded(Satisfaction(getattr(rating, axis)).label) for axis in ("attitude", "result")
    )
    unit = reply.assignment.unit.name
    said = f"{rating.on:%Y-%m-%d}　{unit}　办理工作：{attitude}　办理结果：{result}"
    return f"{said}　{rating.comment}".rstrip()
