"""The review report of a session (审查报告): what came in, what became of it, from whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import Phase, ProposalKind
from tongxin.activities.proposals.reports.conditions import BY_MEMBERS
from tongxin.activities.proposals.reports.cube import added_up, grouped, received_in, total
from tongxin.capabilities.matters.models import Participation
from tongxin.foundation.organization.models import Member, Membership

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.activities.proposals.reports.conditions import Frame
    from tongxin.activities.proposals.reports.cube import Group, Row
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session

# What becomes of what was received; everything received is in exactly one of them.
OUTCOMES = (
    "filed",
    "merged_apart",
    "not_filed",
    "returned",
    "withdrawn",
    "converted",
    "deciding",
)
_NAMES = ("received", "merged", *OUTCOMES)
_BY = (
    "kind",
    "phase",
    "is_livelihood",
    "topic_id",
    "topic__name",
    "topic__order",
    "reject_reason_id",
    "reject_reason__code",
    "reject_reason__text",
)


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """What the review report of a session counts.

    Attributes:
        collective, by_members, livelihood: received and filed, as ``totals``.
        special_committees: by the first proposer's places (``member``: who has two is counted in both) and
            by the special committee itself.
    """

    totals: Counter[str]
    collective: Counter[str]
    by_members: Counter[str]
    livelihood: Counter[str]
    phases: Sequence[Group]
    kinds: Sequence[Group]
    topics: Sequence[Group]
    reasons: Sequence[Group]
    bodies: Sequence[Group]
    sectors: Sequence[Group]
    special_committees: Sequence[SpecialCommitteeCounts]
    members: int
    members_taking_part: int


@dataclass(frozen=True, slots=True)
class SpecialCommitteeCounts:
    """What came from a special committee and from its members."""

    key: str
    label: str
    own: Counter[str]
    members: Counter[str]


def review_report(session: Session, actor: Actor, frame: Frame) -> ReviewReport:
    """Count the review of one session. Four queries."""
    rows = received_in(session, actor)
    cube = grouped(rows, _BY, _NAMES, frame)
    people = members_asked(session).aggregate(
        of_term=Count("pk", filter=members_of_term(session)),
        taking_part=Count("pk", filter=took_part_in(session)),
    )
    sources = grouped(
        rows.annotate(
            place=FilteredRelation(
                "lead_member__memberships", condition=Q(lead_member__memberships__term=session.term_id)
            )
        ),
        ("body_id", "body__name", "body__kind", "place__sector_id", "place__sector__name", *_ORDER_OF_SECTOR),
        ("received", "filed"),
        frame,
    )
    return ReviewReport(
        totals=total(cube, _NAMES),
        collective=total((r for r in cube if r["kind"] not in BY_MEMBERS), _NAMES),
        by_members=total((r for r in cube if r["kind"] in BY_MEMBERS), _NAMES),
        livelihood=total((r for r in cube if r["is_livelihood"]), _NAMES),
        phases=_of_choices(cube, "phase", Phase),
        kinds=_of_choices(cube, "kind", ProposalKind),
        topics=topics_of(cube, _NAMES),
        reasons=_reasons(cube),
        bodies=_bodies(sources),
        sectors=_sectors(sources),
        special_committees=_special_committees(rows, session, frame),
        members=people["of_term"],
        members_taking_part=people["taking_part"],
    )


_ORDER_OF_SECTOR = ("place__sector__order",)


def members_of_term(session: Session) -> Q:
    """Return which members have a place in the term of a session."""
    return Q(Exists(Membership.objects.filter(member=OuterRef("pk"), term_id=session.term_id)))


def took_part_in(session: Session) -> Q:
    """Return which members proposed or co-signed a proposal that was received in a session.

    Whoever signs for a body does not take part by that: the body does.
    """
    acts = Participation.objects.filter(
        member=OuterRef("pk"),
        matter__proposal__session=session,
        matter__proposal__submitted_at__isnull=False,
    )
    return Q(Exists(acts))


def members_asked(session: Session) -> QuerySet[Member]:
    """Return the members of a session's term, and whoever took part without being on the term's list.

    The list of a term long past may be incomplete; what was done in it counts all the same.
    """
    asked = Member.objects.filter(committee_id=session.committee_id)
    return asked.filter(members_of_term(session) | took_part_in(session))


def topics_of(cube: Sequence[Row], names: Sequence[str]) -> list[Group]:
    """Add up by topic, in the committee's order."""
    return added_up(
        cube,
        names,
        by=lambda r: (r["topic__order"], r["topic__name"], r["topic_id"]),
        shown=lambda r: (str(r["topic_id"] or ""), r["topic__name"] or _("未定类别")),
    )


def _of_choices(cube: Sequence[Row], field: str, choices: type[Phase | ProposalKind]) -> list[Group]:
    order = list(choices.values)
    return added_up(
        cube,
        _NAMES,
        by=lambda r: (order.index(r[field]),),
        shown=lambda r: (r[field], str(choices(r[field]).label)),
    )


def _reasons(cube: Sequence[Row]) -> list[Group]:
    return added_up(
        [r for r in cube if r["not_filed"]],
        ("not_filed",),
        by=lambda r: (r["reject_reason__code"], r["reject_reason_id"]),
        shown=lambda r: (str(r["reject_reason_id"] or ""), r["reject_reason__text"] or _("没有写明")),
    )


def _bodies(sources: Sequence[Row]) -> list[Group]:
    return added_up(
        [r for r in sources if r["body_id"]],
        ("received", "filed"),
        by=lambda r: (r["body__kind"], r["body__name"], r["body_id"]),
        shown=lambda r: (str(r["body_id"]), r["body__name"]),
    )


def _sectors(sources: Sequence[Row]) -> list[Group]:
    return added_up(
        [r for r in sources if not r["body_id"]],
        ("received", "filed"),
        by=lambda r: (r["place__sector__order"], r["place__sector__name"], r["place__sector_id"]),
        shown=lambda r: (
            str(r["place__sector_id"] or ""),
            r["place__sector__name"] or _("不在本届名单"),
        ),
    )


def _special_committees(
    rows: ProposalQuerySet, session: Session, frame: Frame
) -> list[SpecialCommitteeCounts]:
    """Count by special committee: its own proposals, and those whose first proposer has a place in it."""
    names = ("received", "filed")
    enrolled = rows.annotate(
        place=FilteredRelation(
            "lead_member__committee_places",
            condition=Q(lead_member__committee_places__term=session.term_id),
        ),
        own=F("body__special_committee_id"),
    ).filter(Q(own__isnull=False) | Q(place__isnull=False))
    by = (
        "own",
        "body__special_committee__name",
        "body__special_committee__order",
        "place__special_committee_id",
        "place__special_committee__name",
        "place__special_committee__order",
    )
    found: dict[tuple[int, str, str], SpecialCommitteeCounts] = {}
    for row in grouped(enrolled, by, names, frame):
        of = "body__special_committee" if row["own"] else "place__special_committee"
        key = str(row["own"] or row["place__special_committee_id"])
        place = (row[f"{of}__order"], row[f"{of}__name"], key)
        counts = found.setdefault(place, SpecialCommitteeCounts(key, place[1], Counter(), Counter()))
        (counts.own if row["own"] else counts.members).update({name: row[name] for name in names})
    return [found[place] for place in sorted(found)]
