"""Forms of the committee's own rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.models import ProposalRules, RejectReason, ReplyClass, Topic

# A limit of a year and of three years: longer ones are slips of the finger.
_MOST_DAYS = 250
_MOST_MONTHS = 36


class RulesForm(forms.ModelForm[ProposalRules]):
    """The limits of a committee."""

    class Meta:
        model = ProposalRules
        exclude = ("committee",)  # noqa: DJ006
        help_texts: ClassVar = {
            "text_max_characters": _lazy("情况、分析、建议合计"),
            "cosign_days": _lazy("从发出邀请起"),
            "revise_days": _lazy("从退回起"),
            "review_days": _lazy("从收到提案起"),
            "assign_days": _lazy("从立案起"),
            "sign_for_days": _lazy("从交办起；过了就不能再申请退回时，请及时催办"),
            "decline_answer_days": _lazy("从收到申请起"),
            "reply_months": _lazy("从交办起；到期日遇放假顺延到下一个工作日"),
            "co_opinion_months": _lazy("从交办起，交给主办单位"),
            "countersign_days": _lazy("从送会签起"),
            "approve_days": _lazy("从送签起，单位负责人"),
            "reply_review_days": _lazy("从收到答复起"),
            "rating_days": _lazy("从收到正式答复起"),
            "rehandle_decision_days": _lazy("从委员表示不满意起"),
            "rehandle_months": _lazy("从重新交办起"),
            "basis": _lazy("例如：本会提案工作条例第九条。会印在每个期限的说明下面。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.IntegerField):
                field.min_value = 1
                most = _MOST_MONTHS if name.endswith("_months") else _MOST_DAYS
                field.max_value = 20_000 if name == "text_max_characters" else most
                field.widget.attrs |= {"min": 1, "max": field.max_value}
        self.fields["text_max_characters"].widget.attrs["min"] = 200

    def clean(self) -> dict[str, Any]:
        """Keep every limit within what an office can mean."""
        found = super().clean() or {}
        for name, field in self.fields.items():
            value = found.get(name)
            if isinstance(field, forms.IntegerField) and isinstance(value, int):
                low, high = field.widget.attrs["min"], field.widget.attrs["max"]
                if not low <= value <= high:
                    self.add_error(name, _("请填{low}到{high}之间的数。").format(low=low, high=high))
        return found


class ReasonForm(forms.ModelForm[RejectReason]):
    """A reason for which a proposal is not filed."""

    class Meta:
        model = RejectReason
        fields = ("code", "text", "concerns_secrets", "is_active")
        help_texts: ClassVar = {"concerns_secrets": _lazy("勾上以后，选这条理由时会提示保密要求")}


class TopicForm(forms.ModelForm[Topic]):
    """A topic by which proposals are grouped."""

    class Meta:
        model = Topic
        fields = ("name", "order", "is_active")
        labels: ClassVar = {"order": _lazy("次序")}
        help_texts: ClassVar = {"order": _lazy("小的排在前面")}


class ReplyClassForm(forms.ModelForm[ReplyClass]):
    """How far a reply solves what was proposed."""

    class Meta:
        model = ReplyClass
        fields = ("code", "label", "is_tracked", "is_active")
        help_texts: ClassVar = {"is_tracked": _lazy("这一类是承诺，委员评价后继续跟踪到兑现")}
