"""Registers the room with Django."""

from django.apps import AppConfig


class CodesConfig(AppConfig):
    """The room of codes that hang on walls."""

    name = "tongxin.capabilities.codes"
    label = "codes"
    default_auto_field = "django.db.models.BigAutoField"
