"""What clerks type about the posts of the office (编制) and what became of its people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.organization.actions_staff import (
    DOCUMENT_MOST,
    LINES_MOST,
    NAME_MOST,
    ChangeLine,
    PostLine,
    places_of_posts,
)
from tongxin.foundation.organization.enums import Establishment, StaffChangeKind, Workplace
from tongxin.foundation.organization.models import Place, SpecialCommittee, StaffChange, StaffPost
from tongxin.foundation.organization.staff_parts import WHERE

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

_EVERY = ("", _("全部"))
_FIRST_YEAR, _LAST_YEAR = 1949, 2199


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _lines(text: str) -> list[list[str]]:
    """Return the lines of a text as it was typed, or pasted from a table, each divided at commas and tabs."""
    found = [
        [part.strip() for part in re.split(r"[,，\t]", line)] for line in text.splitlines() if line.strip()
    ]
    if not found:
        raise ValidationError(_("一行也没有写。"))
    if len(found) > LINES_MOST:
        raise ValidationError(_("一次最多登记%(n)d行，请分几次。") % {"n": LINES_MOST})
    for n, (name, *others) in enumerate(found, 1):
        if not name:
            raise ValidationError(_("第%(n)d行是空的。") % {"n": n})
        if len(name) > NAME_MOST or any(len(other) > NAME_MOST for other in others):
            raise ValidationError(_("第%(n)d行太长，最多60个字。") % {"n": n})
    return found


class _StaffForm(forms.Form):
    """Choices are the committee's own."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        own = SpecialCommittee.objects.visible_to(actor)
        self.fields["special_committee"].queryset = own  # type: ignore[attr-defined]


class _PostFields(_StaffForm):
    """What posts have in common."""

    establishment = forms.ChoiceField(label=_("编制"), choices=Establishment.choices)
    workplace = forms.ChoiceField(label=_("设在"), choices=Workplace.choices)
    special_committee = forms.ModelChoiceField(
        label=_("哪个专委会"),
        queryset=SpecialCommittee.objects.none(),
        required=False,
        empty_label=_("不选"),
        help_text=_("设在专门委员会的才选。"),
    )
    place = forms.ModelChoiceField(
        label=_("哪里的服务中心"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("不选"),
        help_text=_("设在委员服务中心的才选；不选就是本级的。"),
    )
    document = forms.CharField(
        label=_("批准文件"),
        max_length=DOCUMENT_MOST,
        required=False,
        help_text=_("例如：华编委发〔2021〕8号。"),
    )
    since = forms.DateField(label=_("开始日期"), widget=_day())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, actor=actor, **kwargs)
        places = places_of_posts(actor.committee_id or 0)
        if places.count() > 1:
            self.fields["place"].queryset = places  # type: ignore[attr-defined]
        else:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        """Say it beside the field when a special committee or a place does not go with where the post is."""
        data = super().clean() or {}
        workplace = data.get("workplace")
        if data.get("special_committee") and workplace != Workplace.SPECIAL_COMMITTEE:
            self.add_error("special_committee", _("设在专门委员会的岗位，才选是哪个专委会。"))
        if data.get("place") and workplace != Workplace.SERVICE_CENTRE:
            self.add_error("place", _("设在委员服务中心的岗位，才选是哪里的。"))
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return data

    def _line(self, title: str, holder: str) -> PostLine:
        data = self.cleaned_data
        return PostLine(
            establishment=data["establishment"],
            title=title,
            since=data["since"],
            workplace=data["workplace"],
            holder=holder,
            special_committee=data["special_committee"],
            place=data.get("place"),
            until=data.get("until"),
        )


class StaffPostsForm(_PostFields):
    """One or many posts that one document approved."""

    lines = forms.CharField(
        label=_("岗位"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "一行一个岗位；有人在岗的，在后面写逗号和姓名，例如：一级科员，周敏。从Excel复制两列粘贴也行。"
        ),
    )
    field_order = ("establishment", "workplace", "special_committee", "place", "lines", "since", "document")

    def clean_lines(self) -> list[tuple[str, str]]:
        """Return titles with holders."""
        return [(title, others[0] if others else "") for title, *others in _lines(self.cleaned_data["lines"])]

    def posts(self) -> list[PostLine]:
        """Return what was typed, a line for each post."""
        return [self._line(title, holder) for title, holder in self.cleaned_data["lines"]]


