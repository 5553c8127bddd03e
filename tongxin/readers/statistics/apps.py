"""Registers the room with Django."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """The room of numbers that open."""

    name = "tongxin.readers.statistics"
    label = "statistics"
    default_auto_field = "django.db.models.BigAutoField"
