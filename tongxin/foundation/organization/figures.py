"""The numbers of a committee itself: members, sectors, special committees, and the posts of its office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_year, named_by
from tongxin.foundation.core.figures import (
    LOOKS,
    Area,
    Column,
    Drawing,
    Family,
    Figure,
    Period,
    register_areas,
    register_families,
    register_figures,
)
from tongxin.foundation.organization.breakdowns import by_sector, by_special_committee
from tongxin.foundation.organization.enums import (
    Establishment,
    MemberStatus,
    Role,
    StaffChangeKind,
    Standing,
    UnitKind,
    Workplace,
)
from tongxin.foundation.organization.models import (
    Membership,
    MemberStatusChange,
    Place,
    Sector,
    SpecialCommittee,
    SpecialCommitteePlace,
    StaffChange,
    StaffPost,
    Term,
    Unit,
)
from tongxin.foundation.organization.sector_words import words_of
from tongxin.foundation.organization.staff_parts import (
    ADVANCED,
    COUNTIES,
    OFFICE,
    OWN_CENTRE,
    WHERE,
    holding,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

SECTOR_MEMBERS = "organization.sector_members."
# Administrators open the same lists.
_SEEN_BY = (*LOOKS, Role.TENANT_ADMIN.value)
_END = _("期末")
_DAY = _("变动的日期")


def last_day(period: Period) -> date:
    """Return the day on which what there is in a period is counted: its last one, at most today."""
    today = clock.today()
    return min(period.until or today, today)


# Members


def term_on(committee_id: int, day: date) -> QuerySet[Term]:
    """Return the term that ran on a day, as rows; today also the first one, before it begins."""
    terms = Term.objects.filter(committee_id=committee_id)
    if day < clock.today():
        return terms.filter(starts_on__lte=day).order_by("-starts_on")[:1]
    begun = Case(When(starts_on__lte=day, then=F("starts_on")))
    return terms.order_by(begun.desc(nulls_last=True), "starts_on")[:1]


def _term_before(committee_id: int, day: date) -> QuerySet[Term]:
    begun = Subquery(term_on(committee_id, day).values("starts_on"))
    return Term.objects.filter(committee_id=committee_id, starts_on__lt=begun).order_by("-starts_on")[:1]


def members(committee_id: int, period: Period) -> QuerySet[Membership]:
    """Return who was a member on the last day of a period, in the term that ran then."""
    day = last_day(period)
    found = Membership.objects.filter(
        committee_id=committee_id, term=Subquery(term_on(committee_id, day).values("pk"))
    )
    if day == clock.today():
        return found.filter(member__status=MemberStatus.ACTIVE)
    changes = MemberStatusChange.objects.filter(member=OuterRef("member"))
    in_force = Subquery(term_on(committee_id, clock.today()).values("pk"))
    # What somebody was then: by the decisions before that day, else before those after it. Without any, who is in
    # the term of today is what they are today, and who was in an earlier one belonged to it.
    return found.alias(
        then=Coalesce(
            Subquery(changes.filter(on__lte=day).order_by("-on", "-id").values("to_status")[:1]),
            Subquery(changes.filter(on__gt=day).order_by("on", "id").values("from_status")[:1]),
            Case(When(term=in_force, then=F("member__status")), default=Value(MemberStatus.ACTIVE.value)),
        )
    ).filter(then=MemberStatus.ACTIVE)


def _members_before(committee_id: int, period: Period) -> QuerySet[Membership]:
    return Membership.objects.filter(
        committee_id=committee_id, term=Subquery(_term_before(committee_id, last_day(period)).values("pk"))
    )


def _enrolled(
    rows: Callable[[int, Period], QuerySet[Membership]],
) -> Callable[[int, Period], QuerySet[Membership]]:
    place = SpecialCommitteePlace.objects.filter(member=OuterRef("member"), term=OuterRef("term"))
    return lambda committee_id, period: rows(committee_id, period).filter(Exists(place))


def _sectors(committee_id: int, period: Period) -> QuerySet[Sector]:
    term = term_on(committee_id, last_day(period))
    return Sector.objects.filter(committee_id=committee_id, term=Subquery(term.values("pk")))


def _special_committees(committee_id: int, _period: Period) -> QuerySet[SpecialCommittee]:
    return SpecialCommittee.objects.filter(committee_id=committee_id, is_active=True)


def _units(committee_id: int, period: Period) -> QuerySet[Unit]:
    there = Q(ended_on__isnull=True) | Q(ended_on__gt=last_day(period))
    return Unit.objects.filter(there, committee_id=committee_id)


def _member_url(row: Membership) -> str:
    return reverse("organization:member", args=[row.member_id])


_MEMBER: dict[str, Any] = {
    "columns": (
        Column(_("姓名"), "member.name", is_title=True),
        Column(_("界别"), "sector.name"),
        Column(_("职务"), "get_standing_display"),
        Column(_("工作单位及职务"), "member.work_unit_and_title"),
    ),
    "select": ("member", "sector"),
    "row_url": _member_url,
    "breakdowns": (
        by_sector("sector"),
        by_choice("standing", _("职务"), "standing", dict(Standing.choices)),
        by_special_committee("member"),
    ),
    "dated": _END,
    "seen_by": _SEEN_BY,
    "is_standing": True,
}


def _in_sector(name: str) -> Callable[[int, Period], QuerySet[Membership]]:
    # By name: each term has its sectors anew.
    return lambda committee_id, period: members(committee_id, period).filter(sector__name=name)


def sector_figures(committee_id: int) -> list[Figure]:
    """Return one figure for each sector of the term of today. One query."""
    term = Subquery(term_on(committee_id, clock.today()).values("pk"))
    sectors = Sector.objects.filter(committee_id=committee_id, term=term).order_by("order", "name")
    return [
        Figure(
            f"{SECTOR_MEMBERS}{word}",
            _("{sector}委员").format(sector=sector.name),
            _("名"),
            _("期末在任的委员中编在{sector}的，每人计一名。").format(sector=sector.name),
            _in_sector(sector.name),
            **_MEMBER | {"breakdowns": _MEMBER["breakdowns"][1:]},
        )
        for word, sector in words_of(sectors).items()
    ]


# Posts and people of the office


def _posts(where: str, *conditions: Q) -> Callable[[int, Period], QuerySet[StaffPost]]:
    return lambda committee_id, period: holding(
        StaffPost.objects.filter(WHERE[where][1], *conditions, committee_id=committee_id), last_day(period)
    )


def _changes(*kinds: str) -> Callable[[int, Period], QuerySet[StaffChange]]:
    return lambda committee_id, period: StaffChange.objects.filter(
        committee_id=committee_id, kind__in=kinds, **period.within("on")
    )


def _attached(committee_id: int, period: Period) -> QuerySet[StaffChange]:
    rows = StaffChange.objects.filter(committee_id=committee_id, kind=StaffChangeKind.ATTACHED)
    return holding(rows, last_day(period), since="on")


_BY_COMMITTEE = Breakdown(
    "special_committee",
    _("专门委员会"),
    "special_committee",
    labels=named_by(SpecialCommittee),
    missing=_("没有写专委会的"),
)
_BY_COUNTY = Breakdown(
    "county", _("县（市、区）"), "place", labels=named_by(Place), missing=_("没有写地方的"), by_order=True
)
_BY_ESTABLISHMENT = by_choice("establishment", _("编制"), "establishment", dict(Establishment.choices))
_BY_WORKPLACE = by_choice("workplace", _("设在"), "workplace", dict(Workplace.choices))
_POST: dict[str, Any] = {
    "dated": _END,
    "columns": (
        Column(_("岗位"), "title", is_title=True),
        Column(_("设在"), "get_workplace_display"),
        Column(_("现任"), "holder"),
        Column(_("批准文件"), "document"),
        Column(_("开始日期"), "since"),
    ),
    "page": "organization:staff",
    "row_url": lambda post: reverse("organization:staff_post", args=[post.pk]),
    "seen_by": _SEEN_BY,
    "is_standing": True,
}
_CHANGE: dict[str, Any] = {
    "dated": _DAY,
    "columns": (
        Column(_("姓名"), "name", is_title=True),
        Column(_("变动"), "get_kind_display"),
        Column(_("日期"), "on"),
        Column(_("专门委员会"), "special_committee.name"),
        Column(_("文件"), "document"),
    ),
    "select": ("special_committee",),
    "page": "organization:staff_changes",
    "row_url": lambda change: reverse("organization:staff_change", args=[change.pk]),
    "seen_by": _SEEN_BY,
}

FIGURES = (
    Figure(
        "organization.members",
        _("委员"),
        _("名"),
        _("期末在任的本届委员，每人计一名；期末在往届的，计那一届到期末没有离任的委员。"),
        members,
        **_MEMBER,
    ),
    Figure(
        "organization.sectors",
        _("界别"),
        _("个"),
        _("期末所在那一届设立的界别，每个计一次。"),
        _sectors,
        dated=_END,
        columns=(Column(_("界别"), "name", is_title=True), Column(_("届"), "term")),
        select=("term",),
        seen_by=_SEEN_BY,
        is_standing=True,
    ),
    Figure(
        "organization.special_committees",
        _("专门委员会"),
        _("个"),
        _("今天在用的专门委员会；以前的情况没有记录，选哪一期都是今天的数。"),
        _special_committees,
        dated=_("今天"),
        columns=(Column(_("专门委员会"), "name", is_title=True),),
        seen_by=_SEEN_BY,
        is_standing=True,
    ),
    Figure(
        "organization.enrolment_share",
        _("编入专委会的委员比例"),
        "%",
        _("期末在任的本届委员中，本届编入了至少一个专门委员会的占多少。"),
        _enrolled(members),
        out_of=members,
        **_MEMBER,
    ),
    Figure(
        "organization.enrolment_share_before",
        _("上一届编入专委会的委员比例"),
        "%",
        _("期末所在那一届的上一届，全部委员中编入了至少一个专门委员会的占多少。"),
        _enrolled(_members_before),
        out_of=_members_before,
        **_MEMBER,
    ),
    Figure(
        "organization.units",
        _("承办单位"),
        _("个"),
        _("期末没有撤销、更名或者并入别处的承办单位，每个计一次。"),
        _units,
        dated=_END,
        columns=(
            Column(_("单位"), "name", is_title=True),
            Column(_("类别"), "get_kind_display"),
            Column(_("归口督办单位"), "supervised_by.name"),
        ),
        select=("supervised_by",),
        row_url=lambda unit: reverse("organization:unit", args=[unit.pk]),
        breakdowns=(by_choice("kind", _("类别"), "kind", dict(UnitKind.choices)),),
        seen_by=_SEEN_BY,
        is_standing=True,
    ),
    *(
        Figure(
            f"organization.posts.{establishment.value}",
            establishment.label,
            _("名"),
            definition,
            _posts(OFFICE, Q(establishment=establishment)),
            params={"establishment": establishment.value, "where": OFFICE},
            breakdowns=(_BY_WORKPLACE, _BY_COMMITTEE, by_year("since")),
            **_POST,
        )
        for establishment, definition in (
            (
                Establishment.ADMINISTRATIVE,
                _("期末有效的本级机关和专委会行政编制岗位，不管有没有人在岗，委员服务中心的不计。"),
            ),
            (
                Establishment.WORKER,
                _("期末有效的本级机关和专委会工勤编制岗位，不管有没有人在岗，委员服务中心的不计。"),
            ),
            (
                Establishment.INSTITUTION,
                _("期末有效的本级机关和专委会事业编制岗位，不管有没有人在岗，委员服务中心的不计。"),
            ),
        )
    ),
    Figure(
        "organization.service_centre_posts.city",
        _("本级委员服务中心编制"),
        _("名"),
        _("期末有效的本级委员服务中心的编制岗位，不管有没有人在岗。"),
        _posts(OWN_CENTRE),
        params={"where": OWN_CENTRE},
        breakdowns=(_BY_ESTABLISHMENT, by_year("since")),
        **_POST,
    ),
    Figure(
        "organization.service_centre_posts.counties",
        _("县区委员服务中心编制"),
        _("名"),
        _("本级登记的、批准给所辖县区委员服务中心的编制岗位，期末有效的，不管有没有人在岗。"),
        _posts(COUNTIES),
        params={"where": COUNTIES},
        breakdowns=(_BY_COUNTY, _BY_ESTABLISHMENT, by_year("since")),
        **_POST
        | {
            "columns": (
                Column(_("岗位"), "title", is_title=True),
                Column(_("地方"), "place.name"),
                Column(_("现任"), "holder"),
                Column(_("批准文件"), "document"),
                Column(_("开始日期"), "since"),
            ),
            "select": ("place",),
        },
    ),
    Figure(
        "organization.posts.added_to_committees",
        _("充实专委会工作力量"),
        _("名"),
        _("期内充实到专门委员会的机关工作人员，每次计一名。"),
        _changes(StaffChangeKind.ADDED),
        params={"kind": StaffChangeKind.ADDED.value},
        breakdowns=(_BY_COMMITTEE, by_year("on")),
        **_CHANGE,
    ),
    Figure(
        "organization.posts.selected",
        _("公开遴选工作人员"),
        _("名"),
        _("期内公开遴选到机关的工作人员，每次计一名。"),
        _changes(StaffChangeKind.SELECTED),
        params={"kind": StaffChangeKind.SELECTED.value},
        breakdowns=(_BY_COMMITTEE, by_year("on")),
        **_CHANGE,
    ),
    Figure(
        "organization.attached_investigators",
        _("编入专委会的调研员"),
        _("名"),
        _("期末编在专门委员会的调研员，每次编入计一名，到期的不计。"),
        _attached,
        params={"kind": StaffChangeKind.ATTACHED.value, "holding": "1"},
        breakdowns=(_BY_COMMITTEE, by_year("on")),
        is_standing=True,
        **_CHANGE | {"dated": _END},
    ),
    Figure(
        "organization.staff_promoted",
        _("提拔、交流和解决职级待遇"),
        _("人次"),
        _("期内提拔、交流和解决职级待遇的机关工作人员，一人几次的计几次。"),
        _changes(*ADVANCED),
        params={"kind": "advanced"},
        breakdowns=(
            by_choice("kind", _("变动"), "kind", dict(StaffChangeKind.choices)),
            _BY_COMMITTEE,
            by_year("on"),
        ),
        **_CHANGE,
    ),
)
FAMILY = Family(
    SECTOR_MEMBERS,
    _("各界别的委员"),
    _("期末在任的委员，本届每个界别一个数。"),
    sector_figures,
)
AREA = Area(
    "organization",
    _("组织"),
    standing=(
        "organization.members",
        "organization.sectors",
        "organization.special_committees",
        "organization.enrolment_share",
        "organization.posts.administrative",
        "organization.posts.worker",
        "organization.posts.institution",
        "organization.service_centre_posts.city",
        "organization.attached_investigators",
    ),
    done=(
        "organization.staff_promoted",
        "organization.posts.added_to_committees",
        "organization.posts.selected",
    ),
    drawings=(
        Drawing("organization.members", "sector", "bars"),
        Drawing("organization.members", "standing", "ring"),
        Drawing("organization.members", "special_committee", "bars"),
        Drawing("organization.units", "kind", "ring"),
    ),
    table_by="sector",
    table=("organization.members", "organization.enrolment_share"),
    order=10,
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
    register_families(FAMILY)
    register_areas(AREA)
