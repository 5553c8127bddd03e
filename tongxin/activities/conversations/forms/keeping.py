"""Forms in which the office draws up a conversation, its list and its first statements."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.conversations.actions.keeping import Outline
from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Member, Sector, SpecialCommittee, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import Actor

_TITLE_MOST = 40
_BACKGROUND_MOST = 2000
_STATEMENTS_MOST = 20
# Fifty lines of the longest statements, and the breaks between them.
_SEEDS_CHARACTERS = 8000
_SEPARATORS = str.maketrans(",;\n\r", "、、、、")


class OutlineForm(forms.Form):
    """What a conversation is about, and its rules."""

    title = forms.CharField(
        label=_lazy("标题"),
        max_length=_TITLE_MOST,
        help_text=_lazy("短一点，列表和海报上用。例如：学校门口的交通"),
    )
    question = forms.CharField(
        label=_lazy("问题"),
        max_length=120,
        help_text=_lazy(
            "问一件事，不要替人回答。例如问「怎样让孩子上学的路更安全？」，不问「您是否同意在校门口禁止停车？」"
        ),
    )
    background = forms.CharField(
        label=_lazy("背景"),
        required=False,
        max_length=_BACKGROUND_MOST,
        help_text=_lazy(
            "两三句话，只写事实，各方的话都不偏。例如：实验小学有学生1,200人，早上7点半前后门口最堵。"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    circle = forms.ChoiceField(
        label=_lazy("谁可以参加"), choices=Circle.choices, widget=forms.RadioSelect, initial=Circle.PUBLIC
    )
    closes_on = forms.DateField(
        label=_lazy("截止日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_lazy("当天还能表态，第二天早上自动结束。不填的，由您来结束。"),
    )
    takes_statements = forms.BooleanField(
        label=_lazy("参加的人可以提看法"),
        required=False,
        initial=True,
        help_text=_lazy("提的看法您审核了才公布"),
    )
    statements_most = forms.IntegerField(
        label=_lazy("每人最多提几条看法"), min_value=1, max_value=_STATEMENTS_MOST, initial=5
    )

    def __init__(self, *args: Any, conversation: Conversation | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        if conversation is not None:
            names = [name for name in self.base_fields if name != "title"]
            initial = {name: getattr(conversation, name) for name in names}
            kwargs["initial"] = {"title": conversation.matter.title, **initial}
        super().__init__(*args, **kwargs)
        self._fixed: dict[str, Any] = {}
        if conversation is not None and conversation.state == ConversationState.OPEN:
            # People have answered this question; another one would change what they said.
            self._fixed = {"question": conversation.question, "circle": conversation.circle}
            for name in self._fixed:
                del self.fields[name]

    def clean_closes_on(self) -> Any:  # noqa: ANN401 (a date or nothing)
        """Refuse a day that is past where it is typed."""
        day = self.cleaned_data["closes_on"]
        if day is not None and day < clock.today():
            raise forms.ValidationError(_("截止日期不能早于今天。"))
        return day

    def outline(self) -> Outline:
        """Return what was filled in."""
        return Outline(**{**self.cleaned_data, **self._fixed})


class PeopleForm(forms.Form):
    """Whom a list conversation asks: by name, and everybody of sectors and special committees."""

    names = forms.CharField(
        label=_lazy("按姓名"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy(
            "几位之间用「、」隔开，也可以一行一位。有同名的，写成「王芳（0012）」，括号里是委员编号。"
        ),
    )
    sectors = forms.ModelMultipleChoiceField(
        label=_lazy("按界别"),
        queryset=Sector.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    special_committees = forms.ModelMultipleChoiceField(
        label=_lazy("按专门委员会"),
        queryset=SpecialCommittee.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._members = Member.objects.visible_to(actor).active()
        self._term = Term.objects.visible_to(actor).current_on(clock.today())
        sectors = cast("forms.ModelMultipleChoiceField[Sector]", self.fields["sectors"])
        sectors.queryset = Sector.objects.visible_to(actor).filter(term=self._term)
        committees = cast("forms.ModelMultipleChoiceField[Any]", self.fields["special_committees"])
        committees.queryset = SpecialCommittee.objects.visible_to(actor).filter(is_active=True)

    def clean_names(self) -> list[Member]:
        """Find each named member; a name that two bear needs the number."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["names"]).translate(_SEPARATORS)
        names = list(dict.fromkeys(n for n in ("".join(n.split()) for n in text.split("、")) if n))
        known = list(self._members.filter(name__in={n.partition("(")[0] for n in names}))
        return [_the_one(name, known) for name in names]

    def clean(self) -> dict[str, Any]:
        """Ask for somebody."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("请写姓名，或者勾选界别、专门委员会。"))
        return data

    def members(self) -> list[Member]:
        """Return everybody who was named or belongs to what was ticked, each once."""
        data = self.cleaned_data
        of_sectors = Q(memberships__term=self._term, memberships__sector__in=data["sectors"])
        of_committees = Q(
            committee_places__term=self._term,
            committee_places__special_committee__in=data["special_committees"],
        )
        named = Q(pk__in=[member.pk for member in data["names"]])
        return list(self._members.filter(named | of_sectors | of_committees).distinct())


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


class SeedsForm(forms.Form):
    """Statements, one a line."""

    texts = forms.CharField(
        label=_lazy("看法，一行一条"),
        max_length=_SEEDS_CHARACTERS,
        help_text=_lazy(
            "一条只说一个意思，用一句话，让人能赞成也能不赞成。正反两面的都要有。"
            "例如：学校门口应当划斑马线。／路边停车应当收费。"
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def lines(self) -> list[str]:
        """Return what was typed, without empty lines."""
        return [line.strip() for line in self.cleaned_data["texts"].splitlines() if line.strip()]
