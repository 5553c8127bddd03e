"""Choosing how a number is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.core.wording import Form, forms_of

if TYPE_CHECKING:
    from tongxin.readers.statistics.opening.page import Opened


class WordingForm(forms.Form):
    """The forms that are true of a number as it is now."""

    form = forms.ChoiceField(label=gettext_lazy("印作"))
    always = forms.BooleanField(
        label=gettext_lazy("以后都这样印，不只这段时间"), required=False, help_text=""
    )

    def __init__(self, offered: list[Form], now: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.offered = {form.key: form for form in offered}
        field: Any = self.fields["form"]
        field.choices = [(form.key, _shown(form)) for form in offered]
        field.initial = next((form.key for form in offered if form.text == now), "")

    @classmethod
    def of(cls, opened: Opened, posted: Any = None) -> Self:  # noqa: ANN401 (a query dictionary)
        """Return the form for a number."""
        value = opened.facts.counted.value if opened.facts.counted else 0
        return cls(forms_of(value, opened.asked.figure.unit), opened.text, posted)

    @property
    def chosen(self) -> Form:
        """What was chosen."""
        return self.offered[self.cleaned_data["form"]]


def _shown(form: Form) -> str:
    return form.text if form.word else _("%(text)s（如实）") % {"text": form.text}
