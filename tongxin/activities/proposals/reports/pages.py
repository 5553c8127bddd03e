"""What the pages of the report show: one of the three reports, and the rows that are not proposals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import Satisfaction
from tongxin.activities.proposals.reports.handling import handling_report
from tongxin.activities.proposals.reports.handling_tables import handling_section, units_table
from tongxin.activities.proposals.reports.rating import rating_report, ratings_in
from tongxin.activities.proposals.reports.rating_tables import rated_units_table, rating_section
from tongxin.activities.proposals.reports.review import members_asked, review_report, took_part_in
from tongxin.activities.proposals.reports.review_tables import review_section
from tongxin.activities.proposals.reports.wanted import frame_of, rows_url
from tongxin.activities.proposals.selectors.lists import stamp_of
from tongxin.capabilities.matters.models import Participation
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Membership, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.core.paginator import Page
    from django.db.models import QuerySet
    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Rating
    from tongxin.activities.proposals.reports.conditions import Frame
    from tongxin.activities.proposals.reports.tables import Section, Table
    from tongxin.foundation.core.access import Actor

_Report = TypeVar("_Report")
ROWS = 20
PARTS: dict[str, str | _StrPromise] = {
    "review": _lazy("审查"),
    "handling": _lazy("办理"),
    "rating": _lazy("评价"),
}


@dataclass(frozen=True, slots=True)
class PartTab:
    """The way to one of the three reports."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which session the report is about, of those there are."""

    session: Session
    sessions: Sequence[Session]

    def tabs(self, part: str) -> list[PartTab]:
        """Return the three reports of the session."""
        at = f"{reverse('proposals:report')}?session={self.session.pk}"
        return [PartTab(str(label), f"{at}&part={name}", name == part) for name, label in PARTS.items()]


def choose_session(actor: Actor, query: QueryDict) -> Choice | None:
    """Return the session that was asked for, else the last that has opened; ``None`` without any. One query."""
    sessions = list(
        Session.objects.visible_to(actor).select_related("term", "committee").order_by("-opens_on")
    )
    asked = [s for s in sessions if str(s.pk) == query.get("session", "")]
    opened = [s for s in sessions if s.opens_on <= clock.today()]
    chosen = (asked or opened or sessions)[:1]
    return Choice(chosen[0], sessions) if chosen else None


def section_of(actor: Actor, session: Session, part: str, *, every_unit: bool = False) -> Section:
    """Return one of the three reports. At most six queries; one until somebody acts again."""
    if part == "review":
        return review_section(report_of(actor, session, review_report), session)
    if part == "handling":
        handling = report_of(actor, session, handling_report)
        return handling_section(handling, session, every_unit=every_unit)
    return rating_section(report_of(actor, session, rating_report), session, every_unit=every_unit)


def report_of(actor: Actor, session: Session, count: Callable[[Session, Actor, Frame], _Report]) -> _Report:
    """Return what one of the reports counts, as long as nobody acts from memory."""
    found: _Report = _report(actor, session, count, (get_language(), *stamp_of(actor.committee_id)))
    return found


@lru_cache(maxsize=64)
def _report(
    actor: Actor, session: Session, count: Callable[[Session, Actor, Frame], Any], key: tuple[object, ...]
) -> Any:  # noqa: ANN401 (one of three)
    del key  # the language of its words, and the state of the log
    return count(session, actor, frame_of(session.committee_id))


# ── units ──


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """One page of the units of a session."""

    title: str
    table: Table
    page: Page[Any]


def units_page(actor: Actor, session: Session, query: QueryDict) -> UnitsPage:
    """Return one page of what each unit did, or of what is said of it. As many queries as the report."""
    if query.get("part") == "rating":
        rated = _page(report_of(actor, session, rating_report).units, query)
        return UnitsPage(_("有评价的单位"), rated_units_table(list(rated.object_list), session), rated)
    report = report_of(actor, session, handling_report)
    answering = query.get("answering") == "1"
    page = _page(report.answering_units if answering else report.units, query)
    title = _("承办单位（单办、主办、分办）") if answering else _("全部承办单位")
    return UnitsPage(title, units_table(list(page.object_list), report.classes, session), page)


