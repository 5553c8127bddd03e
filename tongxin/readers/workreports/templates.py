"""The usual parts of a report and their sentences. A committee may write its own in their place.

Each sentence says what was done, with its numbers, and nothing else: praise is the author's affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report.

    Attributes:
        key: that of the dashboard of the same work.
        name: as it is offered.
        heading: as it stands in a report, which is Chinese.
        sentences: each a paragraph's sentence; one that begins with a blank line begins a paragraph.
    """

    key: str
    name: _StrPromise | str
    heading: str
    sentences: tuple[str, ...]


PARTS = (
    Part(
        "organization",
        _("组织建设"),
        "加强自身建设，夯实履职基础",
        (
            (
                "{本会}现有委员{organization.members}[[，分为{organization.sectors}界别]]"
                "[[，编入专委会的委员占{organization.enrolment_share}]]。"
            ),
            (
                "机关现有[[行政编制{organization.posts.administrative}]][[、工勤编制{organization.posts.worker}]]"
                "[[、事业编制{organization.posts.institution}]]。"
            ),
            (
                "[[充实专委会工作力量{organization.posts.added_to_committees}]]"
                "[[，公开遴选工作人员{organization.posts.selected}]]"
                "[[，提拔交流和解决职级待遇{organization.staff_promoted}]]。"
            ),
            "推荐担任委员的乡镇党委副书记{organization.station_heads_as_members}，由其兼任委员工作站站长。",
        ),
    ),
    Part(
        "proposals",
        _("提案"),
        "提高提案质量，增强办理实效",
        (
            "{时间}收到提案{proposals.received}，审查立案{proposals.filed}[[，立案数{proposals.filed%change}]]。",
            (
                "立案的提案已答复{proposals.replied}[[，办复率{proposals.reply_rate}]]"
                "[[，其中民生类提案办复率{proposals.reply_rate.livelihood}]]。"
            ),
            (
                "[[各民主党派、工商联和无党派人士提出提案{proposals.party_proposals}]]"
                "[[，委员联名提出{proposals.joint}]][[，确定重点提案{proposals.key}]]。"
            ),
            "现有提高提案质量的规范性文件{proposals.quality_rules}。",
        ),
    ),
    Part(
        "grassroots",
        _("基层协商"),
        "推动协商向基层延伸，服务基层治理",
        (
            (
                "{全市}建成委员工作站{grassroots.stations}[[、协商议事会{grassroots.councils}]]"
                "[[、协商议事室{grassroots.rooms}]][[，{grassroots.seconded_members}两级政协委员下沉到工作站和议事会]]。"
            ),
            (
                "{时间}开展协商议事活动{grassroots.sessions}[[，场次{grassroots.sessions%change}]]"
                "[[，下沉政协委员主动参与{grassroots.member_attendances}]][[，提出意见建议{grassroots.suggestions}]]"
                "[[，协商解决各类问题{grassroots.problems_solved}]]。"
            ),
            "落实基层协商专项经费{grassroots.subsidy_budget}，用于工作站考核奖补。",
        ),
    ),
    Part(
        "topics",
        _("议题"),
        "广泛征集议题，反映群众关切",
        (
            "{时间}征集议题{topics.collected}[[，{topics.collected%change}]]。",
            (
                "其中[[党政点题{topics.collected.party_gov}]][[，委员荐题{topics.collected.member}]]"
                "[[，群众提题{topics.collected.mass}]][[，网络征题{topics.collected.online}]]。"
            ),
        ),
    ),
    Part(
        "conversations",
        _("网络议政"),
        "开展网络议政，凝聚各方共识",
        (
            (
                "{时间}开展网络议政{conversations.begun}[[，场次{conversations.begun%change}]]"
                "[[，参加{conversations.voices}]][[，表态{conversations.answers}]]"
                "[[，其中委员参加{conversations.member_times}]]。"
            ),
            (
                "[[公布各方看法{conversations.statements}]]"
                "[[，形成共识后转为议题、放进协商议事、写进提案{conversations.uses}]]。"
            ),
        ),
    ),
    Part(
        "codes",
        _("一码通"),
        "推行“一码通”，畅通群众反映渠道",
        (
            "[[委员工作站赋码覆盖率{codes.station_coverage}]][[，协商议事室赋码覆盖率{codes.room_coverage}]]。",
        ),
    ),
)

OPENING = "现将{时间}主要工作情况报告如下。"
LEAD = "{时间}，{本会}围绕中心、服务大局，组织委员开展协商议政、民主监督，推动协商向基层延伸。"
CLOSING = "特此报告。"


def part(key: str) -> Part | None:
    """Return a part by its key."""
    return next((one for one in PARTS if one.key == key), None)
