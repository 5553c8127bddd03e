"""The columns of the table in which committees keep their proposals, and the words in it."""

from __future__ import annotations

import re
import unicodedata

from tongxin.activities.proposals.enums import Disclosure, ProposalKind, ProposalState, Satisfaction
from tongxin.foundation.core.sheets import Column, normalised_header

# Recorded in reports of errors and in files, so plain Chinese like the headings of the table itself.
SERIAL, NUMBER, TERM, SESSION = "流水号", "提案号", "届", "次"
TITLE, TEXT, KIND = "案由", "内容", "提案类型"
PROPOSER, COSIGNERS, TOPIC, LIVELIHOOD = "第一提案人", "联名人", "专题", "民生"
SUBMITTED, OUTCOME, REASON, INTO = "提交日期", "审查结果", "不予立案理由", "并入提案号"
LEAD, CO, ASSIGNED, REPLIED = "主办单位", "会办单位", "交办日期", "答复日期"
CLASS, ATTITUDE, RESULT = "办理结果类别", "办理工作评价", "办理结果评价"
KEY, OUTSTANDING, PUBLIC = "重点", "优秀", "公开"
FILED = "立案日期"

COLUMNS = (
    Column("serial", SERIAL, ("序号", "流水", "顺序号", "收件号", "登记号"), kind="code", width=8),
    Column("number", NUMBER, ("案号", "提案编号", "立案号", "提案序号"), kind="code", width=8),
    Column("term", TERM, ("届别", "第几届", "所属届"), width=8),
    Column("session", SESSION, ("会次", "第几次", "次会议", "次别", "所属次"), width=8),
    Column(
        "title", TITLE, ("标题", "提案标题", "题目", "提案题目", "提案名称", "案名"), required=True, width=48
    ),
    Column("text", TEXT, ("提案内容", "正文", "提案正文", "案文", "全文"), width=60),
    Column("kind", KIND, ("类型", "提案类别", "提案种类", "提案方式", "提案形式"), required=True, width=12),
    Column(
        "proposer",
        PROPOSER,
        (
            "提案人",
            "提案者",
            "第一提案者",
            "提出人",
            "领衔人",
            "提案委员",
            "提案单位",
            "提案人或单位",
            "姓名",
        ),
        required=True,
        width=14,
    ),
    Column("cosigners", COSIGNERS, ("联名委员", "附议人", "联名提案人", "联署人", "共同提案人"), width=24),
    Column("topic", TOPIC, ("类别", "专题类别", "分类", "内容分类", "提案分类", "主题"), width=12),
    Column("livelihood", LIVELIHOOD, ("民生提案", "是否民生", "民生类", "是否民生提案"), width=8),
    Column(
        "submitted",
        SUBMITTED,
        ("提交时间", "收到日期", "收案日期", "提出日期", "提案日期"),
        kind="date",
        width=12,
    ),
    Column("outcome", OUTCOME, ("审查意见", "立案情况", "是否立案", "审查结论", "处理结果"), width=12),
    Column("reason", REASON, ("不立案理由", "不予立案原因", "不立案原因", "未立案原因"), width=24),
    Column(
        "into", INTO, ("并入案号", "并案号", "并入", "主案号", "并入提案", "并案提案号"), kind="code", width=8
    ),
    Column("lead", LEAD, ("承办单位", "主办", "主办部门", "分办单位", "单办单位", "主办承办单位"), width=22),
    Column("co", CO, ("会办", "协办单位", "协办", "会办部门", "会同单位"), width=22),
    Column("assigned", ASSIGNED, ("交办时间", "转办日期", "分办日期"), kind="date", width=12),
    Column("replied", REPLIED, ("答复时间", "回复日期", "办复日期", "办结日期"), kind="date", width=12),
    Column(
        "reply_class",
        CLASS,
        ("办理结果", "解决程度", "结果类别", "答复类别", "办理类别", "答复分类"),
        width=12,
    ),
    Column(
        "attitude", ATTITUDE, ("对办理工作", "办理态度评价", "对办理态度", "工作评价", "办理态度"), width=12
    ),
    Column(
        "result",
        RESULT,
        ("对办理结果", "结果评价", "满意度", "委员评价", "委员意见", "评价", "反馈意见"),
        width=12,
    ),
    Column("key", KEY, ("重点提案", "是否重点", "是否重点提案"), width=8),
    Column("outstanding", OUTSTANDING, ("优秀提案", "是否优秀", "是否优秀提案"), width=8),
    Column("public", PUBLIC, ("是否公开", "公开情况", "可否公开", "是否同意公开"), width=8),
)
# Read where a table has them; not asked for.
ALSO_READ = (
    Column("filed", FILED, ("立案时间",), kind="date", width=12),
    Column("meeting", "届次", ("届次会议", "会议", "所属会议"), width=14),
)
# Written after the others; a file that comes back is read without them.
ALSO_WRITTEN = (
    Column("code", "编号", kind="code", width=12),
    Column("state", "状态", width=14),
    Column("filed", FILED, kind="date", width=12),
)
HEADERS = {c.key: c.header for c in (*COLUMNS, *ALSO_READ)}
PLACES = {c.header: place for place, c in enumerate((*COLUMNS, *ALSO_READ))}

