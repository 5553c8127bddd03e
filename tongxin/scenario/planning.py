"""What has to be entered for one place, planned whole before the first record is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario import conversations, organization, scans, staff, topics
from tongxin.scenario.grassroots import budgets, nodes, presence, sessions
from tongxin.scenario.proposals import planning as proposals

if TYPE_CHECKING:
    from decimal import Decimal

    from tongxin.scenario.conversations import TalksPlan
    from tongxin.scenario.grassroots.nodes import NodesPlan
    from tongxin.scenario.grassroots.presence import PresencePlan
    from tongxin.scenario.grassroots.sessions import SecondedPlan, SessionsPlan
    from tongxin.scenario.organization import OrganizationPlan
    from tongxin.scenario.proposals.planning import ProposalsPlan
    from tongxin.scenario.staff import StaffPlan
    from tongxin.scenario.topics import TopicsPlan
    from tongxin.scenario.wanted import Wanted

HEADS: Final = "organization.station_heads_as_members"
# The figures that records can be made for, and how the others begin.
FIGURES: Final = frozenset(
    {
        organization.MEMBERS,
        organization.SECTORS_FIGURE,
        organization.ENROLLED,
        organization.ENROLLED_BEFORE,
        organization.SPECIAL,
        organization.UNITS_FIGURE,
        HEADS,
        *staff.FIGURES,
        *nodes.NODES,
        nodes.STATION_SHARE,
        nodes.ROOM_SHARE,
        *sessions.COUNTED,
        sessions.SECONDED,
        *presence.FIGURES,
        budgets.BUDGET,
        *topics.FIGURES,
        scans.SCANS,
        *conversations.FIGURES,
        *proposals.FIGURES,
    }
)
FAMILIES: Final = (organization.IN_SECTOR, proposals.OF_KEY)
# Of seconded people four in five are the committee's own, where nobody says how many members it has.
_OWN_PART = (4, 5)
# So many members propose and visit, where nobody says.
_SOME = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is to be entered for one place."""

    wanted: Wanted
    organization: OrganizationPlan
    staff: StaffPlan
    nodes: NodesPlan
    sessions: SessionsPlan
    seconded: SecondedPlan
    presence: PresencePlan
    # How many of the seconded are the committee's own members.
    own: int
    heads: int
    topics: TopicsPlan
    proposals: ProposalsPlan
    budgets: dict[int, Decimal]
    scans: tuple[int, ...]
    talks: TalksPlan


def can_build(figure: str) -> bool:
    """Say whether records can be made for a figure."""
    return figure in FIGURES or any(
        figure.startswith(prefix) and len(figure) > len(prefix) for prefix in FAMILIES
    )


def plan_place(wanted: Wanted) -> Plan:
    """Return what has to be entered for a place.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    held = sessions.plan_sessions(wanted)
    seconded = sessions.plan_seconded(wanted, held.at_table)
    heads = wanted.level(HEADS) or 0
    if len({n for _day, n in wanted.levels(HEADS)}) > 1:
        raise wanted.refuse(HEADS, because=_("这里只能有一个数。"))
    there = presence.plan_presence(wanted)
    supervised = int(any(there.supervisions))
    scanned = tuple(wanted.counted(scans.SCANS))
    needs_one = held.has_problems or any(there.visits) or any(scanned)
    convenors = max(sum(held.sessions), seconded.people, int(needs_one))
    places = nodes.plan_nodes(wanted, convenors=convenors, heads=max(heads, supervised))
    if convenors and not (places.councils or places.stations):
        raise wanted.refuse(
            *nodes.NODES,
            *sessions.COUNTED,
            sessions.SECONDED,
            presence.VISITS,
            scans.SCANS,
            because=_("没有议事会，就没有人召集协商。"),
        )
    if heads > len(places.stations):
        raise wanted.refuse(HEADS, nodes.STATIONS, because=_("站长比工作站还多。"))
    if supervised and not places.stations:
        raise wanted.refuse(*presence.FIGURES, nodes.STATIONS, because=_("没有工作站，就没有包抓和督导。"))
    own = _own(wanted, seconded)
    handed_in = proposals.plan_proposals(wanted, max(own, heads))
    who = handed_in.proposers
    propose = who.members or who.total
    some = _SOME if handed_in.needs_members or there.has_any else 0
    needs = max(own, heads, propose or some)
    consists = organization.plan_organization(
        wanted,
        members=needs,
        special_committees=wanted.has(*staff.AT_COMMITTEES),
        units=handed_in.has_units,
    )
    _ensure_members(wanted, consists, (heads, handed_in, there))
    return Plan(
        wanted,
        consists,
        staff.plan_staff(wanted),
        places,
        held,
        seconded,
        there,
        min(own, consists.today),
        heads,
        topics.plan_topics(wanted),
        handed_in,
        budgets.plan_budgets(wanted),
        scanned,
        conversations.plan_talks(wanted),
    )


def _own(wanted: Wanted, seconded: SecondedPlan) -> int:
    """Return how many of the seconded are members here; the others are of the committee above."""
    members = wanted.level(organization.MEMBERS)
    if wanted.committee.parent_id is None:
        if members is not None and members < seconded.people:
            raise wanted.refuse(organization.MEMBERS, sessions.SECONDED, because=_("下沉的委员比委员还多。"))
        return seconded.people
    part, whole = _OWN_PART
    usual = -(-seconded.people * part // whole)
    return usual if members is None else min(usual, members)


def _ensure_members(
    wanted: Wanted, consists: OrganizationPlan, others: tuple[int, ProposalsPlan, PresencePlan]
) -> None:
    heads, handed_in, there = others
    if heads > consists.today:
        raise wanted.refuse(HEADS, organization.MEMBERS, because=_("担任委员的站长比委员还多。"))
    if there.has_any and not consists.today:
        raise wanted.refuse(
            *presence.FIGURES, organization.MEMBERS, because=_("没有委员，就没有走访和督导。")
        )
    least = max(handed_in.least_members, handed_in.proposers.total or 0)
    if consists.today < least:
        raise wanted.refuse(organization.MEMBERS, *proposals.FIGURES, because=_("委员太少，提不了这些提案。"))
