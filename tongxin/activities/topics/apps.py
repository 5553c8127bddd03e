"""Registers the room with Django."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The room of topics and of what the public says."""

    name = "tongxin.activities.topics"
    label = "topics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the numbers of this room known."""
        from tongxin.activities.topics import (  # noqa: PLC0415 (models are not there before)
            figures,
            nightly,  # noqa: F401 (connects itself)
        )

        figures.register()
