"""`tongxin scenario FILE`: make records whose figures are those that a file states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.scenario.errors import ScenarioRefused
from tongxin.scenario.loading import load_scenario

if TYPE_CHECKING:
    from argparse import ArgumentParser

# The file or what it says cannot be; nothing was made.
REFUSED = 2
# Everything was made but what no room can hold yet, or what cannot be.
LEFT_OUT = 3


class Command(BaseCommand):
    """Make records, through the rooms' own actions, that give the figures of a file."""

    help = gettext_lazy("按文件里的数字造出各地的记录，供演示和检验")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help=_("数字文件（JSON）"))

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401 (argparse)
        """Load, and say what was made and what was left out."""
        path: Path = options["file"]
        try:
            loaded = load_scenario(path.read_bytes())
        except OSError as error:
            raise CommandError(
                _("读不了文件%(path)s：%(why)s") % {"path": path, "why": error.strerror}, returncode=REFUSED
            ) from error
        except ScenarioRefused as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from refusal
        if not connection.in_atomic_block:
            # So much at once: the planner should not wait until the database looks by itself.
            with connections["owner"].cursor() as cursor:
                cursor.execute("ANALYZE")
        for place, count in loaded.built.items():
            self.stdout.write(_("%(place)s：%(n)d个数字有了记录。") % {"place": place, "n": count})
        for one in loaded.left_out:
            words = (one.place, one.stated.figure, one.stated.label, one.why)
            self.stderr.write("\t".join(words) if one.why else "\t".join(words[:-1]))
        if loaded.left_out:
            cannot_be = sum(bool(one.why) for one in loaded.left_out)
            unknown = len(loaded.left_out) - cannot_be
            said = [
                _("还没有能记这些数字的模块，略过了%(n)d个。") % {"n": unknown} if unknown else "",
                _("不能成立的数字，略过了%(n)d个，原因见上。") % {"n": cannot_be} if cannot_be else "",
            ]
            raise CommandError("".join(said), returncode=LEFT_OUT)
