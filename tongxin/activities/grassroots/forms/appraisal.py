"""Forms of the appraisal: the scheme with its items and grades, points, the approval, a head's report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.actions.appraising import GradeWords, ItemWords, Terms
from tongxin.activities.grassroots.actions.scoring import Points
from tongxin.activities.grassroots.forms.problem import day_field, text_field
from tongxin.activities.grassroots.models import AppraisalScheme
from tongxin.activities.grassroots.selectors.station_figures import offered_figures
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tongxin.activities.grassroots.models import AppraisalItem, Grade, ItemScore

MOST_ITEMS = 12
MOST_GRADES = 5
# Rows that stand open while nothing is written; the others are one click away.
OPEN_ITEMS = 4
OPEN_GRADES = 3
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


def _number(label: Any, *, places: int, most: int, required: bool = True) -> forms.DecimalField:  # noqa: ANN401
    return forms.DecimalField(
        label=label, required=required, min_value=0, max_value=most, decimal_places=places
    )


class MoneyForm(forms.Form):
    """The budget, how it is shared, and until when stations score themselves."""

    use_required_attribute = False

    budget_yuan = forms.DecimalField(
        label=_lazy("奖补资金（元）"), min_value=0, max_digits=12, decimal_places=2
    )
    sharing = forms.ChoiceField(
        label=_lazy("怎样分配"), choices=AppraisalScheme.Sharing.choices, widget=forms.RadioSelect
    )
    round_to_yuan = forms.TypedChoiceField(
        label=_lazy("取整"),
        coerce=int,
        choices=((0, _lazy("不取整，分到分为止")), (1, _lazy("到元")), (100, _lazy("到百元，零头留下不分"))),
    )
    self_score_until = day_field(_lazy("自评截止日期"), _lazy("过了这一天，站长不能再改"), required=False)

    def terms(self, scheme: AppraisalScheme | None = None) -> Terms:
        """Return what was written, with year and name where they stand elsewhere."""
        found = self.cleaned_data
        return Terms(
            year=found.get("year", scheme.year if scheme else 0),
            name=found.get("name", scheme.name if scheme else ""),
            budget_yuan=found["budget_yuan"],
            sharing=found["sharing"],
            round_to_yuan=found["round_to_yuan"],
            self_score_until=found["self_score_until"],
        )


class SchemeForm(MoneyForm):
    """A scheme: the year, its name, the money."""

    field_order = ("year", "name")
    year = forms.IntegerField(label=_lazy("年度"), min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    name = forms.CharField(label=_lazy("名称"), max_length=80)


class ItemForm(forms.Form):
    """One item of a scheme."""

    use_required_attribute = False
    name = forms.CharField(label=_lazy("考核内容"), max_length=120, required=False)
    points_most = _number(_lazy("满分"), places=1, most=1000, required=False)
    figure = forms.ChoiceField(label=_lazy("旁边显示的数字"), required=False)
    needs_evidence = forms.BooleanField(label=_lazy("要写依据"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        choices = [("", _("不显示")), *((f.id, str(f.name)) for f in offered_figures())]
        self.fields["figure"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the points of an item that has a name."""
        found = self.cleaned_data
        if (found.get("name") or "").strip() and not found.get("points_most"):
            self.add_error("points_most", _("请写满分是多少。"))
        return found


