"""Forms in which the office decides about statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.conversations.reasons import READY

_OWN = "own"
_WORDS_MOST = 200


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_lazy("理由"), max_length=_WORDS_MOST)


class RejectForm(forms.Form):
    """Why a statement is not published: a ready sentence, or own words."""

    ready = forms.ChoiceField(
        label=_lazy("理由"),
        choices=[*READY.items(), (_OWN, _lazy("别的理由，写在下面"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_lazy("别的理由"),
        max_length=_WORDS_MOST,
        required=False,
        help_text=_lazy("提出的人在表态页上看得到这句话"),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where none of the ready sentences was chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("ready") == _OWN and not data.get("words"):
            self.add_error("words", _("请写明理由。"))
        return data

    @property
    def reason(self) -> str:
        """What the author reads."""
        return READY.get(self.cleaned_data["ready"]) or str(self.cleaned_data["words"])
