"""The form of a look-back (回头看)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.looking_back import Found
from tongxin.activities.proposals.actions.promising import Promised
from tongxin.activities.proposals.forms.desk import AsksLater, note_field
from tongxin.activities.proposals.forms.promises import day_field, units_of
from tongxin.activities.proposals.models import LookBack
from tongxin.capabilities.files.forms import FilesField
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal


class LookBackForm(AsksLater):
    """What was found, and what follows where it was not done."""

    asked_later = ("unit", "text", "due_on")

    on = day_field(_lazy("哪天去看的"))
    finding = forms.ChoiceField(
        label=_lazy("结论"), choices=LookBack.Finding.choices, widget=forms.RadioSelect
    )
    note = note_field(_lazy("看到的情况"), required=True, rows=5)
    photos = FilesField(label=_lazy("照片"), required=False)
    unit = forms.ModelChoiceField(
        label=_lazy("由哪个单位做"), queryset=Unit.objects.none(), required=False, empty_label=None
    )
    text = forms.CharField(label=_lazy("做什么"), required=False, max_length=200)
    due_on = day_field(_lazy("何时完成"), required=False)

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()
        units = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        units.queryset = units_of(proposal)

    def clean(self) -> dict[str, Any]:
        """Ask for the promise where it was not done."""
        found = self.cleaned_data
        if found.get("finding") == LookBack.Finding.NOT_DONE:
            for name in self.asked_later:
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, _("没有落实的，请填这一项。"))
        return found

    @property
    def found(self) -> Found:
        """What was seen."""
        words = self.cleaned_data
        return Found(words["on"], words["finding"], words["note"])

    @property
    def promise(self) -> tuple[Unit, Promised] | None:
        """What is followed again; None where it was done."""
        words = self.cleaned_data
        if words["finding"] != LookBack.Finding.NOT_DONE:
            return None
        return words["unit"], Promised(words["text"], words["due_on"])
