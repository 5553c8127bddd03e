"""The demo's numbers: the register of posts, how a page prints them, what was reported, a signed report, a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.actions.ledger import enter_past_sessions
from tongxin.demo.world import People
from tongxin.foundation.core import clock
from tongxin.foundation.core.periods import calendar_year
from tongxin.foundation.organization.actions_staff import (
    ChangeLine,
    PostLine,
    enter_staff_changes,
    enter_staff_posts,
)
from tongxin.foundation.organization.enums import Establishment, StaffChangeKind, Workplace
from tongxin.foundation.organization.models import SpecialCommittee
from tongxin.readers.statistics.actions.reporting import enter_reported
from tongxin.readers.statistics.actions.tables import save_table
from tongxin.readers.statistics.actions.wording_ledger import enter_wordings
from tongxin.readers.statistics.models import ReportedNumber, Wording
from tongxin.readers.statistics.tables.asking import read_table
from tongxin.readers.workreports.actions import settling, signing, writing
from tongxin.readers.workreports.checking import check_report
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.templates import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from tongxin.demo.grassroots import Fields
    from tongxin.demo.story import Teller

# The committee whose office, report and table are told.
_TOLD = "620881"
_YEAR = 2021
# 20 administrative posts: at the office, then one for each special committee.
_OFFICE_TITLES = (
    "主席", "副主席", "副主席", "副主席", "副主席", "秘书长", "副秘书长", "办公室主任", "办公室副主任", "综合科科长",
    "联络科科长", "宣教科科长", "信息科科长", "一级主任科员",
)  # fmt: skip
_WORKER_TITLES = ("驾驶员", "驾驶员", "打字员", "炊事员")
_INSTITUTION_TITLES = ("信息中心主任", "信息中心工作人员", "信息中心工作人员")
_ADDED, _SELECTED = 3, 2
_POSTS_SINCE = date(2019, 6, 1)
# What no room counts yet is typed, and somebody says where it is from.
_TYPED = "举办“同心悦读”活动12场次，发出倡议书5次2000余份。"
_TYPED_FROM = "委员学习和服务工作登记簿"
# For the check to find: nobody says where this is from.
_UNFOUNDED = "其中有20场次开在农家院里。"


@dataclass(frozen=True, slots=True)
class _Said:
    """How a page prints a number of a committee; without a year, whatever the span."""

    figure: str
    word: str = ""
    year: int | None = None
    in_wan: bool = False


_WORDINGS = {
    "620881": (
        _Said("grassroots.suggestions", "余", _YEAR),
        _Said("grassroots.problems_solved", "余", _YEAR),
        _Said("grassroots.subsidy_budget", in_wan=True),
    ),
    "621126": (_Said("topics.collected", "多"),),
    "620500": (_Said("grassroots.sessions", "多"),),
}
# Totals of a five-year term that ended before the platform, as a newspaper page has them.
_REPORTED = {
    "620300": (
        ("proposals.filed", date(2017, 1, 1), 942),
        ("proposals.party_proposals", date(2017, 1, 1), 300),
        ("grassroots.implemented_matters", date(2017, 1, 1), 1900),
    ),
    # Not 华亭's own: 100 of an invented document.
    "620881": (("grassroots.sessions", date(2020, 1, 1), 100),),
}
_REPORTED_UNTIL = {"620300": date(2021, 12, 31), "620881": date(2020, 12, 31)}
_REPORTED_FROM = {
    "620300": ("五年工作综述（报纸版面）", "提案委员会办公室"),
    "620881": ("演示文件〔2021〕1号（数是编的）", "办公室"),
}


def tell_numbers(teller: Teller) -> None:
    """Tell what this committee keeps of its numbers; nothing where it keeps nothing."""
    code = teller.world.plan.code
    _wordings(teller, _WORDINGS.get(code, ()))
    _reported(teller, code)
    if code != _TOLD:
        return
    _staff(teller)
    _report(teller)
    _draft(teller)
    _tables(teller)


def tell_late(fields: Fields, teller: Teller) -> None:
    """Enter what the register had overlooked, after the report of its year was signed."""
    plan = fields.plan
    if not fields.late:
        return
    with _on(date(plan.year + 1, 3, 2)):
        enter_past_sessions(
            actor=teller.actor("staff"),
            committee_id=fields.committee.pk,
            lines=fields.late,
            source=f"{plan.year}年协商议事活动登记册（补登）",
        )


def _wordings(teller: Teller, said: Sequence[_Said]) -> None:
    if said:
        enter_wordings(
            actor=teller.actor("staff"),
            wordings=[
                Wording(
                    committee=teller.world.committee,
                    figure=one.figure,
                    period=calendar_year(one.year).key if one.year else "",
                    word=one.word,
                    in_wan=one.in_wan,
                )
                for one in said
            ],
        )


def _reported(teller: Teller, code: str) -> None:
    for figure, since, value in _REPORTED.get(code, ()):
        document, person = _REPORTED_FROM[code]
        enter_reported(
            actor=teller.actor("staff"),
            row=ReportedNumber(
                figure=figure,
                since=since,
                until=_REPORTED_UNTIL[code],
                value=Decimal(value),
                document=document,
                reported_by=person,
            ),
        )


def _staff(teller: Teller) -> None:
    """Fill the register of posts and of what became of people, as the page of 华亭 counts them."""
    committee = teller.world.committee
    special = list(SpecialCommittee.objects.filter(committee=committee).order_by("order"))
    # Names of their own, so that what is drawn after them stays what it was.
    people = People(Random(f"staff {committee.code}"), committee.code)  # noqa: S311 (not for security)
    rows: Iterable[tuple[str, Sequence[str]]] = (
        (Establishment.ADMINISTRATIVE, _OFFICE_TITLES),
        (Establishment.WORKER, _WORKER_TITLES),
        (Establishment.INSTITUTION, _INSTITUTION_TITLES),
    )
    posts = [
        PostLine(establishment, title, _POSTS_SINCE, holder=people.name())
        for establishment, titles in rows
        for title in titles
    ] + [
        PostLine(
            Establishment.ADMINISTRATIVE,
            f"{one.name}主任",
            _POSTS_SINCE,
            Workplace.SPECIAL_COMMITTEE,
            people.name(),
            one,
        )
        for one in special
    ]
    changes = [
        ChangeLine(StaffChangeKind.ADDED, people.name(), date(_YEAR, 4, 12), special[n])
        for n in range(_ADDED)
    ] + [ChangeLine(StaffChangeKind.SELECTED, people.name(), date(_YEAR, 9, 6)) for _n in range(_SELECTED)]
    staff = teller.actor("staff")
    enter_staff_posts(actor=staff, committee_id=committee.pk, lines=posts, document="市委编办批复")
    enter_staff_changes(actor=staff, committee_id=committee.pk, lines=changes, document="党组会议纪要")


def _report(teller: Teller) -> None:
    """Draft the report of the register's year, vouch for what was typed, sign it."""
    staff = teller.actor("staff")
    with _on(date(_YEAR + 1, 1, 18)):
        report = _begin(teller, _YEAR)
        report = _append(teller, report, "organization", _TYPED, number=f"华政协发〔{_YEAR + 1}〕3号")
        for one in check_report(staff, report).unlinked:
            settling.vouch_for_number(actor=staff, report=report, key=one.key, source=_TYPED_FROM)
    with _on(date(_YEAR + 1, 1, 20)):
        report.refresh_from_db()
        signing.sign_report(actor=teller.actor("leader"), report=report, version=report.version)


