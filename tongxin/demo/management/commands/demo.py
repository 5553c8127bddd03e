"""`tongxin demo`: load the demo, or load it anew."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils.translation import gettext as _

from tongxin.demo.load import has_accounts, is_half_loaded, is_loaded, load, reset
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.management.commands.init import install_defaults

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Load four committees with invented people and some hundred proposals."""

    help = _("装入演示数据（--reset 清空重来）")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to begin anew."""
        parser.add_argument("--reset", action="store_true", help=_("清空全部数据，重新装入"))
        parser.add_argument("--if-empty", action="store_true", help=_("已有账号时什么也不做"))

    def handle(self, *args: object, reset: bool, if_empty: bool, **options: object) -> None:
        """Load unless the demo is here already."""
        begun = monotonic()
        try:
            if reset or is_half_loaded():
                _empty()
            elif is_loaded() or (if_empty and has_accounts()):
                return
            load(self.stdout.write)
            # The planner has never seen these tables so full.
            with connections["owner"].cursor() as cursor:
                cursor.execute("ANALYZE")
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(_("演示数据已装入，用时{n:.0f}秒。").format(n=monotonic() - begun))


def _empty() -> None:
    reset()
    install_defaults()
