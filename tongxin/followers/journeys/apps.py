"""Registers the room with Django."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """The room of chains: from a saying to what became of it."""

    name = "tongxin.followers.journeys"
    label = "journeys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the way to its chain on the page of each matter, and say who votes in a council."""
        from tongxin.activities.topics.voters import register_council_voters  # noqa: PLC0415 (likewise)
        from tongxin.followers.journeys.page_part import of_matter, of_next_step, of_uses  # noqa: PLC0415 (models are not there before)
        from tongxin.followers.journeys.voters import seats_of  # noqa: PLC0415
        from tongxin.foundation.core.page_parts import register_page_part  # noqa: PLC0415

        register_page_part("matter", of_matter)
        register_page_part("next", of_next_step)
        register_page_part("uses", of_uses)
        register_council_voters(seats_of)
