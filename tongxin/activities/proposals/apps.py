"""Registers the room with Django."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "tongxin.activities.proposals"
    label = "proposals"
    default_auto_field = "django.db.models.BigAutoField"
