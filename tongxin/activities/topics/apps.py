"""Registers the room with Django."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The room of topics and of what the public says."""

    name = "tongxin.activities.topics"
    label = "topics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the numbers of this room known, and let it decide who opens its files and hears of its dates."""
        from tongxin.activities.topics import (  # noqa: PLC0415 (models are not there before)
            figures,
            nightly,  # noqa: F401 (connects itself)
            runners,
        )
        from tongxin.activities.topics.file_leave import can_open_topic_file  # noqa: PLC0415
        from tongxin.activities.topics.news import tell_moved_dates  # noqa: PLC0415
        from tongxin.capabilities.deadlines.news import register_teller  # noqa: PLC0415
        from tongxin.capabilities.files.leave import register_file_leave  # noqa: PLC0415
        from tongxin.capabilities.matters.models import Kind  # noqa: PLC0415
        from tongxin.capabilities.matters.pages import register_matter_page  # noqa: PLC0415

        figures.register()
        runners.register()
        register_matter_page(Kind.TOPIC, "topics:detail")
        register_file_leave(Kind.TOPIC, can_open_topic_file)
        register_teller(Kind.TOPIC, tell_moved_dates)
