"""The form behind the code: what, a photo, how to reach you. Only the first one is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.topics.actions.receiving import Saying
from tongxin.capabilities.files.actions import clean_photo
from tongxin.followers.journeys.actions.objecting import LONGEST as OBJECTION_LONGEST
from tongxin.foundation.accounts import flood
from tongxin.foundation.accounts.open_forms import OpenForm
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tongxin.capabilities.files.content import Inspected

_CONTACT_CHARACTERS = 60


class SayingForm(OpenForm):
    """What somebody says. Whatever is doubtful is asked about; nothing that was written is thrown away.

    Attributes:
        sent_before: the receipt of other words that were sent with this form; it has a new nonce now.
    """

    text = forms.CharField(
        label=gettext_lazy("您想说什么事？"),
        help_text=gettext_lazy("一两句就行。在哪里、什么事。也可以按键盘上的话筒，直接说。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("请写一两句，是什么事。")},
    )
    photo = forms.FileField(
        label=gettext_lazy("照片"),
        help_text=gettext_lazy("拍摄地点、时间等信息会自动去掉。"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "data-photo": "1280"}),
    )
    contact = forms.CharField(
        label=gettext_lazy("手机号或微信号"),
        help_text=gettext_lazy("只用来告诉您结果，不会公开，办完以后删除。"),
        required=False,
        max_length=_CONTACT_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, text_most: int, network: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, network=network, **kwargs)
        self.sent_before = ""
        self.fields["text"].max_length = text_most  # type: ignore[attr-defined]  # the counter below it asks
        self.text_most = text_most

    @property
    def saying(self) -> Saying:
        """What was said, cleaned."""
        told = self.cleaned_data
        return Saying(nonce=self.key, text=told["text"], contact=told["contact"], photo=told["photo"])

    def clean_text(self) -> str:
        """Say how much too long it is; browsers send line ends of their own."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if len(text) > self.text_most:
            raise ValidationError(
                _("最多%(most)d字，您写了%(n)d字。请短一点，或者分成两次说。")
                % {"most": self.text_most, "n": len(text)}
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Clean the photo last."""
        told = super().clean()
        if not self.errors:
            told["photo"] = self._cleaned_photo()
        return told

    def tell_receipt(self, receipt: str) -> None:
        """These are other words than those that were sent with this form: they get a nonce of their own."""
        self.begin_anew()
        self.sent_before = receipt
        self.add_error(None, _("您刚才那一件已经收到了。这是另一件的话，请再点一次「提交」。"))

    def _cleaned_photo(self) -> Inspected | None:
        upload = self.cleaned_data.get("photo")
        if not upload:
            return None
        if flood.is_crowded(self.network) and not self.answered:
            self.ask()
            return None
        try:
            return clean_photo(upload)
        except Refused as refusal:
            # To look into it cost as much as a photo that is kept.
            flood.count_costly(self.network)
            self.add_error("photo", refusal.message)
            return None


class FindReceiptForm(forms.Form):
    """The receipt, as somebody wrote it down."""

    receipt = forms.CharField(
        label=gettext_lazy("回执码"),
        help_text=gettext_lazy("10个字母和数字，大小写都行。"),
        max_length=40,
        error_messages={"required": gettext_lazy("请写回执码。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class ObjectionForm(forms.Form):
    """What is not solved, in the words of who raised it."""

    text = forms.CharField(
        label=gettext_lazy("哪里没有解决？"),
        max_length=OBJECTION_LONGEST,
        error_messages={"required": gettext_lazy("请写哪里没有解决。")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
