"""A form field that takes several files at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

# One form; a matter may have more.
FILES_AT_ONCE = 10
# For the browser's own choice of files; what is kept is decided by content.
ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.ofd,.doc,.docx,.wps,.xls,.xlsx,.et,.ppt,.pptx,.dps,.txt"


class FilesInput(forms.ClearableFileInput):
    """A chooser that lets several files be picked."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; the cleaned value is a list, empty when none was chosen."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own arguments)
        kwargs.setdefault("label", gettext_lazy("附件"))
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", ACCEPT)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:  # noqa: ANN401
        """Check how many there are and how large; the rest needs their content."""
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        if len(chosen) > FILES_AT_ONCE:
            raise ValidationError(
                ngettext("一次最多选%(most)s个文件。", "一次最多选%(most)s个文件。", FILES_AT_ONCE)
                % {"most": FILES_AT_ONCE}
            )
        for upload in chosen:
            if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
                raise ValidationError(
                    _("「%(name)s」太大了，每个文件最多%(limit)s。")
                    % {"name": upload.name, "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)}
                )
        if not chosen:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(upload, initial) for upload in chosen]
