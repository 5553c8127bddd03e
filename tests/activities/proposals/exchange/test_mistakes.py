"""Tables as offices have them: what is understood anyway, and what is named row by row."""

# ruff: noqa: E501 (rows of tables)

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests import factories
from tests.activities.proposals.workbooks import row, workbook
from tongxin.activities.proposals.models import Proposal
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.sheets import TableRefused
from tongxin.foundation.organization.models import Member

if TYPE_CHECKING:
    from tests.activities.proposals.exchange.desk import Desk
    from tests.factories import House


def errors_of(desk: Desk, rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(e.row, e.column) for e in desk.plan(rows).errors]


def message_of(desk: Desk, rows: list[dict[str, Any]]) -> str:
    (error,) = desk.plan(rows).errors
    return error.message


def test_name_that_two_members_share_is_an_error_with_the_choices(desk: Desk, house: House) -> None:
    factories.add_member(house, "namesake", "王芳")
    with house.at_work():
        Member.objects.filter(number="0006").update(work_unit_and_title="华亭一中教师")
    (error,) = desk.plan([row()]).errors
    assert (error.row, error.column) == (2, "第一提案人")
    assert error.message == (
        "叫「王芳」的委员有2位：王芳（0001）、教育界；王芳（0006）、农业界、华亭一中教师。"
        "请写委员编号，例如「王芳（0001）」。"
    )
    for told in ("0006", "６", "王芳（0006）", "王芳(农业界)", "王芳（华亭一中教师）"):
        plan = desk.plan([row(第一提案人=told)])
        assert [p.member.number for p in plan.added if p.member] == ["0006"], told


def test_unknown_member_is_an_error_with_near_names(desk: Desk) -> None:
    assert message_of(desk, [row(第一提案人="王方芳")]) == (
        "没有叫「王方芳」的委员。是不是王芳（0001）？往届委员请先在委员名册里补上。"
    )


@pytest.mark.parametrize(
    "joined",
    ["李强、赵敏", "李强，赵敏", "李强; 赵敏", "李强 赵 敏", "0002、赵敏", "李强\n赵敏", "李强、赵敏等2人"],
)
def test_cosigners_are_read_however_they_are_joined(desk: Desk, house: House, joined: str) -> None:
    if joined == "李强 赵 敏":
        assert errors_of(desk, [row(联名人=joined)]) == [(2, "联名人")]
        return
    (planned,) = desk.plan([row(提案类型="联名", 联名人=joined)]).added
    assert [p.name for p in planned.cosigners] == ["李强", "赵敏"]


@pytest.mark.parametrize("spaced", ["王 芳", "王　芳", "  王芳 "])
def test_name_spaced_out_in_print_is_the_name(desk: Desk, spaced: str) -> None:
    (planned,) = desk.plan([row(第一提案人=spaced)]).added
    assert planned.member is not None
    assert planned.member.name == "王芳"


