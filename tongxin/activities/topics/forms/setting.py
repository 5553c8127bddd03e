"""Forms of the committee's own rules for topics."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.topics.models import DeclineReason, TopicCategory, TopicRules

_LEAST = {"text_max_characters": 100}
_MOST = {"intake_days": 60, "text_max_characters": 2000, "flood_most": 1000, "contact_days": 365}


class RulesForm(forms.ModelForm[TopicRules]):
    """The limits of a committee."""

    class Meta:
        model = TopicRules
        exclude = ("committee",)  # noqa: DJ006
        help_texts: ClassVar = {
            "intake_days": _lazy("从收到第一条起，到时候没有决定的标为超期"),
            "text_max_characters": _lazy("太短说不清，太长手机上难写"),
            "flood_most": _lazy("超出的不丢，另放在「待甄别」里"),
            "contact_days": _lazy("到时候自动删除"),
            "notice": _lazy("显示在群众填写的页面上；不填用系统的"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name, most in _MOST.items():
            field: Any = self.fields[name]
            low = _LEAST.get(name, 1)
            self.fields[name] = forms.IntegerField(
                label=field.label, help_text=field.help_text, min_value=low, max_value=most
            )


class CategoryForm(forms.ModelForm[TopicCategory]):
    """What a topic is about."""

    class Meta:
        model = TopicCategory
        fields = ("name", "order", "is_active")
        labels: ClassVar = {"order": _lazy("次序")}
        help_texts: ClassVar = {"order": _lazy("小的排在前面")}


class ReasonForm(forms.ModelForm[DeclineReason]):
    """A reason for which a topic is not taken up."""

    class Meta:
        model = DeclineReason
        fields = ("text", "is_active")
        help_texts: ClassVar = {"text": _lazy("提出人会读到这句话，句末不用加句号")}
