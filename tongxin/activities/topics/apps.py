"""Registers the room with Django."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The room of topics and of what the public says."""

    name = "tongxin.activities.topics"
    label = "topics"
    default_auto_field = "django.db.models.BigAutoField"
