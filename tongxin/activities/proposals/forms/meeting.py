"""Forms of a hand-over meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# Some thousands of rows.
_SHEET_MAX_BYTES = 5 * 1024 * 1024


class MeetingForm(forms.Form):
    """A new meeting: for which session, when, under what name."""

    session = forms.ModelChoiceField(
        label=_lazy("哪次会议的提案"), queryset=Session.objects.none(), empty_label=None
    )
    name = forms.CharField(
        label=_lazy("名称"), max_length=80, help_text=_lazy("例如：五届五次会议提案交办会")
    )
    held_on = forms.DateField(
        label=_lazy("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        sessions = cast("forms.ModelChoiceField[Session]", self.fields["session"])
        sessions.queryset = (
            Session.objects.visible_to(actor).select_related("term").order_by("-opens_on", "-pk")
        )


class SheetForm(forms.Form):
    """The filled list of a meeting."""

    file = forms.FileField(
        label=_lazy("填好的名单"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_lazy(".xlsx或.csv，最多5MB。只看编号、建议主办、建议会办、归口、办理方式这几列。"),
    )

    def clean_file(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """Refuse what is far too large for such a list."""
        file = self.cleaned_data["file"]
        if file.size > _SHEET_MAX_BYTES:
            raise ValidationError(_("文件太大，名单最多5MB。"))
        return file
