"""What rows of a table become."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from tests.activities.proposals.workbooks import row, workbook
from tongxin.activities.proposals.actions.importing import keep_upload
from tongxin.activities.proposals.models import Assignment, Proposal, Rating, Reply
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Counter, Participation, TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from tests.activities.proposals.exchange.desk import Desk
    from tests.factories import House

DONE = {
    "提案号": 1,
    "提交日期": "2025-01-08",
    "主办单位": "教育局",
    "交办日期": "2025-03-01",
    "答复日期": "2025-05-20",
    "办理结果类别": "A",
    "办理工作评价": "满意",
    "办理结果评价": "基本满意",
}


def test_finished_row_becomes_a_closed_proposal_with_its_history(desk: Desk, house: House) -> None:
    desk.bring(
        [
            row(
                **DONE,
                流水号=7,
                联名人="李强、赵敏",
                提案类型="联名",
                专题="城乡建设",
                民生="是",
                会办单位="交通运输局",
                公开="是",
            )
        ]
    )
    p = desk.proposal()
    assert (p.state, p.serial, p.number, p.matter.code, p.kind, p.phase) == (
        "closed", 7, 1, "2025-001", "joint", "plenary",
    )  # fmt: skip
    assert (p.lead_member_id, p.topic, p.is_livelihood) == (house.members["proposer"].pk, house.topic, True)
    assert (p.matter.visibility, p.disclosure, p.matter.closed_on) == ("public", "full", date(2025, 5, 20))
    assert (p.filed_on, p.assigned_on, p.replied_on) == (
        date(2025, 1, 8),
        date(2025, 3, 1),
        date(2025, 5, 20),
    )
    with house.at_work():
        parts = [(a.unit.name, a.role, a.state) for a in Assignment.objects.order_by("role")]
        assert parts == [("交通运输局", "co", "opinion_given"), ("教育局", "lead", "replied")]
        reply = Reply.objects.get()
        assert (reply.sent_on, reply.reply_class, reply.document_number) == (
            date(2025, 5, 20), house.classes["A"], "补录",
        )  # fmt: skip
        assert (reply.rating.attitude, reply.rating.result) == ("satisfied", "basically")
        people = [(x.member, x.role) for x in Participation.objects.order_by("role", "member__number")]
        assert people == [
            (house.members["cosigner_1"], "cosigner"),
            (house.members["cosigner_2"], "cosigner"),
            (house.members["proposer"], "proposer"),
        ]
        assert p.cosignatures.filter(state="signed").count() == 2
        line = TimelineEntry.objects.get()
        assert (line.verb, line.text) == ("import", "补录五届四次会议提案，原表审查结果：立案")
        assert (Notice.objects.count(), Deadline.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"审查结果": "不予立案", "不予立案理由": "属于学术研讨的"}, "not_filed"),
        ({"审查结果": "撤案"}, "withdrawn"),
        ({"审查结果": "转社情民意"}, "converted"),
        ({"审查结果": "转办"}, "converted"),
        ({"审查结果": "退回"}, "withdrawn"),
        ({"提案号": 3}, "filed"),
        ({"提案号": 3, "主办单位": "教育局"}, "handling"),
        ({**DONE, "办理工作评价": None, "办理结果评价": None}, "closed"),
        ({**DONE, "办理结果类别": "B"}, "tracking"),
        ({**DONE, "办理结果评价": "不满意"}, "closed"),
    ],
)
def test_row_of_a_past_session_gets_the_state_that_it_amounts_to(
    desk: Desk, changed: dict[str, Any], state: str
) -> None:
    desk.bring([row(**changed)])
    assert desk.proposal().state == state


@pytest.mark.parametrize(
    ("changed", "state", "kinds"),
    [
        ({"审查结果": ""}, "submitted", ["review"]),
        ({"提案号": 3}, "filed", ["assign"]),
        ({"提案号": 3, "主办单位": "教育局", "会办单位": "交通运输局"}, "handling", ["co_opinion", "reply"]),
        (
            {"提案号": 3, "主办单位": "教育局", "答复日期": "2026-05-01", "办理结果类别": "A"},
            "replied",
            ["rating"],
        ),
        (
            {"提案号": 3, "主办单位": "教育局", "答复日期": "2026-05-01", "办理结果评价": "不满意"},
            "dissatisfied",
            ["rehandle"],
        ),
        ({**DONE, "提交日期": "2026-01-08", "交办日期": "", "答复日期": "2026-05-01"}, "closed", []),
    ],
)
def test_row_of_the_running_session_goes_on_with_its_limits(
    desk: Desk, house: House, changed: dict[str, Any], state: str, kinds: list[str]
) -> None:
    desk.bring([row(**{"次": "五", "提交日期": "2026-01-08", **changed})])
    assert desk.proposal().state == state
    with house.at_work():
        assert sorted(Deadline.objects.running().values_list("kind", flat=True)) == kinds


def test_reply_limit_of_the_running_session_counts_from_the_real_hand_over(desk: Desk, house: House) -> None:
    desk.bring([row(次="五", 提案号=3, 提交日期="2026-01-08", 主办单位="教育局", 交办日期="2026-09-30")])
    with house.at_work():
        limit = Deadline.objects.get()
    assert (limit.starts_on, limit.due_on, limit.unit_id) == (
        date(2026, 9, 30), date(2026, 12, 30), house.units["a"].pk,
    )  # fmt: skip


def test_several_units_answer_separately_each_with_its_own_class(desk: Desk, house: House) -> None:
    desk.bring(
        [row(**{**DONE, "主办单位": "教育局、交通运输局", "办理结果类别": "A、B", "办理结果评价": "满意"})]
    )
    p = desk.proposal()
    with house.at_work():
        found = sorted((a.unit.name, a.role, a.reply.reply_class.code) for a in Assignment.objects.all())
    assert found == [("交通运输局", "separate", "B"), ("教育局", "separate", "A")]
    assert (p.state, p.reply_class) == ("tracking", house.classes["B"])


def test_merged_row_points_to_its_lead(desk: Desk, house: House) -> None:
    desk.bring(
        [
            row(案由="并入后面的一件", 审查结果="并案", 并入提案号="第12号", 第一提案人="李强"),
            row(案由="主案", 提案号=12, 主办单位="教育局"),
        ]
    )
    child = desk.proposal(matter__title="并入后面的一件")
    assert (child.state, child.number, child.filed_on) == ("merged", None, None)
    assert child.merged_into_id == desk.proposal(number=12).pk
    with house.at_work():
        (link,) = child.matter.leads_to.all()
    assert (link.target_id, link.relation) == (child.merged_into_id, "merged_into")


def test_collective_row_adds_its_body(desk: Desk) -> None:
    desk.bring(
        [
            row(提案类型="党派", 第一提案人="民盟支部", 案由="一"),
            row(提案类型="集体", 第一提案人="九三学社市委会", 案由="二"),
            row(提案类型="专委会", 第一提案人="经济委员会", 案由="三"),
        ]
    )
    found = [
        (desk.proposal(matter__title=t).kind, str(desk.proposal(matter__title=t).body.kind)) for t in "一二三"
    ]  # type: ignore[union-attr]
    assert found == [("party", "party"), ("party", "party"), ("special_committee", "special_committee")]


def test_key_and_outstanding_rows_get_their_records(desk: Desk, house: House) -> None:
    desk.bring([row(**DONE, 重点="√", 优秀="Y")])
    p = desk.proposal()
    with house.at_work():
        assert (p.is_key, p.key.state, p.key.decision) == (True, "ended", "补录")
        assert [(h.state, h.kind) for h in p.honours.all()] == [("published", "proposal")]


def test_session_that_does_not_exist_is_added_from_the_dates(desk: Desk, house: House) -> None:
    plan = desk.plan([row(届="四", 次="二", 提交日期="2018年1月12日"), row(届="四", 次="二", 案由="另一件")])
    (meeting,) = plan.meetings
    assert (meeting.meeting, meeting.opens_on, meeting.code_prefix) == ((4, 2), date(2018, 1, 12), "2018")
    desk.bring([row(届="四", 次="二", 提交日期="2018年1月12日")])
    with house.at_work():
        session = Session.objects.get(term__number=4)
        assert (session.number, session.opens_on, session.term.starts_on) == (
            2,
            date(2018, 1, 12),
            date(2017, 1, 1),
        )
        assert session.term.ends_on == date(2021, 12, 31)


def test_numbers_go_on_after_those_of_the_table(desk: Desk, house: House) -> None:
    desk.bring([row(次="五", 提案号=41, 流水号=58, 提交日期="2026-01-08")])
    filed = factories.filed(house)
    assert (filed.number, filed.serial) == (42, 59)


def test_rows_without_serial_or_number_get_them_in_order(desk: Desk) -> None:
    desk.bring([row(案由="甲", 流水号=5, 提案号=9), row(案由="乙"), row(案由="丙", 审查结果="撤案")])
    found = [(desk.proposal(matter__title=t).serial, desk.proposal(matter__title=t).number) for t in "甲乙丙"]
    assert found == [(5, 9), (6, 10), (7, None)]


def test_text_with_headings_is_split(desk: Desk) -> None:
    desk.bring([row(内容="一、基本情况：\n路窄。\n二、存在问题\n车多。\n三、建议：\n1．加宽。\n2．装灯。")])
    p = desk.proposal()
    assert (p.situation, p.analysis, p.suggestion) == ("路窄。", "车多。", "1．加宽。\n2．装灯。")


def test_same_table_again_changes_nothing(desk: Desk, house: House) -> None:
    rows = [row(**DONE), row(案由="乙"), row(案由="乙"), row(案由="丙", 审查结果="撤案", 第一提案人="李强")]
    first = desk.bring(rows)
    again = desk.bring(rows)
    assert (first.outcome["added"], again.outcome["added"], again.outcome["changed"]) == (4, 0, 0)
    assert again.outcome["unchanged"] == 4
    with house.at_work():
        assert Proposal.objects.count() == 4


def test_corrected_table_changes_what_nobody_touched(desk: Desk, house: House) -> None:
    desk.bring([row(**DONE), row(案由="乙", 提案号=2)])
    before = desk.proposal(number=1)
    second = desk.bring(
        [row(**{**DONE, "主办单位": "住房和城乡建设局", "办理结果类别": "B"}), row(案由="乙", 提案号=2)]
    )
    assert (second.outcome["changed"], second.outcome["unchanged"]) == (1, 1)
    after = desk.proposal(number=1)
    assert (after.pk, after.state, after.matter.made_at) == (before.pk, "tracking", before.matter.made_at)
    with house.at_work():
        assert [a.unit.name for a in Assignment.objects.filter(proposal=after)] == ["住房和城乡建设局"]


def test_corrected_table_leaves_what_somebody_worked_on(desk: Desk, house: House) -> None:
    from tongxin.activities.proposals.actions.reviewing import disclose_proposal  # noqa: PLC0415

    desk.bring([row(**DONE, 公开="同意")])
    with house.at_work():
        disclose_proposal(actor=house.actor("staff"), proposal=desk.proposal(), public=True)
    plan = desk.plan([row(**DONE, 公开="同意", 专题="城乡建设")])
    assert [(e.row, e.column) for e in plan.errors] == [(2, "案由")]
    assert "不能再用表格改" in plan.errors[0].message


def test_one_entry_of_the_log_tells_the_import_and_the_chain_holds(desk: Desk, house: House) -> None:
    from tongxin.foundation.audit.models import Entry  # noqa: PLC0415

    desk.bring([row(**DONE)])
    with house.at_work():
        entry = Entry.objects.get(action="proposals.confirm_import")
        assert (entry.detail["added"], entry.detail["sessions"]) == (1, ["5-4"])


@pytest.mark.parametrize("who", ["reviewer", "leader", "proposer", "clerk_a", "auditor"])
def test_others_than_staff_may_not_import(house: House, who: str) -> None:
    with house.at_work(), pytest.raises(PermissionDenied):
        keep_upload(actor=house.actor(who), data=workbook([row()]), filename="a.xlsx")


def test_rating_words_of_a_committee_mean_their_grade(desk: Desk, house: House) -> None:
    desk.bring([row(**{**DONE, "办理结果评价": "理解", "办理工作评价": "很满意"})])
    with house.at_work():
        rating = Rating.objects.get()
        assert (rating.attitude, rating.result) == ("satisfied", "basically")
        assert Counter.objects.count() == 2
