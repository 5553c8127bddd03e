"""Forms of the ledger of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.actions.looking_back import LookedBack
from tongxin.activities.grassroots.actions.problems import Charge
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.permissions_problem import can_keep_everywhere
from tongxin.activities.grassroots.selectors.problems import TABS
from tongxin.capabilities.files.forms import FilesField
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, Level
from tongxin.foundation.organization.models import Node, Place, Unit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongxin.activities.grassroots.models import Problem
    from tongxin.activities.grassroots.selectors.problems import Wanted
    from tongxin.foundation.core.access import Actor

_LONGEST_TEXT = 2000


def text_field(
    label: str | _StrPromise, help_text: str | _StrPromise = "", *, required: bool = True, rows: int = 4
) -> forms.CharField:
    """Return a field for a paragraph or two."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=_LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def day_field(
    label: str | _StrPromise, help_text: str | _StrPromise = "", *, required: bool = True
) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def kept_nodes(actor: Actor) -> Any:  # noqa: ANN401 (a queryset of nodes)
    """Return the nodes for which somebody may keep the ledger."""
    found = Node.objects.visible_to(actor).open_on(clock.today()).order_by("station__name", "kind", "name")
    if can_keep_everywhere(actor):
        return found
    return found.filter(pk__in=Node.objects.under(actor.subjects(*NODE_ROLES)).values("pk"))


