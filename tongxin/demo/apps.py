"""Registers the room with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "tongxin.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
