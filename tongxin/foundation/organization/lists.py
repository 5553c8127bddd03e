"""The committee's plain lists, described once: their columns, forms, searches and words.

Terms, sessions, sectors, special committees, expert teams, units and bodies are all shown, searched, exported
and edited by the same three views, which read these descriptions.
"""

# ruff: noqa: SLF001 (Django's own description of a model is reached through underscores)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization import forms
from tongxin.foundation.organization.models import (
    Body,
    ExpertTeam,
    Owned,
    Sector,
    Session,
    SpecialCommittee,
    Term,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: words, a number that opens rows, or a state."""

    text: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its heading, and what it shows of a row."""

    header: str | _StrPromise
    cell: Callable[[Any], Cell]


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. The first column is its title and leads to the row."""

    key: str
    label: str | _StrPromise
    one: str | _StrPromise
    about: str | _StrPromise
    form: type[forms.EntryForm]
    model: type[Owned]
    columns: tuple[ListColumn, ...]
    search: tuple[str, ...]
    rows: Callable[[QuerySet[Any]], QuerySet[Any]]
    # The URL name of a row's page.
    row_page: str

    def matching(self, actor: Actor, words: str) -> Any:  # noqa: ANN401 (rows of any model)
        """Return the rows of the actor's committee in which the words occur."""
        found = self.rows(self.model._default_manager.visible_to(actor))  # type: ignore[attr-defined]
        if words:
            test = Q()
            for field in self.search:
                test |= Q(**{f"{field}__icontains": words})
            found = found.filter(test)
        return found

    def url_of(self, row: Owned) -> str:
        """Return the address of a row's page."""
        return reverse(f"organization:{self.row_page}", args=[row.pk])

    def workbook(self, rows: Iterable[Owned]) -> bytes:
        """Return the rows as an Excel workbook with the columns of the page."""
        columns = [Column(str(n), str(c.header), width=20) for n, c in enumerate(self.columns)]
        lines = ({str(n): c.cell(row).text for n, c in enumerate(self.columns)} for row in rows)
        return write_workbook([Sheet(str(self.label), columns, lines)])


def _text(name: str) -> Callable[[Any], Cell]:
    return lambda row: Cell(str(getattr(row, name) or ""))


def _choice(name: str) -> Callable[[Any], Cell]:
    return lambda row: Cell(str(getattr(row, f"get_{name}_display")()))


def _day(name: str) -> Callable[[Any], Cell]:
    def cell(row: Any) -> Cell:  # noqa: ANN401
        day: date | None = getattr(row, name)
        return Cell(date_format(day, "Y-m-d") if day else "")

    return cell


def _in_use(row: Any) -> Cell:  # noqa: ANN401
    return Cell(gettext("在用"), tone="ok") if row.is_active else Cell(gettext("停用"), tone="stop")


def _members(key: str) -> Callable[[Any], Cell]:
    """A number of members that opens the list of members with the same filter."""

    def cell(row: Any) -> Cell:  # noqa: ANN401
        query = {key: row.pk}
        if key == "sector":
            query["term"] = row.term_id
        return Cell(str(row.members), f"{reverse('organization:members')}?{urlencode(query)}")

    return cell


def _unit_state(row: Any) -> Cell:  # noqa: ANN401
    return Cell(gettext("已撤销或更名"), tone="stop") if row.ended_on else Cell(gettext("在用"), tone="ok")


def _posts(row: Any) -> Cell:  # noqa: ANN401
    return Cell(str(row.people), f"{reverse('organization:posts')}?{urlencode({'q': row.name})}")


TERMS = Listing(
    key="terms",
    label=pgettext_lazy("list", "届"),
    one=_("届"),
    about=_("每届一般五年。委员、界别都跟着届走。"),
    form=forms.TermForm,
    model=Term,
    columns=(
        ListColumn(_("届"), lambda row: Cell(str(row))),
        ListColumn(_("开始日期"), _day("starts_on")),
        ListColumn(_("届满日期"), _day("ends_on")),
        ListColumn(_("委员"), _members("term")),
    ),
    search=("number",),
    rows=lambda q: q.annotate(members=Count("memberships")).order_by("-number"),
    row_page="terms_edit",
)
SESSIONS = Listing(
    key="sessions",
    label=pgettext_lazy("list", "次会议"),
    one=_("次会议"),
    about=_("全体会议。提案按会议编号；截止日期分开大会提案和平时提案。"),
    form=forms.SessionForm,
    model=Session,
    columns=(
        ListColumn(_("会议"), lambda row: Cell(str(row))),
        ListColumn(_("开幕日期"), _day("opens_on")),
        ListColumn(_("闭幕日期"), _day("closes_on")),
        ListColumn(_("大会提案截止"), _day("proposal_cutoff_on")),
        ListColumn(_("编号前缀"), _text("code_prefix")),
    ),
    search=("code_prefix",),
    rows=lambda q: q.select_related("term").order_by("-opens_on"),
    row_page="sessions_edit",
)
SECTORS = Listing(
    key="sectors",
    label=pgettext_lazy("list", "界别"),
    one=_("界别"),
    about=_("每届的界别由本会定。导入名册时，没有的界别会自动新增。"),
    form=forms.SectorForm,
    model=Sector,
    columns=(
        ListColumn(_("界别"), _text("name")),
        ListColumn(_("届"), lambda row: Cell(str(row.term))),
        ListColumn(_("委员"), _members("sector")),
    ),
    search=("name",),
    rows=lambda q: (
        q.select_related("term")
        .annotate(members=Count("memberships"))
        .order_by("-term__number", "order", "name")
    ),
    row_page="sectors_edit",
)
SPECIAL_COMMITTEES = Listing(
    key="special_committees",
    label=pgettext_lazy("list", "专门委员会"),
    one=_("专门委员会"),
    about=_("委员都应编入专门委员会（全员入委）。"),
    form=forms.SpecialCommitteeForm,
    model=SpecialCommittee,
    columns=(
        ListColumn(_("专门委员会"), _text("name")),
        ListColumn(_("专家团队"), lambda row: Cell(str(row.teams))),
        ListColumn(_("状态"), _in_use),
    ),
    search=("name",),
    rows=lambda q: q.annotate(teams=Count("expert_teams")).order_by("order", "name"),
    row_page="special_committees_edit",
)
EXPERT_TEAMS = Listing(
    key="expert_teams",
    label=pgettext_lazy("list", "专家团队"),
    one=_("专家团队"),
    about=_("专委会、界别委员、专家团队三轮驱动中的一轮。"),
    form=forms.ExpertTeamForm,
    model=ExpertTeam,
    columns=(
        ListColumn(_("专家团队"), _text("name")),
        ListColumn(_("所属专门委员会"), lambda row: Cell(str(row.special_committee or ""))),
        ListColumn(_("人数"), lambda row: Cell(str(row.people))),
    ),
    search=("name", "special_committee__name", "places__name"),
    rows=lambda q: (
        q.select_related("special_committee").annotate(people=Count("places", distinct=True)).order_by("name")
    ),
    row_page="expert_teams_edit",
)
UNITS = Listing(
    key="units",
    label=pgettext_lazy("list", "承办单位"),
    one=_("承办单位"),
    about=_("承办提案的部门、乡镇、企事业单位，以及督办单位。"),
    form=forms.UnitForm,
    model=Unit,
    columns=(
        ListColumn(_("单位"), _text("name")),
        ListColumn(_("类别"), _choice("kind")),
        ListColumn(_("归口督办单位"), lambda row: Cell(str(row.supervised_by or ""))),
        ListColumn(_("岗位"), _posts),
        ListColumn(_("状态"), _unit_state),
    ),
    search=("name", "short_name"),
    rows=lambda q: (
        q.select_related("supervised_by")
        .annotate(people=Count("posts", filter=Q(posts__until=None)))
        .order_by("ended_on", "name")
    ),
    row_page="unit",
)
BODIES = Listing(
    key="bodies",
    label=pgettext_lazy("list", "集体提案单位"),
    one=_("集体提案单位"),
    about=_("以单位名义提提案的党派、人民团体、工商联、界别、委员小组和专委会。"),
    form=forms.BodyForm,
    model=Body,
    columns=(
        ListColumn(_("名称"), _text("name")),
        ListColumn(_("类别"), _choice("kind")),
        ListColumn(_("联络员"), lambda row: Cell(str(row.people))),
        ListColumn(_("状态"), _in_use),
    ),
    search=("name",),
    rows=lambda q: q.annotate(people=Count("posts", filter=Q(posts__until=None))).order_by("kind", "name"),
    row_page="bodies_edit",
)
LISTINGS = {
    listing.key: listing
    for listing in (TERMS, SESSIONS, SECTORS, SPECIAL_COMMITTEES, EXPERT_TEAMS, UNITS, BODIES)
}
