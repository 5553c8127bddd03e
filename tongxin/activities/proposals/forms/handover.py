"""Forms of the hand-over beside the main way: through an office, more time, without a co-unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from tongxin.activities.proposals.forms.desk import AsksLater, note_field
from tongxin.foundation.core.templatetags.ui import zh_date
from tongxin.foundation.organization.enums import UnitKind
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.foundation.core.access import Actor


class OfficeForm(forms.Form):
    """The office that hands a proposal on to its units."""

    office = forms.ModelChoiceField(
        label=_lazy("归口单位"),
        queryset=Unit.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=_lazy("由它转交给归口的承办单位，也可以由它自己办"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        offices = cast("forms.ModelChoiceField[Unit]", self.fields["office"])
        offices.queryset = Unit.objects.visible_to(actor).filter(
            kind=UnitKind.SUPERVISING, ended_on__isnull=True
        )


class ExtensionForm(forms.Form):
    """How much more time a unit asks for, and why."""

    months = forms.TypedChoiceField(label=_lazy("延长多久"), coerce=int, widget=forms.RadioSelect)
    reason = note_field(_lazy("理由"), _lazy("为什么按期答复不了，延长期间打算怎么办"), required=True)

    def __init__(self, *args: Any, dates: Sequence[date], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        cast("forms.TypedChoiceField", self.fields["months"]).choices = [
            (n, ngettext("{n}个月，到{day}", "{n}个月，到{day}", n).format(n=n, day=zh_date(on)))
            for n, on in enumerate(dates, 1)
        ]
        # The rules may have changed since the page was opened.
        most = len(dates)
        self.fields["months"].error_messages["invalid_choice"] = (
            _("最多还能延{n}个月。").format(n=most) if most else _("已经延到最长的期限，不能再延。")
        )


class ExtensionAnswerForm(AsksLater):
    """Whether a unit gets more time."""

    asked_later = ("note",)

    grant = forms.ChoiceField(
        label=_lazy("答复"),
        choices=(("yes", _lazy("同意延期")), ("no", _lazy("不同意，按原期限答复"))),
        widget=forms.RadioSelect,
    )
    note = note_field(_lazy("说明"), _lazy("不同意的，请写明原因"))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        found = self.cleaned_data
        if found.get("grant") == "no" and not found.get("note", "").strip():
            self.add_error("note", _("请写明为什么不同意延期。"))
        return found
