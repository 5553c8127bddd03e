"""Registers the room with Django."""

from django.apps import AppConfig


class GrassrootsConfig(AppConfig):
    """The room of workstations, councils, rooms and their sessions."""

    name = "tongxin.activities.grassroots"
    label = "grassroots"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the numbers of this room known, and let it decide over its own files and dates."""
        from tongxin.activities.grassroots import problem_receivers  # noqa: F401, PLC0415 (connects itself)
        from tongxin.activities.grassroots.exchange import ledger_running  # noqa: PLC0415
        from tongxin.activities.grassroots.problem_files import (  # noqa: PLC0415
            can_open_problem_file,
            tell_moved_dates,
        )
        from tongxin.activities.grassroots.session_files import can_open_session_file  # noqa: PLC0415
        from tongxin.capabilities.deadlines.news import register_teller  # noqa: PLC0415
        from tongxin.capabilities.files.leave import register_file_leave  # noqa: PLC0415
        from tongxin.capabilities.jobs.runners import register_runner  # noqa: PLC0415
        from tongxin.capabilities.matters.models import Kind  # noqa: PLC0415
        from tongxin.capabilities.matters.pages import register_matter_page  # noqa: PLC0415

        register_matter_page(Kind.SESSION, "grassroots:session")
        register_file_leave(Kind.SESSION, can_open_session_file)
        register_runner(ledger_running.LEDGER, ledger_running.run)
        register_matter_page(Kind.PROBLEM, "grassroots:problem")
        register_file_leave(Kind.PROBLEM, can_open_problem_file)
        register_teller(Kind.PROBLEM, tell_moved_dates)
        from tongxin.activities.grassroots import figures  # noqa: PLC0415 (models are not there before)

        figures.register()
