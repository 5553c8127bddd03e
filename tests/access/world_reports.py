"""What is reported upward and written down in work reports, on both sides of the world.

The second committee is the first one's upper committee: it asked for numbers and received them, so that whatever it
holds of the first one stands at its own rows. One request came from another committee above: to sign that sheet
writes nothing among the second one's rows. Counties of the first committee's city report to the first one.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.access import world
from tests.readers.rollup.offices import MEMBERS, UNITS, open_office, report
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.figures import calendar_year
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.actions import asking, reporting
from tongxin.readers.rollup.collecting import collect
from tongxin.readers.rollup.models import Received, Request, Sheet
from tongxin.readers.workreports.actions import settling, signing, wording_sentences, writing
from tongxin.readers.workreports.checking import check_report
from tongxin.readers.workreports.marks import marks_in
from tongxin.readers.workreports.models import Section, SentenceTemplate, TypedNumber, WorkReport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.access.world import Side

SPAN = (date(2025, 1, 1), date(2025, 12, 31))
FIGURE = UNITS
# Above the first committee before the second one was put there, above the second one, below the second one.
CITY, PROVINCE, COUNTY_OF_B = "620800", "620000", "620302"
# They report to the first committee: five answer, so that a median is told; one is to answer anew.
BELOW = ("620802", "620821", "620822", "620823", "620825", "620826")
# What stands in the text of a draft: a number that was changed by hand, one that fits a figure, two that fit none.
TYPED = "全年走访群众7341人次。"
VOUCHED = "发放宣传资料5120份。"


def fill_reports(a: Side, b: Side) -> None:
    """Let both sides ask, report and write; everything else is there."""
    province, city = open_office(PROVINCE), open_office(CITY)
    _report_up(a, "ready", city, a)
    Committee.objects.filter(pk=a.house.committee.pk).update(parent=b.house.committee)
    for key in ("draft", "signed", "correction", "returned"):
        _report_up(a, key, b.house, a)
    for key in ("ready", "draft", "signed", "correction", "returned"):
        _report_up(b, key, province, b)
    _hear_below(a)
    _hold_of_the_first(b, a)
    for side in (a, b):
        with side.house.at_work():
            _write(side)


def mark_reports(mark: str) -> None:
    """Write the mark into every name of the side that is at work."""
    for model, names in (
        (Request, ("title", "note")),
        (Sheet, ("title", "note", "remark")),
        (Received, ("remark", "returned_reason")),
        (WorkReport, ("title", "opening", "closing")),
        (Section, ("heading", "text")),
        (SentenceTemplate, ("text",)),
        (TypedNumber, ("source",)),
    ):
        for row in model._default_manager.all():
            for name in names:
                setattr(row, name, f"{getattr(row, name)}{mark}")
            row.save()


@contextmanager
def _desk(house: Any) -> Iterator[Any]:
    """Work in a committee, with the post that says who acts."""
    with house.at_work():
        yield house.actor


def _asked(upper: Any, title: str) -> Request:
    with _desk(upper) as actor:
        return asking.ask_below(
            actor=actor("staff"),
            wanted=asking.Wanted(title, [UNITS, MEMBERS], *SPAN, due_on=world.TODAY, note="请按时报送"),
        )


def _report_up(side: Side, key: str, upper: Any, lower: Side) -> None:
    """Let the committee above ask, and bring the sheet so far that it is what its key says."""
    asked = _asked(upper, f"{SPAN[0].year}年数据{key}{lower.house.committee.code}")
    with _desk(lower.house) as actor:
        sheet = Sheet.objects.get(request_key=asked.key)
        if key != "draft":
            sheet = reporting.ask_signature(actor=actor("staff"), sheet=sheet, remark="三月起用平台")
        if key not in {"draft", "ready"}:
            seen = collect(sheet.committee_id, sheet.figures, *SPAN).fingerprint
            sheet = reporting.sign_sheet(actor=actor("leader"), sheet=sheet, seen=seen)
        if key == "correction":
            sheet = reporting.correct_sheet(actor=actor("staff"), sheet=sheet, reason="漏了一个单位")
    if key == "returned":
        _give_back(upper, asked, sheet.committee_id)
    side.ids[f"sheet.{key}"] = sheet.pk


def _give_back(upper: Any, asked: Request, sender_id: int) -> None:
    with _desk(upper) as actor:
        row = Received.objects.get(request=asked, sender_id=sender_id)
        asking.return_sheet(actor=actor("staff"), received=row, reason="单位数和年报不同")


def _hear_below(a: Side) -> None:
    """Let the counties of the city be below the first committee: they report, one is given its sheet back."""
    Committee.objects.filter(code__in=BELOW).update(parent=a.house.committee)
    offices = [open_office(code, units=n) for n, code in enumerate(BELOW, start=1)]
    answered = _asked(a.house, "各地单位数")
    for one in offices:
        report(one, "按年报核对过")
    _give_back(a.house, answered, offices[-1].committee.pk)
    fresh = _asked(a.house, "各地委员数")
    with offices[0].at_work():
        below: UUID = Sheet.objects.get(request_key=answered.key).pk
    with a.house.at_work():
        received = {row.sender_id: row.pk for row in Received.objects.filter(request=answered)}
    a.ids |= {
        "request.answered": answered.pk,
        "request.fresh": fresh.pk,
        "received.in": received[offices[0].committee.pk],
        "received.returned": received[offices[-1].committee.pk],
        "sheet.below": below,
    }


def _hold_of_the_first(b: Side, a: Side) -> None:
    """Name what the second committee has of the first one."""
    with a.house.at_work():
        keys = {
            key: Sheet.objects.get(pk=a.ids[f"sheet.{key}"]).request_key
            for key in ("draft", "signed", "returned")
        }
    with b.house.at_work():
        requests = {key: Request.objects.get(key=found) for key, found in keys.items()}
        rows = Received.objects.filter(sender=a.house.committee)
        b.ids |= {
            "request.answered": requests["signed"].pk,
            "request.fresh": requests["draft"].pk,
            "received.in": rows.get(request=requests["signed"]).pk,
            "received.returned": rows.get(request=requests["returned"]).pk,
        }
    # Of the counties below the second one; the first one's own sheet is no stranger to it.
    county = Committee.objects.get(code=COUNTY_OF_B)
    a.ids["received.above"] = b.ids["received.in"]
    b.ids["received.above"] = a.ids["received.in"]
    with tenancy.scope([county.pk]):
        b.ids["sheet.below"] = Sheet.objects.get(request_key=keys["signed"]).pk


def _write(side: Side) -> None:
    """Own sentences; a report that was signed, a draft that may be signed, and one with everything to settle."""
    staff = side.house.actor("staff")

    def begun(words: str, *parts: str) -> WorkReport:
        return writing.begin_report(
            actor=staff,
            title=words,
            form=WorkReport.Form.OFFICIAL,
            period=calendar_year(world.TODAY.year),
            parts=parts,
        )

    signed, clean = begun("已签发的报告", "organization"), begun("等签发的报告", "organization")
    signing.sign_report(actor=side.house.actor("leader"), report=signed, version=signed.version)
    draft = begun("起草中的报告", "organization", "proposals")
    section = draft.sections.get(area="proposals")
    _type_over(draft, section)
    settled = check_report(staff, draft)
    vouched = next(one for one in settled.unlinked if one.typed.text in VOUCHED)
    row = settling.vouch_for_number(actor=staff, report=draft, key=vouched.key, source="办公室台账第3页")
    found = check_report(staff, draft)
    linkable = next(one for one in found.unlinked if one.suggestions)
    side.ids |= {
        "workreport.draft": draft.pk,
        "workreport.clean": clean.pk,
        "workreport.signed": signed.pk,
        "section": section.pk,
        "typed": row.pk,
        "frozen": signed.frozen.select_related("code").order_by("code__code")[0].code.code,
        "key.typed": next(one for one in found.unlinked if one.typed.text in TYPED).key,
        "key.linkable": linkable.key,
        "linkable": linkable.suggestions[0].figure.id,
    }
    wording_sentences.write_sentences(
        actor=staff, area="proposals", sentences=[("{时间}立案{proposals.filed}。", True)], seen=""
    )


def _type_over(draft: WorkReport, section: Section) -> None:
    """Change a number by hand, and type three others: one that a figure says too, one without, one with a source."""
    mark, text = marks_in(section.text)[0], section.text
    changed = f"{text[: mark.start]}9876{mark.tail}{mark.written}{text[mark.end :]}"
    section.text = f"{changed}\n另有一处写着收到提案{mark.shown}。\n{TYPED}\n{VOUCHED}"
    section.save()
    writing.changed(draft)
