"""The list of awards (奖补资金分配表): amounts in figures and in capitals, lines to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.activities.grassroots.allocation import in_capitals
from tongxin.foundation.core import sheets
from tongxin.foundation.core.official import Column, OfficialDocument, Paragraph, Table, written_date

if TYPE_CHECKING:
    from decimal import Decimal

    from tongxin.activities.grassroots.appraisal_outcome import Result
    from tongxin.activities.grassroots.models import AppraisalScheme

_COLUMNS = (
    Column("序号", share=0.8, align="center"),
    Column("委员工作站", share=2.4),
    Column("得分", share=0.9, align="right"),
    Column("等次", share=0.9, align="center"),
    Column("金额（元）", share=2.0, align="right"),
    Column("金额大写", share=2.6),
    Column("签字", share=1.1),
)


def money(amount: Decimal) -> str:
    """Return an amount as lists write it: 15,000.00."""
    return f"{amount:,.2f}"


def awards_paper(committee: Any, scheme: AppraisalScheme, result: Result) -> OfficialDocument:  # noqa: ANN401
    """Return the list as it is signed.

    Args:
        committee: whose list it is.
        scheme: approved.
        result: as it was approved.
    """
    total = result.awarded_yuan
    rows = tuple(
        (
            str(n),
            row.score.node.name,
            str(row.score.checked_total),
            row.grade.name if row.grade else "—",
            money(row.award_yuan),
            in_capitals(row.award_yuan),
            "",
        )
        for n, row in enumerate(result.rows, start=1)
    )
    whole = ("", "合计", "", "", money(total), in_capitals(total), "")
    words = f"经{scheme.decision}审定，{scheme.year}年委员工作站奖补资金分配如下。"
    left = result.unallocated_yuan
    note = f"奖补资金共{money(scheme.budget_yuan)}元" + (
        f"，未分配{money(left)}元。" if left else "，全部分配。"
    )
    return OfficialDocument(
        title=f"{committee.short_name}{scheme.year}年委员工作站奖补资金分配表",
        blocks=(
            Paragraph(words),
            Table(_COLUMNS, (*rows, whole), note=note),
            Paragraph("审批人：　　　　　　　　审核人：　　　　　　　　经办人：", indent=False),
        ),
        issuer=committee.name,
        issued_on=scheme.approved_on,
        remarks=(f"审定：{scheme.approved_by_name}　{written_date(scheme.approved_on)}",)
        if scheme.approved_on
        else (),
    )


def award_columns() -> list[sheets.Column]:
    """Return the columns of the list as a workbook."""
    return [
        sheets.Column("n", _("序号"), kind="int", width=6),
        sheets.Column("station", _("委员工作站"), width=26),
        sheets.Column("self", _("自评得分"), kind="code", width=10),
        sheets.Column("checked", _("核查得分"), kind="code", width=10),
        sheets.Column("grade", _("等次"), width=10),
        sheets.Column("award", _("金额（元）"), kind="code", width=14),
        sheets.Column("capitals", _("金额大写"), width=30),
        sheets.Column("signature", _("站长签字"), width=14),
    ]


def award_rows(result: Result) -> list[dict[str, str | int]]:
    """Return the list as rows; amounts as text, exact to the fen."""
    rows: list[dict[str, str | int]] = [
        {
            "n": n,
            "station": row.score.node.name,
            "self": str(row.score.self_total),
            "checked": str(row.score.checked_total),
            "grade": row.grade.name if row.grade else "",
            "award": f"{row.award_yuan:.2f}",
            "capitals": in_capitals(row.award_yuan),
        }
        for n, row in enumerate(result.rows, start=1)
    ]
    total = result.awarded_yuan
    return [*rows, {"station": _("合计"), "award": f"{total:.2f}", "capitals": in_capitals(total)}]
