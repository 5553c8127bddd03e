"""Who works at a node: what staff write down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.forms.nodes import called, day_field
from tongxin.activities.grassroots.models import SecondedPerson
from tongxin.activities.grassroots.selectors.nodes import WEEKDAYS
from tongxin.foundation.accounts.phones import normalise
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NodeKind, Standing
from tongxin.foundation.organization.models import Member, Node

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

_MOBILE = re.compile(r"1[3-9]\d{9}")
# One person a line, then a comma or a tab and the rest.
_BREAK = re.compile(r"[，,\t]")
_LONGEST_NAME, _LONGEST_REST = 60, 60
_LEADERS = (Standing.CHAIR, Standing.VICE_CHAIR)


def _lines(text: str, longest_rest: int) -> list[tuple[str, str]]:
    """Return people, one a line: name, then the rest.

    Raises:
        ValidationError: a line cannot be used; says which.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        name, _comma, rest = (part.strip() for part in _split(line))
        if not name and not rest:
            continue
        if not name or len(name) > _LONGEST_NAME or len(rest) > longest_rest:
            raise forms.ValidationError(
                gettext("第%(n)d行写得不对：先写姓名，再写逗号和后面的内容，不要太长。") % {"n": number}
            )
        found.append((name, rest))
    return found


def _split(line: str) -> tuple[str, str, str]:
    parts = _BREAK.split(line.strip(), maxsplit=1)
    return parts[0], ",", parts[1] if len(parts) > 1 else ""


