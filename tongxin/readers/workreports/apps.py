"""Registers the room with Django."""

from django.apps import AppConfig


class WorkReportsConfig(AppConfig):
    """The room of work reports."""

    name = "tongxin.readers.workreports"
    label = "workreports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add to the page behind a number the way to the reports that hold it."""
        from tongxin.foundation.core.page_parts import register_page_part  # noqa: PLC0415 (models are not there before)
        from tongxin.readers.workreports.selectors.holding import part_of_number  # noqa: PLC0415

        register_page_part("number", part_of_number)
