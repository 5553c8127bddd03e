"""What administrators type about the organization."""

# ruff: noqa: SLF001 (Django's own description of a model is reached through underscores)

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.accounts.phones import normalise
from tongxin.foundation.core import clock
from tongxin.foundation.organization import roster
from tongxin.foundation.organization.enums import NODE_ROLES, UNIT_ROLES, Level, MemberStatus, Role, Standing
from tongxin.foundation.organization.models import (
    Body,
    ExpertTeam,
    ExpertTeamPlace,
    Owned,
    Sector,
    Session,
    SpecialCommittee,
    Term,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member

_MOBILE = re.compile(r"1[3-9]\d{9}")
# Largest roster: 2,000 rows are some 200 KB; ten times that is no roster any more.
_ROSTER_MAX_BYTES = 5_000_000


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EntryForm(forms.ModelForm[Owned]):
    """A row of one of the committee's lists; choices are the committee's own."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.committee_id = actor.committee_id or 0
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                owned = field.queryset.model._default_manager
                field.queryset = owned.visible_to(actor)
                if name == "term" and self.instance._state.adding:
                    field.initial = owned.visible_to(actor).current_on(clock.today())

    def _get_validation_exclusions(self) -> set[str]:
        # Committee and end are not on the form, but their constraints ("one of this name") are its to check.
        return super()._get_validation_exclusions() - {"committee", "ended_on"}  # type: ignore[misc,no-any-return]


class TermForm(EntryForm):
    """A term."""

    class Meta:
        model = Term
        fields: ClassVar = ["number", "starts_on", "ends_on"]
        widgets: ClassVar = {"starts_on": _day(), "ends_on": _day()}
        labels: ClassVar = {"number": _("第几届")}

    def clean(self) -> dict[str, Any]:
        """Say it beside the field when a term would end before it begins."""
        data = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] <= data["starts_on"]:
            self.add_error("ends_on", _("届满日期要在开始日期之后。"))
        return data


class SessionForm(EntryForm):
    """A plenary session."""

    class Meta:
        model = Session
        fields: ClassVar = ["term", "number", "opens_on", "closes_on", "proposal_cutoff_on", "code_prefix"]
        widgets: ClassVar = {"opens_on": _day(), "closes_on": _day(), "proposal_cutoff_on": _day()}
        labels: ClassVar = {"number": _("第几次会议"), "term": _("届")}
        help_texts: ClassVar = {
            "proposal_cutoff_on": _("这一天和以前提交的是大会提案，以后的是平时提案。"),
            "code_prefix": _("提案号前面的部分，一般是年份，例如2026。"),
        }

    def clean(self) -> dict[str, Any]:
        """Say it beside the field when a session would close before it opens."""
        data = super().clean() or {}
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", _("闭幕日期不能早于开幕日期。"))
        return data


class SectorForm(EntryForm):
    """A sector of a term."""

    class Meta:
        model = Sector
        fields: ClassVar = ["name", "term", "order", "key"]
        labels: ClassVar = {"term": _("届"), "order": _("排列顺序"), "key": _("数字里的简称")}
        help_texts: ClassVar = {
            "key": _(
                "这个界别的委员数用什么英文名，例如agriculture；空着就用通用的。改了以后，用原来英文名的地址就打不开了。"
            )
        }

    def clean_key(self) -> str:
        """Return the word in small letters; figures are found by it, so no two sectors of a term have the same."""
        word = str(self.cleaned_data["key"]).lower()
        same = Sector.objects.filter(term=self.cleaned_data.get("term"), key=word).exclude(
            pk=self.instance.pk
        )
        if word and same.exists():
            raise ValidationError(_("这一届已经有界别用这个简称了。"))
        return word


class SpecialCommitteeForm(EntryForm):
    """A special committee."""

    class Meta:
        model = SpecialCommittee
        fields: ClassVar = ["name", "order", "is_active"]
        labels: ClassVar = {"order": _("排列顺序")}


class ExpertTeamForm(EntryForm):
    """An expert team and its people, one a line."""

    people = forms.CharField(
        label=_("成员"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("每行一人：姓名，工作单位及职务。和本会委员同名的，会连到那位委员。"),
    )

    class Meta:
        model = ExpertTeam
        fields: ClassVar = ["name", "special_committee"]
        labels: ClassVar = {"special_committee": _("所属专门委员会")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            places = ExpertTeamPlace.objects.filter(team=self.instance.pk).order_by("name")
            lines = (f"{p.name}，{p.work_unit_and_title}".rstrip("，") for p in places)
            self.fields["people"].initial = "\n".join(lines)

    def clean_people(self) -> list[tuple[str, str]]:
        """Return names with work units."""
        people = []
        for line in self.cleaned_data["people"].splitlines():
            name, _comma, work = re.sub(r"[,\t]", "，", line.strip()).partition("，")
            if not name:
                continue
            if len(name) > 60 or len(work) > 120:  # noqa: PLR2004 (the columns' lengths)
                raise ValidationError(_("「%(line)s」太长。") % {"line": line[:20]})
            people.append((name.strip(), work.strip()))
        return people


class UnitForm(EntryForm):
    """A unit; its name changes by renaming, so that the old one is kept."""

    class Meta:
        model = Unit
        fields: ClassVar = ["name", "short_name", "kind", "supervised_by"]
        labels: ClassVar = {"supervised_by": _("归口督办单位")}
        help_texts: ClassVar = {"supervised_by": _("提案经哪个督办单位（党委督查室、政府督查室等）转办。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        supervising = self.fields["supervised_by"]
        if isinstance(supervising, forms.ModelChoiceField) and supervising.queryset is not None:
            supervising.queryset = supervising.queryset.filter(ended_on=None, kind="supervising").exclude(
                pk=self.instance.pk
            )
        if not self.instance._state.adding:
            del self.fields["name"]


class BodyForm(EntryForm):
    """A body that submits collectively."""

    class Meta:
        model = Body
        fields: ClassVar = ["name", "kind", "special_committee", "sector", "is_active"]
        labels: ClassVar = {"special_committee": _("对应的专门委员会"), "sector": _("对应的界别")}


class RenameUnitForm(forms.Form):
    """A new name, and since when."""

    name = forms.CharField(label=_("新名称"), max_length=60)
    on = forms.DateField(label=_("从哪一天起"), widget=_day())


class MergeUnitForm(forms.Form):
    """The unit that takes over, and since when."""

    into = forms.ModelChoiceField(label=_("并入哪个单位"), queryset=Unit.objects.none())
    on = forms.DateField(label=_("从哪一天起"), widget=_day())

    def __init__(self, *args: Any, unit: Unit, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        others = Unit.objects.visible_to(actor).filter(ended_on=None).exclude(pk=unit.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class SplitUnitForm(forms.Form):
    """The names of the new units, and since when."""

    names = forms.CharField(
        label=_("分设为"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一个单位名称。没办完的工作和经办人转到第一个单位。"),
    )
    on = forms.DateField(label=_("从哪一天起"), widget=_day())

    def clean_names(self) -> list[str]:
        """Return one name a line."""
        names = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if len(set(names)) < 2:  # noqa: PLR2004 (a split makes at least two)
            raise ValidationError(_("至少写两个不同的单位名称，每行一个。"))
        if any(len(n) > 60 for n in names):  # noqa: PLR2004 (the column's length)
            raise ValidationError(_("单位名称最多60个字。"))
        return names


class MemberForm(forms.Form):
    """One member, with the columns of the roster."""

    number = forms.CharField(label=roster.NUMBER, max_length=20, help_text=_("编好就不再改，换届也不变。"))
    name = forms.CharField(label=roster.NAME, max_length=60)
    phone = forms.CharField(label=roster.PHONE, max_length=20, widget=forms.TextInput(attrs={"type": "tel"}))
    sector = forms.ModelChoiceField(label=roster.SECTOR, queryset=Sector.objects.none())
    standing = forms.ChoiceField(label=roster.STANDING, choices=Standing.choices)
    special_committees = forms.ModelMultipleChoiceField(
        label=roster.PLACES,
        queryset=SpecialCommittee.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    work_unit_and_title = forms.CharField(label=roster.WORK, max_length=120, required=False)
    status = forms.ChoiceField(
        label=roster.STATUS,
        choices=[(s.value, s.label) for s in (MemberStatus.ACTIVE, MemberStatus.NOMINATED)],
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (Django's own)
        actor: Actor,
        term: Term | None,
        member: Member | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        sectors = Sector.objects.visible_to(actor).filter(term=term)
        places = SpecialCommittee.objects.visible_to(actor).filter(is_active=True)
        self.fields["sector"].queryset = sectors  # type: ignore[attr-defined]
        self.fields["special_committees"].queryset = places  # type: ignore[attr-defined]
        if member is not None:
            del self.fields["number"], self.fields["status"]
            # The number itself is shown only after a reason was given; empty leaves it as it is.
            self.fields["phone"].required = False
            self.fields["phone"].help_text = _("现在是%(masked)s。不改就空着。") % {
                "masked": member.user.masked_phone if member.user else _("（没有）")
            }

    def clean_phone(self) -> str:
        """Return the digits; for a known member without new ones, those that are registered."""
        phone = normalise(self.cleaned_data["phone"])
        if not phone and self.member is not None:
            return self.member.user.phone if self.member.user else ""
        if not _MOBILE.fullmatch(phone):
            raise ValidationError(_("请填11位手机号。"))
        return phone

    def entry(self) -> roster.Entry:
        """Return what was typed as the row of a roster."""
        data = self.cleaned_data
        return roster.Entry(
            row=0,
            number=data.get("number", "").strip(),
            name=data["name"].strip(),
            sector=data["sector"].name,
            special_committees=tuple(s.name for s in data["special_committees"]),
            standing=data["standing"],
            work_unit_and_title=data["work_unit_and_title"].strip(),
            phone=data["phone"],
            status=data.get("status"),
        )


class StatusForm(forms.Form):
    """The decision behind a change of status."""

    decision = forms.CharField(
        label=_("决定文件"),
        max_length=120,
        help_text=_("例如：政协华亭市二届常委会第十次会议决定。"),
    )
    on = forms.DateField(label=_("决定日期"), widget=_day())


class ReasonForm(forms.Form):
    """Why a full number is wanted."""

    reason = forms.CharField(label=_("为什么要看"), max_length=120, help_text=_("会记入审计日志。"))


# Members come with the roster; who keeps a node gets the post on the page of that node.
_POST_ROLES = [r for r in Role if r not in {Role.MEMBER, Role.SYSTEM_ADMIN} | NODE_ROLES]


class PersonForm(forms.Form):
    """A person by name and number."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(
        label=_("手机号"), max_length=20, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )

    def clean_phone(self) -> str:
        """Return the digits."""
        phone = normalise(self.cleaned_data["phone"])
        if not _MOBILE.fullmatch(phone):
            raise ValidationError(_("请填11位手机号。"))
        return phone

    def clean_name(self) -> str:
        """Return the name without spaces around it."""
        return str(self.cleaned_data["name"]).strip()