class _ChargeForm(forms.Form):
    """Who is to solve it, and by when."""

    use_required_attribute = False

    unit = forms.ModelChoiceField(
        label=_lazy("承办单位"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_lazy("没有账号的，在下面写名称"),
        help_text=_lazy("选了单位，单位马上收到提醒，办好了自己来报"),
    )
    owner = forms.CharField(
        label=_lazy("责任人"),
        required=False,
        max_length=80,
        help_text=_lazy("例如：寺沟村村委会 李主任。没有账号的，由您代他报结果"),
    )
    due_on = day_field(_lazy("期限"), _lazy("不写期限，就没有人提醒"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        units = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        units.queryset = Unit.objects.visible_to(actor).filter(ended_on=None)

    def clean(self) -> dict[str, Any]:
        """Ask for somebody who does it."""
        found = self.cleaned_data
        if not found.get("unit") and not (found.get("owner") or "").strip() and "unit" not in self.errors:
            self.add_error("unit", _("请选承办单位，或者写由谁负责。"))
        return found

    @property
    def charge(self) -> Charge:
        """Who and by when, as the action takes it."""
        found = self.cleaned_data
        return Charge(found["unit"], found["owner"], found["due_on"])


class ProblemForm(_ChargeForm):
    """What is to be solved, where, by whom, by when."""

    field_order = ("text", "title", "node", "unit", "owner", "due_on", "is_livelihood")

    text = text_field(_lazy("要解决什么"), _lazy("写清在哪里、是什么事。公开以后，反映的人会看到"))
    title = forms.CharField(
        label=_lazy("简短的名称"), required=False, max_length=60, help_text=_lazy("不写，就用上面第一句")
    )
    node = forms.ModelChoiceField(label=_lazy("哪个点的事"), queryset=Node.objects.none(), empty_label=None)
    is_livelihood = forms.BooleanField(label=_lazy("民生实事"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, actor=actor, **kwargs)
        cast("forms.ModelChoiceField[Node]", self.fields["node"]).queryset = kept_nodes(actor)

    def clean_due_on(self) -> Any:  # noqa: ANN401 (a day or None)
        """Only a day that is still to come."""
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < clock.today():
            raise forms.ValidationError(_("期限请选今天或以后的一天。"))
        return due_on


class ChangeForm(_ChargeForm):
    """Another unit, another day, and why."""

    reason = text_field(_lazy("为什么改"), _lazy("记入经过，单位会看到"), rows=2)


class ReportForm(forms.Form):
    """What was done, and what shows it."""

    use_required_attribute = False
    result = text_field(_lazy("怎样解决的"), _lazy("做了什么、现在怎么样。公开以后，反映的人会看到"), rows=5)
    photos = FilesField(label=_lazy("照片或文件"), required=False)


class CheckForm(forms.Form):
    """Whether it is solved."""

    use_required_attribute = False
    decision = forms.ChoiceField(
        label=_lazy("核实结果"),
        choices=(("confirm", _lazy("确实解决了")), ("return", _lazy("还没有解决，退回继续办"))),
        widget=forms.RadioSelect,
    )
    on = day_field(_lazy("哪天解决的"), _lazy("按这一天计入统计"), required=False)
    note = text_field(_lazy("核实情况"), _lazy("退回的，请写还差什么"), required=False, rows=3)

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        found = self.cleaned_data
        if found.get("decision") == "return" and not (found.get("note") or "").strip():
            self.add_error("note", _("请写还差什么。"))
        return found


class GiveUpForm(forms.Form):
    """Why it cannot be solved for now."""

    use_required_attribute = False
    reason = text_field(_lazy("为什么办不了"), _lazy("反映的人会看到这段话，请说明原因和以后的打算"), rows=4)


class LookBackForm(forms.Form):
    """What was found when somebody went back."""

    use_required_attribute = False
    on = day_field(_lazy("哪天去看的"))
    holds = forms.ChoiceField(
        label=_lazy("看到的"),
        choices=(("yes", _lazy("保持得好")), ("no", _lazy("又出现了，重新办"))),
        widget=forms.RadioSelect,
    )
    note = text_field(_lazy("情况"), rows=4)
    photos = FilesField(label=_lazy("照片"), required=False)
    due_on = day_field(_lazy("重新办的期限"), _lazy("又出现了的才填"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()

    @property
    def found(self) -> LookedBack:
        """What was seen."""
        words = self.cleaned_data
        return LookedBack(words["on"], words["holds"] == "yes", words["note"])


class ReopenForm(forms.Form):
    """Why it is worked on again, and by when."""

    use_required_attribute = False
    reason = text_field(_lazy("为什么重新办"), rows=3)
    due_on = day_field(_lazy("新的期限"), required=False)


class FilterForm(forms.Form):
    """Conditions of the list; the first field is the search."""

    q = forms.CharField(label=_lazy("问题、单位或编号"), required=False, max_length=40)
    state = forms.ChoiceField(label=_lazy("状态"), required=False)
    station = forms.ModelChoiceField(
        label=_lazy("工作站"), queryset=Node.objects.none(), required=False, empty_label=_lazy("全部")
    )
    town = forms.ChoiceField(label=_lazy("乡镇街道"), required=False)
    unit = forms.ModelChoiceField(
        label=_lazy("承办单位"), queryset=Unit.objects.none(), required=False, empty_label=_lazy("全部")
    )
    year = forms.CharField(label=_lazy("年度"), required=False, max_length=4)
    livelihood = forms.BooleanField(label=_lazy("只看民生"), required=False)
    agreed = forms.BooleanField(label=_lazy("只看协商议定的"), required=False)

    def __init__(self, *, actor: Actor, wanted: Wanted) -> None:
        initial = {
            name: getattr(wanted, name)
            for name in ("q", "state", "station", "town", "unit", "year", "livelihood", "agreed")
        }
        super().__init__(initial=initial)
        every = [("", _("全部"))]
        self.fields["state"].choices = [*every, *ProblemState.choices]  # type: ignore[attr-defined]
        for name in ("livelihood", "agreed"):
            self.fields[name].widget.attrs["value"] = "1"
        self.fields["year"].widget.attrs |= {"inputmode": "numeric", "pattern": "[0-9]{4}"}
        stations = cast("forms.ModelChoiceField[Node]", self.fields["station"])
        stations.queryset = Node.objects.visible_to(actor).filter(kind="station").order_by("name")
        units = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        units.queryset = Unit.objects.visible_to(actor).filter(ended_on=None)
        towns = Place.objects.filter(level=Level.TOWN, parent__committee=actor.committee_id)
        self.fields["town"].choices = [*every, *towns.values_list("code", "name")]  # type: ignore[attr-defined]


def kept_conditions(wanted: Wanted) -> list[tuple[str, str]]:
    """Return what the address asks for beyond the fields of the form, so that a search keeps it."""
    found = [
        ("tab", wanted.tab if wanted.tab in TABS and wanted.tab != "all" else ""),
        ("month", wanted.month),
        ("node", str(wanted.node or "")),
        ("session", str(wanted.session or "")),
        ("ask", wanted.ask),
        ("late", "1" if wanted.late else ""),
    ]
    return [(name, value) for name, value in found if value]


def initial_of(problem: Problem) -> dict[str, Any]:
    """Return who solves a problem now and by when, to be changed."""
    return {"unit": problem.unit_id, "owner": problem.owner, "due_on": problem.due_on}
