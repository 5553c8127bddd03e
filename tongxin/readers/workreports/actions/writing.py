"""Drafting a report, editing it, copying it, throwing it away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.core.models import new_id
from tongxin.foundation.core.official.pasted import lines_of
from tongxin.readers.workreports.drafting import draft_parts, named_text
from tongxin.readers.workreports.marks import straightened
from tongxin.readers.workreports.models import Section, TypedNumber, WorkReport
from tongxin.readers.workreports.permissions import can_copy_report, can_draft_reports, can_edit_report
from tongxin.readers.workreports.templates import CLOSING, LEAD, OPENING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Period

# What a Word file of a report can hold and a page still shows; the longest reports have 20,000 characters.
LONGEST_TEXT = 20_000
_HAN = "\u3400-\u9fff"
# Word sets a gap between letters and figures; whoever copies it copies spaces.
_GAPS = re.compile(rf"(?<=[\d%％]) +(?=[{_HAN}〔])|(?<=[{_HAN}，。；：、]) +(?=\d)| +(?=〔)|(?<=〕) +")


class Stale(Refused):
    """Somebody else has saved the report since it was opened."""


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a section: heading and text; ``key`` is its id, empty for a new one."""

    key: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All that a person may edit of a report."""

    title: str
    number: str
    opening: str
    closing: str
    sections: Sequence[Words]


@transaction.atomic
def begin_report(*, actor: Actor, title: str, form: str, period: Period, parts: Sequence[str]) -> WorkReport:
    """Draft a report: the chosen parts, written from the figures of the span.

    Raises:
        PermissionDenied: not the office.
        Refused: the span is not over yet or has no end, or there is no figure to write about.
    """
    require(can_draft_reports(actor), because=_("工作报告由政协机关起草。"))
    if period.since is None or period.until is None:
        raise Refused(_("报告要有起止时间，例如2021年。"))
    ensure(period.since <= clock.today(), because=_("这段时间还没有到，写不出报告。"))
    drafted = draft_parts(actor, period, parts)
    ensure(
        any(one.text for one in drafted),
        because=_(
            "这段时间里选中的部分还没有一条记录，平台写不出句子。请先登记或者补录，或者换一段时间、换几个部分。"
        ),
    )
    is_article = form == WorkReport.Form.ARTICLE
    report = WorkReport.objects.create(
        committee_id=actor.committee_id or 0,
        title=title,
        form=form,
        since=period.since,
        until=period.until,
        opening=named_text(actor, LEAD if is_article else OPENING, period),
        closing="" if is_article else CLOSING,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    Section.objects.bulk_create(
        Section(
            committee_id=report.committee_id,
            report=report,
            order=n,
            area=one.key,
            heading=one.heading,
            text=one.text,
        )
        for n, one in enumerate(drafted)
    )
    _note(actor, report, "begin_report", period=period.key)
    return report


@transaction.atomic
def edit_report(*, actor: Actor, report: WorkReport, version: int, texts: Texts) -> WorkReport:
    """Save what a person wrote. A section without heading and text goes.

    Raises:
        PermissionDenied: not the office.
        Stale: somebody else has saved since.
        Refused: it is signed.
    """
    locked = editable(actor, report)
    if version != locked.version:
        raise Stale(_("您打开以后，别人改过这份报告。您写的都在下面，请对照后再保存。"))
    locked.title, locked.number = texts.title, texts.number
    locked.opening, locked.closing = cleaned(texts.opening), cleaned(texts.closing)
    _write_sections(locked, texts.sections)
    changed(locked)
    _note(actor, locked, "edit_report", version=locked.version)
    return locked


@transaction.atomic
def append_text(*, actor: Actor, report: WorkReport, section_id: str, text: str) -> Section:
    """Add words at the end of a section.

    Raises:
        PermissionDenied: not the office.
        Refused: it is signed, or the section is gone.
    """
    locked = editable(actor, report)
    section = next((one for one in locked.sections.all() if str(one.pk) == section_id), None)
    if section is None:
        raise Refused(_("这一部分已经删掉了，请另选一部分。"))
    section.text += text
    ensure(len(section.text) <= LONGEST_TEXT, because=_("这一部分太长了，请分成几个部分。"))
    section.save(update_fields=["text"])
    changed(locked)
    _note(actor, locked, "insert_number", section=section_id)
    return section


@transaction.atomic
def copy_report(*, actor: Actor, report: WorkReport) -> WorkReport:
    """Begin a new report from this one: so a signed one is corrected.

    Raises:
        PermissionDenied: not the office.
    """
    require(can_copy_report(actor, report), because=_("工作报告由政协机关起草。"))
    sections, typed = list(report.sections.all()), list(report.typed.all())
    made = WorkReport.objects.create(
        committee_id=report.committee_id,
        title=report.title,
        form=report.form,
        since=report.since,
        until=report.until,
        opening=report.opening,
        closing=report.closing,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    for section in sections:
        section.pk, section.report = new_id(), made
    for row in typed:
        row.pk, row.report = new_id(), made
    Section.objects.bulk_create(sections)
    TypedNumber.objects.bulk_create(typed)
    _note(actor, made, "copy_report", source=str(report.pk))
    return made


@transaction.atomic
def discard_report(*, actor: Actor, report: WorkReport) -> None:
    """Throw a draft away.

    Raises:
        PermissionDenied: not the office.
        Refused: it is signed.
    """
    locked = editable(actor, report)
    _note(actor, locked, "discard_report", title=locked.title)
    locked.delete()


def editable(actor: Actor, report: WorkReport) -> WorkReport:
    """Lock a report and return it, if this person may still change it."""
    locked = WorkReport.objects.select_for_update().get(pk=report.pk)
    ensure(locked.state == WorkReport.State.DRAFT, because=_("报告已经签发，不能再改。要更正，请另起一份。"))
    require(can_edit_report(actor, locked), because=_("工作报告由政协机关起草。"))
    return locked


def changed(report: WorkReport) -> None:
    """Count a change, so that whoever has an older text before them is told."""
    report.version += 1
    report.save()


def cleaned(text: str) -> str:
    """Return a text without the spaces and hidden marks of where it was pasted from, its codes set straight."""
    return "\n".join(_GAPS.sub("", straightened(line)) for line in lines_of(text))


def _write_sections(report: WorkReport, sections: Sequence[Words]) -> None:
    known = {str(one.pk): one for one in report.sections.all()}
    kept: list[Section] = []
    for words in sections:
        text = cleaned(words.text)
        if not words.heading.strip() and not text:
            continue
        section = known.get(words.key) or Section(committee_id=report.committee_id, report=report)
        section.order, section.heading, section.text = len(kept), words.heading.strip(), text
        kept.append(section)
    report.sections.exclude(pk__in=[one.pk for one in kept]).delete()
    for section in kept:
        section.save()


def _note(actor: Actor, report: WorkReport, verb: str, **detail: Any) -> None:  # noqa: ANN401
    record(actor=actor, action=f"workreports.{verb}", target=f"workreports.workreport:{report.pk}", **detail)
