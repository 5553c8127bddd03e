"""Forms of the examination: opinions, conversion, taking a merge back, review groups, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.advising import Advice
from tongxin.activities.proposals.forms.desk import AsksLater, note_field
from tongxin.activities.proposals.models import RejectReason, ReviewGroup, ReviewOpinion, Topic
from tongxin.activities.proposals.selectors.desk import could_lead
from tongxin.activities.proposals.selectors.lists import search
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor


class AdviceForm(AsksLater):
    """What a reviewer advises before the decision."""

    asked_later = ("reject_reason", "merge_into", "note")

    advice = forms.ChoiceField(
        label=_lazy("审查意见"), choices=ReviewOpinion.Advice.choices, widget=forms.RadioSelect
    )
    topic = forms.ModelChoiceField(
        label=_lazy("类别"),
        queryset=Topic.objects.none(),
        required=False,
        empty_label=_lazy("请选一类"),
        help_text=_lazy("选了类别，提案就归到管这一类的审查小组"),
    )
    reject_reason = forms.ModelChoiceField(
        label=_lazy("不予立案的理由"),
        queryset=RejectReason.objects.none(),
        required=False,
        empty_label=_lazy("请选一条"),
    )
    merge_into = forms.CharField(
        label=_lazy("并入哪一件"),
        required=False,
        max_length=60,
        help_text=_lazy("写编号或案由，例如：2026-012"),
    )
    note = note_field(_lazy("说明"), _lazy("建议退回修改的，请写明要改什么。审定的人会看到，提案者看不到。"))

    def __init__(self, *args: Any, actor: Actor, proposal: Proposal, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.actor, self.proposal = actor, proposal
        topics = cast("forms.ModelChoiceField[Topic]", self.fields["topic"])
        topics.queryset = Topic.objects.visible_to(actor).filter(is_active=True)
        reasons = cast("forms.ModelChoiceField[RejectReason]", self.fields["reject_reason"])
        reasons.queryset = RejectReason.objects.visible_to(actor).filter(is_active=True)

    def clean_merge_into(self) -> Proposal | None:
        """Find the one proposal that is meant."""
        words = self.cleaned_data["merge_into"].strip()
        if not words or self.data.get("advice") != ReviewOpinion.Advice.MERGE:
            return None
        found = list(could_lead(self.actor, self.proposal).filter(search(words))[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("这样写的提案不止一件，请写编号。")
                if found
                else _("没有找到。只能并入审查中、已立案或办理中的提案。")
            )
        return found[0]

    @property
    def given(self) -> Advice:
        """What was filled in, as the action takes it."""
        found = self.cleaned_data
        kinds = ReviewOpinion.Advice
        return Advice(
            found["advice"],
            topic=found["topic"],
            reject_reason=found["reject_reason"] if found["advice"] == kinds.NOT_FILE else None,
            merge_into=found["merge_into"] if found["advice"] == kinds.MERGE else None,
            note=found["note"],
        )

    def clean(self) -> dict[str, Any]:
        """Ask only for what belongs to the advice."""
        found = self.cleaned_data
        wanted, sentence = {
            "return": ("note", _("请写明要改什么。")),
            "not_file": ("reject_reason", _("请选一条理由。")),
            "merge": ("merge_into", _("请写明并入哪一件。")),
        }.get(found.get("advice", ""), ("", ""))
        if wanted and not self.has_error(wanted) and not found.get(wanted):
            self.add_error(wanted, sentence)
        return found


class UnmergeForm(forms.Form):
    """Why a proposal is handled by itself again."""

    note = note_field(_lazy("说明"), _lazy("提案者会看到这段话"), rows=3)


class ConvertForm(forms.Form):
    """How the proposer is asked, or has agreed."""

    ASK, GIVEN = "ask", "given"
    HOW = (
        (ASK, _lazy("请提案者在系统里答复")),
        (GIVEN, _lazy("提案者已经同意（当面、电话或书面）")),
    )
    how = forms.ChoiceField(label=_lazy("征得同意"), choices=HOW, widget=forms.RadioSelect, initial=ASK)
    note = note_field(
        _lazy("说明"), _lazy("请提案者答复的：为什么建议转。已经同意的：怎样同意的，哪一天。"), rows=3
    )

    def __init__(self, *args: Any, asked: bool, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if asked:
            # Nobody is asked twice; the answer may come by telephone all the same.
            field = cast("forms.ChoiceField", self.fields["how"])
            field.choices, field.initial = self.HOW[1:], self.GIVEN

    def clean(self) -> dict[str, Any]:
        """Ask how the consent was given."""
        found = self.cleaned_data
        if found.get("how") == self.GIVEN and not found.get("note", "").strip():
            self.add_error("note", _("请写明提案者是怎样同意的：当面、电话还是书面，哪一天。"))
        return found


class ConversionAnswerForm(forms.Form):
    """The proposer's word on a conversion."""

    answer = forms.ChoiceField(
        label=_lazy("您同意吗"),
        choices=(
            ("yes", _lazy("同意，转为社情民意信息")),
            ("no", _lazy("不同意，还是作为提案")),
        ),
        widget=forms.RadioSelect,
    )
    note = note_field(_lazy("您的意见"), rows=3)


class ManyForm(forms.Form):
    """What becomes of many ticked proposals."""

    FILE, ADOPT = "file", "adopt"
    WAYS: ClassVar = (
        (ADOPT, _lazy("按各件最后一道审查意见办")),
        (FILE, _lazy("全部立案，类别按审查意见或提案者选的")),
    )
    way = forms.ChoiceField(label=_lazy("怎样审定"), choices=WAYS, widget=forms.RadioSelect)


class ReviewGroupForm(forms.ModelForm[ReviewGroup]):
    """A review group, its topics and its people."""

    topics = forms.ModelMultipleChoiceField(
        label=_lazy("管哪些类别"),
        queryset=Topic.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_lazy("一个类别只归一个小组"),
    )
    people = forms.ModelMultipleChoiceField(
        label=_lazy("组员"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_lazy("从本会的审查人员里选"),
    )

    class Meta:
        model = ReviewGroup
        fields = ("name", "topics", "people", "is_active")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        topics = cast("forms.ModelMultipleChoiceField[Topic]", self.fields["topics"])
        topics.queryset = Topic.objects.visible_to(actor).filter(is_active=True)
        people = cast("forms.ModelMultipleChoiceField[User]", self.fields["people"])
        reviewers = Post.objects.filter(committee=actor.committee_id, role=Role.REVIEWER)
        now = reviewers.held_on(clock.today()).values("user_id")
        people.queryset = User.objects.filter(pk__in=now).order_by("name", "pk")
        people.label_from_instance = _name  # type: ignore[method-assign]


def _name(obj: User) -> str:
    return obj.name