# ── members ──


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A member and what they handed in."""

    name: str
    number: str
    sector: str
    led: int
    signed: int
    url: str

    @property
    def both(self) -> int:
        """All that they took part in: nobody co-signs what they lead."""
        return self.led + self.signed


@dataclass(frozen=True, slots=True)
class MembersPage:
    """One page of the members of a session's term."""

    took: str
    rows: Sequence[PersonRow]
    page: Page[Any]


def members_page(actor: Actor, session: Session, query: QueryDict) -> MembersPage:
    """Return one page of the members of the term: all, who took part, or who did not. Four queries."""
    took = query.get("took", "")
    people = members_asked(session).order_by("stroke_key", "name", "number")
    if took == "yes":
        people = people.filter(took_part_in(session))
    elif took == "no":
        people = people.filter(~took_part_in(session))
    page = _page(people, query)
    members = [m.pk for m in page.object_list]
    acts = _acts(session, members)
    sectors = dict(
        Membership.objects.filter(term_id=session.term_id, member__in=members).values_list(
            "member_id", "sector__name"
        )
    )
    rows = [
        PersonRow(
            name=m.name,
            number=m.number,
            sector=sectors.get(m.pk, _("不在本届名单")),
            led=acts.get((m.pk, Participation.Role.PROPOSER), 0),
            signed=acts.get((m.pk, Participation.Role.COSIGNER), 0),
            url=rows_url(session.pk, of="received", member=m.pk),
        )
        for m in page.object_list
    ]
    return MembersPage(took if took in {"yes", "no"} else "", rows, page)


def _acts(session: Session, members: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    acts = Participation.objects.filter(
        member__in=members, matter__proposal__session=session, matter__proposal__submitted_at__isnull=False
    )
    rows = acts.order_by().values_list("member_id", "role").annotate(n=Count("pk"))
    return {(member, role): n for member, role, n in rows}


# ── forms ──


@dataclass(frozen=True, slots=True)
class RatingsPage:
    """One page of the forms of the proposers.

    Attributes:
        chips: what narrows them, in words.
    """

    chips: Sequence[str]
    page: Page[Rating]


def ratings_page(actor: Actor, session: Session, query: QueryDict) -> RatingsPage:
    """Return one page of the forms that were asked for. At most five queries."""
    found = ratings_in(session, actor, frame_of(session.committee_id))
    narrowed, chips = _narrowed(found, query)
    rows = narrowed.select_related(
        "reply__assignment__unit",
        "reply__assignment__proposal__matter",
        "member",
        "body",
        "visit_choice",
        "contact_choice",
    )
    page = _page(rows.order_by("-on", "-pk"), query)
    if unit := _unit_of(page, query):
        chips.append(unit)
    return RatingsPage(chips, page)


def _unit_of(page: Page[Rating], query: QueryDict) -> str:
    if not query.get("unit") or not page.object_list:
        return ""
    return str(page.object_list[0].reply.assignment.unit)


def _narrowed(found: QuerySet[Rating], query: QueryDict) -> tuple[QuerySet[Rating], list[str]]:
    chips = []
    for axis, label in (("attitude", _("对办理工作")), ("result", _("对办理结果"))):
        if (grade := query.get(axis, "")) in Satisfaction.values:
            found = found.filter(Q((axis, grade)))
            chips.append(f"{label} {Satisfaction(grade).label}")
    for name, field in (
        ("unit", "reply__assignment__unit"),
        ("visit", "visit_choice"),
        ("contact", "contact_choice"),
    ):
        if pk := _uuid(query.get(name, "")):
            found = found.filter(Q((field, pk)))
    for name, (label, q) in _only().items():
        if query.get(name) == "1":
            found = found.filter(q)
            chips.append(label)
    return found, chips


def _only() -> dict[str, tuple[str, Q]]:
    return {
        "pleased": (
            _("对办理结果满意或基本满意"),
            Q(result__in=(Satisfaction.SATISFIED, Satisfaction.BASICALLY)),
        ),
        "again": (_("重新办理后的评价"), Q(reply__assignment__round__gt=1)),
        "paper": (_("机关代录的纸质表"), Q(entered_by__isnull=False)),
    }


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _page(rows: Any, query: QueryDict) -> Page[Any]:  # noqa: ANN401 (a list or a queryset)
    return Paginator(rows, ROWS).get_page(query.get("page", "1"))
