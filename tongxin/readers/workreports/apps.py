"""Registers the room with Django."""

from django.apps import AppConfig


class WorkReportsConfig(AppConfig):
    """The room of work reports."""

    name = "tongxin.readers.workreports"
    label = "workreports"
    default_auto_field = "django.db.models.BigAutoField"