class SinceForm(forms.Form):
    """Something that begins on a day."""

    since = day_field(_("开始日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = clock.today


class UntilForm(forms.Form):
    """Something that ends on a day."""

    on = day_field(_("结束日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class HeadForm(SinceForm):
    """Who heads a workstation from now on."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    title = forms.CharField(
        label=_("职务"), max_length=80, required=False, help_text=_("例如：东华镇党委副书记")
    )
    member = forms.ModelChoiceField(
        label=_("是本会委员的，选是哪位"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("不是委员"),
    )
    field_order = ("name", "title", "member", "since")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Member]", self.fields["member"])
        field.queryset = Member.objects.visible_to(actor).active()
        field.label_from_instance = by_number  # type: ignore[assignment,method-assign]


def by_number(member: Member) -> str:
    """Return a member's name and number, for a choice: names repeat."""
    return f"{member.name} {member.number}"


class AccountForm(forms.Form):
    """The number under which somebody signs in."""

    phone = forms.CharField(
        label=_("手机号"), max_length=20, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )

    def clean_phone(self) -> str:
        """Return the digits."""
        phone = normalise(self.cleaned_data["phone"])
        if not _MOBILE.fullmatch(phone):
            raise forms.ValidationError(_("请填11位手机号。"))
        return phone


class WorkerForm(AccountForm):
    """Somebody who keeps a node."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    title = forms.CharField(label=_("职务"), max_length=60, required=False, help_text=_("例如：村文书"))
    field_order = ("name", "phone", "title")


class SeatsForm(SinceForm):
    """Fixed seats of a council, one person a line."""

    people = forms.CharField(
        label=_("固定成员"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("每行一人：姓名，身份。例如：王建国，村党支部书记"),
    )
    convenor = forms.BooleanField(label=_("这些人是召集人"), required=False)
    field_order = ("people", "convenor", "since")

    def clean_people(self) -> list[tuple[str, str]]:
        """Return the people with what they stand for."""
        return _lines(self.cleaned_data["people"], _LONGEST_REST)


class SecondForm(SinceForm):
    """Who is seconded to one node: own members by picking, those of the committee above by name."""

    members = forms.ModelMultipleChoiceField(
        label=_("本会委员"),
        queryset=Member.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    guests = forms.CharField(
        label=_("上级政协委员"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一人：姓名，工作单位及职务"),
    )
    field_order = ("members", "guests", "since")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Member]", self.fields["members"])
        field.queryset = Member.objects.visible_to(actor).active()
        field.label_from_instance = by_number  # type: ignore[assignment,method-assign]
        if actor.committee is None or actor.committee.parent_id is None:
            del self.fields["guests"]

    def clean_guests(self) -> list[tuple[str, str]]:
        """Return the members of the committee above, with their work units."""
        return _lines(self.cleaned_data["guests"], _LONGEST_REST * 2)

    def clean(self) -> dict[str, Any]:
        """Ask for somebody."""
        found = self.cleaned_data
        if not found.get("members") and not found.get("guests") and not self.errors:
            raise forms.ValidationError(_("请选委员，或者写上级政协委员的姓名。"))
        return found


class PlaceManyForm(SinceForm):
    """Many people to many nodes at once."""

    members = forms.ModelMultipleChoiceField(
        label=_("哪些委员"), queryset=Member.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    nodes = forms.ModelMultipleChoiceField(
        label=_("下沉到哪里"), queryset=Node.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("members", "nodes", "since")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelMultipleChoiceField[Member]", self.fields["members"])
        people.queryset = Member.objects.visible_to(actor).active()
        people.label_from_instance = by_number  # type: ignore[assignment,method-assign]
        nodes = cast("forms.ModelMultipleChoiceField[Node]", self.fields["nodes"])
        kinds = (NodeKind.STATION, NodeKind.COUNCIL)
        open_now = Node.objects.visible_to(actor).filter(ended_on=None, kind__in=kinds)
        nodes.queryset = open_now.select_related("place__parent").order_by("place_id", "kind", "name")
        nodes.label_from_instance = called  # type: ignore[assignment,method-assign]


class ChargeForm(SinceForm):
    """Which leader takes charge of a workstation."""

    leader = forms.ModelChoiceField(
        label=_("包抓领导"), queryset=Member.objects.none(), empty_label=_("请选主席、副主席")
    )
    field_order = ("leader", "since")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        leaders = Member.objects.visible_to(actor).active().filter(memberships__standing__in=_LEADERS)
        cast("forms.ModelChoiceField[Member]", self.fields["leader"]).queryset = leaders.distinct()


class VisitForm(forms.Form):
    """What a leader in charge found."""

    on = day_field(_("督导日期"))
    findings = forms.CharField(
        label=_("发现的问题和要求"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    rectify_by = day_field(_("整改期限"), required=False, help_text=_("不用整改的，留空"))


class RectifiedForm(forms.Form):
    """What was put right."""

    on = day_field(_("整改完成日期"))
    text = forms.CharField(label=_("整改情况"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class DutyForm(forms.Form):
    """When a seconded person sits at a node."""

    person = forms.ModelChoiceField(
        label=_("谁值班"), queryset=SecondedPerson.objects.none(), empty_label=_("请选下沉委员")
    )
    weekday = forms.TypedChoiceField(
        label=_("每周"),
        choices=[("", _("不是每周")), *WEEKDAYS],
        coerce=int,
        required=False,
        empty_value=None,
    )
    on = day_field(_("或者哪一天"), required=False)
    starts_at = forms.TimeField(label=_("从"), widget=_time_input())
    ends_at = forms.TimeField(label=_("到"), widget=_time_input())

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        ids = {node.pk, node.parent_id, node.station_id} - {None}
        held = SecondedPerson.objects.filter(
            committee_id=node.committee_id, secondments__node__in=ids, secondments__until=None
        ).distinct()
        field = cast("forms.ModelChoiceField[SecondedPerson]", self.fields["person"])
        field.queryset = held
        field.label_from_instance = person_name  # type: ignore[assignment,method-assign]

    def clean(self) -> dict[str, Any]:
        """Ask for a day of the week or a date, and for hours in order."""
        found = self.cleaned_data
        if not self.errors and bool(found.get("weekday")) == bool(found.get("on")):
            self.add_error("weekday", _("请选每周哪一天，或者写一个日期，二选一。"))
        if not self.errors and found["ends_at"] <= found["starts_at"]:
            self.add_error("ends_at", _("结束时间要在开始时间之后。"))
        return found


def person_name(person: SecondedPerson) -> str:
    """Return a seconded person's name and work unit, for a choice."""
    if not person.work_unit_and_title:
        return person.name
    return gettext("{name}（{more}）").format(name=person.name, more=person.work_unit_and_title)


class SecondedFilterForm(forms.Form):
    """How the list of seconded people is narrowed down."""

    q = forms.CharField(label=_("姓名、单位"), required=False, max_length=40)
    level = forms.ChoiceField(
        label=_("哪级委员"),
        required=False,
        choices=[("", _("全部")), ("own", _("本会委员")), ("above", _("上级政协委员"))],
    )
    node = forms.UUIDField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(required=False, min_value=1949, max_value=2100, widget=forms.HiddenInput)
