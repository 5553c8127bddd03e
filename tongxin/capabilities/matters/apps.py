"""Registers the room with Django."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "tongxin.capabilities.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"
