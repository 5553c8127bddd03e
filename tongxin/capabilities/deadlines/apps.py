"""Registers the room with Django."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """The room of deadlines."""

    name = "tongxin.capabilities.deadlines"
    label = "deadlines"
    default_auto_field = "django.db.models.BigAutoField"
