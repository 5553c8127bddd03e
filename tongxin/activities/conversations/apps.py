"""Registers the room with Django."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """The room of online conversations."""

    name = "tongxin.activities.conversations"
    label = "conversations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the numbers of this room known, and let matters know where a conversation opens."""
        from tongxin.activities.conversations import (  # noqa: PLC0415 (models are not there before)
            figures,
            nightly,  # noqa: F401 (answers a signal)
        )
        from tongxin.activities.conversations.counting import (  # noqa: PLC0415 (models are not there before)
            nightly as mixing,  # noqa: F401 (answers a signal)
        )
        from tongxin.capabilities.matters.models import Kind  # noqa: PLC0415 (models are not there before)
        from tongxin.capabilities.matters.pages import register_matter_page  # noqa: PLC0415

        figures.register()
        register_matter_page(Kind.CONVERSATION, "conversations:detail")
