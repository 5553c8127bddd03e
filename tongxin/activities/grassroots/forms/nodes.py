"""What staff write about nodes, and how the list of them is narrowed down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.selectors.nodes import GAPS, HOSTED, possible_parents, towns_with_nodes
from tongxin.activities.grassroots.selectors.places import everyday, full_name, places_of, towns_in
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import HostKind, NodeKind
from tongxin.foundation.organization.models import Node, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.foundation.core.access import Actor

# Largest table: 5,000 rows are some 400 KB; ten times that is no list of nodes any more.
_MOST_BYTES = 5_000_000
_FIRST_YEAR, _LAST_YEAR = 1949, 2100


def day_input() -> forms.DateInput:
    """Return the browser's own field for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(label: Any, **kwargs: Any) -> forms.DateField:  # noqa: ANN401 (Django's own)
    """Return a field for a day."""
    return forms.DateField(label=label, widget=day_input(), **kwargs)


class NodeFilterForm(forms.Form):
    """How the list of nodes is narrowed down; every value is one of those offered."""

    q = forms.CharField(label=_("名称、地址"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    town = forms.ChoiceField(label=_("乡镇街道"), required=False)
    host = forms.ChoiceField(label=_("设在"), required=False)
    gap = forms.ChoiceField(label=_("缺什么"), required=False)
    ended = forms.ChoiceField(label=_("状态"), required=False)
    hosted = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    station = forms.UUIDField(required=False, widget=forms.HiddenInput)
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(
        required=False, min_value=_FIRST_YEAR, max_value=_LAST_YEAR, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        anything = ("", _("全部"))
        self.towns = towns_with_nodes(actor)
        self._offer("kind", [anything, *NodeKind.choices])
        self._offer("town", [anything, *self.towns, ("none", _("没有写地名的"))])
        self._offer("host", [anything, *HostKind.choices])
        self._offer("gap", [("", _("不限")), *((key, label) for key, (label, _test) in GAPS.items())])
        self._offer("ended", [("", _("在用")), ("1", _("已撤销"))])
        self._offer("hosted", [anything, *((key, key) for key in HOSTED)])

    def _offer(self, name: str, choices: Iterable[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)


class NodeForm(forms.Form):
    """What is written about one node. The parent is asked for when it is set up, and by a verb of its own later."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如：北河村协商议事会"))
    parent = forms.ModelChoiceField(
        label=_("上级"), queryset=Node.objects.none(), required=False, empty_label=_("没有上级")
    )
    host = forms.ChoiceField(label=_("设在"), choices=HostKind.choices)
    place = forms.ChoiceField(label=_("地名"), required=False, help_text=_("选它所在的乡镇、村或社区"))
    address = forms.CharField(
        label=_("地址"), max_length=80, required=False, help_text=_("写到门口，海报上会印")
    )
    about = forms.CharField(
        label=_("简介"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    opened_on = day_field(_("成立日期"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (Django's own)
        actor: Actor,
        kind: str,
        area: str,
        node: Node | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        parents = possible_parents(actor, kind)
        if node is not None or kind == NodeKind.STATION:
            del self.fields["parent"]
        else:
            field = cast("forms.ModelChoiceField[Node]", self.fields["parent"])
            field.queryset = parents
            field.required = kind == NodeKind.ROOM
            if field.required:
                field.empty_label = _("请选一个")
            field.label_from_instance = called  # type: ignore[assignment,method-assign]
        places = cast("forms.ChoiceField", self.fields["place"])
        places.choices = place_choices(area, node.place if node else None)

    def clean_place(self) -> Place | None:
        """Return the place itself."""
        code = self.cleaned_data.get("place")
        return places_of(self.actor).get(pk=code) if code else None

    def clean(self) -> dict[str, Any]:
        """Ask for the village of a village's node."""
        found = self.cleaned_data
        in_village = found.get("host") in {HostKind.VILLAGE, HostKind.COMMUNITY}
        if in_village and not found.get("place") and "place" not in self.errors:
            self.add_error("place", _("设在村或社区的，请选是哪个村或社区。"))
        return found


def called(node: Node) -> str:
    """Return a node's name with the place that it lies in, for a choice."""
    place = full_name(node.place)
    return gettext("{name}（{more}）").format(name=node.name, more=place) if place else node.name


def place_choices(area: str, also: Place | None = None) -> list[Any]:
    """Return the places of an area for a choice, villages under their towns, every town with what it lies in."""
    choices: list[Any] = [("", _("没有写地名"))]
    towns = towns_in(area)
    known = {code for town in towns for code in (town.place.pk, *(v.pk for v in town.villages))}
    if also is not None and also.pk not in known:
        choices.append((also.pk, full_name(also)))
    for town in towns:
        rows = [(v.pk, everyday(v)) for v in town.villages]
        choices.append((town.name, [(town.place.pk, town.name), *rows]))
    return choices


class MoveForm(forms.Form):
    """Where a node goes."""

    parent = forms.ModelChoiceField(
        label=_("移到哪个上级下面"), queryset=Node.objects.none(), required=False, empty_label=_("没有上级")
    )

    def __init__(self, *args: Any, actor: Actor, node: Node, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Node]", self.fields["parent"])
        field.queryset = possible_parents(actor, node.kind, besides=node.pk)
        field.label_from_instance = called  # type: ignore[assignment,method-assign]
        field.initial = node.parent_id
        field.required = node.kind == NodeKind.ROOM


class EndForm(forms.Form):
    """When a node ended, and why."""

    on = day_field(_("撤销日期"))
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class PatternForm(forms.Form):
    """How nodes are called after the places that were ticked, and since when they are there."""

    station = forms.BooleanField(label=_("给勾选的乡镇街道建委员工作站"), required=False)
    station_name = forms.CharField(label=_("工作站怎么叫"), max_length=40, initial="{地名}委员工作站")
    council = forms.BooleanField(label=_("给勾选的村、社区建协商议事会"), required=False)
    council_name = forms.CharField(label=_("议事会怎么叫"), max_length=40, initial="{地名}协商议事会")
    room = forms.BooleanField(label=_("给勾选的村、社区建协商议事室"), required=False)
    room_name = forms.CharField(label=_("议事室怎么叫"), max_length=40, initial="{地名}协商议事室")
    opened_on = day_field(_("成立日期"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for something to make, and for the place in each name."""
        found = self.cleaned_data
        kinds = [k for k in ("station", "council", "room") if found.get(k)]
        if not kinds:
            raise forms.ValidationError(_("请选要建什么。"))
        for kind in kinds:
            if "{地名}" not in (found.get(f"{kind}_name") or ""):
                self.add_error(f"{kind}_name", _("名称里要有{地名}，建的时候换成各处的地名。"))
        return found

    def pattern(self, kind: str) -> str:
        """Return the pattern of a kind's names; empty when none of it are wanted."""
        return str(self.cleaned_data[f"{kind}_name"]) if self.cleaned_data[kind] else ""


class TableForm(forms.Form):
    """A table that somebody filled in."""

    file = forms.FileField(
        label=_("表格"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}), help_text=_(".xlsx或.csv")
    )

    def clean_file(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """Refuse what is far too large."""
        file = self.cleaned_data["file"]
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(_("文件太大，最多5MB。"))
        return file
