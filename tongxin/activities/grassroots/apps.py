"""Registers the room with Django."""

from django.apps import AppConfig


class GrassrootsConfig(AppConfig):
    """The room of workstations, councils, rooms and their sessions."""

    name = "tongxin.activities.grassroots"
    label = "grassroots"
    default_auto_field = "django.db.models.BigAutoField"
