"""Registers the room with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The log that only grows."""

    name = "tongxin.foundation.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what happens to accounts."""
        from tongxin.foundation.audit import receivers  # noqa: PLC0415

        receivers.connect()
