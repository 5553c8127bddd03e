"""Settling what the check found: numbers set right, typed numbers linked or vouched for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.readers.statistics.numbering import code_for
from tongxin.readers.workreports.actions.writing import changed, editable
from tongxin.readers.workreports.checking import (
    CLOSING,
    OPENING,
    TITLE,
    Changed,
    Unlinked,
    check_report,
    texts_of,
)
from tongxin.readers.workreports.models import TypedNumber, WorkReport

if TYPE_CHECKING:
    from collections.abc import Collection

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Period

_LONGEST_CONTEXT = 80


@transaction.atomic
def set_right(*, actor: Actor, report: WorkReport, keys: Collection[str] | None = None) -> int:
    """Write what the platform prints today in place of some numbers, or of all that differ; return how many.

    Raises:
        PermissionDenied: not the office.
        Refused: it is signed, or none of them stands there any more.
    """
    locked = editable(actor, report)
    wanted = [one for one in check_report(actor, locked).changed if keys is None or one.key in keys]
    ensure(bool(wanted), because=_("这几处刚刚改过了，请再看一遍核对结果。"))
    by_place: defaultdict[str, list[Changed]] = defaultdict(list)
    for one in wanted:
        by_place[one.place.key].append(one)
    texts = {place.key: text for place, text in texts_of(locked, locked.sections.all())}
    for key, some in by_place.items():
        text = texts[key]
        # From the end, so that what stands before keeps its place.
        for one in sorted(some, key=lambda c: c.mark.start, reverse=True):
            text = text[: one.mark.start] + one.should + one.mark.written + text[one.mark.end :]
        write_text(locked, key, text)
    changed(locked)
    _note(actor, locked, "set_right", numbers=[[one.mark.shown, one.should] for one in wanted])
    return len(wanted)


@transaction.atomic
def link_number(*, actor: Actor, report: WorkReport, key: str, figure_id: str, period: Period) -> None:
    """Put the code of a figure behind a number that was typed; the check then says whether they agree.

    Raises:
        PermissionDenied: not the office.
        Refused: it is signed, or the number does not stand there any more.
    """
    locked = editable(actor, report)
    one = _unlinked(actor, locked, key)
    fitting = next((s for s in one.suggestions if s.figure.id == figure_id), None)
    if fitting is None:
        raise Refused(_("这个数字和您选的对不上了，请再看一遍核对结果。"))
    code = code_for(locked.committee_id, figure_id, period).code
    text = next(text for place, text in texts_of(locked, locked.sections.all()) if place.key == one.place.key)
    shown = fitting.printed(unit=False)
    rest = text[one.typed.end :]
    unit = fitting.unit
    if rest.startswith(unit):
        rest, shown = rest[len(unit) :], fitting.printed()
    write_text(locked, one.place.key, f"{text[: one.typed.start]}{shown}〔{code}〕{rest}")
    changed(locked)
    _note(actor, locked, "link_number", code=code, text=one.typed.text)


@transaction.atomic
def vouch_for_number(*, actor: Actor, report: WorkReport, key: str, source: str) -> TypedNumber:
    """Say where a number that was typed comes from.

    Raises:
        PermissionDenied: not the office.
        Refused: it is signed, or the number does not stand there any more.
    """
    locked = editable(actor, report)
    one = _unlinked(actor, locked, key)
    row, _made = TypedNumber.objects.update_or_create(
        report=locked,
        text=one.typed.context[:_LONGEST_CONTEXT],
        defaults={
            "committee_id": locked.committee_id,
            "source": source,
            "by_name": actor.name,
        },
    )
    changed(locked)
    _note(actor, locked, "vouch_for_number", text=row.text, source=source)
    return row


@transaction.atomic
def take_back_source(*, actor: Actor, report: WorkReport, typed: TypedNumber) -> None:
    """Take back what was said of a typed number's source.

    Raises:
        PermissionDenied: not the office.
        Refused: it is signed.
    """
    locked = editable(actor, report)
    _note(actor, locked, "take_back_source", text=typed.text)
    typed.delete()
    changed(locked)


def write_text(report: WorkReport, key: str, text: str) -> None:
    """Write one text of a report: its opening, its ending, its title, a section's heading or text."""
    if key in {OPENING, CLOSING, TITLE}:
        setattr(report, key, text)
        return
    for section in report.sections.all():
        if key == str(section.pk):
            section.text = text
        elif key == f"h{section.pk}":
            section.heading = text
        else:
            continue
        section.save(update_fields=["text", "heading"])


def _unlinked(actor: Actor, report: WorkReport, key: str) -> Unlinked:
    found = next((one for one in check_report(actor, report).unlinked if one.key == key), None)
    if found is None:
        raise Refused(_("这个数字刚刚改过了，请再看一遍核对结果。"))
    return found


def _note(actor: Actor, report: WorkReport, verb: str, **detail: Any) -> None:  # noqa: ANN401
    record(actor=actor, action=f"workreports.{verb}", target=f"workreports.workreport:{report.pk}", **detail)