@pytest.mark.parametrize(
    ("changed", "column", "says"),
    [
        ({"审查结果": "并案", "并入提案号": 99}, "并入提案号", "这一次会议没有第99号提案，不能并入。"),
        ({"审查结果": "并案"}, "并入提案号", "并案的提案要写并入哪一件的提案号。"),
        ({"审查结果": "并案", "提案号": 5, "并入提案号": 5}, "并入提案号", "不能并入自己。"),
        ({"审查结果": "不予立案", "提案号": 5}, "提案号", "没有立案的提案没有提案号。请核对审查结果。"),
        ({"审查结果": "撤案", "主办单位": "教育局"}, "主办单位", "没有立案的提案不会交办。请核对审查结果和承办单位。"),
        ({"主办单位": "教育局", "交办日期": "2025-03-01", "答复日期": "2025-02-01"}, "答复日期", "早于交办日期（2025-03-01）。"),
        ({"提交日期": "2025-03-02", "交办日期": "2025-03-01", "主办单位": "教育局"}, "交办日期", "早于提交日期（2025-03-02）。"),
        ({"答复日期": "2027-01-01"}, "答复日期", "这个日期还没有到。"),
        ({"届": "五五"}, "届", "看不懂「五五」。请写成「十三」「第十三届」「13」这样。"),
        ({"次": ""}, "次", "不能空着。"),
        ({"案由": ""}, "案由", "不能空着。"),
        ({"提案类型": "个体"}, "提案类型", "不认识「个体」。只能填：个人、联名、党派、团体、界别、小组、专委会、集体。"),
        ({"办理结果类别": "D", "主办单位": "教育局"}, "办理结果类别", "没有「D」这一类。本会的类别是：A、B、C。"),
        ({"会办单位": "教育局"}, "主办单位", "有会办单位，却没有主办单位。"),
        ({"提案号": "甲"}, "提案号", "「甲」不是一个号码。"),
        ({"民生": "也许"}, "民生", "不认识「也许」。只能填：是、否。"),
        ({"主办单位": "教育局、交通运输局、住房和城乡建设局", "办理结果类别": "A、B"}, "办理结果类别", "写了2项，主办单位却有3个。写一项，或者每个单位一项。"),
    ],
)  # fmt: skip
def test_planted_mistake_is_named_with_row_and_column(
    desk: Desk, house: House, changed: dict[str, Any], column: str, says: str
) -> None:
    house.classes["A"].committee  # noqa: B018 (the classes are those of the house)
    plan = desk.plan([row(案由="好的一行", 提案号=1), row(**changed)])
    assert [(e.row, e.column, e.message) for e in plan.errors] == [(3, column, says)]
    assert len(plan.added) == 1


def test_row_that_was_filed_and_then_merged_is_merged_with_a_remark(desk: Desk) -> None:
    plan = desk.plan([row(案由="甲", 提案号=1), row(案由="乙", 提案号=2, 审查结果="立案", 并入提案号=1)])
    assert [(p.entry.title, p.entry.number, p.entry.outcome) for p in plan.added] == [
        ("甲", 1, "filed"),
        ("乙", 2, "merged"),
    ]
    assert [(w.row, w.column) for w in plan.warnings] == [(3, "并入提案号")]


def test_chain_of_merges_is_an_error(desk: Desk) -> None:
    rows = [
        row(案由="甲", 提案号=1),
        row(案由="乙", 提案号=2, 审查结果="并案", 并入提案号=1),
        row(案由="丙", 审查结果="并案", 并入提案号=2),
    ]
    assert errors_of(desk, rows) == [(4, "并入提案号")]


def test_row_merged_into_a_wrong_row_falls_with_it(desk: Desk) -> None:
    rows = [
        row(案由="甲", 提案号=1, 第一提案人="无名"),
        row(案由="乙", 审查结果="并案", 并入提案号=1),
        row(案由="丙", 提案号=4, 审查结果="并案", 并入提案号=3),
        row(案由="丁", 提案号=3),
    ]
    assert errors_of(desk, rows) == [(2, "第一提案人"), (3, "并入提案号")]


@pytest.mark.parametrize("column", ["流水号", "提案号"])
def test_number_that_comes_twice_is_an_error(desk: Desk, column: str) -> None:
    rows = [
        row(**{"案由": "甲", column: 7}),
        row(**{"案由": "乙", column: "００７"}),
        row(**{"案由": "丙", column: 8}),
    ]
    (error,) = desk.plan(rows).errors
    assert (error.row, error.column, error.message) == (3, column, f"和第2行的{column}相同。")


def test_number_of_a_proposal_of_the_system_is_an_error(desk: Desk, house: House) -> None:
    filed = factories.filed(house)
    (error,) = desk.plan([row(次="五", 提案号=filed.number)]).errors
    assert (error.row, error.column) == (2, "提案号")
    assert "不是导入的" in error.message


def test_not_filed_without_reason_is_taken_with_a_warning(desk: Desk) -> None:
    plan = desk.plan([row(审查结果="不立案")])
    assert [(w.row, w.column) for w in plan.warnings] == [(2, "不予立案理由")]
    assert len(plan.added) == 1


