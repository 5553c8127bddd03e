"""Forms of key proposals: nominating, deciding, leaders, plan, events, result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.supervising import Commitment, Supervision
from tongxin.activities.proposals.forms.desk import note_field
from tongxin.activities.proposals.models import SupervisionEvent, Supervisor
from tongxin.capabilities.files.forms import FilesField
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict
    from django.utils.functional import _StrPromise


# Commitments that one page offers room for; a second event takes more.
COMMITMENTS = 3


def day_field(label: str | _StrPromise, help_text: str | _StrPromise = "") -> forms.DateField:
    """Return a field for a day, today unless somebody says otherwise."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DecisionOfMeetingForm(forms.Form):
    """Which meeting or document decided, and when."""

    decision = forms.CharField(
        label=_lazy("决定（会议、文号）"),
        max_length=120,
        help_text=_lazy("例如：主席会议第12次会议纪要"),
    )
    on = day_field(_lazy("决定日期"))


class PlanForm(forms.Form):
    """How it will be supervised, and what figures call it."""

    note = note_field(
        _lazy("督办方案"),
        _lazy("谁领衔、什么时候到哪里、请哪些单位、要解决什么。只有政协机关看得到。"),
        required=True,
    )
    figure_key = forms.SlugField(
        label=_lazy("简称"),
        required=False,
        max_length=40,
        help_text=_lazy(
            "在数字和报告里用的简称，如museum。写了，数字里就有这件提案的现场督办次数；"
            "报告里用过以后不要再改。"
        ),
        error_messages={"invalid": _lazy("简称只能用英文字母、数字、横线和下划线，例如museum。")},
    )


class SupervisorForm(forms.Form):
    """A leader who takes the lead."""

    name = forms.CharField(label=_lazy("姓名"), max_length=40)
    office = forms.CharField(label=_lazy("职务"), max_length=60, help_text=_lazy("例如：市委书记"))
    role = forms.ChoiceField(
        label=_lazy("身份"),
        choices=Supervisor.Role.choices,
        initial=Supervisor.Role.CHAIRMENS_MEETING,
        widget=forms.RadioSelect,
    )


class CommitmentForm(forms.Form):
    """What one unit said it will do; a row without text is none."""

    unit = forms.ModelChoiceField(
        label=_lazy("哪个单位"), queryset=Unit.objects.none(), required=False, empty_label=None
    )
    text = forms.CharField(label=_lazy("承诺做什么"), required=False, max_length=200)
    due_on = forms.DateField(
        label=_lazy("何时完成"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        unit = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        unit.queryset = Unit.objects.filter(pk__in=[u.pk for u in units])
        # The rows are at hand; the field itself would ask for them once more in each row.
        unit.choices = [(u.pk, u.name) for u in units]

    def clean(self) -> dict[str, Any]:
        """Ask for the date of what is promised."""
        found = self.cleaned_data
        if found.get("text", "").strip():
            if not found.get("unit") and not self.has_error("unit"):
                self.add_error("unit", _("请选是哪个单位承诺的。"))
            if not found.get("due_on") and not self.has_error("due_on"):
                self.add_error("due_on", _("请写何时完成，到时候好核对。"))
        return found

    @property
    def commitment(self) -> Commitment | None:
        """What was promised, if anything."""
        found = self.cleaned_data
        if not found.get("text", "").strip():
            return None
        return Commitment(found["unit"], found["text"], found["due_on"])


class SupervisionForm(forms.Form):
    """One act of supervising."""

    kind = forms.ChoiceField(
        label=_lazy("方式"),
        choices=SupervisionEvent.Kind.choices,
        initial=SupervisionEvent.Kind.ON_SITE,
        widget=forms.RadioSelect,
    )
    on = day_field(_lazy("日期"))
    supervisors = forms.ModelMultipleChoiceField(
        label=_lazy("到场的督办领导"),
        queryset=Supervisor.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.CharField(label=_lazy("地点"), max_length=80)
    summary = note_field(
        _lazy("情况"), _lazy("看到了什么、议定了什么。提案者和承办单位都看得到。"), required=True, rows=6
    )
    photos = FilesField(
        label=_lazy("照片"), required=False, help_text=_lazy("可以一次选几张；照片里的位置信息会自动去掉")
    )

    def __init__(self, *args: Any, leaders: Sequence[Supervisor], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Supervisor]", self.fields["supervisors"])
        field.queryset = Supervisor.objects.filter(pk__in=[s.pk for s in leaders])
        field.choices = [(s.pk, str(s)) for s in leaders]
        field.initial = [s.pk for s in leaders] if len(leaders) == 1 else []

    @property
    def supervision(self) -> Supervision:
        """What happened, as the action takes it."""
        found = self.cleaned_data
        return Supervision(
            found["kind"], found["on"], found["place"], found["summary"], list(found["supervisors"])
        )


@dataclass(frozen=True, slots=True)
class EventForms:
    """The form of an event with the rows of what was promised there."""

    event: SupervisionForm
    rows: list[CommitmentForm]

    @classmethod
    def of(
        cls,
        leaders: Sequence[Supervisor],
        units: Sequence[Unit],
        data: QueryDict | None,
        files: Any,  # noqa: ANN401 (what Django gives)
    ) -> EventForms:
        """Return the forms; the first unit is offered in each row."""
        return cls(
            SupervisionForm(data, files, leaders=leaders),
            [CommitmentForm(data, prefix=f"c{n}", units=units) for n in range(COMMITMENTS)],
        )

    def is_valid(self) -> bool:
        """Look at every form, so that all faults show at once."""
        return all([self.event.is_valid(), *(row.is_valid() for row in self.rows)])

    @property
    def commitments(self) -> list[Commitment]:
        """What was promised, without the empty rows."""
        return [made for row in self.rows if (made := row.commitment)]
