"""Registers the room with Django."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """The publishing room."""

    name = "tongxin.readers.publishing"
    label = "publishing"
    default_auto_field = "django.db.models.BigAutoField"
