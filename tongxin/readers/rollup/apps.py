"""Registers the room with Django."""

from django.apps import AppConfig


class RollupConfig(AppConfig):
    """The room of numbers that are reported upward."""

    name = "tongxin.readers.rollup"
    label = "rollup"
    default_auto_field = "django.db.models.BigAutoField"
