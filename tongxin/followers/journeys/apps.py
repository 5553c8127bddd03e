"""Registers the room with Django."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """The room of chains: from a saying to what became of it."""

    name = "tongxin.followers.journeys"
    label = "journeys"
    default_auto_field = "django.db.models.BigAutoField"
