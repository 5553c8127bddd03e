"""Files that belong to a matter."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet, Unit


class StoredFileQuerySet(OwnedQuerySet["StoredFile"]):
    """Files, filtered."""

    def kept(self) -> StoredFileQuerySet:
        """Return files that were not removed."""
        return self.filter(removed_at__isnull=True)


class StoredFile(Owned):
    """One uploaded file, as it was cleaned and stored."""

    class Purpose(models.TextChoices):
        ATTACHMENT = "attachment", _("附件")
        STAMP = "stamp", _("盖章页")
        REPLY_LETTER = "reply_letter", _("答复函")
        EVIDENCE = "evidence", _("佐证")
        PHOTO = "photo", _("照片")
        SIGNED_SHEET = "signed_sheet", _("签字单")

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="files")
    # The part of the matter that it belongs to (a reply), which may be more private than the whole.
    subject_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.ATTACHMENT)
    name = models.CharField(_("文件名"), max_length=120)
    media_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.FileField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    # Shown on the public page too, once the matter itself is public.
    is_public = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)
    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at"]
        indexes: ClassVar = [models.Index(fields=["matter"])]
