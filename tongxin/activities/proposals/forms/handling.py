"""Forms of the handling units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import ContactMethod
from tongxin.activities.proposals.forms.desk import AsksLater, note_field
from tongxin.activities.proposals.forms.promises import PromiseRows, day_field
from tongxin.activities.proposals.models import ReplyClass
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.proposals.models import Promise
    from tongxin.foundation.core.access import Actor

# Some thirty pages; nobody writes a longer letter.
LONGEST_REPLY = 20_000


class ReplyForm(AsksLater):
    """A unit's answer. While it is being written nothing is asked for; ``propose`` asks for the whole."""

    asked_later = (
        "text",
        "document_number",
        "reply_class",
        "contact_name",
        "contact_phone",
        "contact_method",
        "contact_on",
    )

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_lazy("答复正文"),
        required=False,
        max_length=LONGEST_REPLY,
        help_text=_lazy("称呼、落款和日期由系统加，只写正文"),
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    document_number = forms.CharField(
        label=_lazy("文号"), required=False, max_length=60, help_text=_lazy("例如：华交函〔2026〕18号")
    )
    reply_class = forms.ModelChoiceField(
        label=_lazy("办理结果类别"),
        queryset=ReplyClass.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    signer = forms.CharField(label=_lazy("签发人"), required=False, max_length=40)
    contact_name = forms.CharField(label=_lazy("联系人"), required=False, max_length=40)
    contact_phone = forms.CharField(
        label=_lazy("联系电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    contact_method = forms.ChoiceField(
        label=_lazy("怎样听取委员意见"),
        choices=ContactMethod.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    contact_on = day_field(_lazy("沟通日期"), _lazy("没有联系委员的不用填"))
    contact_note = note_field(_lazy("沟通情况"), _lazy("没有联系委员的，请写明原因"), rows=3)
    issued_on = day_field(_lazy("成文日期"), _lazy("印在答复函上；不填的用正式答复的日期"), required=False)
    copies = forms.CharField(
        label=_lazy("抄送"),
        required=False,
        max_length=200,
        help_text=_lazy("几个单位用顿号隔开；不填的抄送提案委员会和归口单位"),
    )
    may_be_public = forms.BooleanField(label=_lazy("答复可以向社会公开"), required=False)
    public_text = forms.CharField(
        label=_lazy("公开文本"),
        required=False,
        max_length=LONGEST_REPLY,
        help_text=_lazy("答复函里有不宜公开的内容时才写，公众看这一份；不填的公开答复正文"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    letter = forms.FileField(
        label=_lazy("盖章的答复函"), required=False, help_text=_lazy("PDF或照片，每个不超过20MB")
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        actor: Actor,
        drafted: Sequence[Promise] = (),
        typing: bool = False,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.promises = PromiseRows(self.data if self.is_bound else None, drafted=drafted, typing=typing)
        classes = cast("forms.ModelChoiceField[ReplyClass]", self.fields["reply_class"])
        classes.queryset = ReplyClass.objects.visible_to(actor).filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        """Ask that every promise says what and by when, and that nobody has talked tomorrow."""
        if not self.promises.is_valid():
            self.add_error(None, _("承诺事项里有一处要改。"))
        talked_on = self.cleaned_data.get("contact_on")
        if talked_on and talked_on > clock.today():
            self.add_error("contact_on", _("沟通日期不能晚于今天。"))
        return self.cleaned_data


class CountersignForm(AsksLater):
    """A co-handling unit's word on the lead's draft."""

    asked_later = ("note",)

    agrees = forms.ChoiceField(
        label=_lazy("会签意见"),
        choices=(("yes", _lazy("同意")), ("no", _lazy("不同意，请主办单位修改"))),
        widget=forms.RadioSelect,
    )
    note = note_field(_lazy("意见"), _lazy("不同意的，请写明要改什么"))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        found = self.cleaned_data
        if found.get("agrees") == "no" and not found.get("note", "").strip():
            self.add_error("note", _("不同意请写明意见。"))
        return found


class ApproveForm(AsksLater):
    """The leader's signature, or what the clerk has to change."""

    asked_later = ("note",)

    decision = forms.ChoiceField(choices=(("sign", ""), ("back", "")), widget=forms.HiddenInput)
    note = note_field(_lazy("要改什么"))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a return."""
        found = self.cleaned_data
        if found.get("decision") == "back" and not found.get("note", "").strip():
            self.add_error("note", _("请写明要改什么。"))
        return found
