"""Forms of those who come: whom a session invites, and what a member answers."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.actions.inviting import Guest
from tongxin.activities.grassroots.enums import Side
from tongxin.foundation.organization.enums import MemberStatus
from tongxin.foundation.organization.models import Member, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.grassroots.selectors.session_people import Proposed
    from tongxin.foundation.core.access import Actor

# Sides whose people are written down by name, with the example that stands beside each.
BY_NAME = {
    Side.PARTY: _lazy("例如：\n李有田 饮水户代表\n东华供水站"),
    Side.MASSES: _lazy("例如：\n张桂兰 寺沟村三社"),
    Side.EXPERT: _lazy("例如：\n陈工 县水务局高级工程师"),
    Side.HOST: _lazy("例如：\n祁站长 委员工作站"),
}
_SEPARATORS = str.maketrans(",;\n\r", "、、、、")
_LINES_MOST = 60
_NAME_MOST = 60
_POST_MOST = 80


class InviteForm(forms.Form):
    """Whom to invite: those who sit in the council, members, units, and others by name."""

    proposed = forms.MultipleChoiceField(
        label=_lazy("议事会固定成员和下沉委员"), required=False, widget=forms.CheckboxSelectMultiple
    )
    members = forms.CharField(
        label=_lazy("其他委员"),
        required=False,
        max_length=1000,
        help_text=_lazy("写姓名，几位之间用「、」隔开。有同名的，写成「王芳（0012）」，括号里是委员编号。"),
    )
    units = forms.ModelMultipleChoiceField(
        label=_lazy("部门单位"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, actor: Actor, proposed: Sequence[Proposed], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._proposed = {p.key: p for p in proposed}
        chosen = cast("forms.MultipleChoiceField", self.fields["proposed"])
        chosen.choices = [(p.key, p.label) for p in proposed]
        self.initial.setdefault("proposed", [p.key for p in proposed])
        self._members = Member.objects.visible_to(actor).filter(status=MemberStatus.ACTIVE)
        units = cast("forms.ModelMultipleChoiceField[Unit]", self.fields["units"])
        units.queryset = Unit.objects.visible_to(actor).filter(ended_on__isnull=True).order_by("name")
        for side, example in BY_NAME.items():
            self.fields[f"of_{side}"] = forms.CharField(
                label=side.label,
                required=False,
                max_length=5000,
                help_text=_lazy("一行一位，先写姓名，空一格，再写单位职务。"),
                widget=forms.Textarea(attrs={"rows": 3, "placeholder": example}),
            )

    def clean_members(self) -> list[Member]:
        """Find each named member; a name that two bear needs the number."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["members"]).translate(_SEPARATORS)
        names = list(dict.fromkeys(n for n in ("".join(n.split()) for n in text.split("、")) if n))
        wanted = {n.partition("(")[0] for n in names}
        known = list(self._members.filter(name__in=wanted))
        return [_the_one(name, known) for name in names]

    def clean(self) -> dict[str, Any]:
        """Read the lines of each side; what is too long stays where it was typed."""
        data = super().clean() or self.cleaned_data
        for side in BY_NAME:
            name = f"of_{side}"
            guests, fault = _read_lines(side, data.get(name, ""))
            if fault:
                self.add_error(name, fault)
            data[f"guests_{side}"] = guests
        return data

    def guests(self) -> list[Guest]:
        """Return everybody who was ticked or typed."""
        data = self.cleaned_data
        found = [self._proposed[key].guest for key in data["proposed"]]
        taken = {guest.member.pk for guest in found if guest.member}
        found += [Guest(Side.MEMBER, m.name, member=m) for m in data["members"] if m.pk not in taken]
        found += [Guest(Side.UNIT, u.name, unit=u) for u in data["units"]]
        for side in BY_NAME:
            found += data[f"guests_{side}"]
        return found


def _the_one(name: str, known: Sequence[Member]) -> Member:
    plain, _bracket, number = name.rstrip(")").partition("(")
    found = [m for m in known if m.name == plain and number in ("", m.number)]
    if not found:
        raise forms.ValidationError(_("在任的委员里没有「%s」，请看看名字写对没有。") % name)
    if len(found) > 1:
        numbers = _("、").join(m.number for m in found)
        raise forms.ValidationError(
            _("叫「%(name)s」的委员有%(n)d位，请写上编号（%(numbers)s）。")
            % {"name": plain, "n": len(found), "numbers": numbers}
        )
    return found[0]


def _read_lines(side: Side, text: str) -> tuple[list[Guest], str]:
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    if len(lines) > _LINES_MOST:
        return [], _("一次最多写%d行。") % _LINES_MOST
    guests = []
    for number, (name, *rest) in enumerate(lines, 1):
        post = " ".join(rest[0].split()) if rest else ""
        if len(name) > _NAME_MOST or len(post) > _POST_MOST:
            return [], _("第%d行太长了，姓名最多60字，单位职务最多80字。") % number
        guests.append(Guest(side, name, post))
    return guests, ""


class AnswerForm(forms.Form):
    """A member says whether they come; leave needs a reason."""

    answer = forms.ChoiceField(choices=[("come", ""), ("leave", "")])
    reason = forms.CharField(max_length=120, required=False)


class PresenceForm(forms.Form):
    """Somebody at the table who was not on the list."""

    side = forms.ChoiceField(label=_lazy("身份"), choices=Side)
    name = forms.CharField(label=_lazy("姓名"), max_length=60)
    post = forms.CharField(label=_lazy("单位职务"), max_length=80, required=False)


class OthersForm(forms.Form):
    """How many came of whom no names were taken."""

    others_present = forms.IntegerField(label=_lazy("没有留名的，还有几人"), min_value=0, max_value=100_000)
