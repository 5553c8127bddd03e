"""What the pages of the organization show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.enums import MemberStatus, Role
from tongxin.foundation.organization.lifecycle import MEMBER
from tongxin.foundation.organization.models import (
    Body,
    Committee,
    ExpertTeam,
    Member,
    Membership,
    Post,
    Sector,
    Session,
    SpecialCommittee,
    SpecialCommitteePlace,
    Term,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor

PAGE_ROWS = 20


def current_term(actor: Actor) -> Term | None:
    """Return the committee's term of today."""
    return Term.objects.visible_to(actor).current_on(clock.today())


def running(terms: Sequence[Term]) -> Term | None:
    """Return the term of today among those of one committee, as ``current_on`` would."""
    today = clock.today()
    begun = [t for t in terms if t.starts_on <= today]
    latest = max(begun, key=lambda t: t.starts_on, default=None)
    return latest or min(terms, key=lambda t: t.starts_on, default=None)


def paged(rows: Any, number: str | None) -> dict[str, Any]:  # noqa: ANN401 (a queryset of any model)
    """Return one page of rows with what the pager shows."""
    paginator = Paginator(rows, PAGE_ROWS)
    page = paginator.get_page(number)
    return {
        "page": page,
        "page_range": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
    }


# Overview


@dataclass(frozen=True, slots=True)
class ListCount:
    """One line of the overview: a list and how many rows it has."""

    url: str
    label: str
    count: int
    unit: str
    note: str


def overview_counts(actor: Actor, term: Term | None) -> list[ListCount]:
    """Return how many rows each list has; one query."""

    def rows(model: Any, **only: Any) -> Any:  # noqa: ANN401
        return model.objects.visible_to(actor).filter(**only).order_by()

    queries = {
        "members": rows(Member, memberships__term=term, status=MemberStatus.ACTIVE),
        "terms": rows(Term),
        "sessions": rows(Session),
        "sectors": rows(Sector, term=term),
        "special_committees": rows(SpecialCommittee, is_active=True),
        "expert_teams": rows(ExpertTeam),
        "units": rows(Unit, ended_on=None),
        "bodies": rows(Body, is_active=True),
        "posts": rows(Post).held_on(clock.today()),
    }
    counts = {
        name: Subquery(q.values("committee_id").annotate(n=Count("pk")).values("n"))
        for name, q in queries.items()
    }
    counted: Any = Committee.objects.values(**counts).get(pk=actor.committee_id or 0)
    lines = [
        ("members", _("委员"), _("人"), _("按姓氏笔画排列，可按界别、专委会查找")),
        ("terms", pgettext("list", "届"), pgettext("count", "届"), _("起止日期")),
        (
            "sessions",
            pgettext("list", "次会议"),
            pgettext("count", "次"),
            _("会期、大会提案截止日期、提案号前缀"),
        ),
        ("sectors", pgettext("list", "界别"), _("个"), _("本届的界别")),
        ("special_committees", pgettext("list", "专门委员会"), _("个"), _("名称和顺序")),
        ("expert_teams", pgettext("list", "专家团队"), _("个"), _("依托专委会的专家")),
        ("units", pgettext("list", "承办单位"), _("个"), _("更名、合并、分设都在这里")),
        ("bodies", pgettext("list", "集体提案单位"), _("个"), _("党派、团体、界别、小组")),
        ("posts", _("账号和岗位"), _("个"), _("谁能办什么")),
    ]
    return [
        ListCount(reverse(f"organization:{name}"), label, counted.get(name) or 0, unit, note)
        for name, label, unit, note in lines
    ]


# Members


def members_matching(actor: Actor, query: Mapping[str, Any], term: Term | None) -> QuerySet[Member]:
    """Return the members that the filters leave, in stroke order.

    Args:
        actor: who looks.
        query: cleaned values of ``MemberFilterForm``.
        term: the term whose sectors and places count; without one, members of any term.
    """
    found = Member.objects.visible_to(actor)
    if term is not None:
        found = found.filter(Exists(Membership.objects.filter(member=OuterRef("pk"), term=term)))
    if sector := query.get("sector"):
        found = found.filter(Exists(Membership.objects.filter(member=OuterRef("pk"), sector_id=sector)))
    if place := query.get("special_committee"):
        enrolled = SpecialCommitteePlace.objects.filter(member=OuterRef("pk"), term=term)
        if place == "none":
            found = found.filter(~Exists(enrolled))
        else:
            found = found.filter(Exists(enrolled.filter(special_committee_id=place)))
    if status := query.get("status"):
        found = found.filter(status=status)
    if words := (query.get("q") or "").strip():
        found = found.filter(
            Q(name__icontains=words) | Q(number__icontains=words) | Q(work_unit_and_title__icontains=words)
        )
    return found.order_by("stroke_key", "name", "number")


