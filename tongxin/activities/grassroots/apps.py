"""Registers the room with Django."""

from django.apps import AppConfig


class GrassrootsConfig(AppConfig):
    """The room of workstations, councils, rooms and their sessions."""

    name = "tongxin.activities.grassroots"
    label = "grassroots"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the numbers of this room known."""
        from tongxin.activities.grassroots import figures  # noqa: PLC0415 (models are not there before)

        figures.register()