def test_nothing_is_imported_while_a_row_is_wrong_unless_told_so(desk: Desk, house: House) -> None:
    rows = [row(案由="好"), row(案由="坏", 第一提案人="无名")]
    with pytest.raises(Refused, match="没有导入任何一行"):
        desk.bring(rows)
    with house.at_work():
        assert Proposal.objects.count() == 0
    done = desk.bring(rows, skip_errors=True)
    assert (done.outcome["added"], done.outcome["wrong_rows"]) == (1, 1)
    assert desk.proposal().matter.title == "好"


def test_strange_workbook_is_understood(desk: Desk, house: House) -> None:
    """Titles above, shuffled and extra columns, other headings, full-width digits, blank rows, totals, dates of all kinds."""
    headers = [
        "备注",
        "答复时间",
        "承办单位",
        "标题",
        "届次",
        "提案人",
        "类型",
        "编号",
        "案号",
        "提交时间",
        "是否立案",
        "重点提案",
        "联名委员",
    ]
    lines: list[dict[str, Any] | None] = [
        {"标题": "甲", "届次": "第五届第四次会议", "提案人": "王　芳", "类型": "委员个人提案", "案号": "第００１号", "提交时间": "2025年1月", "是否立案": "立案", "承办单位": "教育局", "答复时间": 45797},
        None,
        {"标题": "乙", "届次": "五届四次", "提案人": "民盟支部", "类型": "民主党派", "案号": "2025-002", "提交时间": date(2025, 1, 9), "是否立案": "是", "重点提案": "重点", "承办单位": "教育局，交通运输局"},
        {"标题": "丙", "届次": "５届4次", "提案人": "李强", "类型": "委员联名", "联名委员": "赵敏", "提交时间": "20250110", "是否立案": "否"},
        {"备注": "合计", "标题": None, "编号": 3},
    ]  # fmt: skip
    data = workbook(lines, headers, above=[["华亭市政协提案登记表"], []])
    upload = desk.bring(data)
    assert (upload.outcome["added"], upload.outcome["error_count"]) == (3, 0)
    a, b, c = (desk.proposal(matter__title=t) for t in "甲乙丙")
    assert (a.number, a.submitted_at and a.submitted_at.date(), a.replied_on) == (
        1,
        date(2025, 1, 1),
        date(2025, 5, 20),
    )
    assert (b.number, b.kind, b.is_key, b.state) == (2, "party", True, "handling")
    assert (c.kind, c.state, c.number) == ("joint", "not_filed", None)
    assert any("备注" in note for note in upload.outcome["notes"])


def test_table_without_a_needed_column_is_refused(desk: Desk) -> None:
    with pytest.raises(TableRefused, match="第一提案人"):
        desk.plan([{"届": "五", "次": "四", "案由": "甲", "提案类型": "个人"}])
    with pytest.raises(TableRefused, match="次"):
        desk.plan([{"届": "五", "案由": "甲", "提案类型": "个人", "第一提案人": "王芳"}])


def test_new_names_are_listed_with_doubts(desk: Desk, house: House) -> None:
    plan = desk.plan(
        [
            row(主办单位="教育局、交通运输据", 专题="城乡建设类", 案由="甲"),
            row(审查结果="不予立案", 不予立案理由="没有写建议", 案由="乙"),
            row(提案类型="团体", 第一提案人="市工商联", 案由="丙"),
        ]
    )
    assert [n.name for n in plan.units] == ["交通运输据"]
    assert [n.name for n in plan.topics] == ["城乡建设类"]
    assert [n.name for n in plan.reasons] == ["没有写建议"]
    assert [(n.name, n.kind) for n in plan.bodies] == [("市工商联", "fic")]
    assert ("交通运输据", "交通运输局") in plan.doubts
    assert ("城乡建设类", "城乡建设") in plan.doubts
