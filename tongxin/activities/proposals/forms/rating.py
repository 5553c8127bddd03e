"""Forms about ratings: the committee's own form (征询意见表), and what follows a no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.rating import Talk
from tongxin.activities.proposals.enums import RatingAxis, Satisfaction
from tongxin.activities.proposals.forms.desk import AsksLater, note_field
from tongxin.activities.proposals.forms.promises import day_field
from tongxin.activities.proposals.models import RatingChoice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.utils.functional import _StrPromise

# The questions in words, with a hint.
QUESTIONS: dict[str, tuple[str | _StrPromise, str | _StrPromise]] = {
    RatingAxis.ATTITUDE: (
        _lazy("对办理工作满意吗"),
        _lazy("有没有联系您、听您的意见，办得认真不认真。"),
    ),
    RatingAxis.RESULT: (
        _lazy("对办理结果满意吗"),
        _lazy("您提的事办成了没有，或者说清楚了没有。"),
    ),
    RatingAxis.VISIT: (_lazy("单位走访过您吗"), ""),
    RatingAxis.CONTACT: (_lazy("单位怎样听取您的意见"), ""),
}
GRADED = (RatingAxis.ATTITUDE, RatingAxis.RESULT)


def form_of(committee_id: int) -> dict[str, list[RatingChoice]]:
    """Return the answers that a committee's form offers, by question. One query."""
    found: dict[str, list[RatingChoice]] = {axis: [] for axis in QUESTIONS}
    for choice in RatingChoice.objects.filter(committee_id=committee_id, is_active=True):
        found[choice.axis].append(choice)
    return found


class AnswerField(forms.ChoiceField):
    """One question of the form; the cleaned value is the answer that was ticked.

    A plain grade is taken too: it is what the form offers where a committee has switched off all its answers,
    and what a form sends that was opened before the table was changed.
    """

    def __init__(self, *, axis: str, answers: Sequence[RatingChoice]) -> None:
        self.answers = {str(a.pk): a for a in answers}
        label, hint = QUESTIONS[axis]
        graded = axis in GRADED
        choices = [(key, a.label) for key, a in self.answers.items()] or [
            (value, str(label)) for value, label in Satisfaction.choices
        ]
        super().__init__(
            label=label, help_text=hint, choices=choices, required=graded, widget=forms.RadioSelect
        )
        self.takes_grades = graded

    def valid_value(self, value: Any) -> bool:  # noqa: ANN401 (Django's signature)
        """Say whether this is an answer of the form."""
        return super().valid_value(value) or (self.takes_grades and value in Satisfaction.values)

    def clean(self, value: Any) -> Any:  # noqa: ANN401 (Django's signature)
        """Return the answer, or the grade."""
        said = super().clean(value)
        return self.answers.get(said) or said or None


class RatingForm(forms.Form):
    """What the proposer says of a reply: of the handling, of its result, and how the unit talked with them."""

    comment = forms.CharField(
        label=_lazy("您的意见"),
        help_text=_lazy("不满意的请写一两句原因，单位好重新办理。"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, committee_id: int, from_paper: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for axis, answers in form_of(committee_id).items():
            if answers or axis in GRADED:
                self.fields[axis] = AnswerField(axis=axis, answers=answers)
        if from_paper:
            self.fields["scan"] = forms.FileField(
                label=_("征询意见表扫描件"), help_text=_("提案者签了名的那一页，一定要有。")
            )
        self.order_fields([*QUESTIONS, "comment", "scan"])

    def said(self, name: str) -> bool:
        """Say whether one question has been answered with something that the form offers."""
        value = self.data.get(name, "")
        return bool(value) and self.fields[name].valid_value(value)  # type: ignore[attr-defined]

    @property
    def answers(self) -> dict[str, Any]:
        """What ``rate_reply`` takes."""
        return {name: self.cleaned_data[name] for name in (*QUESTIONS, "comment") if name in self.fields}

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where somebody is not satisfied."""
        cleaned = super().clean() or {}
        grades = {getattr(answer, "grade", answer) for answer in map(cleaned.get, GRADED)}
        if Satisfaction.DISSATISFIED in grades and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("不满意的，请写一两句原因，单位好重新办理。"))
        return cleaned


class AfterRatingForm(AsksLater):
    """What follows when a proposer is not satisfied."""

    asked_later = ("on", "participants", "agreed")

    decision = forms.ChoiceField(
        label=_lazy("怎么办"),
        choices=(("rehandle", _lazy("重新办理")), ("close", _lazy("当面协商后办结"))),
        widget=forms.RadioSelect,
    )
    note = note_field(_lazy("对单位的要求"), _lazy("重新办理时交给单位"))
    on = day_field(_lazy("哪天协商的"), required=False)
    participants = forms.CharField(
        label=_lazy("谁参加"),
        required=False,
        max_length=200,
        help_text=_lazy("例如：王芳委员、交通运输局张局长、提案委员会李主任"),
    )
    agreed = note_field(_lazy("商定了什么"), rows=5)
    record = forms.FileField(
        label=_lazy("协商记录"), required=False, help_text=_lazy("签了字的记录，PDF或照片；只有各方看得到")
    )

    talk_fields = ("on", "participants", "agreed", "record")

    def __init__(self, *args: Any, can_close: bool, since: date | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.since = since
        self.can_close = can_close
        if not can_close:
            field: Any = self.fields["decision"]
            field.choices = [c for c in self.base_fields["decision"].choices if c[0] != "close"]  # type: ignore[attr-defined]
            field.initial = "rehandle"

    @property
    def talk(self) -> Talk:
        """The talk as it was written down."""
        found: Mapping[str, Any] = self.cleaned_data
        return Talk(found["on"], found["participants"], found["agreed"])

    def clean(self) -> dict[str, Any]:
        """Ask for the record of a talk."""
        found = self.cleaned_data
        if found.get("decision") != "close":
            return found
        for name in self.asked_later:
            if not found.get(name) and name not in self.errors:
                self.add_error(name, _("当面协商后办结，请填这一项。"))
        if not self.errors and (fault := self.talk.missing_in_record(self.since)):
            self.add_error("on", fault)
        return found


class RatingChoiceForm(forms.ModelForm[RatingChoice]):
    """One answer that the committee's form offers."""

    class Meta:
        model = RatingChoice
        fields = ("axis", "label", "grade", "order", "is_active")
        help_texts: ClassVar = {
            "grade": _lazy("对办理工作、对办理结果的选项要填：统计和办结都按它；走访、听取意见不用填"),
            "order": _lazy("小的排在前面"),
        }

    def clean(self) -> dict[str, Any]:
        """Ask what an answer about the handling or its result amounts to."""
        found = super().clean() or {}
        axis, grade = found.get("axis"), found.get("grade")
        if axis in GRADED and not grade:
            self.add_error("grade", _("请选这个选项相当于满意、基本满意还是不满意。"))
        if axis and axis not in GRADED:
            found["grade"] = ""
        return found
