"""Registers the room with Django."""

from django.apps import AppConfig


class CodesConfig(AppConfig):
    """The room of codes that hang on walls."""

    name = "tongxin.capabilities.codes"
    label = "codes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the numbers of this room known, and say who draws posters."""
        from tongxin.capabilities.codes import figures, runners  # noqa: PLC0415 (models are not there before)

        figures.register()
        runners.register()
