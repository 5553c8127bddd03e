"""Uploading a table of proposals, and choosing a session to take out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


class ImportForm(forms.Form):
    """A table of proposals."""

    file = forms.FileField(
        label=_("提案表"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_(".xlsx或.csv，一次最多20000行，可以有几届几次。"),
    )

    def clean_file(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """Refuse what is too large to be such a table."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
            raise ValidationError(_("文件太大，最多%(limit)s。请分成几个文件。"), params={"limit": limit})
        return file


class ArchiveForm(forms.Form):
    """Which session to take out as folders of documents."""

    session = forms.ModelChoiceField(label=_("哪一次会议"), queryset=Session.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = (  # type: ignore[attr-defined]
            Session.objects.visible_to(actor).select_related("term")
        )