class PostForm(PersonForm):
    """A person, the role, and where it is held."""

    role = forms.ChoiceField(label=_("岗位"), choices=[(r.value, r.label) for r in _POST_ROLES])
    unit = forms.ModelChoiceField(
        label=_("承办或督办单位"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("经办人、负责人和督办单位的岗位要选单位。"),
    )
    body = forms.ModelChoiceField(
        label=_("集体提案单位"),
        queryset=Body.objects.none(),
        required=False,
        help_text=_("集体提案单位联络员要选单位。"),
    )
    title = forms.CharField(label=_("职务名称"), max_length=60, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.visible_to(actor).filter(ended_on=None)  # type: ignore[attr-defined]
        self.fields["body"].queryset = Body.objects.visible_to(actor).filter(is_active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the unit or body that the role needs; drop one that it does not."""
        data = super().clean() or {}
        role = data.get("role")
        if role in UNIT_ROLES and not data.get("unit"):
            self.add_error("unit", _("这个岗位要选单位。"))
        if role == Role.SUBMITTER and not data.get("body"):
            self.add_error("body", _("这个岗位要选集体提案单位。"))
        if role not in UNIT_ROLES:
            data["unit"] = None
        if role != Role.SUBMITTER:
            data["body"] = None
        return data


class RosterForm(forms.Form):
    """A roster, and the term it is for."""

    term = forms.ModelChoiceField(label=_("哪一届"), queryset=Term.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("名册文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_(".xlsx或.csv。一次最多2000人左右。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        self.fields["term"].queryset = Term.objects.visible_to(actor)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """Refuse what is far too large for a roster."""
        file = self.cleaned_data["file"]
        if file.size > _ROSTER_MAX_BYTES:
            raise ValidationError(_("文件太大，名册最多5MB。"))
        return file


class MemberFilterForm(forms.Form):
    """How the list of members is narrowed down. Its choices are read once, by the caller."""

    q = forms.CharField(label=_("姓名、编号、单位"), required=False)
    term = forms.ChoiceField(label=_("届"), required=False)
    sector = forms.ChoiceField(label=_("界别"), required=False)
    special_committee = forms.ChoiceField(label=_("专门委员会"), required=False)
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *MemberStatus.choices]
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (Django's own)
        terms: Iterable[Term],
        sectors: Iterable[Sector],
        special_committees: Iterable[SpecialCommittee],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("全部"))
        choices = {
            "term": [(str(t.pk), str(t)) for t in terms],
            "sector": [every, *((str(s.pk), s.name) for s in sectors)],
            "special_committee": [
                every,
                ("none", _("还没有入委")),
                *((str(s.pk), s.name) for s in special_committees),
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """One search box."""

    q = forms.CharField(label=_("查找"), required=False)


class PostFilterForm(forms.Form):
    """How the list of posts is narrowed down."""

    q = forms.CharField(label=_("姓名、用户名、单位"), required=False)
    role = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", _("全部")), *Role.choices])
    ended = forms.ChoiceField(
        label=_("是否在岗"), required=False, choices=[("", _("在岗")), ("yes", _("已结束"))]
    )


class CommitteeFilterForm(forms.Form):
    """How the list of committees is narrowed down."""

    q = forms.CharField(label=_("名称或代码"), required=False)
    level = forms.ChoiceField(
        label=_("级别"),
        required=False,
        choices=[("", _("全部")), *[(v.value, v.label) for v in Level if v != Level.ZONE]],
    )
