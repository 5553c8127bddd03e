"""Forms of what is reported upward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import area
from tongxin.readers.rollup.actions.asking import MOST_FIGURES, Wanted
from tongxin.readers.rollup.collecting import offered

if TYPE_CHECKING:
    from tongxin.foundation.core.figures import Figure
    from tongxin.readers.rollup.models import Sheet


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one part of the work, each with whether it is ticked."""

    name: str
    figures: list[tuple[Figure, bool]]

    @property
    def ticked(self) -> int:
        """How many are ticked."""
        return sum(ticked for _figure, ticked in self.figures)


class AskForm(forms.Form):
    """What the committees below are asked for."""

    title = forms.CharField(label=_lazy("标题"), max_length=80)
    since = forms.DateField(label=_lazy("从哪一天"), widget=_day())
    until = forms.DateField(
        label=_lazy("到哪一天"), widget=_day(), help_text=_lazy("最晚是今天：还没有过完的时间，数还会变")
    )
    due_on = forms.DateField(
        label=_lazy("报送期限"), widget=_day(), help_text=_lazy("期限以后也能报，记作迟报")
    )
    note = forms.CharField(
        label=_lazy("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    figures = forms.MultipleChoiceField(
        label=_lazy("要哪些数字"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("请至少选一个数字。")},
    )

    def __init__(self, *args: Any, like: Sheet | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        today = clock.today()
        initial: dict[str, Any] = {"since": today.replace(month=1, day=1), "until": today}
        if like is not None:
            # What the upper committee asks of us, passed on to those below.
            initial = {key: getattr(like, key) for key in ("title", "since", "until", "note", "figures")}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self._offered = offered()
        choices: Any = self.fields["figures"]
        choices.choices = [(one.id, one.name) for one in self._offered]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields above the choice of figures."""
        return [self[name] for name in ("title", "since", "until", "due_on", "note")]

    @property
    def groups(self) -> list[Group]:
        """The figures with whether each is ticked, by the part of the work that they are of."""
        ticked = set(self["figures"].value() or ())
        found: dict[str, list[tuple[Figure, bool]]] = {}
        for one in self._offered:
            found.setdefault(one.id.split(".")[0], []).append((one, one.id in ticked))
        return [Group(_name_of(prefix), rows) for prefix, rows in found.items()]

    def clean_figures(self) -> list[str]:
        """Keep the order in which they are offered."""
        chosen: list[str] = self.cleaned_data["figures"]
        if len(chosen) > MOST_FIGURES:
            raise forms.ValidationError(_("一次最多征集%(n)d个数字，请分几次。") % {"n": MOST_FIGURES})
        return chosen

    def clean_until(self) -> Any:  # noqa: ANN401
        """The span is over."""
        day = self.cleaned_data["until"]
        if day > clock.today():
            raise forms.ValidationError(_("这段时间还没有过完，数还会变。结束日期最晚是今天。"))
        since = self.cleaned_data.get("since")
        if since and day < since:
            raise forms.ValidationError(_("结束日期不能早于开始日期。"))
        return day

    def clean_due_on(self) -> Any:  # noqa: ANN401
        """There is time to answer."""
        day = self.cleaned_data["due_on"]
        if day < clock.today():
            raise forms.ValidationError(_("报送期限不能早于今天。"))
        return day

    def wanted(self) -> Wanted:
        """Return what was filled in."""
        return Wanted(**self.cleaned_data)


class RemarkForm(forms.Form):
    """What the upper committee should know about the numbers."""

    remark = forms.CharField(
        label=_lazy("需要说明的情况"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy("如：3月起才启用平台，以前的数按年报报送"),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


def _name_of(prefix: str) -> str:
    found = area(prefix)
    if found is not None:
        return str(found.name)
    names = {
        "organization": _("组织"),
        "proposals": _("提案"),
        "topics": _("议题"),
        "grassroots": _("基层"),
        "codes": _("一码通"),
        "matters": _("事项"),
    }
    return names.get(prefix, _("其他"))
