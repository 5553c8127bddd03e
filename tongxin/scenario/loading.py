"""Loading a scenario: everything is read and planned before the first record is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.capabilities.matters.models import Matter
from tongxin.capabilities.notices.actions import silence
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import all_figures, families, find_figure
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.sheets import TableRefused
from tongxin.foundation.core.wording import printed
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Member, Node, StaffChange, StaffPost, Term
from tongxin.readers.statistics.actions.wording_ledger import enter_wordings
from tongxin.readers.statistics.models import Wording
from tongxin.scenario.conversations import enter_talks
from tongxin.scenario.errors import ScenarioRefused
from tongxin.scenario.grassroots.entering import (
    enter_budgets,
    enter_heads,
    enter_nodes,
    enter_seconded,
    enter_sessions,
)
from tongxin.scenario.grassroots.presence import enter_presence
from tongxin.scenario.names import Names
from tongxin.scenario.organization import enter_organization
from tongxin.scenario.planning import can_build, plan_place
from tongxin.scenario.proposals.entering import People, enter_proposals
from tongxin.scenario.reading import read_scenario
from tongxin.scenario.scans import enter_scans
from tongxin.scenario.settling import LeftOut, Settler
from tongxin.scenario.staff import enter_staff
from tongxin.scenario.topics import enter_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tongxin.foundation.core.figures import Figure
    from tongxin.scenario.planning import Plan
    from tongxin.scenario.reading import PlaceStated
    from tongxin.scenario.wanted import Statement, Wanted

# So often a place is built again without what turned out not to hold.
_TRIES = 8
_ROLES = (Role.STAFF, Role.TENANT_ADMIN, Role.REVIEWER)


@dataclass(slots=True)
class Loaded:
    """What became of a scenario.

    Attributes:
        built: by place, how many statements records were made for.
        left_out: statements that no room has the figure of, or that cannot be.
    """

    built: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def load_scenario(data: bytes) -> Loaded:
    """Make records whose figures are those that a file states; what cannot be is left out.

    Raises:
        ScenarioRefused: the file cannot be loaded; nothing was made.
    """
    loaded = Loaded()
    places = [(place, _committee(place.place)) for place in read_scenario(data, clock.today())]
    for place, committee in places:
        with tenancy.scope([committee.pk]), transaction.atomic():
            _ensure_empty(place.place, committee)
    with transaction.atomic(), silence(), in_record_language():
        for place, committee in places:
            with tenancy.scope([committee.pk]):
                left_out = _made(place, committee)
            loaded.built[place.place] = len(place.figures) - len(left_out)
            loaded.left_out += [one for stated in place.figures for one in left_out if one.stated is stated]
    return loaded


def _made(place: PlaceStated, committee: Committee) -> list[LeftOut]:
    """Make the records of one place and return what was left out."""
    settler = Settler(place.place, committee, clock.today(), plan_place)
    left_out = [LeftOut(place.place, one) for one in place.figures if not is_known(one.figure)]
    kept = [one for one in place.figures if is_known(one.figure)]
    for _try in range(_TRIES):
        settled = settler.settle(kept)
        left_out += settled.left_out
        if settled.plan is None:
            return left_out
        wrong = _entered(settled.plan)
        if not wrong:
            return left_out
        left_out += wrong
        gone = {id(one.stated) for one in left_out}
        kept = [one for one in kept if id(one) not in gone]
    return left_out + [LeftOut(place.place, one, _not_counted(place.place)) for one in kept]


def _entered(plan: Plan) -> list[LeftOut]:
    """Enter what was planned; where it does not give the numbers, take it back and return what is to blame."""
    place = plan.wanted.place
    stage = _Stage()
    try:
        with transaction.atomic():
            _enter(plan, stage)
            wrong = _wrong(plan)
            transaction.set_rollback(bool(wrong))
    except (Refused, TableRefused) as refusal:
        blamed = [
            one.stated for f, many in plan.wanted.statements.items() for one in many if f.startswith(stage.of)
        ]
        blamed = blamed or [one.stated for many in plan.wanted.statements.values() for one in many]
        why = _("%(place)s：%(why)s") % {"place": place, "why": refusal}
        return [LeftOut(place, blamed[-1], why)]
    return [LeftOut(place, one.stated, _not_counted(place)) for one in wrong]


def _not_counted(place: str) -> str:
    return _("%(place)s：造出来的记录得不出这个数，没有保留。") % {"place": place}


def _committee(place: str) -> Committee:
    found = list(Committee.objects.named(place).select_related("place", "parent__place").order_by("code")[:2])
    if not found:
        raise ScenarioRefused(_("这里没有叫“%(place)s”的地方。") % {"place": place})
    if len(found) > 1:
        raise ScenarioRefused(_("叫“%(place)s”的地方不止一个，请写清楚。") % {"place": place})
    return found[0]


def is_known(figure: str) -> bool:
    """Say whether a room has this figure, and records can be made for it."""
    declared = {one.id for one in all_figures()}
    in_family = any(figure.startswith(one.prefix) for one in families())
    return (figure in declared or in_family) and can_build(figure)


def _ensure_empty(place: str, committee: Committee) -> None:
    """A second time would double everything."""
    for model in (Term, Member, Node, Matter, StaffPost, StaffChange):
        rows = model._default_manager.filter(committee_id=committee.pk)  # noqa: SLF001 (any model's own)
        if rows.exists():
            raise ScenarioRefused(
                _("%(place)s已经有记录了，没有再造：造两遍，数字就翻倍了。") % {"place": place}
            )


@dataclass(slots=True)
class _Stage:
    """How the figures begin that are being entered."""

    of: str = ""


def _enter(plan: Plan, stage: _Stage) -> None:
    wanted = plan.wanted
    committee = wanted.committee
    actor = Actor(
        name="tongxin scenario",
        committee_id=committee.pk,
        grants=frozenset(Grant(role) for role in _ROLES),
        committee=committee,
    )
    names = Names(committee.code)
    cells = wanted.cells
    before = cells.edges[0] - timedelta(days=1)
    stage.of = "organization."
    own = enter_organization(actor, plan.organization, names, wanted.today)
    enter_staff(actor, plan.staff, own.special_committees, names)
    stage.of = "grassroots."
    ground = enter_nodes(actor, plan.nodes, before)
    # The last members of the list head stations, the first are seconded.
    enter_heads(actor, ground.stations[: plan.heads], own.members[::-1][: plan.heads], before)
    seconded: list[Member | str] = [
        *own.members[: plan.own],
        *names.many(plan.seconded.people - plan.own),
    ]
    persons = enter_seconded(actor, plan.seconded, ground, seconded, cells)
    enter_sessions(actor, plan.sessions, ground, persons, cells)
    enter_presence(actor, plan.presence, (ground.convenors, ground.stations), own.members, cells)
    enter_budgets(actor, plan.budgets)
    stage.of = "codes."
    enter_scans(actor, plan.scans, ground.convenors, cells)
    stage.of = "topics."
    enter_topics(actor, plan.topics, cells, ground.convenors, own.members)
    stage.of = "proposals."
    enter_proposals(actor, plan.proposals, People(own.members, own.units), names, cells)
    stage.of = "conversations."
    enter_talks(actor, plan.talks, cells)
    enter_wordings(actor=actor, wordings=list(_wordings(wanted)))


def _wordings(wanted: Wanted) -> Iterator[Wording]:
    for figure, statements in wanted.statements.items():
        # How the figure is printed without a span holds for all that have no wording of their own.
        is_hedged = any(one.stated.word for one in statements)
        for one in statements if is_hedged else ():
            yield Wording(
                committee_id=wanted.committee.pk,
                figure=figure,
                period=one.period.key,
                word=one.stated.word,
                step=one.aim.step,
            )


def _wrong(plan: Plan) -> list[Statement]:
    """Return the statements that the records do not bear out."""
    pk = plan.wanted.committee.pk
    return [
        one
        for figure_id, statements in plan.wanted.statements.items()
        for figure in [find_figure(figure_id, pk)]
        for one in statements
        if figure is None or not _holds(figure, one, pk)
    ]


def _holds(figure: Figure, one: Statement, committee_id: int) -> bool:
    value = Decimal(figure.value(committee_id, one.period))
    if not one.aim.least <= value <= one.aim.most:
        return False
    said = printed(value, "", one.stated.word, step=one.aim.step)
    return not one.stated.word or one.stated.word in said
