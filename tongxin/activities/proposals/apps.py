"""Registers the room with Django, and with the rooms below that ask it."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """The proposals room."""

    name = "tongxin.activities.proposals"
    label = "proposals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let this room decide who opens the files of proposals, and who hears of dates that move."""
        from tongxin.activities.proposals import figures, receivers, runners  # noqa: F401, PLC0415 (receivers connects itself)
        from tongxin.activities.proposals.file_leave import can_open_proposal_file  # noqa: PLC0415
        from tongxin.activities.proposals.handover.running import HAND_OVER  # noqa: PLC0415
        from tongxin.activities.proposals.handover.running import run as hand_over  # noqa: PLC0415
        from tongxin.activities.proposals.news import tell_moved_dates  # noqa: PLC0415
        from tongxin.capabilities.deadlines.news import register_teller  # noqa: PLC0415
        from tongxin.capabilities.files.leave import register_file_leave  # noqa: PLC0415
        from tongxin.capabilities.jobs.runners import register_runner  # noqa: PLC0415
        from tongxin.capabilities.matters.models import Kind  # noqa: PLC0415
        from tongxin.capabilities.matters.pages import register_matter_page  # noqa: PLC0415

        register_runner(HAND_OVER, hand_over)
        runners.register()
        figures.register()
        register_matter_page(Kind.PROPOSAL, "proposals:detail")
        register_file_leave(Kind.PROPOSAL, can_open_proposal_file)
        register_teller(Kind.PROPOSAL, tell_moved_dates)
