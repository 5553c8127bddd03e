"""The form behind the code: what, a photo, how to reach you. Only the first one is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.topics import flood
from tongxin.activities.topics.actions.receiving import Saying
from tongxin.capabilities.files.actions import clean_photo
from tongxin.followers.journeys.actions.objecting import LONGEST as OBJECTION_LONGEST
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tongxin.capabilities.files.content import Inspected

_SALT = "front.saying"
# Nobody reads the page, writes a sentence and presses within this time; programs do.
LEAST_SECONDS = 2
_CONTACT_CHARACTERS = 60


class SayingForm(forms.Form):
    """What somebody says. Whatever is doubtful is asked about; nothing that was written is thrown away.

    Attributes:
        key: the nonce; a second arrival of it is the same saying.
        asks: the plain question has to be answered; it is shown.
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
    # People do not see it; programs fill it in.
    website = forms.CharField(
        label=gettext_lazy("这一格请空着"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    answer = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    nonce = forms.CharField(required=False, widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, text_most: int, network: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.network = network
        self.asks = False
        self.sent_before = ""
        self.key = _uuid(self.data.get("nonce")) or uuid4()
        self.fields["text"].max_length = text_most  # type: ignore[attr-defined]  # the counter below it asks
        self.text_most = text_most
        self.fields["answer"].label = flood.question_of(self.key)

    @property
    def hidden(self) -> dict[str, str]:
        """The two hidden values, for the form as it is shown now. Who is asked again need not wait again."""
        kept = str(self.data.get("stamp", ""))
        return {"nonce": str(self.key), "stamp": kept if _seconds_since(kept) is not None else new_stamp()}

    @property
    def saying(self) -> Saying:
        """What was said, cleaned."""
        told = self.cleaned_data
        return Saying(nonce=self.key, text=told["text"], contact=told["contact"], photo=told["photo"])

    @property
    def answered(self) -> bool:
        """Whether the question was answered."""
        return flood.is_answer(self.key, str(self.data.get("answer", "")))

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
        """Ask who fills in what nobody sees, and who is quicker than people are; clean the photo last."""
        told = super().clean() or self.cleaned_data
        seconds = _seconds_since(str(self.data.get("stamp", "")))
        if told.get("website") and not self.answered:
            self.ask()
        elif seconds is None or seconds < LEAST_SECONDS:
            self.add_error(None, _("请再看一眼写得对不对，然后再点一次「提交」。"))
        if not self.errors:
            told["photo"] = self._cleaned_photo()
        return told

    def ask(self) -> None:
        """Ask the plain question; everything else stays as it was written."""
        self.asks = True
        if self.data.get("answer"):
            self.add_error("answer", _("得数不对，请再算一次。"))
        else:
            self.add_error("answer", _("这会儿说事的人很多，请先答一个小问题。您写的都在。"))

    def begin_anew(self, receipt: str) -> None:
        """These are other words than those that were sent with this form: they get a nonce of their own."""
        self.key, self.sent_before = uuid4(), receipt
        self.fields["answer"].label = flood.question_of(self.key)
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


def new_stamp() -> str:
    """Return a signed mark of when the form was shown. It is read once, when the form comes back, and not kept."""
    return signing.dumps(int(clock.now().timestamp()), salt=_SALT)


def _seconds_since(stamp: str) -> int | None:
    try:
        return int(clock.now().timestamp()) - int(signing.loads(stamp, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
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
