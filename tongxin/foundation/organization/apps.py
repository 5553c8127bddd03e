"""Registers the room with Django."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    """The organization room."""

    name = "tongxin.foundation.organization"
    label = "organization"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the policies how a request becomes an actor."""
        from tongxin.foundation.core.access import register_actor_loader  # noqa: PLC0415
        from tongxin.foundation.organization import cleaning, figures  # noqa: F401, PLC0415 (the first connects itself)
        from tongxin.foundation.organization.access import load_actor  # noqa: PLC0415

        register_actor_loader(load_actor)
        figures.register()