class StaffPostForm(_PostFields):
    """One post, to correct it or to write down who holds it now."""

    title = forms.CharField(label=_("岗位"), max_length=NAME_MOST)
    holder = forms.CharField(
        label=_("现任"), max_length=NAME_MOST, required=False, help_text=_("没有人在岗就空着。")
    )
    until = forms.DateField(
        label=_("结束日期"), widget=_day(), required=False, help_text=_("岗位还在的空着。")
    )
    field_order = (
        "title",
        "holder",
        "establishment",
        "workplace",
        "special_committee",
        "place",
        "since",
        "until",
        "document",
    )

    @staticmethod
    def of(post: StaffPost) -> dict[str, Any]:
        """Return what the form shows of a post at first."""
        return {
            "title": post.title,
            "holder": post.holder,
            "establishment": post.establishment,
            "workplace": post.workplace,
            "special_committee": post.special_committee_id,
            "place": post.place_id,
            "since": post.since,
            "until": post.until,
            "document": post.document,
        }

    def post(self) -> PostLine:
        """Return what was typed."""
        return self._line(self.cleaned_data["title"], self.cleaned_data["holder"])


class StaffEndForm(forms.Form):
    """The last day of a post."""

    on = forms.DateField(label=_("最后一天"), widget=_day(), help_text=_("这一天还算，第二天起不算。"))


class _ChangeFields(_StaffForm):
    """What changes have in common."""

    kind = forms.ChoiceField(label=_("变动"), choices=[("", _("请选择")), *StaffChangeKind.choices])
    on = forms.DateField(label=_("日期"), widget=_day())
    until = forms.DateField(
        label=_("结束日期"),
        widget=_day(),
        required=False,
        help_text=_("编入专委会的调研员才写；还没有结束的空着。"),
    )
    special_committee = forms.ModelChoiceField(
        label=_("哪个专委会"),
        queryset=SpecialCommittee.objects.none(),
        required=False,
        empty_label=_("不选"),
    )
    document = forms.CharField(
        label=_("文件"),
        max_length=DOCUMENT_MOST,
        required=False,
        help_text=_("例如：华组发〔2021〕15号。"),
    )

    def clean(self) -> dict[str, Any]:
        """Say it beside the field when a date cannot be."""
        data = super().clean() or {}
        if data.get("on") and data["on"] > clock.today():
            self.add_error("on", _("日期还没有到，请在当天登记。"))
        if data.get("until") and data.get("kind") != StaffChangeKind.ATTACHED:
            self.add_error("until", _("编入专委会的调研员，才有结束日期。"))
        elif data.get("on") and data.get("until") and data["until"] < data["on"]:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return data

    def _line(self, name: str) -> ChangeLine:
        data = self.cleaned_data
        return ChangeLine(
            kind=data["kind"],
            name=name,
            on=data["on"],
            special_committee=data["special_committee"],
            until=data["until"],
        )


class StaffChangesForm(_ChangeFields):
    """What happened to one or many people by one document."""

    names = forms.CharField(
        label=_("姓名"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一人。从Excel复制一列粘贴也行。"),
    )
    field_order = ("kind", "names", "on", "until", "special_committee", "document")

    def clean_names(self) -> list[str]:
        """Return one name a line."""
        return [line[0] for line in _lines(self.cleaned_data["names"])]

    def changes(self) -> list[ChangeLine]:
        """Return what was typed, a line for each person."""
        return [self._line(name) for name in self.cleaned_data["names"]]


class StaffChangeForm(_ChangeFields):
    """What happened to one person, to correct it."""

    name = forms.CharField(label=_("姓名"), max_length=NAME_MOST)
    field_order = ("name", "kind", "on", "until", "special_committee", "document")

    @staticmethod
    def of(change: StaffChange) -> dict[str, Any]:
        """Return what the form shows of a change at first."""
        return {
            "name": change.name,
            "kind": change.kind,
            "on": change.on,
            "until": change.until,
            "special_committee": change.special_committee_id,
            "document": change.document,
        }

    def change(self) -> ChangeLine:
        """Return what was typed."""
        return self._line(self.cleaned_data["name"])


def _year() -> forms.IntegerField:
    return forms.IntegerField(label=_("哪年"), required=False, min_value=_FIRST_YEAR, max_value=_LAST_YEAR)


class StaffPostFilterForm(forms.Form):
    """How the list of posts is narrowed down."""

    q = forms.CharField(label=_("岗位、姓名、文件"), required=False)
    establishment = forms.ChoiceField(
        label=_("编制"), required=False, choices=[_EVERY, *Establishment.choices]
    )
    where = forms.ChoiceField(
        label=_("设在"),
        required=False,
        choices=[_EVERY, *((key, name) for key, (name, _only) in WHERE.items())],
    )
    ended = forms.ChoiceField(
        label=_("是否有效"), required=False, choices=[("", _("有效")), ("1", _("已结束"))]
    )
    year = _year()


class StaffChangeFilterForm(forms.Form):
    """How the list of changes is narrowed down."""

    q = forms.CharField(label=_("姓名、专委会、文件"), required=False)
    kind = forms.ChoiceField(
        label=_("变动"),
        required=False,
        choices=[_EVERY, *StaffChangeKind.choices, ("advanced", _("提拔、交流和解决职级待遇"))],
    )
    holding = forms.ChoiceField(
        label=_("是否结束"), required=False, choices=[_EVERY, ("1", _("期末没有结束"))]
    )
    year = _year()