def _draft(teller: Teller) -> None:
    """Draft the report of this year, with a number that nobody has vouched for yet."""
    with _on(teller.today - timedelta(days=3)):
        report = _begin(teller, clock.today().year)
        _append(teller, report, "grassroots", _UNFOUNDED)


def _begin(teller: Teller, year: int) -> WorkReport:
    return writing.begin_report(
        actor=teller.actor("staff"),
        title=f"{teller.world.committee.name}{year}年工作报告",
        form=WorkReport.Form.OFFICIAL,
        period=calendar_year(year),
        parts=[part.key for part in PARTS],
    )


def _append(teller: Teller, report: WorkReport, area: str, text: str, *, number: str = "") -> WorkReport:
    sections = [
        writing.Words(str(one.pk), one.heading, one.text + (text if one.area == area else ""))
        for one in report.sections.all()
    ]
    texts = writing.Texts(report.title, number, report.opening, report.closing, sections)
    return writing.edit_report(
        actor=teller.actor("staff"), report=report, version=report.version, texts=texts
    )


def _tables(teller: Teller) -> None:
    """Share two tables: through which door topics came, and where sessions were held, both month by month."""
    staff = teller.actor("staff")
    for name, figure, rows, span in (
        ("今年的议题：渠道和月份", "topics.collected", "channel", "今年"),
        (f"{_YEAR}年协商议事活动：乡镇和月份", "grassroots.sessions", "place", str(_YEAR)),
    ):
        words = {"figure": figure, "rows": rows, "columns": "month", "period": span}
        save_table(actor=staff, asked=read_table(words, staff), name=name, is_shared=True)


def _on(day: date) -> AbstractContextManager[None]:
    return clock.at(datetime.combine(day, time(10, 30), tzinfo=clock.ZONE))
