"""What a form for people without an account has beside its own fields, so that it can tell them from programs.

Nobody is turned away: whatever is doubtful is asked about in one plain question, and what was written stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.accounts import flood
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SALT = "front.saying"
# Nobody reads the page, writes a sentence and presses within this time; programs do.
LEAST_SECONDS = 2


class OpenForm(forms.Form):
    """A form that anybody may send.

    Attributes:
        key: the nonce; a second arrival of it is the same thing.
        asks: the plain question has to be answered; it is shown.
        crowded: what is said when the question is asked.
    """

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
    crowded: StrOrPromise = gettext_lazy("这会儿说事的人很多，请先答一个小问题。您写的都在。")

    def __init__(self, *args: Any, network: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.network = network
        self.asks = False
        self.key = _uuid(self.data.get("nonce")) or uuid4()
        self.fields["answer"].label = flood.question_of(self.key)

    @property
    def hidden(self) -> dict[str, str]:
        """The two hidden values, for the form as it is shown now. Who is asked again need not wait again."""
        kept = str(self.data.get("stamp", ""))
        return {"nonce": str(self.key), "stamp": kept if _seconds_since(kept) is not None else new_stamp()}

    @property
    def answered(self) -> bool:
        """Whether the question was answered."""
        return flood.is_answer(self.key, str(self.data.get("answer", "")))

    def clean(self) -> dict[str, Any]:
        """Ask who fills in what nobody sees, and who is quicker than people are."""
        told = super().clean() or self.cleaned_data
        seconds = _seconds_since(str(self.data.get("stamp", "")))
        if told.get("website") and not self.answered:
            self.ask()
        elif seconds is None or seconds < LEAST_SECONDS:
            self.add_error(None, _("请再看一眼写得对不对，然后再点一次「提交」。"))
        return told

    def ask(self) -> None:
        """Ask the plain question; everything else stays as it was written."""
        self.asks = True
        if self.data.get("answer"):
            self.add_error("answer", _("得数不对，请再算一次。"))
        else:
            self.add_error("answer", str(self.crowded))

    def begin_anew(self) -> None:
        """Go on with a nonce of its own: what is sent now is another thing than what came with the old one."""
        self.key = uuid4()
        self.fields["answer"].label = flood.question_of(self.key)


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
