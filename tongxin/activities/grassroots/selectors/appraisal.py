"""Page data of the appraisal: schemes, stations with their points, one station's sheet, reports."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tongxin.activities.grassroots.appraisal_outcome import Outcome, Result, outcome_of
from tongxin.activities.grassroots.models import AppraisalScheme, StationReport, StationScore
from tongxin.activities.grassroots.permissions_appraisal import OFFICE, heads_station
from tongxin.activities.grassroots.selectors.station_figures import station_figures
from tongxin.foundation.organization.enums import NodeKind, Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.forms import BoundField

    from tongxin.activities.grassroots.forms.appraisal import PointsForm
    from tongxin.activities.grassroots.models import AppraisalItem, Grade, ItemScore
    from tongxin.activities.grassroots.selectors.station_figures import StationFigure
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import OwnedQuerySet

SCORE_TONES = {"open": "wait", "submitted": "go", "checked": "go", "approved": "ok"}
SCHEME_TONES = {"draft": "wait", "open": "go", "approved": "ok"}
REPORT_TONES = {"draft": "wait", "submitted": "go", "reviewed": "go", "archived": "ok"}


def visible_schemes(actor: Actor) -> OwnedQuerySet[AppraisalScheme]:
    """Return the schemes that somebody may open: the office all, heads those that have begun."""
    found = AppraisalScheme.objects.visible_to(actor)
    return found if actor.has(*OFFICE) else found.exclude(state=AppraisalScheme.State.DRAFT)


def visible_scores(actor: Actor) -> OwnedQuerySet[StationScore]:
    """Return the sheets that somebody may open: the office all, a head the own station's."""
    found = StationScore.objects.visible_to(actor)
    return found if actor.has(*OFFICE) else found.filter(node_id__in=actor.subjects(Role.STATION_HEAD))


def visible_reports(actor: Actor) -> OwnedQuerySet[StationReport]:
    """Return the reports that somebody may open: the office those handed in, a head the own station's."""
    own = Q(node_id__in=actor.subjects(Role.STATION_HEAD))
    if actor.has(*OFFICE):
        own |= ~Q(state=StationReport.State.DRAFT)
    return StationReport.objects.visible_to(actor).filter(own)


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """One scheme in the list of years, with how far it is."""

    scheme: AppraisalScheme
    tone: str
    stations: int
    submitted: int
    checked: int


