"""Forms of outstanding proposals and units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.forms.desk import AsksLater, note_field
from tongxin.activities.proposals.forms.supervising import DecisionOfMeetingForm
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


class FirstReviewForm(AsksLater):
    """Whether the ticked go on to the decision."""

    asked_later = ("note",)

    passes = forms.ChoiceField(
        label=_lazy("初评意见"),
        choices=(("yes", _lazy("入围")), ("no", _lazy("不入围"))),
        widget=forms.RadioSelect,
    )
    note = note_field(_lazy("说明"), _lazy("不入围的，请写为什么；入围的可以不写"), rows=3)

    def clean(self) -> dict[str, Any]:
        """Ask why something fails."""
        found = self.cleaned_data
        if found.get("passes") == "no" and not found.get("note", "").strip():
            self.add_error("note", _("没有入围的，请写为什么。"))
        return found


class HonourDecisionForm(DecisionOfMeetingForm):
    """Whether the ticked are honoured, and who decided so."""

    honoured = forms.ChoiceField(
        label=_lazy("审定意见"),
        choices=(("yes", _lazy("通过")), ("no", _lazy("不通过"))),
        initial="yes",
        widget=forms.RadioSelect,
    )
    field_order = ("honoured", "decision", "on")


class NominateUnitForm(forms.Form):
    """Which unit, and why."""

    unit = forms.ModelChoiceField(
        label=_lazy("承办单位"), queryset=Unit.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    reason = note_field(_lazy("推荐理由"), _lazy("例如：承办多、答复快，委员满意"), required=True)

    def __init__(self, *args: Any, units: Sequence[UUID], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        field.queryset = Unit.objects.filter(pk__in=units)