# A body whose kind only its name tells.
COLLECTIVE = "collective"
KINDS: dict[str, str] = {
    **dict.fromkeys(
        ("个人", "委员", "委员个人", "委员提案", "一般", "单独", "单名"), ProposalKind.INDIVIDUAL
    ),
    **dict.fromkeys(("联名", "委员联名", "联合", "多人联名", "联署"), ProposalKind.JOINT),
    **dict.fromkeys(("党派", "民主党派", "各党派", "党派团体"), ProposalKind.PARTY),
    **dict.fromkeys(("团体", "人民团体", "工商联", "组织"), ProposalKind.ORGANIZATION),
    **dict.fromkeys(("界别", "界别组", "各界别"), ProposalKind.SECTOR),
    **dict.fromkeys(("小组", "委员小组", "委员活动小组", "活动组"), ProposalKind.GROUP),
    **dict.fromkeys(("专委会", "专门委员会", "专委", "各专委会"), ProposalKind.SPECIAL_COMMITTEE),
    **dict.fromkeys(("集体", "单位", "集体单位"), COLLECTIVE),
}
OF_MEMBERS = frozenset({ProposalKind.INDIVIDUAL, ProposalKind.JOINT})

OUTCOMES: dict[str, str] = {
    **dict.fromkeys(("立案", "予以立案", "已立案", "同意立案", "是", "审查立案"), ProposalState.FILED),
    **dict.fromkeys(("不立案", "不予立案", "未立案", "否", "不同意立案"), ProposalState.NOT_FILED),
    **dict.fromkeys(("并案", "已并案", "并案处理", "合并", "并案办理", "合并立案"), ProposalState.MERGED),
    **dict.fromkeys(
        (
            "转社情民意",
            "转为社情民意",
            "转社情民意信息",
            "社情民意",
            "转为社情民意信息",
            "转办",
            "转信访",
            "转意见",
            "转",
        ),
        ProposalState.CONVERTED,
    ),
    **dict.fromkeys(("撤案", "撤回", "已撤案", "撤销", "委员撤案"), ProposalState.WITHDRAWN),
    **dict.fromkeys(("退回", "退回修改", "退回补充", "已退回"), ProposalState.RETURNED),
    **dict.fromkeys(("待审查", "审查中", "已提交", "未审查"), ProposalState.SUBMITTED),
}
# As the export names them.
OUTCOME_WORDS = {
    ProposalState.FILED: "立案",
    ProposalState.NOT_FILED: "不予立案",
    ProposalState.MERGED: "并案",
    ProposalState.CONVERTED: "转社情民意",
    ProposalState.WITHDRAWN: "撤案",
    ProposalState.RETURNED: "退回",
    ProposalState.SUBMITTED: "待审查",
}
KIND_WORDS = {
    ProposalKind.INDIVIDUAL: "个人",
    ProposalKind.JOINT: "联名",
    ProposalKind.PARTY: "党派",
    ProposalKind.ORGANIZATION: "团体",
    ProposalKind.SECTOR: "界别",
    ProposalKind.GROUP: "小组",
    ProposalKind.SPECIAL_COMMITTEE: "专委会",
}
GRADES: dict[str, str] = {
    **dict.fromkeys(("满意", "很满意", "非常满意", "同意"), Satisfaction.SATISFIED),
    **dict.fromkeys(("基本满意", "较满意", "比较满意", "一般", "理解", "基本同意"), Satisfaction.BASICALLY),
    **dict.fromkeys(
        ("不满意", "很不满意", "不同意", "保留", "保留意见", "有保留"), Satisfaction.DISSATISFIED
    ),
}
UNRATED = frozenset({"未评价", "未反馈", "未表态", "无", "没有评价", "未反馈意见", "弃权"})
GRADE_WORDS = {
    Satisfaction.SATISFIED: "满意",
    Satisfaction.BASICALLY: "基本满意",
    Satisfaction.DISSATISFIED: "不满意",
}
YES = frozenset(["是", "√", "✓", "✔", "☑", "1", "y", "yes", "true", "t", "对", "有", "v"])
NO = frozenset(["否", "×", "✗", "✘", "☐", "0", "n", "no", "false", "f", "不", "无", "没有", "x"])
# Whether the public may read it: what the proposer agreed to, and whether it is open already.
DISCLOSURES: dict[str, tuple[Disclosure, bool]] = {
    **dict.fromkeys((*YES, "公开", "全文公开", "已公开", "可以公开"), (Disclosure.FULL, True)),
    **dict.fromkeys((*NO, "不公开", "不宜公开", "不予公开", "不同意公开"), (Disclosure.NONE, False)),
    **dict.fromkeys(("案由", "只公开案由", "摘要公开", "仅公开案由", "标题公开"), (Disclosure.TITLE, True)),
    **dict.fromkeys(("同意", "同意公开", "同意全文公开"), (Disclosure.FULL, False)),
}
DISCLOSURE_WORDS = {
    found: word for word, found in DISCLOSURES.items() if word in {"是", "否", "案由", "同意"}
}

