"""Entering a number that was reported from elsewhere, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import figures_of
from tongxin.foundation.organization.models import Place
from tongxin.readers.statistics.models import ReportedNumber

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor

_OWN = gettext_lazy("本会（不分地方）")


class ReportedForm(forms.ModelForm[ReportedNumber]):
    """A number, whose it is, of which span, from which document and person."""

    figure = forms.ChoiceField(label=gettext_lazy("哪个数字"))
    place = forms.ModelChoiceField(
        Place.objects.none(), label=gettext_lazy("哪个地方"), required=False, empty_label=_OWN
    )
    overlaps = forms.BooleanField(
        label=gettext_lazy("时间有重叠，我核对过了，仍然保存"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = ReportedNumber
        fields = ("figure", "place", "since", "until", "value", "document", "reported_by")
        widgets: ClassVar = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("since", "until")
        }
        help_texts: ClassVar = {
            "value": gettext_lazy("照文件上的数填；上面有“余”“多”的，填它前面的数"),
            "document": gettext_lazy("例如：某县政协〔2019〕8号工作总结"),
            "reported_by": gettext_lazy("报数的单位和人，查的时候找得到"),
        }

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.committee_id = actor.committee_id or 0
        fields: dict[str, Any] = self.fields
        shown = [f for f in figures_of(self.committee_id) if f.is_open_to(actor)]
        named = ((f.id, _("{name}（{unit}）").format(name=f.name, unit=f.unit)) for f in shown)
        fields["figure"].choices = [("", "---------"), *named]
        fields["place"].queryset = places_of(actor)

    def clean(self) -> dict[str, Any]:
        """Hold against each other what was typed, and against what was reported before."""
        found = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("结束的日子不能早于开始的日子。"))
        elif since and until and since > clock.today():
            self.add_error("since", _("这段时间还没有开始。"))
        elif since and until and found.get("figure"):
            self._hold_against_others(found)
        return found

    def _hold_against_others(self, found: dict[str, Any]) -> None:
        same = ReportedNumber.objects.standing().filter(
            committee_id=self.committee_id, figure=found["figure"], place=found.get("place")
        )
        other = same.filter(since__lte=found["until"], until__gte=found["since"]).first()
        if other is None:
            return
        if (other.since, other.until) == (found["since"], found["until"]):
            self.add_error(None, _("这个数字在这段时间已经报过了。要改的话，先把原来的撤回。"))
        elif not found.get("overlaps"):
            field: Any = self.fields["overlaps"]
            field.widget = forms.CheckboxInput()
            self.add_error(
                "overlaps",
                _("和已有的一个报送数时间重叠（%(span)s），相加会重复。核对以后，确实要保存的请打勾。")
                % {"span": other.period.label},
            )


class WithdrawForm(forms.Form):
    """Why a reported number is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("为什么撤回"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


def places_of(actor: Actor) -> QuerySet[Place]:
    """Return the committee's own place, those right below it, and further down those with a committee."""
    own = actor.committee.place_id if actor.committee is not None else ""
    below = Q(parent=own) | Q(parent__parent=own, committee__isnull=False)
    return Place.objects.filter(Q(pk=own) | below).order_by("pk")