def scheme_rows(actor: Actor, *, year: int | None) -> list[SchemeRow]:
    """Return the schemes of a committee, the newest first. One query."""
    state = StationScore.State
    done = Q(scores__state__in=(state.CHECKED, state.APPROVED))
    found = visible_schemes(actor).annotate(
        n=Count("scores"),
        handed_in=Count("scores", filter=Q(scores__state=state.SUBMITTED) | done),
        done=Count("scores", filter=done),
    )
    if year is not None:
        found = found.filter(year=year)
    return [SchemeRow(s, SCHEME_TONES[s.state], s.n, s.handed_in, s.done) for s in found]


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station in the table of a scheme."""

    score: StationScore
    tone: str
    grade: Grade | None
    award_yuan: Decimal


@dataclass(frozen=True, slots=True)
class SchemePage:
    """Everything the page of a scheme shows.

    Attributes:
        rows: the office's table; for heads only the own stations, and after the approval what everybody got.
        shows_points: whether the reader sees the points of all.
        is_preview: the awards are computed from what is checked so far.
    """

    scheme: AppraisalScheme
    tone: str
    items: Sequence[AppraisalItem]
    grades: Sequence[Grade]
    points_most: Decimal
    rows: list[StationRow]
    own: list[StationRow]
    awarded_yuan: Decimal
    unallocated_yuan: Decimal
    waiting: int
    shows_points: bool
    is_preview: bool


def scheme_page(actor: Actor, scheme: AppraisalScheme) -> SchemePage:
    """Return what the page of a scheme shows. Three queries."""
    items, grades = list(scheme.items.all()), list(scheme.grades.all())
    scores = list(scheme.scores.select_related("node", "grade"))
    office = actor.has(*OFFICE)
    is_approved = scheme.state == AppraisalScheme.State.APPROVED
    result = final_result(scheme, scores) if is_approved else outcome_of(scheme, scores, grades)
    rows = [_row(outcome) for outcome in result.rows]
    own = [row for row in rows if heads_station(actor, row.score.node_id)]
    if not office:
        rows = sorted(rows, key=lambda r: r.score.node.name) if is_approved else []
    return SchemePage(
        scheme=scheme,
        tone=SCHEME_TONES[scheme.state],
        items=items,
        grades=grades,
        points_most=sum((i.points_most for i in items), Decimal(0)),
        rows=rows,
        own=own,
        awarded_yuan=result.awarded_yuan,
        unallocated_yuan=result.unallocated_yuan,
        waiting=sum(1 for s in scores if s.state in {StationScore.State.OPEN, StationScore.State.SUBMITTED}),
        shows_points=office,
        is_preview=not is_approved,
    )


def _row(outcome: Outcome) -> StationRow:
    score = outcome.score
    return StationRow(score, SCORE_TONES[score.state], outcome.grade, outcome.award_yuan)


def final_result(scheme: AppraisalScheme, scores: Sequence[StationScore]) -> Result:
    """Return what was approved, as it was written down then; nothing is computed again."""
    rows = [Outcome(s, s.grade, s.award_yuan) for s in scores]
    rows.sort(key=lambda row: (-row.score.checked_total, row.score.node.name))
    given = sum((row.award_yuan for row in rows), Decimal(0))
    return Result(rows, scheme.budget_yuan - given)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One item on a station's sheet: both points side by side, the figure, the fields of who writes."""

    row: ItemScore
    figure: StationFigure | None
    points: BoundField | None = None
    words: BoundField | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A station's sheet."""

    score: StationScore
    tone: str
    rows: list[SheetRow]
    figures: list[StationFigure]
    points_most: Decimal


def sheet_of(score: StationScore, rows: Sequence[ItemScore], form: PointsForm | None = None) -> Sheet:
    """Return a station's sheet, with the fields of a form where somebody writes. One query."""
    figures = station_figures(score.node, score.scheme.year)
    by_id = {f.id: f for f in figures}
    found = []
    for row in rows:
        points, words = form.fields_of(row) if form else (None, None)
        found.append(SheetRow(row, by_id.get(row.item.figure), points, words))
    most = sum((row.item.points_most for row in rows), Decimal(0))
    return Sheet(score, SCORE_TONES[score.state], found, figures, most)


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """One number of a report: as it was when it was handed in, and as it is today."""

    today: StationFigure
    then: int | None

    @property
    def has_changed(self) -> bool:
        """Whether rows were added or taken away since."""
        return self.then is not None and self.then != self.today.count


def report_figures(report: StationReport) -> list[ReportFigure]:
    """Return the figures of a report, fixed and today's side by side. One query."""
    return [ReportFigure(f, report.figures.get(f.id)) for f in station_figures(report.node, report.year)]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One station's report in the list of a year; None where it has not begun, or is still being written."""

    node: Node
    report: StationReport | None
    tone: str
    is_own: bool


def report_rows(actor: Actor, year: int, nodes: Sequence[Node]) -> list[ReportRow]:
    """Return the reports of a year by station. One query.

    Args:
        actor: who looks.
        year: of which year.
        nodes: the stations of that year.
    """
    reports = {r.node_id: r for r in visible_reports(actor).filter(year=year)}
    office = actor.has(*OFFICE)
    found = []
    for node in nodes:
        own = heads_station(actor, node.pk)
        if not (office or own):
            continue
        report = reports.get(node.pk)
        found.append(ReportRow(node, report, REPORT_TONES[report.state] if report else "wait", own))
    return found


def own_station(actor: Actor, pk: UUID) -> Node | None:
    """Return a station that this person heads; None for any other."""
    nodes = actor.subjects(Role.STATION_HEAD)
    return Node.objects.visible_to(actor).filter(pk=pk, pk__in=nodes, kind=NodeKind.STATION).first()
