"""Entering nodes, their people and what was done there, by the actions of the room."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.actions.appraising import ItemWords, Terms, save_scheme
from tongxin.activities.grassroots.actions.importing_nodes import (
    confirm_import,
    preview_nodes,
    preview_secondments,
)
from tongxin.activities.grassroots.actions.ledger import PastProblem, PastSession, enter_past_sessions
from tongxin.activities.grassroots.actions.people import end_secondment, set_head
from tongxin.activities.grassroots.actions.problem_ledger import ProblemLine, enter_past_problems
from tongxin.activities.grassroots.models import AppraisalScheme, SecondedPerson, Secondment, VenueKind
from tongxin.capabilities.codes.actions import issue_codes
from tongxin.foundation.organization.enums import HostKind, NodeKind
from tongxin.foundation.organization.models import Node
from tongxin.scenario.grassroots.sessions import spread
from tongxin.scenario.texts import TALKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member
    from tongxin.scenario.grassroots.nodes import NodesPlan, Site
    from tongxin.scenario.grassroots.sessions import SecondedPlan, SessionsPlan
    from tongxin.scenario.spans import Cells

SOURCE = "协商议事台账"
# Before the first day of which anything is stated.
_LONG_AGO = timedelta(days=366)
_HEADERS = ("类别", "名称", "上级", "设在", "乡镇", "村", "成立日期")
_KINDS = {NodeKind.STATION: "委员工作站", NodeKind.COUNCIL: "协商议事会", NodeKind.ROOM: "协商议事室"}
_HOSTS = {
    HostKind.TOWNSHIP: "乡镇",
    HostKind.STREET: "街道",
    HostKind.PARK: "园区",
    HostKind.VILLAGE: "村",
    HostKind.COMMUNITY: "社区",
    HostKind.ENTERPRISE: "企业",
    HostKind.INSTITUTION: "事业单位",
}
_SOLVED_AFTER = timedelta(days=9)
_DUE_AFTER = timedelta(days=30)


@dataclass(slots=True)
class Ground:
    """The nodes of a committee after they were entered."""

    stations: list[Node]
    councils: list[Node]
    rooms: list[Node]

    @property
    def convenors(self) -> list[Node]:
        """Who convenes sessions and has seconded members: councils, or stations where there are none."""
        return self.councils or self.stations


def enter_nodes(actor: Actor, plan: NodesPlan, opened_on: date) -> Ground:
    """Enter stations, councils and rooms from one table, and give out codes."""
    rows = list(_rows(plan, opened_on.isoformat()))
    if rows:
        data = _table([_HEADERS, *rows])
        upload = preview_nodes(actor=actor, data=data, filename="网点.csv")
        confirm_import(actor=actor, upload=upload)
    found = {(n.kind, n.name): n for n in Node.objects.filter(committee_id=actor.committee_id or 0)}
    of_kind = {kind: [found[kind, row[1]] for row in rows if row[0] == word] for kind, word in _KINDS.items()}
    ground = Ground(of_kind[NodeKind.STATION], of_kind[NodeKind.COUNCIL], of_kind[NodeKind.ROOM])
    coded = [*ground.stations[: plan.coded_stations], *ground.rooms[: plan.coded_rooms]]
    if coded:
        issue_codes(actor=actor, nodes=coded)
    return ground


def _rows(plan: NodesPlan, opened_on: str) -> Iterator[tuple[str, ...]]:
    of_town = {site.place.pk: f"{site.name}委员工作站" for site in plan.stations if site.place}
    for site in plan.stations:
        yield _row(NodeKind.STATION, f"{site.name}委员工作站", "", site, opened_on)
    for site in plan.councils:
        above = of_town.get(site.town.pk, "") if site.town else ""
        yield _row(NodeKind.COUNCIL, _council(site), above, site, opened_on)
    seen: dict[str, int] = {}
    for site, council in plan.rooms:
        seen[site.name] = seen.get(site.name, 0) + 1
        which = f"第{seen[site.name]}" if seen[site.name] > 1 else ""
        above = _any_above(plan, of_town, site) if council is None else _council(plan.councils[council])
        yield _row(NodeKind.ROOM, f"{site.name}{which}协商议事室", above, site, opened_on)


def _any_above(plan: NodesPlan, of_town: Mapping[str, str], site: Site) -> str:
    near = of_town.get(site.town.pk, "") if site.town else ""
    return near or (f"{plan.stations[0].name}委员工作站" if plan.stations else _council(plan.councils[0]))


def _council(site: Site) -> str:
    return f"{site.name}协商议事会"


def _row(kind: str, name: str, above: str, site: Site, opened_on: str) -> tuple[str, ...]:
    town = f"{_said(site.town.parent)}{_said(site.town)}" if site.town and site.town.parent else ""
    village = site.place.name if site.place and site.place != site.town else ""
    return (_KINDS[NodeKind(kind)], name, above, _HOSTS[HostKind(site.host)], town, village, opened_on)


def _said(place: object) -> str:
    return getattr(place, "everyday_name", "") or getattr(place, "name", "")


def enter_heads(actor: Actor, stations: Sequence[Node], members: Sequence[Member], since: date) -> None:
    """Let members head stations, one each."""
    for station, member in zip(stations, members, strict=False):
        town = station.name.removesuffix("委员工作站")
        set_head(
            actor=actor,
            node=station,
            name=member.name,
            title=f"{town}党委副书记",
            member=member,
            since=since,
        )


def enter_seconded(
    actor: Actor, plan: SecondedPlan, ground: Ground, people: Sequence[Member | str], cells: Cells
) -> list[SecondedPerson]:
    """Second people to councils from one table: own members, and by their names members of the committee above."""
    first = cells.edges[0] - timedelta(days=1)
    # The last cell of the plan is today; the one before it ends the day before.
    edges = [*cells.edges[:-1], cells.edges[-1] - timedelta(days=1), cells.edges[-1]]
    spans: list[tuple[date, date | None]] = [(first, None)] * plan.always
    # Whoever was seconded long ago still comes to sessions.
    spans += [(first - _LONG_AGO, first - _LONG_AGO)] * plan.former
    for n, count in enumerate(plan.only):
        until = edges[n + 1] - timedelta(days=1) if n < len(plan.only) - 1 else None
        spans += [(edges[n], until)] * count
    if spans:
        _second(actor, ground.convenors, people, [since for since, _until in spans])
    ended = {
        _name(one): until for one, (_since, until) in zip(people, spans, strict=True) if until is not None
    }
    for one in Secondment.objects.filter(
        committee_id=actor.committee_id or 0, person__name__in=ended
    ).select_related("person"):
        end_secondment(actor=actor, secondment=one, on=ended[one.person.name])
    return list(SecondedPerson.objects.filter(committee_id=actor.committee_id or 0).order_by("pk"))


def _second(
    actor: Actor, nodes: Sequence[Node], people: Sequence[Member | str], since: Sequence[date]
) -> None:
    above = actor.committee.parent
    work = f"{above.place.name}政协委员" if above else ""
    rows = [
        (one, "上级政协", "", work, nodes[n % len(nodes)].name, since[n].isoformat())
        if isinstance(one, str)
        else (one.name, "本会", one.number, "", nodes[n % len(nodes)].name, since[n].isoformat())
        for n, one in enumerate(people)
    ]
    data = _table([("姓名", "哪级委员", "委员编号", "单位职务", "下沉到", "开始日期"), *rows])
    confirm_import(actor=actor, upload=preview_secondments(actor=actor, data=data, filename="下沉委员.csv"))


def _name(one: Member | str) -> str:
    return one if isinstance(one, str) else one.name


def _table(rows: Iterable[Sequence[str]]) -> bytes:
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    return table.getvalue().encode("utf-8-sig")


def enter_sessions(
    actor: Actor,
    plan: SessionsPlan,
    ground: Ground,
    persons: Sequence[SecondedPerson],
    cells: Cells,
) -> None:
    """Enter the register of sessions, cell by cell, and the problems that came from elsewhere."""
    committee_id = actor.committee_id or 0
    venues = list(VenueKind.objects.filter(committee_id=committee_id, is_online=False).order_by("order"))
    table = _Table(ground.convenors, persons, venues)
    lines: list[PastSession] = []
    problems: list[ProblemLine] = []
    late = plan.overdue
    for cell in range(len(cells)):
        first, last = cells.edges[cell], cells.edges[cell + 1] - timedelta(days=1)
        lines += _lines(plan, cell, (first, last), table)
        found = list(_problems(plan, cell, (first, last), ground.convenors))
        problems += _due(found, late, cells.edges[-1] - timedelta(days=1))
        late -= sum(one.due_on is not None for one in problems[-len(found) :] if found)
    if lines:
        enter_past_sessions(actor=actor, committee_id=committee_id, lines=lines, source=SOURCE)
    if problems:
        enter_past_problems(actor=actor, lines=problems, source=SOURCE)


def _days(span: tuple[date, date], count: int) -> list[date]:
    """Return so many days, evenly over a span."""
    length = (span[1] - span[0]).days + 1
    return [span[0] + timedelta(days=n * length // count) for n in range(count)]


@dataclass(frozen=True, slots=True)
class _Table:
    """Who convenes, who comes, and where they meet."""

    nodes: Sequence[Node]
    persons: Sequence[SecondedPerson]
    venues: Sequence[VenueKind]


def _lines(plan: SessionsPlan, cell: int, span: tuple[date, date], table: _Table) -> Iterator[PastSession]:
    held = plan.sessions[cell]
    if not held:
        return
    came = spread(plan.attendances[cell], held)
    suggested = spread(plan.suggestions[cell], held)
    solved = spread(plan.implemented[cell], held)
    nodes, venues = table.nodes, table.venues
    everybody = cycle(table.persons)
    for n, on in enumerate(_days(span, held)):
        node = nodes[n % len(nodes)]
        talk = TALKS[(n + n // len(nodes)) % len(TALKS)]
        where = _where(node)
        venue = venues[n % len(venues)] if venues else None
        yield PastSession(
            node=node,
            on=on,
            title=f"{where}{talk.title}",
            venue_kind=venue,
            venue=f"{where}{venue.name}" if venue else where,
            persons=list(islice(everybody, came[n])),
            others_present=6 + n % 20,
            agreed=f"{talk.solved}，由{where}具体办理。",
            suggestions=[f"{talk.suggestion}（{k}）" if k else talk.suggestion for k in range(suggested[n])],
            problems=[
                PastProblem(
                    text=f"{where}{TALKS[(n + k) % len(TALKS)].solved}",
                    solved_on=min(on + _SOLVED_AFTER, span[1]),
                    owner=f"{where}协商议事会",
                )
                for k in range(solved[n])
            ],
        )


def _problems(
    plan: SessionsPlan, cell: int, span: tuple[date, date], nodes: Sequence[Node]
) -> Iterator[ProblemLine]:
    counts = ((plan.solved[cell], True), (plan.waiting[cell], False))
    for count, is_solved in counts:
        for n, on in enumerate(_days(span, count) if count else ()):
            node = nodes[n % len(nodes)]
            where = _where(node)
            text = f"{where}{TALKS[n % len(TALKS)].solved if is_solved else TALKS[n % len(TALKS)].title}"
            yield ProblemLine(node, on, text, f"{where}协商议事会", on if is_solved else None)


def _due(lines: Sequence[ProblemLine], late: int, today: date) -> Iterator[ProblemLine]:
    """Yield the lines, of those that wait so many with a day that is gone by."""
    for line in lines:
        if late and line.solved_on is None and line.on < today:
            late -= 1
            yield replace(line, due_on=min(line.on + _DUE_AFTER, today - timedelta(days=1)))
        else:
            yield line


def _where(node: Node) -> str:
    return node.name.removesuffix("协商议事会").removesuffix("委员工作站")


def enter_budgets(actor: Actor, budgets: Mapping[int, Decimal]) -> None:
    """Set up an appraisal scheme for each year in which there was money."""
    for year, yuan in budgets.items():
        terms = Terms(
            year=year,
            name=f"{year}年委员工作站考核奖补办法",
            budget_yuan=yuan,
            sharing=AppraisalScheme.Sharing.BY_SCORE,
            round_to_yuan=0,
            self_score_until=None,
        )
        items = [ItemWords("开展协商议事活动", Decimal(100), needs_evidence=False, figure="")]
        save_scheme(actor=actor, scheme=None, terms=terms, items=items, grades=[])
