"""`tongxin demo accounts`: the demo's sign-ins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tongxin.demo.load import sign_ins

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Print a user name and password for each role."""

    help = _("列出演示账号")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer JSON."""
        parser.add_argument("--json", action="store_true", help=_("输出JSON"))

    def handle(self, *args: object, json: bool, **options: object) -> None:
        """Print them."""
        rows = sign_ins()
        if json:
            self.stdout.write(_dump(rows))
            return
        for row in rows:
            self.stdout.write(f"{row['role']:<14}{row['username']:<22}{row['password']}")


def _dump(rows: list[dict[str, str]]) -> str:
    return json.dumps(rows, ensure_ascii=False)
