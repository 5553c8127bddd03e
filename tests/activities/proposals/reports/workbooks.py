"""Workbooks of two past sessions whose rows carry the breakdown that was published, and their people."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from typing import TYPE_CHECKING

import xlsxwriter
from django.db import transaction

from tongxin.activities.proposals.models import Topic
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import (
    Body,
    Committee,
    Member,
    Membership,
    Sector,
    Session,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROVINCE = "620000"
HEADERS = [
    *("流水号", "提案号", "届", "次", "案由", "内容", "提案类型", "第一提案人", "联名人", "专题", "民生"),
    *("提交日期", "审查结果", "不予立案理由", "并入提案号", "主办单位", "会办单位", "交办日期", "答复日期"),
    *("办理结果类别", "办理工作评价", "办理结果评价", "重点", "优秀", "公开"),
]
TOPICS = ("经济建设", "政治建设", "文化建设", "社会建设", "生态文明建设", "其他方面")
_BODIES = ("民革省委会", "民盟省委会", "民建省委会", "省工商联", "省妇联", "农业界", "提案委员会")
_KIND_OF_BODY = ("党派", "党派", "党派", "团体", "团体", "界别", "专委会")
_MEMBERS = 504
_TAKING_PART = 350
_UNITS = 65
_REASONS = ("属于学术研讨", "内容空泛、没有具体建议", "不属于本级党委、政府及有关单位职责范围")

Row = dict[str, object]


@dataclass(frozen=True)
class Breakdown:
    """What a published report states of a session.

    Attributes:
        topics: filed proposals by topic, in the committee's order.
        classes: filed proposals by class; empty where nothing had been answered yet.
    """

    term: int
    session: int
    year: int
    received: int
    filed: int
    merged: int
    collective: int
    topics: tuple[int, ...]
    classes: dict[str, int]


FOURTH_OF_13TH = Breakdown(13, 4, 2026, 1184, 806, 27, 123, (294, 55, 60, 264, 105, 28), {})
FIRST_OF_11TH = Breakdown(
    11, 1, 2013, 820, 799, 0, 133, (200, 150, 149, 150, 100, 50), {"A": 418, "B": 265, "C": 116}
)


def rows_of(b: Breakdown) -> list[Row]:
    """The rows of a session: filed ones first, then merged ones, then what was not filed."""
    topics = _spread(zip(TOPICS, b.topics, strict=True))
    classes = _spread(b.classes.items()) if b.classes else cycle([""])
    members = cycle(_names(b)[:_TAKING_PART])
    rows = []
    for n in range(1, b.received + 1):
        is_filed, is_merged = n <= b.filed, b.filed < n <= b.filed + b.merged
        row = _row(b, n) | _proposer(n, members, is_collective=_is_collective(n, b))
        if is_filed:
            row |= _handling(b, n, next(classes)) | {"提案号": n, "专题": next(topics), "审查结果": "立案"}
        elif is_merged:
            row |= {"审查结果": "并案", "并入提案号": n - b.filed}
        else:
            row |= (
                {"审查结果": "不予立案", "不予立案理由": _REASONS[n % 3]} if n % 2 else {"审查结果": "转办"}
            )
        rows.append(row)
    return rows


def _is_collective(n: int, b: Breakdown) -> bool:
    # Of the filed ones as many as were published; a few of the others, which must not be counted.
    return n <= b.collective if n <= b.filed else n % 40 == 0


def _row(b: Breakdown, n: int) -> Row:
    return {
        "流水号": n,
        "届": b.term,
        "次": b.session,
        "案由": f"关于第{n}件事的提案",
        "内容": "一、情况。\n底数不清。\n二、分析。\n投入不均。\n三、建议。\n请安排。",
        "民生": "是" if n % 3 == 0 else "否",
        "提交日期": date(b.year, 1, 10 + n % 9),
    }


def _proposer(n: int, members: Iterator[str], *, is_collective: bool) -> Row:
    if is_collective:
        return {"提案类型": _KIND_OF_BODY[n % 7], "第一提案人": _BODIES[n % 7]}
    lead = next(members)
    if n % 4:
        return {"提案类型": "个人", "第一提案人": lead}
    return {"提案类型": "联名", "第一提案人": lead, "联名人": f"{next(members)}、{next(members)}"}


def _handling(b: Breakdown, n: int, code: str) -> Row:
    lead = f"省第{n % _UNITS + 1}厅"
    row: Row = {"主办单位": lead, "交办日期": date(b.year, 3, 5)}
    if n % 5 == 0:
        # It helps, and never answers a proposer.
        row["会办单位"] = "省统计局"
    if code:
        months = 5 if n % 6 else 7
        row |= {"答复日期": date(b.year, months, 20), "办理结果类别": code}
        row |= {"办理工作评价": "满意", "办理结果评价": "基本满意" if n % 9 else "不满意"}
    return row


def _spread(counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    return (name for name, count in counts for _n in range(count))


def workbook_of(rows: list[Row]) -> bytes:
    """The rows under the columns of the table."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("提案")
    sheet.write_row(0, 0, HEADERS)
    for line, row in enumerate(rows, 1):
        for place, header in enumerate(HEADERS):
            if (value := row.get(header)) is not None:
                sheet.write(line, place, value)
    book.close()
    return out.getvalue()


def _names(b: Breakdown) -> list[str]:
    return [f"委员{b.term}{n:03d}" for n in range(_MEMBERS)]


def people_for(b: Breakdown) -> Committee:
    """Make the province's term: 504 members, the session, the topics in their order, the bodies."""
    committee = Committee.objects.get(code=PROVINCE)
    with tenancy.scope([committee.pk]), transaction.atomic():
        own = {"committee": committee}
        begins = date(b.year - b.session, 1, 10)
        term = Term.objects.create(
            **own, number=b.term, starts_on=begins, ends_on=begins.replace(year=begins.year + 5)
        )
        Session.objects.create(
            **own,
            term=term,
            number=b.session,
            opens_on=date(b.year, 1, 10),
            closes_on=date(b.year, 1, 15),
            proposal_cutoff_on=date(b.year, 1, 13),
            code_prefix=str(b.year),
        )
        sectors = [Sector.objects.create(**own, term=term, name=f"第{n}界", order=n) for n in range(1, 31)]
        members = Member.objects.bulk_create(
            Member(**own, number=f"{b.term}{n:04d}", name=name) for n, name in enumerate(_names(b))
        )
        Membership.objects.bulk_create(
            Membership(**own, member=m, term=term, sector=sectors[n % len(sectors)])
            for n, m in enumerate(members)
        )
        Topic.objects.filter(**own).delete()
        for order, name in enumerate(TOPICS, 1):
            Topic.objects.create(**own, name=name, order=order)
        _make_bodies(committee)
    return committee


def _make_bodies(committee: Committee) -> None:
    kinds = {"党派": "party", "团体": "organization", "界别": "sector", "专委会": "special_committee"}
    for name, kind in zip(_BODIES, _KIND_OF_BODY, strict=True):
        Body.objects.create(committee=committee, name=name, kind=kinds[kind])
