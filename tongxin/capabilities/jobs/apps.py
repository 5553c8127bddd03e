"""Registers the room with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room of long work."""

    name = "tongxin.capabilities.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