def with_places(members: Any, term: Term | None) -> Any:  # noqa: ANN401 (a queryset or page of members)
    """Let each member know sector, standing and special committees of a term; two more queries."""
    return members.prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.filter(term=term).select_related("sector"),
            to_attr="in_term",
        ),
        Prefetch(
            "committee_places",
            SpecialCommitteePlace.objects.filter(term=term)
            .select_related("special_committee")
            .order_by("special_committee__order"),
            to_attr="places_in_term",
        ),
    )


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One line of the list of members."""

    url: str
    number: str
    name: str
    sector: str
    standing: str
    special_committees: str
    work: str
    tone: str
    status: str


def member_rows(members: Any) -> list[MemberRow]:  # noqa: ANN401 (members ``with_places``)
    """Return lines for members."""
    rows = []
    for member in members:
        seat = next(iter(member.in_term), None)
        rows.append(
            MemberRow(
                url=reverse("organization:member", args=[member.pk]),
                number=member.number,
                name=member.name,
                sector=seat.sector.name if seat else "",
                standing=seat.get_standing_display() if seat else "",
                special_committees=_("、").join(p.special_committee.name for p in member.places_in_term),
                work=member.work_unit_and_title,
                tone=MEMBER.states[member.status].tone,
                status=member.get_status_display(),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's place in one term."""

    term: str
    sector: str
    standing: str
    special_committees: str


def seats_of(member: Member) -> list[Seat]:
    """Return a member's places, the latest term first; two queries."""
    places: dict[UUID, list[str]] = {}
    for place in member.committee_places.select_related("special_committee").order_by(
        "special_committee__order"
    ):
        office = (
            ""
            if place.office == place.Office.MEMBER
            else _("（%(what)s）") % {"what": place.get_office_display()}
        )
        places.setdefault(place.term_id, []).append(f"{place.special_committee.name}{office}")
    return [
        Seat(
            term=str(m.term),
            sector=m.sector.name,
            standing=m.get_standing_display(),
            special_committees=_("、").join(places.get(m.term_id, [])),
        )
        for m in member.memberships.select_related("term", "sector").order_by("-term__number")
    ]


# 全员入委


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many members of a term have a special committee."""

    term: Term
    members: int
    enrolled: int
    members_url: str
    missing_url: str

    @property
    def missing(self) -> int:
        """Members whom no special committee has."""
        return self.members - self.enrolled

    @property
    def share(self) -> str:
        """The share that is enrolled, in percent with one decimal; a dash without members."""
        if not self.members:
            return "—"
        # Rounded down: 99.96 % is not everybody.
        return f"{self.enrolled * 1000 // self.members / 10:g}%"


def coverage(actor: Actor) -> list[Coverage]:
    """Return the coverage of each term, the latest first; one query."""
    active = Q(memberships__member__status=MemberStatus.ACTIVE)
    enrolled = Exists(
        SpecialCommitteePlace.objects.filter(
            member=OuterRef("memberships__member"), term=OuterRef("memberships__term")
        )
    )
    terms: Any = Term.objects.visible_to(actor).annotate(
        members=Count("memberships", filter=active),
        enrolled=Count("memberships", filter=active & Q(enrolled)),
    )
    base = reverse("organization:members")
    return [
        Coverage(
            term=term,
            members=term.members,
            enrolled=term.enrolled,
            members_url=f"{base}?{urlencode({'term': str(term.pk), 'status': 'active'})}",
            missing_url=f"{base}?"
            + urlencode({"term": str(term.pk), "status": "active", "special_committee": "none"}),
        )
        for term in terms.order_by("-number")
    ]


# Posts


def posts_matching(actor: Actor, query: Mapping[str, Any]) -> QuerySet[Post]:
    """Return the posts that the filters leave, those of one person together."""
    today = clock.today()
    found = Post.objects.visible_to(actor).select_related("user", "unit", "body", "member", "node")
    ended = Q(until__lt=today)
    found = found.filter(ended) if query.get("ended") else found.exclude(ended)
    if role := query.get("role"):
        found = found.filter(role=role)
    if words := (query.get("q") or "").strip():
        found = found.filter(
            Q(user__name__icontains=words)
            | Q(user__username__icontains=words)
            | Q(unit__name__icontains=words)
            | Q(body__name__icontains=words)
            | Q(node__name__icontains=words)
        )
    return found.order_by("user__name", "user_id", "role", "since")


def never_signed_in(actor: Actor) -> QuerySet[Post]:
    """Return one post of each person here who has never signed in, members in the order of their numbers."""
    return (
        Post.objects.visible_to(actor)
        .held_on(clock.today())
        .filter(user__last_login__isnull=True, user__is_active=True)
        .select_related("user", "unit", "member")
        .order_by("user_id", "role")
        .distinct("user_id")
    )


# The installation


@dataclass(frozen=True, slots=True)
class Installed:
    """A committee of the installation, and whether somebody administers it."""

    committee: Committee
    is_open: bool


def installed(committees: Page[Committee], actor: Actor) -> list[Installed]:
    """Say for each committee whether it has an administrator, and nothing else about it."""
    ids = [c.pk for c in committees]
    with tenancy.scope(ids, user_id=actor.user_id):
        administered = set(
            Post.objects.filter(committee_id__in=ids, role=Role.TENANT_ADMIN)
            .held_on(clock.today())
            .values_list("committee_id", flat=True)
        )
    return [Installed(c, c.pk in administered) for c in committees]
