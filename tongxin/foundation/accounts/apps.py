"""Registers the room with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "tongxin.foundation.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put up the gates that every signed-in request passes."""
        from tongxin.foundation.accounts import cleaning, gates, sessions  # noqa: F401, PLC0415
        from tongxin.foundation.core.access import register_gate  # noqa: PLC0415

        register_gate(gates.change_password_first)
        register_gate(gates.second_factor_first)
        register_gate(sessions.note_seen)
