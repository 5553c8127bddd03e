"""Forms of the committee's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.models import ProposalRules, QualityRule, RejectReason, ReplyClass, Topic

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# A limit of a year and of three years: longer ones are slips of the finger.
_MOST_DAYS = 250
_MOST_MONTHS = 36
_MOST_CHARACTERS = 20_000
_LEAST_CHARACTERS = {"text_max_characters": 200, "text_min_characters": 0}

# The rules as the page groups them: the heading, and the fields under it.
SECTIONS: tuple[tuple[str | _StrPromise, tuple[str, ...]], ...] = (
    (
        _lazy("提交"),
        (
            "text_max_characters",
            "text_min_characters",
            "cosign_days",
            "needs_stamp",
            "sector_only_in_session",
            "group_only_in_session",
        ),
    ),
    (
        _lazy("审查立案"),
        ("review_stages", "review_days", "revise_days", "conversion_days", "merged_counting"),
    ),
    (
        _lazy("交办、签收、退回"),
        ("assign_days", "hand_on_days", "sign_for_days", "decline_days", "decline_answer_days"),
    ),
    (
        _lazy("办理和答复"),
        (
            "reply_months",
            "reply_months_most",
            "extension_answer_days",
            "co_opinion_months",
            "countersign_days",
            "approve_days",
            "reply_review_days",
        ),
    ),
    (
        _lazy("反馈、重新办理、跟踪"),
        ("rating_days", "rehandle_decision_days", "rehandle_months", "lookback_months"),
    ),
    (_lazy("重点和优秀"), ("key_share_percent", "outstanding_share_percent")),
    (_lazy("依据"), ("basis",)),
)


class RulesForm(forms.ModelForm[ProposalRules]):
    """The limits of a committee."""

    review_stages = forms.TypedChoiceField(
        label=_lazy("审查几道"),
        coerce=int,
        choices=(
            (1, _lazy("一道：审查人员直接审定")),
            (2, _lazy("两道：预审、审定")),
            (3, _lazy("三道：预审、复审、审定")),
        ),
        help_text=_lazy("预审的人不审定，预审和复审不是同一个人。改了以后，还没有审定的都按新的来。"),
    )

    class Meta:
        model = ProposalRules
        exclude = ("committee",)  # noqa: DJ006
        help_texts: ClassVar = {
            "text_max_characters": _lazy("情况、分析、建议合计，超过的不能提交"),
            "text_min_characters": _lazy("不到的只提醒，照样可以提交；不提醒的填0"),
            "cosign_days": _lazy("从发出邀请起"),
            "needs_stamp": _lazy("党派、团体要盖章页，界别、小组、专委会要召集人签名页"),
            "sector_only_in_session": _lazy("勾上以后，过了大会提案截止日期就不能提交"),
            "group_only_in_session": _lazy("勾上以后，过了大会提案截止日期就不能提交"),
            "revise_days": _lazy("从退回起"),
            "review_days": _lazy("从收到提案起"),
            "conversion_days": _lazy("从征求提案者意见起"),
            "merged_counting": _lazy("统计和报告里的立案数按这里算"),
            "assign_days": _lazy("从立案起"),
            "hand_on_days": _lazy("从政协交给归口单位起"),
            "sign_for_days": _lazy("从交办起；到期没有签收的，请及时催办"),
            "decline_days": _lazy("过了就不能再申请退回"),
            "decline_answer_days": _lazy("从收到申请起"),
            "reply_months": _lazy("从交办起；到期日遇放假顺延到下一个工作日"),
            "reply_months_most": _lazy("从交办起，连同各次延长"),
            "extension_answer_days": _lazy("从收到申请起"),
            "co_opinion_months": _lazy("从交办起，交给主办单位"),
            "countersign_days": _lazy("从送会签起"),
            "approve_days": _lazy("从送签起，单位负责人"),
            "reply_review_days": _lazy("从收到答复起"),
            "rating_days": _lazy("从收到正式答复起"),
            "rehandle_decision_days": _lazy("从委员表示不满意起"),
            "rehandle_months": _lazy("从重新交办起"),
            "lookback_months": _lazy("到时候列入回头看名单"),
            "key_share_percent": _lazy("占立案数的多少，评选时对照着看"),
            "outstanding_share_percent": _lazy("占立案数的多少，评选时对照着看"),
            "basis": _lazy("例如：本会提案工作条例第九条。会印在每个期限的说明下面。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.DecimalField):
                field.widget.attrs |= {"min": 0, "max": 100}
            elif isinstance(field, forms.IntegerField):
                field.min_value = _LEAST_CHARACTERS.get(name, 1)
                field.max_value = _most(name)
                field.widget.attrs |= {"min": field.min_value, "max": field.max_value}

    @property
    def sections(self) -> list[tuple[str | _StrPromise, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(heading, [self[name] for name in names]) for heading, names in SECTIONS]

    def clean(self) -> dict[str, Any]:
        """Keep every limit within what an office can mean, and those that belong together in order."""
        found = super().clean() or {}
        for name, field in self.fields.items():
            value = found.get(name)
            if "max" in field.widget.attrs and value is not None:
                low, high = field.widget.attrs["min"], field.widget.attrs["max"]
                if not low <= value <= high:
                    self.add_error(name, _("请填{low}到{high}之间的数。").format(low=low, high=high))
        for lower, higher, sentence in (
            ("text_min_characters", "text_max_characters", _("最少字数不能比最多字数多。")),
            ("reply_months", "reply_months_most", _("最长答复期限不能比答复期限短。")),
        ):
            if self._is_more(lower, higher):
                self.add_error(higher, sentence)
        return found

    def _is_more(self, lower: str, higher: str) -> bool:
        less, more = self.cleaned_data.get(lower), self.cleaned_data.get(higher)
        return less is not None and more is not None and less > more


def _most(name: str) -> int:
    if name.endswith("_characters"):
        return _MOST_CHARACTERS
    return _MOST_MONTHS if "_months" in name else _MOST_DAYS


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


class QualityRuleForm(forms.ModelForm[QualityRule]):
    """A document with rules for better proposals."""

    class Meta:
        model = QualityRule
        fields = ("title", "number", "issued_on", "ended_on")
        widgets: ClassVar = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("issued_on", "ended_on")
        }
        help_texts: ClassVar = {
            "title": _lazy("例如：关于提高提案质量的意见"),
            "number": _lazy("没有文号可以不填"),
            "ended_on": _lazy("仍然有效的不填。从这一天起不再计入有效文件。"),
        }