class GradeForm(forms.Form):
    """One grade of a scheme."""

    use_required_attribute = False
    name = forms.CharField(label=_lazy("等次"), max_length=20, required=False)
    points_least = _number(_lazy("起点分"), places=1, most=1000, required=False)
    places_most = forms.IntegerField(
        label=_lazy("名额（0为不限）"), min_value=0, max_value=9999, required=False, initial=0
    )
    weight = _number(_lazy("分配权重"), places=2, most=999, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the threshold of a grade that has a name."""
        found = self.cleaned_data
        if (found.get("name") or "").strip() and found.get("points_least") is None:
            self.add_error("points_least", _("请写多少分起。"))
        return found


class SchemeForms:
    """The whole form of a scheme: the money, rows of items, rows of grades."""

    def __init__(self, data: Mapping[str, Any] | None, scheme: AppraisalScheme | None = None) -> None:
        items: Sequence[AppraisalItem] = list(scheme.items.all()) if scheme else []
        grades: Sequence[Grade] = list(scheme.grades.all()) if scheme else []
        self.is_bound = data is not None
        self.scheme = SchemeForm(data, initial=_initial(scheme))
        self.items = [
            ItemForm(data, prefix=f"item-{n}", initial=_item(items[n]) if n < len(items) else {})
            for n in range(MOST_ITEMS)
        ]
        self.grades = [
            GradeForm(data, prefix=f"grade-{n}", initial=_grade(grades[n]) if n < len(grades) else {})
            for n in range(MOST_GRADES)
        ]
        self.open_items = max(OPEN_ITEMS, len(items))
        self.open_grades = max(OPEN_GRADES, len(grades))
        # As the template's slice takes them.
        self.rest_items, self.rest_grades = f"{self.open_items}:", f"{self.open_grades}:"

    def is_valid(self) -> bool:
        """Whether every part is."""
        # Each is asked, so that all faults show at once.
        faulty = [form for form in (self.scheme, *self.items, *self.grades) if not form.is_valid()]
        return not faulty

    @property
    def item_words(self) -> list[ItemWords]:
        """The items that have a name."""
        return [
            ItemWords(name, d["points_most"], d["needs_evidence"], d["figure"])
            for d in (f.cleaned_data for f in self.items)
            if (name := (d.get("name") or "").strip())
        ]

    @property
    def grade_words(self) -> list[GradeWords]:
        """The grades that have a name."""
        return [
            GradeWords(
                name,
                d["points_least"],
                d["places_most"] or 0,
                Decimal(1) if d["weight"] is None else d["weight"],
            )
            for d in (f.cleaned_data for f in self.grades)
            if (name := (d.get("name") or "").strip())
        ]


def _initial(scheme: AppraisalScheme | None) -> dict[str, Any]:
    if scheme is None:
        year = clock.today().year
        return {
            "year": year,
            "name": f"{year}年委员工作站考核办法",
            "sharing": AppraisalScheme.Sharing.BY_SCORE,
            "round_to_yuan": 0,
        }
    names = ("year", "name", "budget_yuan", "sharing", "round_to_yuan", "self_score_until")
    return {name: getattr(scheme, name) for name in names}


def money_initial(scheme: AppraisalScheme) -> dict[str, Any]:
    """Return the money of a scheme as it stands, to be changed."""
    return _initial(scheme)


def _item(item: AppraisalItem) -> dict[str, Any]:
    return {n: getattr(item, n) for n in ("name", "points_most", "figure", "needs_evidence")}


def _grade(grade: Grade) -> dict[str, Any]:
    return {n: getattr(grade, n) for n in ("name", "points_least", "places_most", "weight")}


class PointsForm(forms.Form):
    """Points and words for each item of one station."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, rows: Sequence[ItemScore], version: int, checks: bool
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.rows, self.checks = rows, checks
        for row in rows:
            points, words = (row.checked_points, row.remark) if checks else (row.self_points, row.evidence)
            self.fields[f"points-{row.item_id}"] = forms.DecimalField(
                label=_("核查得分") if checks else _("自评得分"),
                min_value=0,
                max_value=row.item.points_most,
                decimal_places=1,
                required=False,
                initial=row.self_points if checks and points is None else points,
            )
            self.fields[f"words-{row.item_id}"] = forms.CharField(
                label=_("核查说明") if checks else _("依据"),
                max_length=200 if checks else 300,
                required=False,
                initial=words,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

        self._mark(required=True)

    def full_clean(self) -> None:
        """Leave the question what is needed to the step: what is only kept may have gaps."""
        self._mark(required=False)
        super().full_clean()
        self._mark(required=True)

    def _mark(self, *, required: bool) -> None:
        for row in self.rows:
            self.fields[f"points-{row.item_id}"].required = required
            if row.item.needs_evidence and not self.checks:
                self.fields[f"words-{row.item_id}"].required = required

    def given(self) -> dict[UUID, Points]:
        """Return what was written for each item."""
        return {
            row.item_id: Points(
                self.cleaned_data[f"points-{row.item_id}"], self.cleaned_data[f"words-{row.item_id}"]
            )
            for row in self.rows
        }

    def fields_of(self, row: ItemScore) -> tuple[forms.BoundField, forms.BoundField]:
        """Return the two fields of an item."""
        return self[f"points-{row.item_id}"], self[f"words-{row.item_id}"]


class ApproveForm(forms.Form):
    """Which meeting or document decided, for the list that was looked at."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.CharField(
        label=_lazy("审定（会议、文号）"),
        max_length=120,
        help_text=_lazy("例如：五届华亭市政协第32次主席会议"),
    )


class ReasonForm(forms.Form):
    """Why something goes back."""

    use_required_attribute = False
    reason = text_field(_lazy("为什么退回"), _lazy("站长会看到这段话"), rows=3)


class ReportForm(forms.Form):
    """The text of a report, and the version that was being written on."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_lazy("述职报告"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 18})
    )


class ReviewForm(forms.Form):
    """What the office thinks of a report."""

    use_required_attribute = False
    points = _number(_lazy("评议得分（满分100）"), places=1, most=100, required=False)
    review = text_field(_lazy("评议意见"), _lazy("站长会看到这段话"), rows=4)
