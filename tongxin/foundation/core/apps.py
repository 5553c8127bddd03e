"""Registers the room with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The core room."""

    name = "tongxin.foundation.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the core do its own work of the day."""
        from tongxin.foundation.core import nightly  # noqa: F401, PLC0415 (connects itself)
