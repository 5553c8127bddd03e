"""Registers the room with Django."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The room of files."""

    name = "tongxin.capabilities.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
