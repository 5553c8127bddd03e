"""`tongxin init`: make the tables and load what every installation needs."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.core.postgres.roles import ensure_app_role, grant_to_app
from tongxin.foundation.core.postgres.router import as_owner

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Bring the database to this version's form. May be run again at any time."""

    help = _("建立或升级数据库，装入每个机构都需要的基础数据")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let tests and restores leave the default data out."""
        parser.add_argument("--no-defaults", action="store_true", help=_("只建表，不装入基础数据"))

    def handle(self, *_args: object, no_defaults: bool, verbosity: int, **_options: object) -> None:
        """Migrate, grant, and let each room install its defaults."""
        ensure_app_role()
        with as_owner():
            call_command(
                "migrate",
                database="owner",
                interactive=False,
                verbosity=max(verbosity - 1, 0),
                skip_checks=True,
            )
        call_command("createcachetable", database="owner", verbosity=0, stdout=StringIO())
        grant_to_app()
        if not no_defaults:
            install_defaults()
        if verbosity:
            self.stdout.write(_("数据库已就绪。"))


def install_defaults() -> None:
    """Call ``install()`` in the ``setup.py`` of each room that has one, in the order of INSTALLED_APPS.

    An ``install()`` adds what is missing and changes nothing that staff may have edited; it runs as the
    application's role, each in a transaction of its own.
    """
    for app in apps.get_app_configs():
        if app.name.startswith("tongxin.") and find_spec(f"{app.name}.setup"):
            with transaction.atomic():
                import_module(f"{app.name}.setup").install()