# The class of replies of which a table tells none; never offered to anybody.
UNTOLD_CLASS = "无"

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ORDINAL = re.compile(r"第?([零〇一二两三四五六七八九十]{1,4}|\d{1,2})(?:届|次|届次)?(?:全体)?(?:会议|全会)?")
_MEETING = re.compile(r"(?P<term>第?[^届]{1,4}届)(?P<session>第?[^次]{1,4}次.*)")
# The last digits: what stands before them is the session's prefix.
_NUMBER = re.compile(r"(?:.*\D)?0*(\d{1,5})号?")


def flat(text: str) -> str:
    """Return text as it is compared: half width, lower case, without spaces and marks."""
    return normalised_header(text)


def ordinal(text: str) -> int | None:
    """Return 13 for 十三, 13, 第十三届, 4 for 第四次会议; nothing when it is no such number."""
    found = _ORDINAL.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if not found:
        return None
    written = found[1]
    if written.isascii():
        return int(written) or None
    if "十" not in written:
        return _DIGITS.get(written) or None
    tens, ones = written.split("十", 1)
    if tens not in {*_DIGITS, ""} or ones not in {*_DIGITS, ""}:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def meeting(text: str) -> tuple[int, int] | None:
    """Return (13, 4) for 十三届四次会议."""
    found = _MEETING.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if not found:
        return None
    term, session = ordinal(found["term"]), ordinal(found["session"])
    return (term, session) if term and session else None


def running_number(text: str) -> int | None:
    """Return 87 for 87, ０８７, 第87号, 2026-087; nothing when it is no such number."""
    found = _NUMBER.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    return int(found[1]) or None if found else None
