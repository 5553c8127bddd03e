"""Registers the room with Django."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """The matters room."""

    name = "tongxin.capabilities.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"
